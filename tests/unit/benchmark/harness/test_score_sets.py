"""Every prediction of a set is compared with every target of its clip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmark.harness.query_scores import Scoring
from benchmark.harness.score import collect_scores, score
from benchmark.harness.truth_cache import TruthCache
from refvps.errors import DataError, UnreadablePredictionsError
from refvps.executor import InlineExecutor
from refvps.predictions.source import PredictedMasks
from refvps.types import Expression, MaskTrack, Query
from support.queries import packed, query

VOID = packed("...#/....")
MASKS = {"1": "##../....", "2": "..#./..##", "3": "..../#..."}


@dataclass
class Data:
    """A clip of three targets, the third without an expression; counts how often truth is read."""

    rule: str = "davis-unsupervised"
    name: str = "d"
    version: str = "1"
    digest: str = "x"
    voids: dict[str, str] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def targets(self, clip_id: str) -> tuple[str, ...]:
        return tuple(MASKS)

    def queries(self) -> Iterator[Query]:
        for annotator in "ab":
            for target in "12":
                found = Expression(f"{annotator}{target}", "it", target, annotator)
                yield Query(query().clip, found)

    def truth(self, asked: Query) -> MaskTrack:
        target = asked.expression.target_id
        self.reads.append(target)
        void = packed(self.voids.get(target, "...#/...."))
        return MaskTrack(("00000", "00004"), (packed(MASKS[target]),) * 2, (None, void))

    def truth_stamp(self, asked: Query) -> str:
        return "1"


@dataclass
class Source:
    """A mask by expression; the same on both frames."""

    masks: dict[str, str]
    folder: Path = Path("preds")
    layout: str = "memory"

    def has(self, asked: Query) -> bool:
        return True

    def read(self, asked: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        text = self.masks[asked.expression.expression_id]
        if text == "damaged":
            raise DataError(asked.query_id, "is damaged")
        return PredictedMasks((packed(text),) * len(frame_ids), 9, frozenset({"x"}), "d")


SWAPPED = {"a1": "..##/..##", "a2": "##../....", "b1": "##../.#..", "b2": "##../..##"}


def rows(data: Data, source: Source, cache: TruthCache | None = None) -> dict:
    outcomes = score(data, source, list(data.queries()), InlineExecutor(), Scoring(cache))
    found = collect_scores([outcome.value for outcome in outcomes])
    return {each.row.expression: each.row for each in found}


def test_every_prediction_is_counted_with_every_target_and_matched() -> None:
    data = Data()
    found = rows(data, Source(SWAPPED))
    assert data.reads == ["1", "2", "3"]
    assert [found[name].matched for name in ("a1", "a2", "b1", "b2")] == ["2", "1", "1", "2"]
    row = found["a1"]
    assert [other.target for other in row.others] == ["2", "3"]
    assert row.frames.intersection == (0, 0)
    assert row.frames.void == (0, 1)
    assert row.frames.predicted == (4, 3)  # one pixel is void on the second frame
    assert row.others[0].intersection == (3, 3)
    assert row.others[0].pixels == (3, 3)
    assert row.f is not None


def test_where_predictions_overlap_the_first_may_win() -> None:
    cut = rows(Data(rule="davis-unsupervised-first-wins"), Source(SWAPPED))
    assert cut["b1"].frames.predicted == (3, 3)
    assert cut["b2"].frames.predicted == (2, 2)
    assert cut["a2"].frames.predicted == (2, 2)  # sets do not cut each other


def test_kept_truth_scores_the_same(tmp_path: Path) -> None:
    plain = rows(Data(), Source(SWAPPED))
    first, second = Data(), Data()
    assert rows(first, Source(SWAPPED), TruthCache(tmp_path)) == plain
    assert rows(second, Source(SWAPPED), TruthCache(tmp_path)) == plain
    assert second.reads == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"a2": "damaged"}, "fire/a2: is damaged"),
        ({"a2": "##."}, "fire/a2: predicted mask of frame 00000 is 3x1; the truth is 4x2"),
        ({"a1": "damaged", "b1": "#"}, r"fire/a1: is damaged \(2 such problems in all\)"),
    ],
)
def test_a_prediction_that_cannot_be_read_is_named(changed: dict[str, str], said: str) -> None:
    with pytest.raises(UnreadablePredictionsError, match=said):
        rows(Data(), Source({**SWAPPED, **changed}))


def test_targets_whose_void_differs_are_refused() -> None:
    with pytest.raises(UnreadablePredictionsError, match="targets 1 and 3 differ in frames, size"):
        rows(Data(voids={"3": ".###/...."}), Source(SWAPPED))
