"""Pages as data."""

import json

from annotator.pages.nodes import bar, el, facts, notice, table

HOSTILE = "<script>alert(1)</script> ${1} {{1}}"


def test_typed_text_stays_one_text() -> None:
    node = el("p.note", HOSTILE, title=HOSTILE)
    assert node == ["p.note", {"title": HOSTILE}, HOSTILE]
    assert json.loads(json.dumps(node)) == node


def test_attributes_without_a_value_and_missing_children_are_left_out() -> None:
    node = el("a", None, "x", href="ui/", aria_current=None, aria_label="y")
    assert node == ["a", {"href": "ui/", "aria-label": "y"}, "x"]


def test_a_table_aligns_numbers_and_takes_cells_of_its_own() -> None:
    made = table(["Name", "#Jobs"], [["ann", "3"], [el("td.late", "ben"), "4"]], name="t")
    text = json.dumps(made)
    assert '["th.number", {"scope": "col"}, "Jobs"]' in text
    assert '["td.number", {}, "4"]' in text
    assert '["td", {}, ["td.late"' not in text


def test_a_bar_of_nothing_is_empty() -> None:
    assert '"share": 0.0' in json.dumps(bar(0, 0, "keyframes"))
    assert '"share": 0.25' in json.dumps(bar(1, 4, "keyframes"))


def test_facts_without_a_value_are_left_out() -> None:
    assert facts(("Note", ""), ("Size", "2 x 2")) == [
        "dl.facts",
        {},
        ["dt", {}, "Size"],
        ["dd", {}, "2 x 2"],
    ]


def test_what_went_wrong_is_read_aloud_at_once() -> None:
    assert notice("no", bad=True)[1]["role"] == "alert"
    assert notice("yes")[1]["role"] == "status"
