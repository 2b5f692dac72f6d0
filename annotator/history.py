"""Undo and redo of one person's work on one clip.

Every keyframe has a history of its own. What changed several at once, as a propagation does, is
one step for all of them; a keyframe that was changed again since keeps its later change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.keyframe import Keyframe, SessionError
from annotator.session import Keyframes, keyframe_of

MOST_STEPS = 2000
"""Steps that are remembered; a step names planes, so two thousand take about a megabyte."""


@dataclass(frozen=True, slots=True)
class Step:
    """One undoable change: keyframes as they were and as they became."""

    before: Mapping[int, Keyframe]
    after: Mapping[int, Keyframe]


@dataclass(frozen=True, slots=True)
class History:
    """Steps done, oldest first, and steps undone, the next to redo last."""

    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    def having(self, before: Keyframes, after: Mapping[int, Keyframe]) -> "History":
        """Return the history after a change; what was undone on these keyframes is forgotten.

        Args:
            before: all keyframes before it.
            after: the keyframes that changed, as they became.
        """
        step = Step({k: keyframe_of(before, k) for k in after}, dict(after))
        if step.before == step.after:
            return self
        kept = tuple(each for each in self.undone if not each.after.keys() & after.keys())
        return History((*self.done, step)[-MOST_STEPS:], kept)

    def joined(self, before: Keyframes, after: Mapping[int, Keyframe]) -> "History":
        """Return the history with a change added to the last step: one more of a propagation."""
        if not self.done:
            return self.having(before, after)
        last = self.done[-1]
        new = {k: keyframe_of(before, k) for k in after if k not in last.before}
        step = Step({**last.before, **new}, {**last.after, **after})
        return History((*self.done[:-1], step), self.undone)

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


def _last_of(steps: tuple[Step, ...], k: int) -> int | None:
    return next((at for at in range(len(steps) - 1, -1, -1) if k in steps[at].after), None)


def _returned(
    keyframes: Keyframes, found: Mapping[int, Keyframe], wanted: Mapping[int, Keyframe]
) -> dict[int, Keyframe]:
    """Return what to restore of a step: those of its keyframes that are still as it left them."""
    return {k: wanted[k] for k in wanted if keyframe_of(keyframes, k) == found[k]}
