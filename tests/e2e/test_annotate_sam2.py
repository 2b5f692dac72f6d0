"""`refvps annotate --weights` with SAM 2's real code, at toy size with random weights."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from e2e.commands import BIN
from support import sam2
from support.annotator_server import Tab
from support.projects import copied_project

JOB = "clip-0-mask-ann"
CLICKS = [[6.5, 9.5, True], [25.5, 20.5, False]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from annotator.segmenters.sam.convert import converted
    from annotator.segmenters.sam.transformers_build import empty_model

    folder = tmp_path_factory.mktemp("weights") / "toy"
    model = empty_model(sam2.TOY)
    model.load_state_dict(converted(sam2.official_state()), strict=True)
    model.save_pretrained(folder)
    return folder


@contextmanager
def served(root: Path, weights: Path) -> Iterator[str]:
    command = [BIN / "refvps", "annotate", root, "--weights", weights, "--port", "0"]
    log = root.parent / "log"
    with (
        log.open("w") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True) as process,
    ):
        try:
            url = process.stdout.readline().strip()
            assert url, log.read_text()
            assert f"segmenter: sam2, {weights} (SHA-256 " in log.read_text()
            yield url
        finally:
            process.kill()


def asked(tab: Tab, rev: int = 0) -> tuple[dict, list[np.ndarray]]:
    """Click, carry the mask over three keyframes, and return what came of it."""
    found = tab.click(0, CLICKS, rev)
    lines = list(tab.propagate(1, 4))
    assert lines[-1] == {"done": True, "frames": 3}, lines
    stored = [tab.planes(k) for k in range(4)]
    assert [int(plane.sum()) for plane in stored[1:]] == [line["area"] for line in lines[:-1]]
    return found, stored


def test_clicks_and_propagation_give_the_same_masks_after_a_restart(
    tmp_path: Path, weights: Path
) -> None:
    copied_project(tmp_path / "p")
    with served(tmp_path / "p", weights) as url:
        tab = Tab(url, "ann", JOB, "one")
        first, masks = asked(tab)
        assert 0 < first["area"] < masks[0].size
    with served(tmp_path / "p", weights) as url:
        tab = Tab(url, "ann", JOB, "two")
        frames = tab.state()["frames"]
        assert frames["0"]["clicks"] == CLICKS
        assert {frames[at]["source"] for at in ("0", "4", "8", "12")} == {"sam2"}
        assert all(np.array_equal(tab.planes(k), masks[k]) for k in range(4))
        again, remade = asked(tab, first["rev"])
    assert again["rle"] == first["rle"]
    assert again["score"] == first["score"]
    assert all(np.array_equal(remade[k], masks[k]) for k in range(4))
