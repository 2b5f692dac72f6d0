"""The suite that every method must pass, run on each that this distribution installs."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from refvps import plugins
from refvps.errors import ConfigError
from refvps.frames import encode_frame
from refvps.protocols import Method
from refvps.types import Clip, Expression, Query

NAMES = [name for name in plugins.names(plugins.METHODS) if name in ("full-frame", "motion")]


@pytest.fixture(params=NAMES)
def method(request: pytest.FixtureRequest) -> Method:
    return plugins.load(plugins.METHODS, request.param)({})


def clip(folder: Path, name: str, frames: int, size: tuple[int, int] = (40, 60)) -> Clip:
    random = np.random.default_rng(frames)
    paths = []
    for index in range(frames):
        path = folder / f"{name}-{index:05}.jpg"
        path.write_bytes(encode_frame(random.integers(0, 256, (*size, 3), dtype=np.uint8)))
        paths.append(path)
    return Clip(name, tuple(paths), Fraction(24), video=name)


def queries(*clips: Clip) -> list[Query]:
    return [Query(c, Expression(key, f"the {key}", "1")) for c in clips for key in ("a", "b")]


def test_answers_every_query_in_order_at_the_size_of_the_frames(
    method: Method, tmp_path: Path
) -> None:
    asked = queries(clip(tmp_path, "x", 3), clip(tmp_path, "y", 2, (31, 17)))
    answers = list(method.predict(asked))
    assert [answer.query for answer in answers] == asked
    for answer in answers:
        assert answer.frame_ids == answer.query.clip.frame_ids
    assert [tuple(answer.masks[0].size) for answer in answers] == [(40, 60)] * 2 + [(31, 17)] * 2


def test_a_clip_of_one_frame_is_answered(method: Method, tmp_path: Path) -> None:
    (answer, _) = method.predict(queries(clip(tmp_path, "x", 1)))
    assert len(answer.masks) == 1


def test_the_same_query_gets_the_same_answer(method: Method, tmp_path: Path) -> None:
    asked = queries(clip(tmp_path, "x", 4))
    first, again = list(method.predict(asked)), list(method.predict(asked))
    assert [answer.masks for answer in first] == [answer.masks for answer in again]


def test_nothing_asked_is_nothing_answered(method: Method) -> None:
    assert list(method.predict([])) == []


def test_every_option_in_force_is_on_the_card(method: Method) -> None:
    assert all(isinstance(value, str) for value in method.card.options.values())
    assert method.card.checkpoint is None


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"method '{name}': unknown option 'no-such'"):
        plugins.load(plugins.METHODS, name)({"no-such": "1"})


def test_options_reach_the_method() -> None:
    card = plugins.load(plugins.METHODS, "motion")({"least_motion": "0.5"}).card
    assert card.options["least_motion"] == "0.5"
