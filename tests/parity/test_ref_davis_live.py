import os
from pathlib import Path

import pytest

from benchmark.datasets import ref_davis
from refvps.protocols import DatasetSource
from support.matched_scores import require_equal
from support.official_davis import official_ref_davis, write_merged, write_official
from support.ref_davis import VIDEOS, write_predictions, write_ref_davis
from support.stored_scores import scored

VARIABLE = "REFVPS_REFEREVERYTHING"
OTHER = "REFVPS_DAVIS2017_EVALUATION"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"opt-in: set {VARIABLE} to a checkout of ReferEverything"
)


def require_official_packages() -> None:
    pytest.importorskip("scipy", reason="the official code matches with SciPy")
    pytest.importorskip("skimage", reason="the official code draws its disk with scikit-image")


def test_ref_davis_equals_the_official_evaluation(tmp_path: Path) -> None:
    require_official_packages()
    root = write_ref_davis(tmp_path / "ref-davis")
    results = write_official(tmp_path / "results")
    official = official_ref_davis(Path(os.environ[VARIABLE]), root, results)
    preds = write_predictions(tmp_path / "preds")
    source = DatasetSource(root, tmp_path, {"videos": str(len(VIDEOS))})
    require_equal(scored(ref_davis.load(source), preds), official)


@pytest.mark.skipif(
    OTHER not in os.environ, reason=f"opt-in: set {OTHER} to a checkout of davis2017-evaluation"
)
def test_merged_masks_equal_the_official_evaluation(tmp_path: Path) -> None:
    require_official_packages()
    root = write_ref_davis(tmp_path / "ref-davis")
    results = write_merged(tmp_path / "results")
    checkout, davis = Path(os.environ[VARIABLE]), Path(os.environ[OTHER])
    official = official_ref_davis(checkout, root, results, evaluated_by=davis)
    preds = write_predictions(tmp_path / "preds")
    options = {"videos": str(len(VIDEOS)), "matching": "first-wins"}
    require_equal(scored(ref_davis.load(DatasetSource(root, tmp_path, options)), preds), official)
