import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.region_similarity import region_similarity

VARIABLE = "REFVPS_DAVIS2017_EVALUATION"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of davis2017-evaluation",
)


def test_equals_official_davis_on_fresh_masks() -> None:
    path = Path(os.environ[VARIABLE]) / "davis2017/metrics.py"
    spec = importlib.util.spec_from_file_location("official_metrics", path)
    official = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(official)
    random = np.random.default_rng()
    for _ in range(200):
        shape = tuple(random.integers(1, 90, 3) // (8, 1, 1) + 1)
        pred, truth, void = (random.random(shape) < random.random() for _ in range(3))
        with np.errstate(invalid="ignore"):
            theirs = official.db_eval_iou(truth, pred, void_pixels=void)
        np.testing.assert_allclose(
            region_similarity(pred, truth, void=void), theirs, rtol=0, atol=1e-12
        )
