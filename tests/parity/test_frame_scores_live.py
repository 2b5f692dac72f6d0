import ast
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.metrics.frame_scores import decay, recall

VARIABLE = "REFVPS_DAVIS2017_EVALUATION"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"opt-in: set {VARIABLE} to a checkout of davis2017-evaluation",
)


def official_statistics() -> Any:
    """``db_statistics`` alone: its module imports packages that are not needed here."""
    tree = ast.parse((Path(os.environ[VARIABLE]) / "davis2017/utils.py").read_text())
    tree.body = [node for node in tree.body if getattr(node, "name", "") == "db_statistics"]
    names: dict[str, Any] = {"np": np, "warnings": warnings}
    exec(compile(tree, "davis2017/utils.py", "exec"), names)
    return names["db_statistics"]


def test_equals_official_davis_on_fresh_scores() -> None:
    official, random = official_statistics(), np.random.default_rng()
    for length in range(1, 256):
        scores = random.random(length)
        _, theirs_recall, theirs_decay = official(scores)
        assert recall(list(scores)) == pytest.approx(theirs_recall, abs=1e-12)
        assert decay(list(scores)) == pytest.approx(theirs_decay, abs=1e-12)


def test_the_official_decay_is_wrong_on_long_clips() -> None:
    ramp = 1 - np.arange(400) / 399
    assert official_statistics()(ramp)[2] == pytest.approx(43 / 399)
