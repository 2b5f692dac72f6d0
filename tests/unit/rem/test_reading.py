from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from refvps.errors import DataError
from refvps.frames import encode_frame, read_frame
from refvps.types import Clip, Size
from rem.preprocessing import squeeze
from rem.reading import read_windows
from rem.windows import WindowPlan


def test_every_window_gets_its_frames_in_order(clip: Clip) -> None:
    windows = WindowPlan("shifted", (9, 5)).windows(11)
    read = list(read_windows(clip, windows, 16))
    assert [found.window for found in read] == list(windows)
    assert {found.size for found in read} == {Size(40, 56)}
    for found in read:
        for index, frame in zip(found.window.read, found.frames, strict=True):
            expected = squeeze(read_frame(clip.frame_paths[index]), 16)
            assert np.array_equal(frame, expected)


def test_a_frame_that_is_repeated_is_repeated(clip: Clip) -> None:
    short = replace(clip, frame_paths=clip.frame_paths[:3])
    (only,) = read_windows(short, WindowPlan("shifted", (9,)).windows(3), 16)
    assert only.frames.shape == (5, 16, 16, 3)
    assert np.array_equal(only.frames[2], only.frames[4])


def test_a_frame_of_another_size_is_named(clip: Clip, tmp_path: Path) -> None:
    odd = tmp_path / "99999.jpg"
    odd.write_bytes(encode_frame(np.zeros((24, 56, 3), np.uint8)))
    broken = replace(clip, frame_paths=(*clip.frame_paths, odd))
    windows = WindowPlan("consecutive", (4,)).windows(12)
    with pytest.raises(DataError, match=r"99999.jpg: frame is 56x24; the clip's first .* 56x40"):
        list(read_windows(broken, windows, 16))


def test_a_frame_that_is_missing_is_named_and_reading_ends(clip: Clip, tmp_path: Path) -> None:
    broken = replace(clip, frame_paths=(*clip.frame_paths, tmp_path / "gone.jpg"))
    with pytest.raises(DataError, match=r"gone.jpg"):
        list(read_windows(broken, WindowPlan("consecutive", (4,)).windows(12), 16))


def test_reading_can_be_left_off(clip: Clip) -> None:
    windows = read_windows(clip, WindowPlan("consecutive", (2,)).windows(11), 16)
    next(windows)
    windows.close()
