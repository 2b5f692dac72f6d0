from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.datasets.open import open_dataset
from refvps.types import BoolArray
from rem.placement import Placement
from rem.reconstruction.measure import Reconstruction, RoundTrip, errors, first_masks, round_trips
from support.releases import draft, header, squares
from support.rem_models import Toy
from support.rem_runs import method

PLACE = Placement(torch.device("cpu"), torch.float32)


class Faithful:
    """An autoencoder that changes nothing but adds a constant."""

    def __init__(self, error: float) -> None:
        self._error = error

    def encode(self, frames: torch.Tensor) -> torch.Tensor:
        assert set(frames.unique().tolist()) <= {0.0, 1.0}
        return frames.transpose(0, 1)

    def decode(self, latents: torch.Tensor, keep: range) -> torch.Tensor:
        return latents.transpose(0, 1)[keep.start : keep.stop] + self._error


def half(size: int) -> BoolArray:
    mask = np.zeros((size, size), bool)
    mask[: size // 2] = True
    return mask


def test_a_faithful_autoencoder_loses_nothing() -> None:
    (trip,) = round_trips(Faithful(0.0), PLACE, [half(32)], 16)
    assert trip == RoundTrip(0.0, 1.0)


def test_an_error_below_the_threshold_shows_in_the_first_measure_alone() -> None:
    (trip,) = round_trips(Faithful(0.25), PLACE, [half(20)], 16)
    assert trip == RoundTrip(0.25, 1.0)


def test_a_mask_that_is_lost_scores_nothing() -> None:
    (trip,) = round_trips(Faithful(-0.75), PLACE, [half(20)], 16)
    assert trip.iou == 0


def test_errors_are_counted_pixel_by_pixel() -> None:
    decoded = np.array([[1.0, 0.75], [0.25, 0.0]])
    trip = errors(decoded, np.array([[True, False], [True, False]]))
    assert trip == RoundTrip(0.375, pytest.approx(1 / 3))


def test_means_are_over_masks() -> None:
    trips = [RoundTrip(0.0, 1.0), RoundTrip(0.5, 0.5)]
    assert Reconstruction.of(trips) == Reconstruction(2, 0.25, 0.75)


def test_one_mask_a_video_is_taken(tmp_path: Path) -> None:
    from refvps.release.writer import write_release

    drafts = [draft("a", video="one"), draft("b", video="one"), draft("c")]
    write_release(tmp_path / "release", header(), drafts)
    assert len(list(first_masks(open_dataset(None, tmp_path / "release")))) == 2
    masks = list(first_masks(open_dataset(None, squares(tmp_path / "squares", clips=3))))
    assert len(masks) == 3
    assert all(mask.any() for mask in masks)


def test_both_autoencoders_take_single_masks(ms: Toy, wan: Toy) -> None:
    for toy in (ms, wan):
        backbone = method(toy).pipeline()._backbone
        (trip,) = round_trips(backbone.autoencoder, PLACE, [half(40)], 32)
        assert 0 < trip.absolute < 3
        assert 0 <= trip.iou <= 1
