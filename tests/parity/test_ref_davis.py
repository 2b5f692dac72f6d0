"""J, F and J&F of Ref-DAVIS equal those of the official evaluation: sets, objects and means."""

import json
from pathlib import Path

import pytest

from benchmark.datasets import ref_davis
from refvps.protocols import DatasetSource
from support.matched_scores import require_equal
from support.ref_davis import VIDEOS, write_predictions, write_ref_davis
from support.stored_scores import scored

GOLDEN = json.loads((Path(__file__).parent / "golden/ref_davis.json").read_text())["scores"]


@pytest.mark.parametrize(
    ("matching", "official"), [("hungarian", "separate"), ("first-wins", "merged")]
)
def test_ref_davis_equals_the_official_results(
    matching: str, official: str, tmp_path: Path
) -> None:
    root = write_ref_davis(tmp_path / "ref-davis")
    preds = write_predictions(tmp_path / "preds")
    options = {"videos": str(len(VIDEOS)), "matching": matching}
    record = scored(ref_davis.load(DatasetSource(root, tmp_path, options)), preds)
    require_equal(record, GOLDEN[official])


def test_matching_forgives_swapped_references_and_the_direct_rule_does_not(tmp_path: Path) -> None:
    root = write_ref_davis(tmp_path / "ref-davis")
    preds = write_predictions(tmp_path / "preds")
    options = {"videos": str(len(VIDEOS)), "matching": "direct"}
    record = scored(ref_davis.load(DatasetSource(root, tmp_path, options)), preds)
    assert record.summary.j_and_f is not None
    assert record.summary.j_and_f < GOLDEN["separate"]["j_and_f"] - 0.02
