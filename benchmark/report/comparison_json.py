"""A comparison as JSON for machines: fractions with every digit."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmark.report.comparison import Comparison, SideBySide
from benchmark.report.measured import Measured
from benchmark.report.paper import PaperTable
from benchmark.report.sentences import sentences

SCHEMA = "refvps-comparison/1"


def comparison_json(
    measured: Sequence[Measured], comparison: Comparison | None, quoted: Sequence[PaperTable]
) -> dict[str, Any]:
    """Return the comparison as JSON values; without one, the paper's tables alone."""
    document: dict[str, Any] = {"schema": SCHEMA}
    if comparison is not None:
        labels = [item.label for item in measured]
        document |= {
            "dataset": measured[0].record.dataset.model_dump(mode="json"),
            "rule": measured[0].record.rule.model_dump(mode="json"),
            "methods": [
                {
                    "method": place.label,
                    "record": str(item.path),
                    "masks_digest": item.record.method.masks_digest,
                    "j": place.j.model_dump(mode="json"),
                    "rank": place.rank,
                    "rank_interval": place.rank_interval,
                }
                for item, place in zip(measured, comparison.places, strict=True)
            ],
            "differences": [asdict(item) for item in comparison.differences],
            "groups": _named(labels, comparison.groups),
            "concepts": _named(labels, comparison.concepts),
            "sentences": list(sentences(comparison)),
        }
    tables = [{"source": table.source, **table.model_dump(mode="json")} for table in quoted]
    return document | {"quoted": tables}


def _named(labels: Sequence[str], named: Sequence[SideBySide]) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "j": {
                label: score.model_dump(mode="json")
                for label, score in zip(labels, item.scores, strict=True)
            },
        }
        for item in named
    ]
