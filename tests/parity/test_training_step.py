"""One step of ours equals what the official training scripts did; see golden/PROVENANCE.md."""

import json
from pathlib import Path

import pytest
import torch

from support.official_training import own_step, summary
from support.rem_models import write_unet3d

GOLDEN = json.loads((Path(__file__).parent / "golden/training_step.json").read_text())


@pytest.mark.parametrize("stage", [1, 2])
def test_a_step_equals_the_official_one(stage: int, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    expected = GOLDEN["stages"][str(stage)]
    toy = write_unet3d(tmp_path / "toy")
    before = {name: value.clone() for name, value in toy.network.named_parameters()}
    found = summary(own_step(toy, stage), before)
    assert found["loss"] == pytest.approx(expected["loss"], rel=1e-5)
    assert found["parameters"].keys() == expected["parameters"].keys()
    for name, numbers in expected["parameters"].items():
        ours = found["parameters"][name]
        # As many sums says: a gradient where the official code has one, and none elsewhere.
        assert len(ours) == len(numbers), name
        for k in range(len(numbers)):
            # A sum of both signs is compared on the scale of the magnitudes.
            scale = max(abs(numbers[-2]) if len(numbers) > 1 else 0.0, abs(numbers[k]))
            assert ours[k] == pytest.approx(numbers[k], rel=1e-3, abs=1e-4 * scale + 1e-9), name
