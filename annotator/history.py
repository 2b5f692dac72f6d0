"""Undo and redo of one person's work on one clip.

Every keyframe has a history of its own. What changed several at once, as a propagation does, is
one step for all of them; a keyframe that was changed again since keeps its later change.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from annotator.keyframe import Digest, Keyframe, SessionError
from annotator.session import Keyframes, keyframe_of

MOST_STEPS = 2000
"""Steps that are remembered; a step names planes, so two thousand take about a megabyte."""


@dataclass(frozen=True, slots=True)
class Step:
    """One undoable change: keyframes as they were and as they became.

    Attributes:
        before: by keyframe.
        after: the same keyframes.
        run: of the propagation that it is; "" for what a person did.
    """

    before: Mapping[int, Keyframe]
    after: Mapping[int, Keyframe]
    run: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Steps done, oldest first, and steps undone, the next to redo last."""

    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    def having(self, before: Keyframes, after: Mapping[int, Keyframe], run: str = "") -> "History":
        """Return the history after a change; what was undone on these keyframes is forgotten.

        Args:
            before: all keyframes before it.
            after: the keyframes that changed, as they became.
            run: of a propagation: its changes are one step, wherever a person did something
                between them.
        """
        step = Step({k: keyframe_of(before, k) for k in after}, dict(after), run)
        if step.before == step.after:
            return self
        kept = tuple(each for each in self.undone if not each.after.keys() & after.keys())
        place = self._place_of(run) if run else None
        if place is None:
            return History((*self.done, step)[-MOST_STEPS:], kept)
        begun = self.done[place]
        # A keyframe that the run reached before keeps what it was before the run.
        joined = Step({**step.before, **begun.before}, {**begun.after, **step.after}, run)
        return History((*self.done[:place], joined, *self.done[place + 1 :]), kept)

    def without(self, digests: Set[Digest]) -> "History":
        """Return the history without the steps that name any of these planes, which are gone."""
        done, undone = (
            tuple(step for step in steps if not _named(step) & digests)
            for steps in (self.done, self.undone)
        )
        return History(done, undone)

    def _place_of(self, run: str) -> int | None:
        return next((at for at, step in enumerate(self.done) if step.run == run), None)

    def undo(self, keyframes: Keyframes, k: int) -> "tuple[History, dict[int, Keyframe]]":
        """Return the history and the keyframes to restore, after taking back the last step of one.

        Raises:
            SessionError: nothing is left to undo on the keyframe.
        """
        place = _last_of(self.done, k)
        if place is None:
            raise SessionError(f"nothing to undo on keyframe {k}")
        step = self.done[place]
        history = History((*self.done[:place], *self.done[place + 1 :]), (*self.undone, step))
        return history, _returned(keyframes, step.after, step.before)

    def redo(self, keyframes: Keyframes, k: int) -> "tuple[History, dict[int, Keyframe]]":
        """Return the history and the keyframes to restore, after doing the last undone step again.

        Raises:
            SessionError: nothing is left to redo on the keyframe.
        """
        place = _last_of(self.undone, k)
        if place is None:
            raise SessionError(f"nothing to redo on keyframe {k}")
        step = self.undone[place]
        rest = (*self.undone[:place], *self.undone[place + 1 :])
        return History((*self.done, step), rest), _returned(keyframes, step.before, step.after)


def _named(step: Step) -> set[Digest]:
    keyframes = (*step.before.values(), *step.after.values())
    return {digest for keyframe in keyframes for digest in keyframe.digests}


def _last_of(steps: tuple[Step, ...], k: int) -> int | None:
    return next((at for at in range(len(steps) - 1, -1, -1) if k in steps[at].after), None)


def _returned(
    keyframes: Keyframes, found: Mapping[int, Keyframe], wanted: Mapping[int, Keyframe]
) -> dict[int, Keyframe]:
    """Return what to restore of a step: those of its keyframes that are still as it left them."""
    return {k: wanted[k] for k in wanted if keyframe_of(keyframes, k) == found[k]}
