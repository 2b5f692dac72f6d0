"""Plans of the paper's tables: every row is there, every command is one that exists."""

from pathlib import Path

import pytest

from benchmark.report.paper import paper_tables
from refvps.errors import ConfigError
from refvps.options import split_options
from refvps.settings import Settings
from rem.reproduce.facts import read_facts
from rem.reproduce.plan import NOT_HERE, Order, parse_table, plan_rows, slug
from rem.reproduce.readiness import missing
from rem.training.recipe import Recipe, read_recipe

TABLES = [*paper_tables(), *read_facts().own]


@pytest.mark.parametrize("number", TABLES)
def test_every_row_has_commands_or_says_why_not(number: str) -> None:
    _, rows = plan_rows(Order(number, Path("out")))
    printed = paper_tables()[number].rows if number in paper_tables() else rows
    assert [row.name for row in rows] == [row.name for row in printed]
    for row in rows:
        assert bool(row.commands) != bool(row.why_not)


@pytest.mark.parametrize("number", TABLES)
def test_every_command_takes_its_options(number: str) -> None:
    """Parsed by the commands themselves, up to where they would begin to work."""
    from refvps import plugins

    _, rows = plan_rows(Order(number, Path("out")))
    for row in rows:
        for command in row.commands:
            words = list(command[1:] if command[0] == "refvps" else ("eval", *command[1:]))
            found = plugins.load("refvps.commands", words.pop(0))
            while hasattr(found, "commands"):
                found = found.commands[words.pop(0)]
            found.make_context(found.name, words)


def test_trained_rows_are_rows_of_the_paper_with_recipes_that_ship() -> None:
    for trained in read_facts().trained:
        names = [row.name for row in paper_tables()[trained.table].rows]
        assert trained.row in names
        assert isinstance(read_recipe(trained.recipe, split_options(trained.changes)), Recipe)


def test_rows_without_an_adapter_say_so() -> None:
    _, rows = plan_rows(Order("1", Path("out")))
    assert [row.name for row in rows if row.why_not == NOT_HERE] == ["Referformer", "VLMO-L"]


def test_rows_keep_their_masks_apart() -> None:
    for number in TABLES:
        _, rows = plan_rows(Order(number, Path("out")))
        places = [
            {word for command in row.commands for word in command if word.endswith("/preds")}
            for row in rows
        ]
        named = [place for found in places for place in found]
        assert len(named) == len(set(named))


def test_time_is_masks_over_the_measured_rate() -> None:
    _, rows = plan_rows(Order("4", Path("out"), only=("rem-ms-1.4b",)))
    assert rows[0].seconds == 93768 / 17.5
    assert rows[0].memory == pytest.approx(24.8, abs=0.05)


def test_what_is_missing_names_how_to_get_it(tmp_path: Path) -> None:
    _, rows = plan_rows(Order("4", tmp_path))
    by_name = {slug(row.name): row for row in rows}
    lacks = missing(by_name["rem-ms-1.4b"], {}, Settings())
    assert "--weights rem-ms-1.4b=PATH" in lacks[0]
    assert "[datasets.ref-vps]" in lacks[1]
    (tmp_path / "w").touch()
    there = Settings.model_validate({"datasets": {"ref-vps": {"root": tmp_path}}})
    assert missing(by_name["rem-ms-1.4b"], {"rem-ms-1.4b": str(tmp_path / "w")}, there) == ()
    gone = {"rem-ms-1.4b": str(tmp_path / "gone")}
    assert missing(by_name["rem-ms-1.4b"], gone, there) == (
        f"weights: {tmp_path / 'gone'}, which --weights names, is not there",
    )


def test_the_own_table_lacks_nothing() -> None:
    _, rows = plan_rows(Order("demo", Path("out")))
    assert [missing(row, {}, Settings()) for row in rows] == [(), (), ()]


@pytest.mark.parametrize("text", ["table4", "Table 4", "4", "table_4"])
def test_a_table_may_be_named_as_people_do(text: str) -> None:
    assert parse_table(text) == "4"


def test_unknown_tables_and_rows_are_one_line() -> None:
    with pytest.raises(ConfigError, match="no table 'table9' to reproduce"):
        parse_table("table9")
    with pytest.raises(ConfigError, match="no row 'nobody'; the rows are mutr"):
        plan_rows(Order("4", Path("out"), only=("nobody",)))
