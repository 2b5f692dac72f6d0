"""A comparison as JSON for machines: fractions with every digit."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmark.report.beside import beside_scores
from benchmark.report.choice import compared_notes
from benchmark.report.comparison import Comparison, SideBySide
from benchmark.report.measured import Measured
from benchmark.report.metric import held_by
from benchmark.report.paper import PaperTable
from benchmark.report.sentences import sentences

SCHEMA = "refvps-comparison/2"


def comparison_json(
    measured: Sequence[Measured],
    comparisons: Sequence[Comparison],
    quoted: Sequence[PaperTable],
) -> dict[str, Any]:
    """Return comparisons as JSON values, every entry with its metric.

    Args:
        measured: the records compared.
        comparisons: one a metric; without one, there are the paper's tables alone.
        quoted: tables of the paper.
    """
    document: dict[str, Any] = {"schema": SCHEMA}
    if comparisons:
        labels = [item.label for item in measured]
        document |= {
            "dataset": measured[0].record.dataset.model_dump(mode="json"),
            "rule": measured[0].record.rule.model_dump(mode="json"),
            "metrics": [found.metric for found in comparisons],
            "notes": list(compared_notes(measured, [found.metric for found in comparisons])),
            "methods": [_method(item) for item in measured],
            "places": [entry for found in comparisons for entry in _places(found)],
            "differences": [
                {"metric": found.metric, **asdict(item)}
                for found in comparisons
                for item in found.differences
            ],
            "sets": [e for found in comparisons for e in _named(found, labels, found.sets)],
            "groups": [e for found in comparisons for e in _named(found, labels, found.groups)],
            "concepts": [e for found in comparisons for e in _named(found, labels, found.concepts)],
            "beside": [entry for item in measured for entry in _beside(item, comparisons)],
            "sentences": [text for found in comparisons for text in sentences(found)],
        }
    tables = [{"source": table.source, **table.model_dump(mode="json")} for table in quoted]
    return document | {"quoted": tables}


def _method(item: Measured) -> dict[str, Any]:
    return {
        "method": item.label,
        "record": str(item.path),
        "masks_digest": item.record.method.masks_digest,
        "metrics": list(held_by(item.record)),
    }


def _beside(item: Measured, comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Return the scores beside the main one, in the metrics compared."""
    return [
        {
            "metric": found.metric,
            "method": item.label,
            "name": each.name,
            "score": score.model_dump(mode="json"),
            **{known.term.replace(" ", "_"): known.share for known in each.counts},
        }
        for found in comparisons
        for each in beside_scores(item.record)
        if (score := each.part.score(found.metric)) is not None
    ]


def _places(found: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "metric": found.metric,
            "method": place.label,
            "score": place.score.model_dump(mode="json"),
            "rank": place.rank,
            "rank_interval": place.rank_interval,
        }
        for place in found.places
    ]


def _named(
    found: Comparison, labels: Sequence[str], named: Sequence[SideBySide]
) -> list[dict[str, Any]]:
    return [
        {
            "metric": found.metric,
            "name": item.name,
            "scores": {
                label: score.model_dump(mode="json")
                for label, score in zip(labels, item.scores, strict=True)
            },
        }
        for item in named
    ]
