"""UNINEXT through the worker against its own ``forward``: the same masks, to the last pixel."""

import os
from pathlib import Path

import pytest

from support.official_baselines import Bench, require_equal, tree_digest
from support.tiny_texts import write_bert

VARIABLE = "REFVPS_UNINEXT"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of UNINEXT"
    " (and REFVPS_BASELINE_PYTHON to an interpreter with what it needs)",
)
SMALL = (
    "MODEL.DDETRS.ENC_LAYERS 1 MODEL.DDETRS.DEC_LAYERS 2"
    " MODEL.DDETRS.NUM_OBJECT_QUERIES 20 MODEL.DDETRS.TWO_STAGE_NUM_PROPOSALS 20"
)


def test_masks_are_those_of_the_official_forward(tmp_path: Path) -> None:
    checkout = Path(os.environ[VARIABLE]).resolve()
    before = tree_digest(checkout)
    config = "projects/UNINEXT/configs/eval-vid/video_joint_r50_eval_rvos.yaml"
    bench = Bench("uninext", checkout, tmp_path, {"config": config, "overrides": SMALL}, frames=3)
    bench.draw()
    write_bert(tmp_path / "projects/UNINEXT/bert-base-uncased")
    bench.official("prepare")
    theirs = bench.official_masks()
    ours, _ = bench.adapter_masks()
    require_equal(theirs, ours)
    assert tree_digest(checkout) == before
