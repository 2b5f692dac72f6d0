"""One step of the official training scripts and of ours: the same loss, gradients and weights."""

import os
from pathlib import Path

import pytest
import torch

from support.official_training import CLIP, official_step, own_step
from support.rem_models import Toy, write_unet3d

VARIABLE = "REFVPS_REFEREVERYTHING"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"opt-in: set {VARIABLE} to a checkout of ReferEverything"
)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    torch.set_num_threads(1)
    return write_unet3d(tmp_path / "toy")


@pytest.mark.parametrize("stage", [1, 2])
def test_a_step_equals_the_official_one(toy: Toy, stage: int) -> None:
    official = official_step(Path(os.environ[VARIABLE]), toy, stage)
    ours = own_step(toy, stage)
    assert ours.loss == official.loss
    held = [name for name, gradient in official.gradients.items() if gradient is None]
    assert held == [name for name, gradient in ours.gradients.items() if gradient is None]
    for name, gradient in official.gradients.items():
        assert gradient is None or torch.equal(gradient, ours.gradients[name]), name
    for name, weights in official.weights.items():
        assert torch.equal(weights, ours.weights[name]), name
    # The clamp was at work, and left something alone.
    largest = [float(g.abs().max()) for g in official.gradients.values() if g is not None]
    assert max(largest) == pytest.approx(CLIP)
    assert min(largest) < CLIP
