"""Who decided how much and how fast, and how far two people agree who did not see each other."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from refvps.collect.decisions import blind_standing, standing
from refvps.collect.store.records import Decision


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One person's decisions, undone ones included; seconds where the page measured them."""

    name: str
    decisions: int
    undone: int
    blind: int
    median_seconds: float | None
    mean_seconds: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What two people said of a candidate: a verdict, or the reason of an exclusion."""

    candidate_id: str
    first: str
    first_by: str
    second: str
    second_by: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often pairs agree, and Cohen's kappa; None where chance alone would give all or none."""

    of: str
    pairs: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """All that is known of the people who decided."""

    reviewers: tuple[Reviewer, ...]
    agreement: tuple[Agreement, ...]
    disagreements: tuple[Pair, ...]

    def document(self) -> dict[str, Any]:
        """Return everything as JSON takes it."""
        return asdict(self)

    def text(self) -> str:
        """Return everything for people."""
        wide = max((len(each.name) for each in self.reviewers), default=4)
        lines = [f"{'':{wide}}  decisions  undone  blind  median s  mean s"]
        lines += [
            f"{r.name:{wide}}  {r.decisions:>9}  {r.undone:>6}  {r.blind:>5}"
            f"  {_seconds(r.median_seconds):>8}  {_seconds(r.mean_seconds):>6}"
            for r in self.reviewers
        ]
        for each in self.agreement:
            kappa = "not defined" if each.kappa is None else f"{each.kappa:.2f}"
            lines.append(f"{each.of}: {each.same} of {each.pairs} agree, kappa {kappa}")
        lines += [
            f"  {p.candidate_id}: {p.first} ({p.first_by}), {p.second} ({p.second_by})"
            for p in self.disagreements
        ]
        return "\n".join(lines)


def review(decisions: Sequence[Decision]) -> Review:
    """Count a collection's decisions, which are in order."""
    names = sorted({each.reviewer for each in decisions})
    pairs = [pair for name in names for pair in _pairs(decisions, name)]
    verdicts = [(_verdict(p.first), _verdict(p.second)) for p in pairs]
    labels = [(p.first, p.second) for p in pairs]
    agreement = (_agreement("verdict", verdicts), _agreement("verdict and reason", labels))
    return Review(
        tuple(_reviewer(name, decisions) for name in names),
        agreement if pairs else (),
        tuple(pair for pair in pairs if pair.first != pair.second),
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of pairs of labels; None where it is not defined.

    >>> kappa([("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")])
    0.5
    >>> kappa([("a", "a")]) is None
    True
    """
    count = len(pairs)
    if not count:
        return None
    same = sum(one == other for one, other in pairs) / count
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[label] * others[label] for label in ones) / count**2
    return None if chance == 1 else (same - chance) / (1 - chance)


def _agreement(of: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    same = sum(one == other for one, other in pairs)
    return Agreement(of, len(pairs), same, kappa(pairs))


def _pairs(decisions: Sequence[Decision], name: str) -> list[Pair]:
    first = standing(decisions)
    second = blind_standing(decisions, name)
    return [
        Pair(subject, _label(first[subject]), first[subject].reviewer, _label(each), name)
        for subject, each in sorted(second.items())
        if subject in first
    ]


def _label(decision: Decision) -> str:
    return decision.reason or decision.verdict


def _verdict(label: str) -> str:
    return label if label in {"accept", "split"} else "exclude"


def _reviewer(name: str, decisions: Sequence[Decision]) -> Reviewer:
    own = [each for each in decisions if each.reviewer == name]
    said = [each for each in own if each.verdict != "undo"]
    seconds = [each.ms_spent / 1000 for each in said if each.ms_spent]
    return Reviewer(
        name=name,
        decisions=len(said),
        undone=len(own) - len(said),
        blind=sum(each.blind for each in said),
        median_seconds=round(statistics.median(seconds), 3) if seconds else None,
        mean_seconds=round(statistics.fmean(seconds), 3) if seconds else None,
    )


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
