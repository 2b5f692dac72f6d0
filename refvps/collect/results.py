"""Results of stages in the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from refvps.collect.stage import Status
from refvps.collect.store.record import Record
from refvps.collect.store.store import Store


@dataclass(frozen=True, slots=True)
class StageRow(Record):
    """The result of a stage for a candidate, and what it was the result of."""

    TABLE: ClassVar[str] = "stage_result"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id", "stage")

    candidate_id: str
    stage: str
    version: int
    config_hash: str
    input_hash: str
    status: Status = "ok"
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    ended: str = ""


def put_result(
    store: Store, row: StageRow, status: Status, reason: str, detail: Mapping[str, Any]
) -> None:
    """Store a result and log it."""
    found = replace(row, status=status, reason=reason, detail=detail, ended=store.now())
    with store.transaction():
        store.put(found)
        store.log(row.stage, status, row.candidate_id, reason=reason)
