"""The log of attempts, and the failures that are still open."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from refvps.collect.fetch.failures import CLASSES
from refvps.collect.fetch.job import Answer
from refvps.collect.store.record import Record
from refvps.collect.store.store import Store


@dataclass(frozen=True, slots=True)
class Failure(Record):
    """That a candidate is held up: why, how often, until when, and whether for good."""

    TABLE: ClassVar[str] = "failure"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id", "stage")

    candidate_id: str
    stage: str
    error_class: str
    tries: int
    final: bool
    not_before: str
    first_failed: str
    message: str


def begin(store: Store, subject: str, stage: str) -> int:
    """Note that an attempt starts; return its number."""
    with store.transaction():
        row = store.execute(
            "INSERT INTO attempt (subject, stage, started, status, error_class, message)"
            " VALUES (?, ?, ?, 'running', '', '') RETURNING attempt_id",
            (subject, stage, store.now()),
        ).fetchone()
    return int(row[0])


def end(store: Store, number: int, answer: Answer | None = None) -> None:
    """Note how an attempt ended; without an answer, well."""
    found = answer or Answer()
    with store.transaction():
        store.execute(
            "UPDATE attempt SET ended = ?, status = ?, error_class = ?, http_status = ?,"
            " retry_after = ?, message = ? WHERE attempt_id = ?",
            (
                store.now(),
                "failed" if found.error_class else "ok",
                found.error_class,
                found.http_status,
                found.retry_after,
                found.message,
                number,
            ),
        )


def mark_interrupted(store: Store) -> None:
    """Note that the attempts a killed run left behind were interrupted."""
    with store.transaction():
        store.execute("UPDATE attempt SET status = 'interrupted' WHERE status = 'running'")


def record_failure(store: Store, candidate_id: str, stage: str, answer: Answer) -> Failure:
    """Keep a failure open until it may be tried again; final after its class's chances."""
    kind = CLASSES[answer.error_class]
    before = store.get(Failure, candidate_id=candidate_id, stage=stage)
    same = before is not None and before.error_class == kind.name
    tries = before.tries + 1 if same and before else 1
    failure = Failure(
        candidate_id,
        stage,
        kind.name,
        tries,
        bool(kind.chances) and tries >= kind.chances,
        later(store.now(), answer.retry_after or kind.wait),
        before.first_failed if same and before else store.now(),
        answer.message,
    )
    with store.transaction():
        store.put(failure)
        store.log(stage, "failed", candidate_id, error_class=kind.name, final=failure.final)
    return failure


def later(time: str, seconds: int) -> str:
    """Return a time so many seconds after another.

    >>> later("2026-01-02T03:04:05Z", 60)
    '2026-01-02T03:05:05Z'
    """
    moment = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return (moment + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
