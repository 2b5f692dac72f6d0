"""Between the labellings of a clip: where they differ, and whose is taken on which keyframe."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotator.jobs import Job
from annotator.keyframe import Keyframe, SessionError, State
from annotator.project import Project
from annotator.server.desk import plane
from annotator.session import keyframe_of
from benchmark.metrics.label_agreement import Labels, label_counts


@dataclass(frozen=True, slots=True)
class Choice:
    """One keyframe that an adjudicator decides on.

    Attributes:
        k: the keyframe.
        sides: what each side says of it.
        ious: of every two sides, the first with the second, with the third, …; None where no
            pixel can be compared.
        mine: what was decided.
        rev: the revision that decided it; 0 before.
    """

    k: int
    sides: tuple[Keyframe, ...]
    ious: tuple[float | None, ...]
    mine: Keyframe
    rev: int

    @property
    def iou(self) -> float | None:
        """The lowest IoU of any two sides; None where some two cannot be compared."""
        known = [iou for iou in self.ious if iou is not None]
        return min(known) if known and len(known) == len(self.ious) else None

    @property
    def decided(self) -> bool:
        """Whether it has a label."""
        return self.mine.state is not State.EMPTY

    @property
    def same(self) -> bool:
        """Whether there are several sides, and all have one and the same label."""
        alike = len({_said(side) for side in self.sides}) == 1
        return alike and len(self.sides) > 1 and self.labelled(0)

    @property
    def taken(self) -> tuple[int, ...]:
        """The sides whose label it has now; none where it was drawn, or is not decided."""
        if not self.decided:
            return ()
        mine = _said(self.mine)
        return tuple(n for n, side in enumerate(self.sides) if _said(side) == mine)

    def labelled(self, side: int) -> bool:
        """Return whether a side says anything."""
        return self.sides[side].state is not State.EMPTY


@dataclass(frozen=True, slots=True)
class Case:
    """What an adjudicator has before them.

    Attributes:
        sides: the jobs of those who labelled the clip, the first annotator's first.
        choices: of every keyframe, in order.
    """

    sides: tuple[Job, ...]
    choices: tuple[Choice, ...]

    @property
    def left(self) -> int:
        """How many keyframes have no label yet."""
        return sum(not choice.decided for choice in self.choices)

    def order(self, *, by_time: bool) -> tuple[int, ...]:
        """Return the keyframes in the order of time, or those that differ most first."""
        if by_time:
            return tuple(choice.k for choice in self.choices)
        worst = sorted(self.choices, key=lambda c: (-1.0 if c.iou is None else c.iou, c.k))
        return tuple(choice.k for choice in worst)

    def following(self, k: int | None, *, by_time: bool) -> int:
        """Return the next keyframe without a label, begun again at the end.

        Args:
            k: after which; None for the first of all. It is returned where none is left.
            by_time: in which order.
        """
        order = self.order(by_time=by_time)
        start = 0 if k is None else order.index(k) + 1
        turned = (*order[start:], *order[:start])
        return next((each for each in turned if not self.choices[each].decided), turned[-1])


class Comparisons:
    """Compares the sides of adjudications; the same two labels are compared once.

    Args:
        project: whose clips.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[str, tuple[Any, ...], tuple[Any, ...]], float | None] = {}

    def case(self, job: Job) -> Case:
        """Return the sides of an adjudication, how much they agree, and what is decided."""
        sides = self._project.handed_in(job.clip)
        heads = [self._project.work(side).head.keyframes for side in sides]
        mine = self._project.work(job).head
        count = self._project.clip(job.clip).schedule.keyframes
        choices = []
        for k in range(count):
            said = tuple(keyframe_of(head, k) for head in heads)
            decided = keyframe_of(mine.keyframes, k)
            choices.append(Choice(k, said, self._ious(sides, said), decided, mine.rev_of(k)))
        return Case(sides, tuple(choices))

    def _ious(self, sides: Sequence[Job], said: Sequence[Keyframe]) -> tuple[float | None, ...]:
        pairs = itertools.combinations(zip(sides, said, strict=True), 2)
        return tuple(self._iou(first, second) for first, second in pairs)

    def _iou(self, first: tuple[Job, Keyframe], second: tuple[Job, Keyframe]) -> float | None:
        said = [keyframe for _, keyframe in (first, second)]
        if any(keyframe.state is State.EMPTY for keyframe in said):
            return None
        key = (first[0].clip, _said(said[0]), _said(said[1]))
        if key not in self._known:
            labels = [labels_of(self._project, *side) for side in (first, second)]
            self._known[key] = label_counts(*labels).iou()
        return self._known[key]


def side_named(project: Project, job: Job, name: str) -> Job:
    """Return one of the labellings that an adjudication chooses between.

    Raises:
        SessionError: there is none of that name.
    """
    known = project.handed_in(job.clip)
    for side in known:
        if side.job_id == name:
            return side
    listed = ", ".join(side.job_id for side in known)
    raise SessionError(f"no side of this adjudication is called {name[:64]!r}; there are {listed}")


def differences(project: Project, job: Job) -> dict[str, Any]:
    """Return the sides of an adjudication and, of each keyframe, how much they agree.

    The IoU is the one that a report of agreement prints, of several pairs the lowest; null where
    nothing can be compared.
    """
    case = Comparisons(project).case(job)
    return {
        "clip": job.clip,
        "sides": [
            {"job": side.job_id, "kind": side.kind.value, "rev": project.work(side).head.rev}
            for side in case.sides
        ],
        "keyframes": [
            {
                "k": choice.k,
                "iou": choice.iou,
                "decided": choice.decided,
                "side": choice.mine.source,
            }
            for choice in case.choices
        ],
    }


def labels_of(project: Project, side: Job, keyframe: Keyframe) -> Labels:
    """Return the labels of a side's keyframe."""
    work, clip = project.work(side), project.clip(side.clip)
    return Labels(plane(work, clip, keyframe.target), plane(work, clip, keyframe.ignore))


def _said(keyframe: Keyframe) -> tuple[Any, ...]:
    """Return what of a keyframe is a label: planes go by their digests."""
    return keyframe.target, keyframe.ignore, keyframe.state is State.EMPTY
