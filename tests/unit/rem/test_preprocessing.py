import numpy as np
import torch
from PIL import Image

from rem.preprocessing import squeeze, to_signed


def test_frames_are_squeezed_with_pillows_widening_bilinear_filter() -> None:
    frame = np.zeros((4, 8, 3), np.uint8)
    frame[:, ::2] = 200
    small = squeeze(frame, 2)
    expected = Image.fromarray(frame).resize((2, 2), Image.Resampling.BILINEAR)
    assert np.array_equal(small, np.asarray(expected))
    # Picking every fourth pixel, as a filter that does not widen would, gives 200 or 0.
    assert 60 < small.min() <= small.max() < 140


def test_a_frame_of_the_right_size_is_left_alone() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    assert np.array_equal(squeeze(frame, 16), frame)


def test_values_go_from_minus_1_to_1() -> None:
    frames = np.zeros((2, 1, 1, 3), np.uint8)
    frames[1] = 255
    signed = to_signed(frames)
    assert signed.shape == (2, 3, 1, 1)
    assert signed.dtype == torch.float32
    assert signed[0].unique().tolist() == [-1.0]
    assert signed[1].unique().tolist() == [1.0]


def test_read_only_frames_are_taken() -> None:
    frames = np.zeros((1, 2, 2, 3), np.uint8)
    frames.flags.writeable = False
    assert to_signed(frames).shape == (1, 3, 2, 2)


def test_values_are_the_official_ones_to_the_last_bit() -> None:
    every = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)
    unit = torch.from_numpy(every).permute(0, 3, 1, 2).contiguous().to(torch.float32).div(255)
    assert torch.equal(to_signed(every), unit.sub(0.5).div(0.5))
