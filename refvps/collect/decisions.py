"""What people decided: the standing decision of each subject, and decisions as a file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from refvps.collect.config import checked
from refvps.collect.reasons import REASONS
from refvps.collect.store.records import Candidate, Clip, Concept, Decision, Fetched
from refvps.collect.store.store import Store
from refvps.errors import CollectError, DataError

FIELDS = (
    "subject",
    "verdict",
    "reason",
    "reviewer",
    "at",
    "ms_spent",
    "blind",
    "concept_id",
    "note",
)
TIMES = ("start", "end", "event_start", "event_end")


class DecisionLine(BaseModel):
    """A decision in a file; with times, an accepted candidate becomes a clip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    verdict: str
    reason: str = ""
    reviewer: str
    at: str = ""
    ms_spent: int = 0
    blind: bool = False
    concept_id: str = ""
    note: str = ""
    start: str = ""
    end: str = ""
    event_start: str = ""
    event_end: str = ""

    @field_validator("verdict")
    @classmethod
    def _known_verdict(cls, value: str) -> str:
        if value not in {"accept", "exclude", "undo", "split"}:
            raise ValueError("accept, exclude, split or undo")
        return value

    @field_validator("reason")
    @classmethod
    def _known_reason(cls, value: str, info: ValidationInfo) -> str:
        excluded = info.data.get("verdict") == "exclude"
        if excluded != bool(value) or (value and value not in REASONS):
            known = ", ".join(REASONS)
            raise ValueError(f"a reason for every exclusion and for nothing else; one of {known}")
        return value


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return the decision that holds for each subject; blind second passes do not count.

    Args:
        decisions: in order; "undo" takes the one before it back.
    """
    stacks: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.blind:
            continue
        stack = stacks.setdefault(decision.subject, [])
        if decision.verdict != "undo":
            stack.append(decision)
        elif stack:
            stack.pop()
    return {subject: stack[-1] for subject, stack in stacks.items() if stack}


def export_decisions(store: Store, path: Path) -> int:
    """Write every decision to a CSV or JSON-lines file; return how many."""
    from refvps import atomic

    rows = [{name: asdict(d)[name] for name in FIELDS} for d in store.all(Decision)]
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        atomic.write_text(path, text.getvalue())
    else:
        atomic.write_text(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return len(rows)


def import_decisions(store: Store, path: Path) -> int:
    """Add the decisions of a file, all or none; return how many are new.

    A line that says what holds already is skipped, so the same file may be read twice.

    Raises:
        DataError: the file cannot be read.
        ConfigError: a line is wrong: names line, key, expected and found.
        CollectError: a subject or a concept is unknown.
    """
    with store.transaction():
        return sum(_decide(store, line, where) for where, line in _lines(path))


def _decide(store: Store, line: DecisionLine, where: str) -> bool:
    candidate = store.get(Candidate, candidate_id=line.subject)
    if candidate is None and store.get(Clip, clip_id=line.subject) is None:
        raise CollectError(f"{where}: no candidate or clip is called {line.subject!r}")
    concept = line.concept_id or None
    if concept and store.get(Concept, concept_id=concept) is None:
        raise CollectError(f"{where}: concept {concept!r} is not in the taxonomy")
    if candidate is not None and line.verdict == "accept" and line.start:
        store.put(_clip(store, candidate, line, where))
    earlier = store.all(Decision, subject=line.subject)
    last = standing(earlier).get(line.subject)
    said = (line.verdict, line.reason, line.reviewer, concept)
    if not line.blind and last and said == _said(last):
        return False
    values = {name: getattr(line, name) for name in FIELDS} | {
        "at": line.at or store.now(),
        "concept_id": concept,
        "previous_id": earlier[-1].decision_id if earlier else None,
    }
    store.put(Decision(**values))
    store.log(line.reviewer, f"decided {line.verdict}", line.subject, reason=line.reason)
    return True


def _said(decision: Decision) -> tuple[str, str, str, str | None]:
    return decision.verdict, decision.reason, decision.reviewer, decision.concept_id


def _clip(store: Store, candidate: Candidate, line: DecisionLine, where: str) -> Clip:
    fetched = store.get(Fetched, candidate_id=candidate.candidate_id)
    if fetched is None:
        raise CollectError(f"{where}: {candidate.candidate_id} is not fetched yet")
    try:
        start, end = Fraction(line.start), Fraction(line.end)
        first, last = Fraction(line.event_start or start), Fraction(line.event_end or end)
    except (ValueError, ZeroDivisionError):
        raise CollectError(f"{where}: times are seconds, as 1.5 or 3/2") from None
    if not 0 <= start <= first <= last <= end or start == end:
        raise CollectError(f"{where}: expected 0 <= start <= event_start <= event_end <= end")
    name = candidate.candidate_id.replace(":", "-", 1)
    index = len(
        [c for c in store.all(Clip, candidate_id=candidate.candidate_id) if c.start < start]
    )
    concept = line.concept_id or candidate.concept_id
    media = fetched.media_id
    return Clip(
        f"{name}-{index}", candidate.candidate_id, media, concept, index, start, end, first, last,
        "accepted", line.note,
    )  # fmt: skip


def _lines(path: Path) -> Iterable[tuple[str, DecisionLine]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read as UTF-8 text: {error}") from error
    for number, row in _rows(path, text):
        where = f"{path}: line {number}"
        given = {key: value for key, value in row.items() if value not in {"", None}}
        yield where, checked(DecisionLine, given, where)


def _rows(path: Path, text: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    if path.suffix == ".csv":
        yield from enumerate(csv.DictReader(text.splitlines()), 2)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(path, f"line {number}: not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(path, f"line {number}: expected an object")
        yield number, row
