"""Recall and decay equal those of the official DAVIS code, as far as that is right."""

import json
import math
from pathlib import Path

import pytest

from benchmark.metrics.frame_scores import decay, recall

GOLDEN = json.loads((Path(__file__).parent / "golden/frame_scores.json").read_text())["cases"]


@pytest.mark.parametrize("name", GOLDEN)
def test_equals_the_official_results(name: str) -> None:
    case = GOLDEN[name]
    scores = case["scores"]
    assert math.fsum(scores) / len(scores) == pytest.approx(case["mean"], abs=1e-12)
    assert recall(scores) == pytest.approx(case["recall"], abs=1e-12)
    assert decay(scores) == pytest.approx(case["decay"], abs=1e-12)
