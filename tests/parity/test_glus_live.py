"""GLUS through the worker against its own script for one video: the same masks."""

import os
from pathlib import Path

import pytest

from support.official_baselines import Bench, require_equal, tree_digest
from support.tiny_texts import write_llama_tokenizer
from support.tiny_video_diffusion import write_small_clip

VARIABLE = "REFVPS_GLUS"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of GLUS"
    " (and REFVPS_BASELINE_PYTHON to an interpreter with what it needs)",
)


def test_masks_are_those_of_the_official_script(tmp_path: Path) -> None:
    checkout = Path(os.environ[VARIABLE]).resolve()
    before = tree_digest(checkout)
    options = {"sam_config": "sam2_hiera_t.yaml", "precision": "fp32"}
    bench = Bench("glus", checkout, tmp_path, options, frames=5)
    bench.draw()
    write_llama_tokenizer(bench.checkpoint)
    write_small_clip(tmp_path / "openai/clip-vit-large-patch14")
    bench.official("prepare")
    theirs = bench.official_masks()
    ours, facts = bench.adapter_masks()
    require_equal(theirs, ours)
    assert facts[1]["frames_without_seg"] == []
    assert tree_digest(checkout) == before
