from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import DataError
from refvps.frames import encode_frame, frame_size, read_frame, read_frames
from refvps.types import Clip, Size


def gradient(height: int = 20, width: int = 30) -> np.ndarray:
    rows, columns = np.indices((height, width))
    return np.stack([8 * rows, 8 * columns, 4 * (rows + columns)], axis=2).astype(np.uint8)


def save(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_frame_comes_back_nearly_as_it_was(tmp_path: Path) -> None:
    path = save(tmp_path / "0.jpg", encode_frame(gradient()))
    found = read_frame(path)
    assert found.shape == (20, 30, 3)
    assert np.abs(found.astype(int) - gradient()).mean() < 3
    assert frame_size(path) == Size(20, 30)


def test_grey_and_png_frames_are_rgb_too(tmp_path: Path) -> None:
    Image.fromarray(gradient()[..., 0]).save(tmp_path / "0.png")
    assert read_frame(tmp_path / "0.png").shape == (20, 30, 3)


@pytest.mark.parametrize("read", [read_frame, frame_size])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "file is missing"),
        (b"", "empty|not an image"),
        (b"text", "not an image file"),
    ],
)
def test_other_files_are_one_line_that_names_them(
    read: object, content: bytes | None, problem: str, tmp_path: Path
) -> None:
    if content is not None:
        save(tmp_path / "0.jpg", content)
    with pytest.raises(DataError, match=problem) as caught:
        read(tmp_path / "0.jpg")
    assert caught.value.message.startswith(str(tmp_path / "0.jpg"))


def test_a_cut_frame_is_never_filled_up_with_grey(tmp_path: Path) -> None:
    whole = encode_frame(gradient())
    with pytest.raises(DataError, match="damaged"):
        read_frame(save(tmp_path / "0.jpg", whole[: len(whole) // 2]))


def test_frames_of_two_sizes_are_named(tmp_path: Path) -> None:
    paths = (
        save(tmp_path / "0.jpg", encode_frame(gradient())),
        save(tmp_path / "1.jpg", encode_frame(gradient(20, 31))),
    )
    frames = read_frames(Clip("c", paths, Fraction(24), "v"))
    assert next(frames).shape == (20, 30, 3)
    with pytest.raises(DataError, match=r"1.jpg: frame is 31x20; the clip's first frame is 30x20"):
        next(frames)
