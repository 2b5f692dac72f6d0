"""Whole records, and records whose digest was made to fit after an edit."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmark.report import record as records
from benchmark.report.record import DatasetPart, EvalRecord, MethodPart, Row
from benchmark.rules import per_expression
from benchmark.rules.by_name import RULES


def record_of(
    rows: Sequence[Row],
    *,
    method: str = "m",
    dataset: str = "tiny",
    digest: str = "d",
    rule: str = per_expression.RULE.name,
) -> EvalRecord:
    """The record of a method with these rows, averaged by the rule of Ref-VPS or another."""
    averaging = RULES[rule]
    return EvalRecord(
        tool={"refvps": "1"},
        dataset=DatasetPart(name=dataset, version="1", digest=digest, fps="24"),
        method=MethodPart(
            name=method,
            run=None,
            layout="l",
            encodings=("palette",),
            masks_digest=f"masks of {method}",
            frame_rate="24",
        ),
        rule=averaging.part,
        summary=averaging.summarise(rows),
        rows=tuple(rows),
    )


def reseal(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change a record and make its digest fit, as somebody who wants to deceive would."""
    document = json.loads(path.read_text("utf-8"))
    document.pop("digest", None)
    edit(document)
    document["digest"] = records._digest(document)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
