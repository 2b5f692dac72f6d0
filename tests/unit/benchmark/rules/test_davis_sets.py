"""What cannot be averaged over sets of expressions is named before anything is scored."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from benchmark.rules.davis_sets import find_wrong_own_rows, find_wrong_rows, require_sets
from refvps.errors import ConfigError, DataError
from refvps.types import Expression, Query
from support.queries import query
from support.set_rows import matched, set_row


@dataclass
class Data:
    """Expressions as (clip, set, target), one a query."""

    asked: list[tuple[str, str | None, str]]
    name: str = "d"
    count: int = 30

    def targets(self, clip_id: str) -> tuple[str, ...]:
        return tuple(str(label) for label in range(1, self.count + 1))

    def queries(self) -> Iterator[Query]:
        for place, (clip, annotator, target) in enumerate(self.asked):
            yield Query(query(clip).clip, Expression(str(place), "it", target, annotator))


GOOD = [
    ("c", "a", "1"),
    ("c", "a", "2"),
    ("c", "b", "1"),
    ("c", "b", "2"),
    ("d", "a", "3"),
    ("d", "b", "3"),
]


def check(data: Data) -> None:
    require_sets(data, list(data.queries()))


def test_sets_of_one_expression_a_target_are_fine() -> None:
    check(Data(GOOD))
    check(Data([("c", "a", str(label)) for label in range(1, 21)]))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([*GOOD, ("e", "a", "1")], "d: clip e has other sets of expressions than a, b"),
        ([*GOOD, ("c", "a", "2")], "d: clip c has two expressions of one target in set a"),
        ([*GOOD, ("c", "a", "3")], "expressions of other targets in set b than in another"),
        ([*GOOD, ("e", None, "1")], "clip e has an expression of no set: it names no annotator"),
        ([("c", "a", "31")], "expression c/0 is about target 31, which the clip does not have"),
        (
            [("c", "a", str(label)) for label in range(1, 22)],
            "clip c has 21 expressions in set a; the official evaluation takes at most 20",
        ),
    ],
)
def test_other_queries_are_refused(asked: list, said: str) -> None:
    with pytest.raises(DataError) as error:
        check(Data(asked))
    assert said in error.value.message


def test_a_data_set_that_cannot_name_its_targets_is_refused() -> None:
    class Plain:
        name = "plain"

    with pytest.raises(ConfigError, match="plain cannot be averaged by its rule"):
        require_sets(Plain(), [])


def rows() -> list:
    both = {"1": [100, 50], "2": [20, 30]}
    return matched(
        [set_row("c", name, target, both) for name in ("a", "b") for target in ("1", "2")]
    )


def test_rows_that_belong_together_are_fine() -> None:
    assert find_wrong_rows(rows()) is None
    alone = [row.model_copy(update={"others": (), "matched": None}) for row in rows()]
    assert find_wrong_own_rows(alone) is None


def test_rows_that_do_not_are_named() -> None:
    first, *others = rows()
    for update, said in (
        ({"matched": "2"}, "row c/1a is matched with '2', but its counts give '1'"),
        ({"matched": None}, "row c/1a is matched with None, but its counts give '1'"),
        ({"annotator": "x"}, "clip c has expressions of other targets"),
        ({"annotator": None}, "clip c has an expression of no set"),
        ({"contours": None}, "row c/1a has no F, by which its rule matches"),
        ({"others": ()}, "has other targets than another row of its clip"),
    ):
        assert said in str(find_wrong_rows([first.model_copy(update=update), *others]))
    other = first.others[0].model_copy(update={"pixels": (99, 100)})
    changed = first.model_copy(update={"others": (other,)})
    assert "has other pixels of target 2 than another row" in str(
        find_wrong_rows([changed, *others])
    )
    without = first.model_copy(update={"contours": None})
    assert find_wrong_own_rows([without, *others]) == "row c/1a has no F"
    assert "clip c has" in str(find_wrong_own_rows([first, first, *others]))
