"""REM on toy models equals golden results of the official code."""

from pathlib import Path

import numpy as np
import pytest
import torch

from refvps.types import BoolArray
from support.clips import drawn_clip
from support.rem_models import Toy, write_unet3d, write_wan
from support.rem_runs import (
    encoded,
    method,
    ms_frames,
    our_masks,
    predicted,
    require_not_vacuous,
    wan_latents,
)

GOLDEN = np.load(Path(__file__).parent / "golden/rem.npz")
# Convolutions sum in another order on another processor; the toys make the most of it.
TOLERANCE = 1e-4
MOST_PIXELS = 0.001


@pytest.fixture(scope="module", autouse=True)
def _one_torch_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def ms(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet3d(tmp_path_factory.mktemp("ms"))


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_wan(tmp_path_factory.mktemp("wan"))


def require_golden(masks: list[BoolArray], name: str) -> None:
    require_not_vacuous(masks)
    golden = np.unpackbits(GOLDEN[name], axis=-1, count=masks[0].shape[-1]).astype(bool)
    assert (np.stack(masks) != golden).mean() <= MOST_PIXELS


def test_ms_masks_are_the_official_ones(ms: Toy, tmp_path: Path) -> None:
    clip = drawn_clip(tmp_path, "clip", 13)
    require_golden(our_masks(method(ms, windows=8), clip), "ms_masks")


def test_wan_masks_are_the_official_ones(wan: Toy, tmp_path: Path) -> None:
    clip = drawn_clip(tmp_path, "clip", 13)
    require_golden(our_masks(method(wan, windows=9), clip), "wan_masks")


def test_ms_latents_are_the_official_ones(ms: Toy) -> None:
    made = method(ms)
    ours, _ = predicted(made, encoded(made, ms_frames()))
    np.testing.assert_allclose(ours.numpy(), GOLDEN["ms_latents"], atol=TOLERANCE)


def test_wan_latents_are_the_official_ones(wan: Toy) -> None:
    ours, _ = predicted(method(wan), wan_latents())
    np.testing.assert_allclose(ours.numpy(), GOLDEN["wan_latents"], atol=TOLERANCE)


def test_without_noise_the_ms_model_answers_otherwise(ms: Toy) -> None:
    made = method(ms, noise="none")
    ours, _ = predicted(made, encoded(made, ms_frames()))
    assert np.abs(ours.numpy() - GOLDEN["ms_latents"]).max() > 100 * TOLERANCE
