import numpy as np
import pytest
import torch

from refvps.packed import Size
from rem.masks import bits_by_sums, dense_masks, mask_frames, masks_of


def test_masks_are_encoded_as_0_and_1_never_as_minus_1() -> None:
    masks = np.array([[[True, False], [False, False]]])
    frames = mask_frames(masks)
    assert frames.shape == (1, 3, 2, 2)
    assert set(frames.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(frames[0, 0], frames[0, 2])
    assert frames[0, 0, 0, 0] == 1


def test_a_half_is_background_and_anything_above_is_target() -> None:
    above = float(np.nextafter(np.float32(0.5), np.float32(1)))
    decoded = torch.tensor([0.5, above])[None, None, None, :].expand(1, 3, 1, 2)
    assert dense_masks(decoded, Size(1, 2)).tolist() == [[[False, True]]]


def test_channels_are_averaged() -> None:
    decoded = torch.tensor([1.0, 1.0, -0.6])[None, :, None, None]  # mean 0.47
    assert not dense_masks(decoded, Size(1, 1)).any()


def test_values_are_enlarged_before_they_are_split() -> None:
    decoded = torch.tensor([0.0, 2.0])[None, None, None, :].expand(1, 3, 1, 2)
    # Bilinear to four pixels: 0, 0.5, 1.5, 2. Split first, it would be two and two as well, but
    # a third of the way up is where the size of the frame decides.
    assert dense_masks(decoded, Size(1, 4)).tolist() == [[[False, False, True, True]]]
    steep = torch.tensor([0.0, 9.0])[None, None, None, :].expand(1, 3, 1, 2)
    assert dense_masks(steep, Size(1, 4)).tolist() == [[[False, True, True, True]]]


def test_one_packed_mask_a_frame_at_the_size_of_the_clip() -> None:
    random = np.random.default_rng(0)
    decoded = torch.from_numpy(random.standard_normal((35, 3, 8, 8)).astype(np.float32))
    packed = list(masks_of(decoded, Size(5, 11)))
    assert len(packed) == 35
    assert {mask.size for mask in packed} == {Size(5, 11)}
    assert np.array_equal(np.stack([m.dense() for m in packed]), dense_masks(decoded, Size(5, 11)))


@pytest.mark.parametrize("pixels", [8, 64, 136])
def test_bits_packed_on_a_device_are_numpys(pixels: int) -> None:
    masks = np.random.default_rng(0).random((3, 5, pixels)) > 0.5
    packed = bits_by_sums(torch.from_numpy(masks)).numpy()
    assert np.array_equal(packed, np.packbits(masks, axis=-1, bitorder="little"))
