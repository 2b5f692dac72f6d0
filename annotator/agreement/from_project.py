"""The labels of a project, by pairs of people."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.agreement.expressions import expression_note
from annotator.clip import ProjectClip
from annotator.jobs import LABELS, Job
from annotator.keyframe import Keyframe, State
from annotator.project import Project
from annotator.server.desk import plane
from annotator.session import keyframe_of
from annotator.store.head import Head
from annotator.store.seal import masks_digest
from annotator.store.work import Work
from benchmark.agreement.labelled import ExpressionNote, Labelling, LabelPair, PairKey
from benchmark.metrics.label_agreement import Labels
from refvps.frames import read_frame
from refvps.types import UInt8Array


@dataclass(frozen=True, slots=True)
class ProjectPairs:
    """Everyone's labels of a project; see ``PairSource``.

    What is compared is the revision that was there when the pairs were first asked for.

    Attributes:
        project: the project; it may be served meanwhile.
        unfinished: whether work that was not handed in is compared too.
    """

    project: Project
    unfinished: bool = False
    _heads: dict[tuple[str, str], Head] = field(default_factory=dict, init=False, repr=False)

    @property
    def title(self) -> str:
        """The project's name."""
        return self.project.name

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """How many clips there are, and which work counts."""
        counted = "all work, handed in or not" if self.unfinished else "work that was handed in"
        return (
            ("project", f"{self.project.name}, {len(self.project.clip_ids)} clips"),
            ("compared", counted),
            ("first", "who labelled the clip; the second labelled it again, blind"),
        )

    @property
    def concepts(self) -> Mapping[str, int]:
        """How many clips there are of each concept."""
        facts = (self.project.clip(clip_id).facts for clip_id in self.project.clip_ids)
        return Counter(each.concept for each in facts if each.concept is not None)

    def pairs(self) -> Sequence[PairKey]:
        """Return every two people who labelled the same clip, the first annotator first."""
        found = []
        for clip_id in self.project.clip_ids:
            jobs = [job for job in self.project.jobs() if job.clip == clip_id and self._ready(job)]
            jobs.sort(key=lambda job: (LABELS.index(job.kind), job.user))
            facts = self.project.clip(clip_id).facts
            for first, second in itertools.combinations(jobs, 2):
                one, other = self._labelling(first), self._labelling(second)
                if one is None or other is None:
                    continue
                found.append(PairKey(clip_id, one, other, facts.video, facts.concept, facts.groups))
        return tuple(found)

    def load(self, key: PairKey) -> LabelPair:
        """Return the labels of two people on the keyframes that both labelled."""
        clip = self.project.clip(key.clip)
        people = (key.first.annotator, key.second.annotator)
        sides = [self._labelled(clip, person) for person in people]
        shared = sorted(sides[0].keys() & sides[1].keys())
        works = [self._work(key.clip, person) for person in people]
        labels = [
            tuple(_labels(work, clip, side[k]) for k in shared)
            for work, side in zip(works, sides, strict=True)
        ]
        alone = [
            tuple(_frame_id(clip, k) for k in sorted(sides[place].keys() - set(shared)))
            for place in range(2)
        ]
        frame_ids = tuple(_frame_id(clip, k) for k in shared)
        return LabelPair(key, frame_ids, labels[0], labels[1], alone[0], alone[1])

    def frame(self, key: PairKey, frame_id: str) -> UInt8Array | None:
        """Return a frame of the clip."""
        return read_frame(self.project.clip(key.clip).frame_path(int(frame_id)))

    def expressions(self) -> Sequence[ExpressionNote]:
        """Return how the expressions of every clip that has some go together."""
        found = []
        for clip_id in self.project.clip_ids:
            people = sorted({job.user for job in self.project.jobs() if job.clip == clip_id})
            texts = {person: self._head(clip_id, person).expressions for person in people}
            if any(texts.values()):
                found.append(expression_note(clip_id, texts, self.project.clip(clip_id).facts))
        return tuple(found)

    def _ready(self, job: Job) -> bool:
        return job.kind in LABELS and (self.unfinished or job.state.handed_in)

    def _labelling(self, job: Job) -> Labelling | None:
        head = self._head(job.clip, job.user)
        clip = self.project.clip(job.clip)
        if all(each.state is State.EMPTY for each in head.keyframes.values()):
            return None
        return Labelling(job.user, f"r{head.rev}", masks_digest(head, clip.schedule))

    def _head(self, clip_id: str, person: str) -> Head:
        if (clip_id, person) not in self._heads:
            self._heads[clip_id, person] = self._work(clip_id, person).head
        return self._heads[clip_id, person]

    def _work(self, clip_id: str, person: str) -> Work:
        job = next(j for j in self.project.jobs() if (j.clip, j.user) == (clip_id, person))
        return self.project.work(job)

    def _labelled(self, clip: ProjectClip, person: str) -> dict[int, Keyframe]:
        keyframes = self._head(clip.clip_id, person).keyframes
        found = {k: keyframe_of(keyframes, k) for k in range(clip.schedule.keyframes)}
        return {k: each for k, each in found.items() if each.state is not State.EMPTY}


def by_hand(keyframe: Keyframe) -> bool:
    """Return whether a person clicked, painted or decided on this very keyframe.

    A keyframe that a model filled, or that was imported, and was then only locked is none.
    """
    state = keyframe.locked_from if keyframe.state is State.LOCKED else keyframe.state
    return state in (State.PROMPTED, State.EDITED, State.ABSENT)


def _labels(work: Work, clip: ProjectClip, keyframe: Keyframe) -> Labels:
    ignore = plane(work, clip, keyframe.ignore) if keyframe.ignore else None
    return Labels(plane(work, clip, keyframe.target), ignore, by_hand(keyframe))


def _frame_id(clip: ProjectClip, k: int) -> str:
    return f"{clip.schedule.index(k):05}"
