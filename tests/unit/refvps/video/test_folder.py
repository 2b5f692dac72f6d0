"""Folders of frames, read as videos."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import DataError
from refvps.types import Size
from refvps.video.source import open_video
from support.videos import grey_frame, number_of


def save(path: Path, pixels: np.ndarray, **how: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **how)


def test_numbers_in_names_give_the_order(tmp_path: Path) -> None:
    for number in (2, 10, 1):
        save(tmp_path / f"{number}.png", grey_frame(number))
    (tmp_path / ".hidden.png").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    source = open_video(tmp_path, folder_rate=Fraction(5))
    assert source.facts.size == Size(32, 48)
    assert (source.facts.frames, source.facts.duration) == (3, Fraction(3, 5))
    found = [(frame.stem, frame.time, number_of(frame.pixels())) for frame in source.frames()]
    assert found == [("1", 0, 1), ("2", Fraction(1, 5), 2), ("10", Fraction(2, 5), 10)]
    assert [frame.stem for frame in source.frames(Fraction(3, 10))] == ["2", "10"]


def test_plain_files_are_used_as_they_are(tmp_path: Path) -> None:
    save(tmp_path / "0.jpg", grey_frame(1))
    save(tmp_path / "1.png", np.dstack([grey_frame(2), np.full((32, 48), 128, np.uint8)]))
    exif = Image.Exif()
    exif[0x0112] = 6
    save(tmp_path / "2.jpg", np.rot90(grey_frame(3)).copy(), exif=exif)
    frames = list(open_video(tmp_path).frames())
    assert [frame.path is not None for frame in frames] == [True, False, False]
    assert abs(frames[1].pixels()[20, 40].astype(int) - 6).max() <= 1, "half transparent on black"
    assert frames[2].pixels().shape == (32, 48, 3)


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    grey = np.full((8, 8), 300 << 6, np.uint16)
    Image.fromarray(grey).save(tmp_path / "0.png")
    assert next(open_video(tmp_path).frames()).pixels()[0, 0].tolist() == [75, 75, 75]


def test_wrong_folders_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no frames; expected .jpg or .png"):
        open_video(tmp_path)
    save(tmp_path / "0.png", grey_frame(0))
    save(tmp_path / "1.png", grey_frame(0, 16, 16))
    with pytest.raises(DataError, match=r"1.png: frame is 16x16; the first frame .* is 48x32"):
        list(open_video(tmp_path).frames())
    (tmp_path / "0.png").write_bytes(b"x")
    with pytest.raises(DataError, match=r"0.png: not an image file"):
        open_video(tmp_path)
