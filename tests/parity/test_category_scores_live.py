import os
from pathlib import Path

import pytest

from benchmark.datasets import burst, vspw
from refvps.protocols import DatasetSource
from support import burst as drawn_burst
from support import vspw as drawn_vspw
from support.official_categories import (
    official_burst,
    official_vspw,
    write_official_burst,
    write_official_vspw,
)
from support.stored_scores import scored

VARIABLE = "REFVPS_REFEREVERYTHING"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"opt-in: set {VARIABLE} to a checkout of ReferEverything"
)


def test_burst_equals_the_official_evaluation(tmp_path: Path) -> None:
    drawn = drawn_burst.sequences()
    root = drawn_burst.write_burst(tmp_path / "TAO", drawn)
    results = write_official_burst(tmp_path / "results", drawn)
    official = official_burst(Path(os.environ[VARIABLE]), root, results)
    preds = drawn_burst.write_predictions(tmp_path / "preds", drawn)
    record = scored(burst.load(DatasetSource(root, tmp_path)), preds)
    assert record.summary.j.mean == pytest.approx(official["overall"], abs=1e-12)


def test_vspw_equals_the_official_evaluation(tmp_path: Path) -> None:
    root = drawn_vspw.write_vspw(tmp_path / "VSPW")
    results = write_official_vspw(tmp_path / "results")
    official = official_vspw(Path(os.environ[VARIABLE]), root, results)
    preds = drawn_vspw.write_predictions(tmp_path / "preds")
    record = scored(vspw.load(DatasetSource(root, tmp_path)), preds)
    assert record.summary.j.mean == pytest.approx(official["overall"], abs=1e-12)
