"""How expressions of several people go together: distinct, alike, leaked."""

import pytest

from annotator.agreement.expressions import expression_note
from annotator.clip import ClipFacts

FACTS = ClipFacts("v", "wax melting", card="the candle that melts on the left")


def test_distinct_texts_have_nothing_said_of_them() -> None:
    texts = {
        "ann": ("the candle on the left slowly losing its shape", "wax running down the red stick"),
        "ben": ("what drips near the window frame", "a column that shrinks until nothing remains"),
    }
    note = expression_note("clip", texts, FACTS)
    assert note.problems == ()
    assert note.distinctness > 0.8
    assert [who for who, _ in note.texts] == ["ann", "ann", "ben", "ben"]


def test_a_text_that_two_people_share_is_named() -> None:
    texts = {"ann": ("the red wax that melts",), "ben": ("The red wax, that melts!",)}
    note = expression_note("clip", texts, FACTS)
    assert note.distinctness == 0.0
    assert note.problems == ("ann and ben nearly say the same: 'the red wax that melts'",)


@pytest.mark.parametrize("text", ["the candle that melts on the left", "wax that is Melting"])
def test_what_repeats_the_card_is_a_leak(text: str) -> None:
    note = expression_note("clip", {"ann": (text,)}, FACTS)
    leaked = [line for line in note.problems if "repeats what annotators are shown" in line]
    assert bool(leaked) is text.startswith("the candle")
    assert note.distinctness is None


def test_what_one_person_may_not_write_is_told_too() -> None:
    note = expression_note("clip", {"ann": ("it", "the red wax that melts")}, FACTS)
    assert note.problems == ("ann: expression 1 says nothing: name what it refers to",)
