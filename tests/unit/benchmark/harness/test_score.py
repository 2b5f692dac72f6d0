from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmark.harness.query_scores import Scoring
from benchmark.harness.score import collect_scores, masks_digest, score
from benchmark.harness.truth_cache import TruthCache
from refvps.errors import DataError, UnreadablePredictionsError
from refvps.executor import InlineExecutor
from refvps.predictions.source import PredictedMasks
from refvps.types import MaskTrack, Query
from support.queries import packed, query

TRUTH = MaskTrack(("00000", "00004"), (packed("##/.."), packed("../..")), (None, packed("##/..")))


@dataclass
class Data:
    """Two clips; counts how often truth is read."""

    name: str = "d"
    version: str = "1"
    digest: str = "x"
    reads: list[str] = field(default_factory=list)

    def queries(self) -> Iterator[Query]:
        for clip_id in ("fire", "melt"):
            for expression_id in ("0", "1"):
                yield query(clip_id, expression_id)

    def truth(self, asked: Query) -> MaskTrack:
        self.reads.append(asked.query_id)
        return TRUTH


@dataclass
class Source:
    """Stored masks, the same for every query but those that are damaged."""

    mask: str = "#./.."
    damaged: tuple[str, ...] = ()
    folder: Path = Path("preds")
    layout: str = "memory"

    def has(self, asked: Query) -> bool:
        return True

    def read(self, asked: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        if asked.query_id in self.damaged:
            raise DataError(asked.query_id, "is damaged")
        return PredictedMasks((packed(self.mask),) * len(frame_ids), 9, frozenset({"x"}), "d")


def scores(data: Data, source: Source, cache: TruthCache | None = None) -> list:
    outcomes = score(data, source, list(data.queries()), InlineExecutor(), Scoring(cache))
    return collect_scores([outcome.value for outcome in outcomes])


def test_truth_is_read_once_a_target_and_frames_are_joined_by_id() -> None:
    data = Data()
    found = scores(data, Source())
    assert data.reads == ["fire/0", "melt/0"]
    assert [row.row.j for row in found] == [(0.5 + 1.0) / 2] * 4
    assert found[0].row.frames.ids == ("00000", "00004")
    assert found[0].row.frames.void == (0, 2)


@dataclass
class Stamped(Data):
    """The same, with truth that may be kept."""

    stamp: str = "1"

    def truth_stamp(self, asked: Query) -> str:
        return self.stamp


def test_kept_truth_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    cache, reads = TruthCache(tmp_path), []
    for data in (Stamped(), Stamped(), Stamped(stamp="2"), Data(), Data()):
        assert scores(data, Source(), cache) == scores(Data(), Source())
        reads.append(data.reads)
    every = ["fire/0", "melt/0"]
    assert reads == [every, [], every, every, every]


def test_problems_are_all_named_and_nothing_is_scored_without_them() -> None:
    with pytest.raises(UnreadablePredictionsError, match=r"fire/1: is damaged \(2 such") as caught:
        scores(Data(), Source(damaged=("fire/1", "melt/0")))
    assert caught.value.details == ("fire/1: is damaged", "melt/0: is damaged")


def test_a_mask_of_another_size_is_a_problem() -> None:
    with pytest.raises(UnreadablePredictionsError, match=r"frame 00000 is 3x1; the truth is 2x2"):
        scores(Data(), Source(mask="..."))


def test_the_digest_covers_every_query_and_its_bytes() -> None:
    found = scores(Data(), Source())
    assert masks_digest(found) == masks_digest(found)
    assert masks_digest(found) != masks_digest(found[:3])
