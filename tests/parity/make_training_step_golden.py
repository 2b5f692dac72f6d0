"""Writes golden/training_step.json with the official training scripts.

Usage: PYTHONPATH=tests python tests/parity/make_training_step_golden.py CHECKOUT COMMIT
Not run by the tests; they read its output. See golden/PROVENANCE.md.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch

from support.official_training import official_step, summary
from support.rem_models import write_unet3d

HERE = Path(__file__).parent


def main() -> None:
    checkout, commit = Path(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(1)
    stages = {}
    for stage in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            toy = write_unet3d(Path(folder) / "toy")
            before = {name: value.clone() for name, value in toy.network.named_parameters()}
            stages[str(stage)] = summary(official_step(checkout, toy, stage), before)
    document = {"commit": commit, "torch": torch.__version__, "stages": stages}
    (HERE / "golden/training_step.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
