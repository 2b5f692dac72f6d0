"""Archives for the servers, compared with what the official writers put there."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.submit.console import Submission, write_submission
from refvps.errors import (
    ConfigError,
    DataError,
    MissingPredictionsError,
    UnreadablePredictionsError,
)
from refvps.packed import pack
from refvps.predictions.store import PredictionStore
from refvps.types import Clip, Expression, Prediction, Query
from support.referring import FRAMES, SIZE, box, mevis, ref_youtube_vos

YTVOS, MEVIS = "ref-youtube-vos:videos=3", "mevis:videos=1,expressions=2"


@pytest.fixture
def pred(tmp_path: Path) -> Path:
    """Masks of a method as run-length encoding, on both data sets."""
    ref_youtube_vos(tmp_path / "rvos")
    mevis(tmp_path / "mevis")
    home = tmp_path / "preds/mine"
    for dataset, clips in (("ref-youtube-vos", ("v0", "v1", "v2")), ("mevis-valid", ("w0",))):
        for clip_id in clips:
            for expression in "01":
                store = PredictionStore(home / dataset)
                store.write(prediction(clip_id, expression))
    return tmp_path / "preds"


def masks(expression: str) -> list[np.ndarray]:
    """bool [H, W] a frame; the second expression's object leaves before the last."""
    found = [box(2 + int(expression), 3 * place) for place in range(len(FRAMES))]
    if expression == "1":
        found[-1] = np.zeros(SIZE, bool)
    return found


def prediction(clip_id: str, expression: str) -> Prediction:
    from fractions import Fraction

    clip = Clip(clip_id, tuple(Path(f"{name}.jpg") for name in FRAMES), Fraction(6), video=clip_id)
    query = Query(clip, Expression(expression, "a", "1"))
    return Prediction(query, FRAMES, tuple(pack(mask) for mask in masks(expression)))


def submitted(pred: Path, name: str = YTVOS, to: str = "out.zip") -> Submission:
    root = pred.parent / ("rvos" if name.startswith("ref") else "mevis")
    return write_submission((name, root), "mine", pred, pred.parent / to)


def content(path: Path) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {}
        for entry in archive.infolist():
            with Image.open(io.BytesIO(archive.read(entry))) as image:
                assert (image.format, image.mode) == ("PNG", "L")
                found[entry.filename] = np.asarray(image)
    return found


@pytest.mark.parametrize(
    ("name", "wrapper", "clips"),
    [(YTVOS, "Annotations/", ("v0", "v1", "v2")), (MEVIS, "", ("w0",))],
)
def test_the_archive_holds_what_the_official_writer_writes(
    pred: Path, name: str, wrapper: str, clips: tuple[str, ...]
) -> None:
    written = submitted(pred, name)
    # inference_ytvos.py: float mask times 255, converted to "L", VIDEO/EXPRESSION/FRAME.png.
    expected = {
        f"{wrapper}{clip}/{expression}/{frame}.png": np.asarray(
            Image.fromarray(mask.astype(np.float32) * 255).convert("L")
        )
        for clip in clips
        for expression in "01"
        for frame, mask in zip(FRAMES, masks(expression), strict=True)
    }
    found = content(written.path)
    assert list(found) == list(expected)
    for key, values in expected.items():
        np.testing.assert_array_equal(found[key], values)
    assert (written.videos, written.expressions) == (len(clips), 2 * len(clips))
    assert (written.frames, written.empty) == (6 * len(clips), len(clips))


def test_the_same_masks_give_the_same_bytes(pred: Path) -> None:
    first, second = submitted(pred, to="a.zip"), submitted(pred, to="b.zip")
    assert first.path.read_bytes() == second.path.read_bytes()


def test_an_archive_is_read_again_as_predictions(pred: Path, tmp_path: Path) -> None:
    first = submitted(pred)
    with zipfile.ZipFile(first.path) as archive:
        archive.extractall(tmp_path / "again/mine")
    root = tmp_path / "rvos"
    second = write_submission((YTVOS, root), "mine", tmp_path / "again", tmp_path / "again.zip")
    assert second.path.read_bytes() == first.path.read_bytes()


def test_missing_expressions_are_all_named_and_nothing_is_written(pred: Path) -> None:
    (pred / "mine/ref-youtube-vos/v1/0.json.gz").unlink()
    (pred / "mine/ref-youtube-vos/v2/1.json.gz").unlink()
    with pytest.raises(
        MissingPredictionsError, match="2 of 6 expressions, the first v1/0"
    ) as error:
        submitted(pred)
    assert error.value.details == ("v1/0", "v2/1")
    assert not list(pred.parent.glob("*.zip"))


def test_a_missing_frame_is_named_before_anything_is_written(pred: Path) -> None:
    submitted(pred)
    home = pred.parent / "png/mine"
    with zipfile.ZipFile(pred.parent / "out.zip") as archive:
        archive.extractall(home)
    (home / "Annotations/v2/1/00010.png").unlink()
    with pytest.raises(UnreadablePredictionsError, match=r"00010\.png: mask of v2/1 is missing"):
        write_submission((YTVOS, pred.parent / "rvos"), "mine", home.parent, pred.parent / "x.zip")
    assert not (pred.parent / "x.zip").exists()


def test_masks_of_another_size_are_refused(pred: Path) -> None:
    for path in (pred.parent / "rvos/valid/JPEGImages/v1").iterdir():
        Image.new("RGB", (60, 40)).save(path)
    with pytest.raises(
        UnreadablePredictionsError,
        match=r"v1/0: mask of frame 00000 is 30x20; the frame is 60x40.*2 such problems",
    ):
        submitted(pred)


def test_a_palette_tree_cannot_answer_expressions_of_unknown_objects(pred: Path) -> None:
    folder = pred.parent / "davis/mine/v0"
    folder.mkdir(parents=True)
    for name in FRAMES:
        Image.fromarray(box(2, 2).astype(np.uint8)).save(folder / f"{name}.png")
    with pytest.raises((MissingPredictionsError, UnreadablePredictionsError)):
        write_submission(
            (YTVOS, pred.parent / "rvos"), "mine", pred.parent / "davis", pred / "x.zip"
        )


@pytest.mark.parametrize(
    ("name", "to", "kind", "said"),
    [
        ("demo", "o.zip", ConfigError, "no server is known for data set 'demo'"),
        ("mevis:split=valid_u", "o.zip", ConfigError, "scores split=valid, not split=valid_u"),
        (YTVOS, "o.tar", ConfigError, "takes a .zip file"),
        (YTVOS, "rvos/valid/JPEGImages/v0/00000.jpg/o.zip", DataError, "cannot be written to"),
    ],
)
def test_what_cannot_be_written_is_refused_first(
    pred: Path, name: str, to: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        submitted(pred, name, to)
