"""What happens to the keyframes of a clip: pure functions, no pixels, no disk, no screen.

``apply`` is the one place that decides what an action may do. Its two promises: no model changes
pixels that a person decided, and nothing changes a locked keyframe but unlocking it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from annotator.keyframe import FLAGS, NO_MARKS, Digest, Keyframe, Marks, SessionError, State

Keyframes = Mapping[int, Keyframe]

BLANK = Keyframe()
HAND = "hand"


@dataclass(frozen=True, slots=True)
class Prompted:
    """A person clicked, and a segmenter answered; the answer is what the person asked for."""

    marks: Marks
    target: Digest | None
    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Painted:
    """A person changed planes by hand: brush, polygon, fill, or a copy from another keyframe."""

    target: Digest | None
    ignore: Digest | None


@dataclass(frozen=True, slots=True)
class Propagated:
    """A segmenter carried the target here; nobody looked at it yet."""

    target: Digest | None
    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Imported:
    """Masks from elsewhere: to be looked at, as those of a model."""

    target: Digest | None
    ignore: Digest | None
    source: str


@dataclass(frozen=True, slots=True)
class Decided:
    """An adjudicator took one side's labels, after seeing both; ``source`` says which side's."""

    target: Digest | None
    ignore: Digest | None
    absent: bool
    source: str


@dataclass(frozen=True, slots=True)
class Locked:
    """Lock, or unlock."""

    on: bool


@dataclass(frozen=True, slots=True)
class MarkedAbsent:
    """The target is certainly not visible; or take that back."""

    on: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Take what the model says beside (``take``), or leave it and forget what it said."""

    take: bool


@dataclass(frozen=True, slots=True)
class Cleared:
    """Forget the target, its marks and its state; Ignore stays."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Go back, or forward again, to what the keyframe was once; its flags stay as they are."""

    keyframe: Keyframe


@dataclass(frozen=True, slots=True)
class Flagged:
    """Set or take away a flag."""

    flag: str
    on: bool


Action = (
    Prompted
    | Painted
    | Propagated
    | Imported
    | Decided
    | Locked
    | MarkedAbsent
    | Accepted
    | Cleared
    | Restored
    | Flagged
)


def apply(keyframe: Keyframe, action: Action) -> Keyframe:
    """Return the keyframe after an action.

    Raises:
        SessionError: its state forbids it, or there is nothing to do it to.

    >>> apply(BLANK, Propagated("ab", "fake", 0.5)).state
    <State.AUTO: 'auto'>
    >>> apply(Keyframe(State.EDITED, "ab"), Propagated("cd", "fake", 0.5)).target
    'ab'
    """
    if keyframe.state is State.LOCKED and not isinstance(action, Locked | Propagated | Flagged):
        raise SessionError("the keyframe is locked; unlock it first")
    rule: Callable[[Keyframe, Action], Keyframe] = _RULES[type(action)]
    return rule(keyframe, action)


def keyframe_of(keyframes: Keyframes, k: int) -> Keyframe:
    """Return a keyframe; one that nothing was said of is empty."""
    return keyframes.get(k, BLANK)


def barriers(keyframes: Keyframes) -> frozenset[int]:
    """Return the keyframes at which a propagation stops: those that a person finished."""
    return frozenset(k for k, keyframe in keyframes.items() if keyframe.state.finished)


def conditioning(keyframes: Keyframes) -> frozenset[int]:
    """Return the keyframes that a propagation goes by: what a person clicked or finished."""
    return frozenset(
        k
        for k, keyframe in keyframes.items()
        if keyframe.state.finished or keyframe.state is State.PROMPTED
    )


def unlabelled(keyframes: Keyframes, count: int) -> tuple[int, ...]:
    """Return the keyframes of ``count`` that have no state but empty."""
    return tuple(k for k in range(count) if keyframe_of(keyframes, k).state is State.EMPTY)


def frozen(keyframes: Keyframes) -> Keyframes:
    """Return the keyframes so that nobody can change them."""
    return MappingProxyType(dict(keyframes))


