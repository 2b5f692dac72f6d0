"""The funnel: how many candidates each step left, why, and for which concept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from refvps.collect.attempts import Failure
from refvps.collect.decisions import standing
from refvps.collect.reasons import REASONS
from refvps.collect.results import StageRow
from refvps.collect.store.records import Candidate, Clip, Concept, Decision, SourceRun
from refvps.collect.store.store import Store


@dataclass(frozen=True, slots=True)
class Step:
    """A step: how many are left after it, and how many the paper had (None where it is silent)."""

    name: str
    count: int
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """How many were left out by a stage for a reason."""

    stage: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ConceptCount:
    """What one concept has."""

    concept_id: str
    candidates: int
    fetched: int
    suitable: int
    clips: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """All counts of a collection."""

    steps: tuple[Step, ...]
    losses: tuple[Loss, ...]
    concepts: tuple[ConceptCount, ...]

    def document(self) -> dict[str, Any]:
        """Return everything as JSON takes it."""
        return asdict(self)

    def text(self) -> str:
        """Return everything for people."""
        width = max(len(step.name) for step in self.steps)
        lines = [f"{'':{width}}  {'here':>7}  {'paper':>7}"]
        lines += [f"{s.name:{width}}  {s.count:>7}  {s.paper or '':>7}" for s in self.steps]
        if self.losses:
            lines += ["", "left out"]
            lines += [f"  {x.count:>6}  {x.stage}: {x.reason}" for x in self.losses]
        if self.concepts:
            wide = max(len(c.concept_id) for c in self.concepts)
            head = f"  {'concept':{wide}}  candidates  fetched  suitable  clips"
            lines += ["", head]
            lines += [
                f"  {c.concept_id:{wide}}  {c.candidates:>10}  {c.fetched:>7}  {c.suitable:>8}"
                f"  {c.clips:>5}"
                for c in self.concepts
            ]
        return "\n".join(lines)


def funnel(store: Store) -> Funnel:
    """Count a collection."""
    candidates = {found.candidate_id: found for found in store.all(Candidate)}
    fetched = {row.candidate_id for row in store.all(StageRow, stage="fetch", status="ok")}
    holding = standing(store.all(Decision))
    decided = {name: holding[name] for name in fetched if name in holding}
    suitable = {name for name, decision in decided.items() if not _before(decision)}
    clips = _accepted(store, holding)
    of = {name: decided[name].concept_id or candidates[name].concept_id for name in decided}
    concepts = _concepts(
        store,
        candidates=Counter(c.concept_id for c in candidates.values()),
        fetched=Counter(candidates[name].concept_id for name in fetched),
        suitable=Counter(of[name] for name in suitable),
        clips=Counter(clip.concept_id for clip in clips),
    )
    active = [c for c in store.all(Concept) if c.status == "active"]
    steps = (
        Step("concepts in the taxonomy", len(active), "120"),
        Step("named by sources", sum(run.seen for run in store.all(SourceRun))),
        Step("candidates", len(candidates), ">1,000"),
        Step("fetched", len(fetched)),
        Step("looked at by a person", len(decided)),
        Step("suitable", len(suitable), "342"),
        Step("clips", len(clips), "145"),
        Step("concepts with a clip", len({clip.concept_id for clip in clips}), "39"),
    )
    return Funnel(steps, _losses(store, decided), concepts)


def _before(decision: Decision) -> bool:
    reason = REASONS.get(decision.reason)
    return decision.verdict == "exclude" and reason is not None and reason.before


def _accepted(store: Store, holding: Mapping[str, Decision]) -> list[Clip]:
    """Return accepted clips; one that was excluded itself, or whose candidate was, is none."""
    excluded = {name for name, decision in holding.items() if decision.verdict == "exclude"}
    return [
        clip
        for clip in store.all(Clip, state="accepted")
        if not {clip.clip_id, clip.candidate_id} & excluded
    ]


def _losses(store: Store, decided: Mapping[str, Decision]) -> tuple[Loss, ...]:
    found: Counter[tuple[str, str]] = Counter()
    for row in store.all(StageRow):
        if row.status != "ok":
            found[row.stage, row.reason] += 1
    for failure in store.all(Failure):
        if not failure.final:
            found[failure.stage, f"{failure.error_class} (waits)"] += 1
    for decision in decided.values():
        if decision.verdict == "exclude":
            found["triage", decision.reason] += 1
    ordered = sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return tuple(Loss(stage, reason, count) for (stage, reason), count in ordered)


def _concepts(store: Store, **counts: Counter[str]) -> tuple[ConceptCount, ...]:
    return tuple(
        ConceptCount(name, *(counts[key][name] for key in counts))
        for name in (concept.concept_id for concept in store.all(Concept))
        if any(count[name] for count in counts.values())
    )
