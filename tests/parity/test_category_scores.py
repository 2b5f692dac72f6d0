"""J of BURST and VSPW equals that of the official evaluation, but where that mixes sequences."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmark.datasets import burst, vspw
from benchmark.report.record import EvalRecord
from refvps.protocols import DatasetSource
from support import vspw as drawn_vspw
from support.burst import sequences, sequences_of_one_name, write_burst, write_predictions
from support.stored_scores import scored

GOLDEN = json.loads((Path(__file__).parent / "golden/category_scores.json").read_text())["scores"]


def require_equal(record: EvalRecord, official: dict[str, Any]) -> None:
    assert record.summary.j.mean == pytest.approx(official["overall"], abs=1e-12)
    ours = {concept.name: concept.j.mean for concept in record.summary.concepts}
    assert ours == pytest.approx(official["classes"], abs=1e-12)


def test_burst_equals_the_official_results(tmp_path: Path) -> None:
    root = write_burst(tmp_path / "TAO", sequences())
    preds = write_predictions(tmp_path / "preds", sequences())
    record = scored(burst.load(DatasetSource(root, tmp_path)), preds)
    require_equal(record, GOLDEN["burst"])


def test_vspw_equals_the_official_results(tmp_path: Path) -> None:
    root = drawn_vspw.write_vspw(tmp_path / "VSPW")
    preds = drawn_vspw.write_predictions(tmp_path / "preds")
    require_equal(scored(vspw.load(DatasetSource(root, tmp_path)), preds), GOLDEN["vspw"])


def test_the_official_burst_scores_one_sequence_by_the_truth_of_its_namesake(
    tmp_path: Path,
) -> None:
    drawn = sequences_of_one_name()
    root = write_burst(tmp_path / "TAO", drawn)
    preds = write_predictions(tmp_path / "preds", drawn)
    record = scored(burst.load(DatasetSource(root, tmp_path)), preds)
    assert GOLDEN["burst-clash"]["overall"] < record.summary.j.mean - 0.01
