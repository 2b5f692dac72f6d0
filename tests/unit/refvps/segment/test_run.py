"""How far a segmentation says it is, while a method is at work inside a clip."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from refvps.method_choice import MethodChoice
from refvps.packed import pack
from refvps.protocols import MethodCard
from refvps.segment.request import Request
from refvps.segment.run import DRAW, PREDICT, READ, Step, segment
from refvps.types import Prediction, Query
from support.videos import evenly, write_video

FRAMES = 4
MASK = np.zeros((24, 32), bool)


class Telling:
    """Makes the masks of all sentences first, two frames at a time, and answers afterwards."""

    card = MethodCard({})

    def tell(self, made: Callable[[int], None]) -> None:
        self._made = made

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        asked = list(queries)
        for _ in range(0, FRAMES * len(asked), 2):
            self._made(2)
        for query in asked:
            ids = query.clip.frame_ids
            yield Prediction(query, ids, tuple(pack(MASK) for _ in ids))


class TellingChoice(MethodChoice):
    def load(self) -> Telling:
        return Telling()


@pytest.fixture
def request_of_two(tmp_path: Path) -> Request:
    frames = [np.full((*MASK.shape, 3), 40 * place, np.uint8) for place in range(FRAMES)]
    video = write_video(tmp_path / "grey.mkv", evenly(FRAMES), frames=frames)
    return Request(video, ("the grey", "the rest"), TellingChoice("telling", {}))


def test_a_method_that_tells_moves_predicting_on_before_it_answers(
    request_of_two: Request, tmp_path: Path
) -> None:
    told: list[Step] = []
    steps = []
    for step in segment(request_of_two, tmp_path / "made", tell=told.append):
        steps.append(step)
        if step.stage == PREDICT and step.done == 0:
            assert told == []
    assert told == [Step(PREDICT, done, 8) for done in (2, 4, 6, 8)]
    assert [step.done for step in steps if step.stage == PREDICT] == [0, 8, 8]
    assert [step.stage for step in steps if step.stage != PREDICT] == [READ] * 4 + [DRAW] * 4


def test_nobody_need_listen(request_of_two: Request, tmp_path: Path) -> None:
    steps = [step for step in segment(request_of_two, tmp_path / "made") if step.stage == PREDICT]
    assert [step.done for step in steps] == [0, 8, 8]
