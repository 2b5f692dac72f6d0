"""Training videos of the small REM as releases."""

import json
from pathlib import Path

import pytest

from refvps.demo.concepts import CONCEPTS
from refvps.errors import ConfigError, DataError
from refvps.executor import InlineExecutor
from refvps.release.validate import validate_release
from rem.tiny import corpus as module
from rem.tiny.corpus import HELD_OUT, Corpus, write_corpus


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corpus") / "small"
    with pytest.MonkeyPatch.context() as patched:
        chosen = {name: module.SCENES[name] for name in ("papers", "coffee", "valley")}
        patched.setattr(module, "SCENES", chosen)
        write_corpus(root, Corpus(1), workers=1)
    return root


def clips(root: Path) -> dict[str, dict]:
    path = root / "meta_expressions/valid/meta_expressions.json"
    return json.loads(path.read_text("utf-8"))["videos"]


@pytest.mark.parametrize("kind", ["captions", "masks"])
def test_both_are_sound_releases(written: Path, kind: str) -> None:
    assert validate_release(written / kind, InlineExecutor()) == ()


def test_held_out_concepts_are_captioned_and_never_masked(written: Path) -> None:
    captioned, masked = clips(written / "captions"), clips(written / "masks")
    assert set(captioned) == {"papers-1000", "coffee-1000", "valley-1000"}
    assert {clip["concept"] for clip in masked.values()}.isdisjoint(HELD_OUT)
    assert not any(clip["video"] == "coffee-1000" for clip in masked.values())
    assert {"valley-1000-high", "valley-1000-low"} <= set(masked)


def test_frames_are_those_that_are_annotated_at_the_network_s_size(written: Path) -> None:
    from refvps.frames import frame_size

    frames = sorted((written / "masks/JPEGImages/papers-1000-hole").iterdir())
    labels = sorted((written / "masks/Annotations/papers-1000-hole").iterdir())
    assert [path.stem for path in frames] == [path.stem for path in labels]
    assert frame_size(frames[0]) == (64, 64)
    assert 15 < len(frames) < 30


def test_nothing_else_is_left(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == ["captions", "masks"]


def test_a_corpus_is_never_added_to(written: Path) -> None:
    with pytest.raises(DataError, match="is there already"):
        write_corpus(written, Corpus(1))


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (lambda: Corpus(0), "at least one video"),
        (lambda: Corpus(1, first_seed=3), "may not be trained on"),
        (lambda: Corpus(1, held_out=("rain",)), "no demo concept is called 'rain'"),
    ],
)
def test_what_cannot_be_is_one_line(wrong: object, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        wrong()


def test_held_out_concepts_exist() -> None:
    assert set(HELD_OUT) <= set(CONCEPTS)
