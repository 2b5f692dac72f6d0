"""Decisions as a file, for a spreadsheet or another tool."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from refvps import atomic
from refvps.collect.clip_times import part_of, part_text, read_part
from refvps.collect.config import checked
from refvps.collect.decisions import decide, latest, standing, subject_candidate
from refvps.collect.reasons import REASONS
from refvps.collect.store.records import Concept, Decision
from refvps.collect.store.store import Store
from refvps.collect.text_files import objects, rows
from refvps.errors import CollectError, ConfigError

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


class DecisionLine(BaseModel):
    """A decision in a file; with times, an accepted candidate becomes a clip.

    ``parts`` are all parts at once, four times each, as ``0 4 1 3; 6 9 6 9``.
    """

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
    parts: str = ""

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

    def texts(self) -> tuple[str, ...]:
        """Return the parts that the line names.

        Raises:
            ConfigError: times that are none, or not in order, or without a verdict that has them.
        """
        texts = tuple(each for each in self.parts.split(";") if each.strip())
        found = tuple(part_text(read_part(text)) for text in texts)
        if self.start or self.end:
            times = (self.start, self.end, self.event_start, self.event_end)
            found = (*found, part_text(part_of(*times)))
        if found and self.verdict not in {"accept", "split"}:
            raise ConfigError(f"times belong to accept and split, not to {self.verdict}")
        return found


def export_decisions(store: Store, path: Path) -> int:
    """Write every decision to a CSV or JSON-lines file; return how many."""
    rows = [
        {name: getattr(each, name) for name in FIELDS} | {"parts": "; ".join(each.parts)}
        for each in store.all(Decision)
    ]
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, (*FIELDS, "parts"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        atomic.write_text(path, text.getvalue())
    else:
        atomic.write_text(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return len(rows)


def import_decisions(store: Store, path: Path) -> int:
    """Add the decisions of a file, all or none; return how many are new.

    A line that says what holds already is skipped, so the same file may be read twice. Further
    lines that accept the same candidate with other times give it further clips.

    Raises:
        DataError: the file cannot be read.
        ConfigError: a line is wrong: names line, key, expected and found.
        CollectError: a subject or a concept is unknown.
    """
    with store.transaction():
        return sum(_take(store, line, where) for where, line in _lines(path))


def _take(store: Store, line: DecisionLine, where: str) -> bool:
    concept = line.concept_id or None
    if concept and store.get(Concept, concept_id=concept) is None:
        raise CollectError(f"{where}: concept {concept!r} is not in the taxonomy")
    try:
        subject_candidate(store, line.subject)
        parts = line.texts()
    except (CollectError, ConfigError) as error:
        raise CollectError(f"{where}: {error.message}") from None
    last = standing(store.all(Decision, subject=line.subject)).get(line.subject)
    if not line.blind and last and last.verdict == line.verdict:
        parts = tuple(dict.fromkeys((*last.parts, *parts)))
        said = (line.reason, line.reviewer, concept, parts)
        if said == (last.reason, last.reviewer, last.concept_id, last.parts):
            return False
    seen = latest(store, line.subject, blind_of=line.reviewer if line.blind else None)
    values = {name: getattr(line, name) for name in FIELDS} | {
        "at": line.at or store.now(),
        "concept_id": concept,
        "previous_id": seen.decision_id if seen else None,
        "parts": parts,
    }
    try:
        decide(store, Decision(**values))
    except CollectError as error:
        raise CollectError(f"{where}: {error.message}") from None
    return True


def _lines(path: Path) -> Iterable[tuple[str, DecisionLine]]:
    for number, row in rows(path) if path.suffix == ".csv" else objects(path):
        where = f"{path}: line {number}"
        given = {key: value for key, value in row.items() if value != "" and value is not None}
        yield where, checked(DecisionLine, given, where)
