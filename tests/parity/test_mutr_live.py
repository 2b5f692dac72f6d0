"""MUTR through the worker against its official script: the same masks, to the last pixel."""

import os
from pathlib import Path

import pytest

from support.official_baselines import Bench, require_equal, tree_digest
from support.tiny_texts import write_roberta

VARIABLE = "REFVPS_MUTR"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of MUTR"
    " (and REFVPS_BASELINE_PYTHON to an interpreter with what it needs)",
)


def test_masks_are_those_of_the_official_script(tmp_path: Path) -> None:
    checkout = Path(os.environ[VARIABLE]).resolve()
    before = tree_digest(checkout)
    options = {"backbone": "swin_t_p4w7", "args": "--enc_layers 1 --dec_layers 2"}
    bench = Bench("mutr", checkout, tmp_path, options)
    bench.draw()
    write_roberta(tmp_path / "roberta-base")
    bench.official("prepare")
    theirs = bench.official_masks()
    ours, _ = bench.adapter_masks()
    require_equal(theirs, ours)
    assert tree_digest(checkout) == before
