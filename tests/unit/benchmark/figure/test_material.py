"""Frames, truth and masks joined by frame id, and what is said of them."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.figure.block import NO_J, NOT_ANNOTATED, build_block
from benchmark.figure.material import Material, read_material, read_whole_material
from benchmark.figure.methods import StoredMethod
from refvps.mask_png import write_labels
from refvps.packed import pack
from refvps.predictions.png_trees import PaletteTree
from refvps.predictions.store import PredictionStore
from refvps.release.reader import Release, open_release
from refvps.types import Prediction, Query, Size
from support.releases import FRAMES, square, squares

FULL = np.ones((24, 32), bool)
EVERY = [f"{index:05}" for index in range(FRAMES)]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return open_release(squares(tmp_path / "data"))


def asked(release: Release, clip: str = "clip-1") -> Query:
    return next(query for query in release.queries() if query.clip.clip_id == clip)


def full_frame(folder: Path, query: Query) -> StoredMethod:
    store = PredictionStore(folder / "full")
    store.write(Prediction(query, query.clip.frame_ids, (pack(FULL),) * FRAMES))
    return StoredMethod("full", store)


def sparse(folder: Path, query: Query) -> StoredMethod:
    for index in range(0, FRAMES, 4):
        path = folder / f"sparse/{query.clip.clip_id}/{index:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_labels(path, square(index).astype(np.uint8))
    return StoredMethod("sparse", PaletteTree(folder / "sparse", {}))


def whole(release: Release, folder: Path, *, with_truth: bool = True) -> Material:
    query = asked(release)
    methods = (full_frame(folder, query), sparse(folder, query))
    truth = release.truth(query.clip.clip_id, "1") if with_truth else None
    return read_whole_material(query, truth, methods if with_truth else methods[:1])


def test_a_moment_is_of_its_frame_alone(release: Release, tmp_path: Path) -> None:
    material = whole(release, tmp_path)
    moment = material.moment("00004")
    assert moment.seconds == pytest.approx(4 / 24)
    assert moment.truth is not None
    assert moment.truth.frame_id == "00004"
    # By hand: the square is 8 x 8, void takes columns 16 to 19, the square ends at 15.
    assert [found.j for found in moment.predicted if found] == [64 / (768 - 96), 1.0]
    between = material.moment("00005")
    assert between.truth is None
    assert [found and (found.frame_id, found.j) for found in between.predicted] == [
        ("00005", None),
        None,
    ]


def test_a_video_holds_what_a_frame_lacks(release: Release, tmp_path: Path) -> None:
    moment = whole(release, tmp_path).moment("00007", hold=True)
    assert moment.truth is not None
    assert moment.truth.frame_id == "00004"
    assert [found and (found.frame_id, found.j) for found in moment.predicted] == [
        ("00007", 64 / (768 - 96)),
        ("00004", 1.0),
    ]


def test_without_truth_there_is_no_j(release: Release, tmp_path: Path) -> None:
    moment = whole(release, tmp_path, with_truth=False).moment("00004", hold=True)
    assert moment.truth is None
    assert [found and found.j for found in moment.predicted] == [None]


def test_a_block_says_j_or_why_there_is_none(release: Release, tmp_path: Path) -> None:
    query = asked(release, "clip-0")
    method = full_frame(tmp_path, query)
    truth = release.truth("clip-0", "1")
    frames = ("00000", "00003", "00008")
    material = read_material(query, truth, (method,), frames)
    block = build_block(material, frames, side=Size(12, 16), outline=0.1)
    assert block.labels == ("frames", "truth", "full")
    assert block.times == ("0.00 s", "0.12 s", "0.33 s")
    notes = [[picture.note for picture in row] for row in block.rows]
    assert notes == [
        [None, None, None],
        [None, NOT_ANNOTATED, None],
        ["J 8.3", NO_J, "J 0.0"],  # 64 of 768 pixels; the target has left by frame 8
    ]
    assert {picture.pixels.shape for row in block.rows for picture in row} == {(12, 16, 3)}
