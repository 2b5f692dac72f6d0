"""Compares a record of Ref-DAVIS with what the official evaluation found."""

from typing import Any

import pytest

from benchmark.report.record import EvalRecord
from benchmark.rules.davis_matching import matched_rows


def require_equal(record: EvalRecord, official: dict[str, Any]) -> None:
    summary = record.summary
    assert summary.f is not None
    assert summary.sets is not None
    assert summary.j_and_f == pytest.approx(official["j_and_f"], abs=1e-12)
    for ours, theirs in zip(summary.sets.sets, official["sets"], strict=True):
        assert ours.f is not None
        assert ours.j.mean == pytest.approx(theirs["j"], abs=1e-12)
        assert ours.f.mean == pytest.approx(theirs["f"], abs=1e-12)
        objects: dict[str, list] = {}
        for row in matched_rows(record.rows):
            if row.annotator == ours.name:
                objects.setdefault(row.clip, []).append((row.j, row.f))
        assert objects.keys() == theirs["objects"].keys()
        for video, pairs in objects.items():
            for pair, official_pair in zip(sorted(pairs), theirs["objects"][video], strict=True):
                assert pair == pytest.approx(official_pair, abs=1e-12)
