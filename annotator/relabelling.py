"""Who labels which clip a second time: blind, seeded, every concept covered."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.jobs import Kind
from annotator.project import REVIEWS, Project
from benchmark.metrics.splitmix import words
from refvps.errors import ConfigError

LENGTHS = 3
"""Clips are drawn from so many classes of length, so that long ones are not missed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip that may be labelled again.

    Attributes:
        clip: its id.
        concept: the process shown; clips of no concept are a stratum of their own.
        groups: the concept's groups.
        keyframes: how many.
        barred: people who may not: they labelled it, chose it, reviewed it, or know its labels.
        again: people who label it a second time already.
    """

    clip: str
    concept: str | None
    groups: tuple[str, ...]
    keyframes: int
    barred: frozenset[str]
    again: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be assigned.

    Attributes:
        assignments: clip and person, in the order drawn.
        covered: of each concept: clips, clips labelled twice so far, clips that the plan adds.
        uncovered: concepts that stay without a second labelling, and why.
        keyframes: how many keyframes are to be labelled.
    """

    assignments: tuple[tuple[str, str], ...]
    covered: Mapping[str, tuple[int, int, int]]
    uncovered: Mapping[str, str]
    keyframes: int

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON takes it."""
        return {
            "assignments": [list(each) for each in self.assignments],
            "covered": {name: list(counts) for name, counts in self.covered.items()},
            "uncovered": dict(self.uncovered),
            "keyframes": self.keyframes,
        }


def plan_relabelling(
    candidates: Sequence[Candidate], people: Collection[str], fraction: float, seed: int
) -> Plan:
    """Draw clips and people.

    First one clip of every concept that has none labelled twice; then more, until the share of
    all clips is reached, by group and length in turn. Each goes to whoever of the allowed people
    has the fewest keyframes to label; of equal ones, to one by lot.

    Args:
        candidates: every clip of the project that was labelled once.
        people: who labels again.
        fraction: the share of clips to be labelled twice, what is there already counted.
        seed: the same seed draws the same clips and people.

    Raises:
        ConfigError: there is nobody to ask, or the share is no share.
    """
    _require_sound(people, fraction)
    drawing = _Drawing(candidates, sorted(people), seed)
    done = {each.clip for each in candidates if each.again}
    uncovered = {}
    for concept, listed in sorted(_by_concept(candidates).items()):
        if done & {each.clip for each in listed}:
            continue
        if not any(drawing.take(each) for each in drawing.shuffled(listed, concept)):
            uncovered[concept] = "everybody named has seen labels of every clip of it"
    wanted = round(fraction * len(candidates))
    for each in drawing.by_strata():
        if len(done) + len(drawing.taken) >= wanted:
            break
        if each.clip not in done:
            drawing.take(each)
    covered = {
        concept: (
            len(listed),
            sum(each.clip in done for each in listed),
            sum(each.clip in drawing.taken for each in listed),
        )
        for concept, listed in sorted(_by_concept(candidates).items())
    }
    keyframes = sum(each.keyframes for each in candidates if each.clip in drawing.taken)
    return Plan(tuple(drawing.taken.items()), covered, uncovered, keyframes)


def _require_sound(people: Collection[str], fraction: float) -> None:
    if not people:
        raise ConfigError("nobody is named who could label again; name people with --by")
    if not 0 <= fraction <= 1:
        raise ConfigError(f"--fraction is a share from 0 to 1; got {fraction:g}")


def candidates_of(project: Project) -> tuple[Candidate, ...]:
    """Return every clip that somebody labels, and who may not label it again."""
    found = []
    for clip_id in project.clip_ids:
        jobs = [job for job in project.jobs() if job.clip == clip_id]
        if not any(job.kind is Kind.MASK for job in jobs):
            continue
        clip = project.clip(clip_id)
        barred = {job.user for job in jobs if job.kind is not Kind.EXPRESSION}
        barred |= {clip.facts.curator} | _reviewers(project, clip_id)
        found.append(
            Candidate(
                clip_id,
                clip.facts.concept,
                clip.facts.groups,
                clip.schedule.keyframes,
                frozenset(barred),
                frozenset(job.user for job in jobs if job.kind is Kind.RELABEL),
            )
        )
    return tuple(found)


def assign(project: Project, plan: Plan) -> list[str]:
    """Make the jobs of a plan; return their names."""
    return [project.assign(Kind.RELABEL, clip, who).job_id for clip, who in plan.assignments]


def annotators_of(project: Project) -> tuple[str, ...]:
    """Return the people asked by default: annotators who cannot see what others labelled.

    Whoever reviews as well may have seen labels, and the report of agreement.
    """
    users = project.users
    trusted = {"reviewer", "admin"}
    return tuple(
        name
        for name in users.names
        if "annotator" in users.roles(name) and not users.roles(name) & trusted
    )


class _Drawing:
    """Draws by lot, and keeps everybody's load even."""

    def __init__(self, candidates: Sequence[Candidate], people: Sequence[str], seed: int) -> None:
        self._candidates, self._people, self._seed = candidates, people, seed
        self._load: Counter[str] = Counter()
        self.taken: dict[str, str] = {}

    def take(self, candidate: Candidate) -> bool:
        """Give a clip to somebody who may have it; return whether there is anybody."""
        allowed = [who for who in self._people if who not in candidate.barred]
        if not allowed or candidate.clip in self.taken:
            return False
        lots = self._lots(f"person {candidate.clip}", len(allowed))
        _, _, who = min(
            (self._load[each], lot, each) for each, lot in zip(allowed, lots, strict=True)
        )
        self._load[who] += candidate.keyframes
        self.taken[candidate.clip] = who
        return True

    def shuffled(self, listed: Sequence[Candidate], what: str) -> list[Candidate]:
        """Return clips in an order by lot."""
        lots = self._lots(what, len(listed))
        pairs = sorted(zip(lots, range(len(listed)), strict=True))
        return [listed[place] for _, place in pairs]

    def by_strata(self) -> list[Candidate]:
        """Return all clips so that groups and lengths take turns."""
        lengths = sorted(each.keyframes for each in self._candidates)
        strata: dict[tuple[str, int], list[Candidate]] = {}
        for each in self._candidates:
            rank = lengths.index(each.keyframes) * LENGTHS // max(1, len(lengths))
            strata.setdefault((each.groups[0] if each.groups else "", rank), []).append(each)
        queues = [self.shuffled(listed, f"stratum {key}") for key, listed in sorted(strata.items())]
        longest = max(map(len, queues), default=0)
        return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]

    def _lots(self, what: str, count: int) -> list[int]:
        start = int.from_bytes(what.encode()[-6:] or b"\0", "big") % 2**40
        mixed = self._seed + sum(byte * 257**place for place, byte in enumerate(what.encode()))
        return [int(word) for word in words(mixed, start, count)]


def _by_concept(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for each in candidates:
        found.setdefault(each.concept or "unnamed", []).append(each)
    return found


def _reviewers(project: Project, clip_id: str) -> set[str]:
    from refvps.strict_json import read_json

    folder = project.root / REVIEWS / clip_id
    return {str(read_json(path).get("reviewer")) for path in sorted(folder.glob("*.json"))}
