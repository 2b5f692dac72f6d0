import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.contour_accuracy import contour_accuracy

VARIABLE = "REFVPS_DAVIS2017_EVALUATION"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of davis2017-evaluation",
)


def test_equals_official_davis_on_fresh_masks() -> None:
    pytest.importorskip("skimage", reason="the official code draws its disk with scikit-image")
    path = Path(os.environ[VARIABLE]) / "davis2017/metrics.py"
    spec = importlib.util.spec_from_file_location("official_metrics", path)
    official = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(official)
    random = np.random.default_rng()
    for _ in range(200):
        shape = tuple(random.integers(1, [4, 300, 300]))
        # From single pixels to nearly full, and squares that have outlines.
        pred, truth, void = (random.random(shape) < random.random() ** 4 for _ in range(3))
        top, left = random.integers(0, shape[1:])
        truth[:, top : top + 90, left : left + 90] = True
        pred[:, top : top + 87, left : left + 93] = True
        for ignored in (None, void):
            theirs = official.db_eval_boundary(truth, pred, void_pixels=ignored)
            assert contour_accuracy(pred, truth, void=ignored).tolist() == theirs.tolist()
        theirs = official.db_eval_boundary(truth, pred, void_pixels=void, bound_th=3)
        assert contour_accuracy(pred, truth, void=void, bound=3).tolist() == theirs.tolist()
