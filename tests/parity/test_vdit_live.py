"""VD-IT through the worker against its official script, both seeded: the same masks."""

import os
from pathlib import Path

import pytest

from support.official_baselines import Bench, mirror, require_equal, tree_digest
from support.tiny_texts import write_roberta
from support.tiny_video_diffusion import write_clip_vision, write_text_to_video

VARIABLE = "REFVPS_VDIT"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of VD-IT"
    " (and REFVPS_BASELINE_PYTHON to an interpreter with what it needs)",
)
SMALL = Path(__file__).parents[1] / "support/official/small_vdit.py"


def test_masks_are_those_of_the_official_script(tmp_path: Path) -> None:
    checkout = Path(os.environ[VARIABLE]).resolve()
    before = tree_digest(checkout)
    options = {"args": "--enc_layers 1 --dec_layers 2"}
    bench = Bench("vdit", checkout, tmp_path, options, frames=3, adapter=SMALL)
    bench.draw()
    write_roberta(tmp_path / "roberta-base")
    mirror(checkout / "Text-To-Video-Finetuning", tmp_path / "Text-To-Video-Finetuning")
    write_text_to_video(tmp_path / "Text-To-Video-Finetuning/mymodels/model_scope_diffusers")
    write_clip_vision(tmp_path / "laion/CLIP-ViT-H-14-laion2B-s32B-b79K")
    bench.official("prepare")
    theirs = bench.official_masks()
    ours, _ = bench.adapter_masks()
    require_equal(theirs, ours)
    assert tree_digest(checkout) == before
