"""Stages in order, each done once for its version, its options and what it works on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from refvps.collect import attempts
from refvps.collect.digests import value_digest
from refvps.collect.fetch.job import Answer
from refvps.collect.results import StageRow, put_result
from refvps.collect.stage import Stage, StageResult, Task
from refvps.collect.store.records import Candidate, Fetched
from refvps.collect.store.store import Store
from refvps.errors import RefvpsError
from refvps.executor import Executor, InlineExecutor, WorkUnit


@dataclass(frozen=True, slots=True)
class StageStep:
    """What became of a candidate in a stage."""

    candidate_id: str
    status: str
    reason: str


def run_stage(
    store: Store, stage: Stage, before: str, executor: Executor | None = None
) -> Iterator[StageStep]:
    """Do a stage for every candidate that passed the one before, yielding each that was done.

    What was done with the same version, options and input is skipped; what failed is tried again.
    Only this process reads and changes the store; the executor, by default this process as well,
    does the work between.
    """
    begun: dict[str, tuple[int, StageRow]] = {}

    def units() -> Iterator[WorkUnit[Task]]:
        for candidate, row in _open(store, stage, before):
            name = candidate.candidate_id
            begun[name] = attempts.begin(store, name, stage.name), row
            yield WorkUnit(name, _task(store, stage, candidate))

    for outcome in (executor or InlineExecutor()).run(_make_worker, units()):
        number, row = begun.pop(outcome.unit_id)
        yield _ended(store, outcome.value, number, row)


def _task(store: Store, stage: Stage, candidate: Candidate) -> Task:
    try:
        return stage.task(store, candidate)
    except RefvpsError as error:
        return partial(_failed, error.message)


def _failed(message: str) -> StageResult:
    return StageResult("failed", "error", {"message": message})


def _make_worker() -> Callable[[Task], StageResult]:
    return _do


def _do(task: Task) -> StageResult:
    try:
        return task()
    except RefvpsError as error:
        return _failed(error.message)


def _ended(store: Store, result: StageResult, number: int, row: StageRow) -> StageStep:
    with store.transaction():
        result.save(store)
        put_result(store, row, result.status, result.reason, result.detail)
    failed = result.status == "failed"
    message = str(result.detail.get("message", result.reason))
    attempts.end(store, number, Answer("unknown", message) if failed else None)
    return StageStep(row.candidate_id, result.status, result.reason)


def open_count(store: Store, stage: Stage, before: str) -> int:
    """Return for how many candidates a stage is to be done."""
    return sum(1 for _ in _open(store, stage, before))


def _open(store: Store, stage: Stage, before: str) -> Iterator[tuple[Candidate, StageRow]]:
    rows = store.execute(
        "SELECT candidate_id FROM candidate JOIN stage_result USING (candidate_id)"
        " WHERE stage = ? AND status = 'ok' ORDER BY source_run_id, place",
        (before,),
    )
    for (name,) in rows.fetchall():
        candidate = store.get(Candidate, candidate_id=name)
        row = _row(store, stage, before, name)
        found = store.get(StageRow, candidate_id=name, stage=stage.name)
        if candidate is not None and (found is None or _differs(found, row)):
            yield candidate, row


def _row(store: Store, stage: Stage, before: str, name: str) -> StageRow:
    fetched = store.get(Fetched, candidate_id=name)
    earlier = store.get(StageRow, candidate_id=name, stage=before)
    chain = (earlier.version, earlier.config_hash, earlier.input_hash) if earlier else ()
    given = value_digest([before, *chain, fetched.media_id if fetched else ""])
    return StageRow(name, stage.name, stage.version, value_digest(dict(stage.options)), given)


def _differs(found: StageRow, row: StageRow) -> bool:
    if found.status == "failed":
        return True
    names = ("version", "config_hash", "input_hash")
    return any(getattr(found, name) != getattr(row, name) for name in names)