def _prompted(keyframe: Keyframe, action: Prompted) -> Keyframe:
    # A refined edit stays an edit: its pixels are still what a person decided.
    state = State.EDITED if keyframe.state is State.EDITED else State.PROMPTED
    if not action.marks.clicks and action.marks.box is None and action.marks.base is None:
        raise SessionError("nothing is clicked; clear the keyframe instead")
    return replace(
        keyframe,
        state=state,
        target=action.target,
        marks=action.marks,
        beside=None,
        source=action.source,
        score=action.score,
    )


def _painted(keyframe: Keyframe, action: Painted) -> Keyframe:
    if action.target == keyframe.target and keyframe.state in (State.EMPTY, State.ABSENT):
        # Ignore painted on a keyframe without a target says nothing of the target.
        return replace(keyframe, ignore=action.ignore)
    return replace(
        keyframe,
        state=State.EDITED,
        target=action.target,
        ignore=action.ignore,
        beside=None,
        source=HAND,
        score=None,
    )


def _propagated(keyframe: Keyframe, action: Propagated) -> Keyframe:
    if keyframe.state.finished or keyframe.state is State.PROMPTED:
        return replace(keyframe, beside=None if action.target == keyframe.target else action.target)
    return replace(
        keyframe,
        state=State.AUTO,
        target=action.target,
        marks=NO_MARKS,
        source=action.source,
        score=action.score,
    )


def _imported(keyframe: Keyframe, action: Imported) -> Keyframe:
    if keyframe.state is not State.EMPTY:
        raise SessionError("masks are imported into empty keyframes alone")
    return replace(
        keyframe,
        state=State.AUTO,
        target=action.target,
        ignore=action.ignore,
        source=action.source,
    )


def _decided(keyframe: Keyframe, action: Decided) -> Keyframe:
    return Keyframe(
        state=State.ABSENT if action.absent else State.EDITED,
        target=action.target,
        ignore=action.ignore,
        source=action.source,
        flags=keyframe.flags,
    )


def _locked(keyframe: Keyframe, action: Locked) -> Keyframe:
    if not action.on:
        if keyframe.locked_from is None:
            return keyframe
        return replace(keyframe, state=keyframe.locked_from, locked_from=None)
    if keyframe.state is State.LOCKED:
        return keyframe
    if keyframe.state is State.EMPTY:
        raise SessionError("an empty keyframe cannot be locked; label it or mark it absent")
    return replace(keyframe, state=State.LOCKED, locked_from=keyframe.state)


def _marked_absent(keyframe: Keyframe, action: MarkedAbsent) -> Keyframe:
    if action.on:
        # Ignore stays: something else in the picture may still be unclear.
        return Keyframe(State.ABSENT, ignore=keyframe.ignore, flags=keyframe.flags, source=HAND)
    if keyframe.state is State.ABSENT:
        return replace(keyframe, state=State.EMPTY, source=None)
    return keyframe


def _accepted(keyframe: Keyframe, action: Accepted) -> Keyframe:
    if keyframe.beside is None:
        raise SessionError("the model says nothing beside this keyframe")
    if not action.take:
        return replace(keyframe, beside=None)
    return replace(keyframe, state=State.EDITED, target=keyframe.beside, beside=None)


def _cleared(keyframe: Keyframe, _action: Cleared) -> Keyframe:
    return Keyframe(ignore=keyframe.ignore, flags=keyframe.flags)


def _restored(keyframe: Keyframe, action: Restored) -> Keyframe:
    return replace(action.keyframe, flags=keyframe.flags)


def _flagged(keyframe: Keyframe, action: Flagged) -> Keyframe:
    if action.flag not in FLAGS:
        raise SessionError(f"no flag is called {action.flag!r}; there are {sorted(FLAGS)}")
    flags = keyframe.flags | {action.flag} if action.on else keyframe.flags - {action.flag}
    return replace(keyframe, flags=flags)


_RULES: Mapping[type, Callable[..., Keyframe]] = {
    Prompted: _prompted,
    Painted: _painted,
    Propagated: _propagated,
    Imported: _imported,
    Decided: _decided,
    Locked: _locked,
    MarkedAbsent: _marked_absent,
    Accepted: _accepted,
    Cleared: _cleared,
    Restored: _restored,
    Flagged: _flagged,
}
