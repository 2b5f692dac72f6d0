"""What people decided: the standing decision of each subject, and the clips that follow from it.

Decisions are only ever added. A clip's id never comes to mean other frames: other times are
another clip.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from refvps.collect.clip_times import part_text, read_part
from refvps.collect.cut import Part
from refvps.collect.store.records import Candidate, Clip, Decision, Fetched
from refvps.collect.store.store import Store
from refvps.errors import CollectError
from refvps.video.times import Span

ClipState = Literal["proposed", "accepted", "dropped"]


class DecidedError(CollectError):
    """Somebody decided meanwhile; ``decision`` is the latest on the subject, or None."""

    def __init__(self, subject: str, decision: Decision | None) -> None:
        """Keep the decision that was not seen."""
        who = decision.reviewer if decision else "nobody"
        super().__init__(f"{subject} was decided by {who} meanwhile; look at it again")
        self.decision = decision


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return the decision that holds for each subject; blind second passes do not count.

    Args:
        decisions: in order; "undo" takes the one before it back.
    """
    return _holding(each for each in decisions if not each.blind)


def blind_standing(decisions: Iterable[Decision], reviewer: str) -> dict[str, Decision]:
    """Return the decision that holds for each subject in the blind second pass of one person."""
    return _holding(each for each in decisions if each.blind and each.reviewer == reviewer)


def latest(store: Store, subject: str, *, blind_of: str | None = None) -> Decision | None:
    """Return the last decision on a subject, "undo" included.

    Args:
        store: where.
        subject: a candidate or a clip.
        blind_of: whose blind second pass; without it those of the first pass.
    """
    found = [
        each
        for each in store.all(Decision, subject=subject)
        if each.blind == (blind_of is not None) and (blind_of is None or each.reviewer == blind_of)
    ]
    return found[-1] if found else None


def decide(store: Store, said: Decision) -> Decision:
    """Store a decision and what follows from it, all at once; return it with its number.

    ``said.previous_id`` is the latest decision that the person saw. Said twice, because the answer
    was lost, a decision is stored once.

    Raises:
        DecidedError: there is a later one.
        CollectError: there is no such subject, or its video is not fetched and it has parts.
    """
    with store.transaction():
        candidate = subject_candidate(store, said.subject)
        blind_of = said.reviewer if said.blind else None
        last = latest(store, said.subject, blind_of=blind_of)
        if last and _same(last, said):
            return last
        if (last.decision_id if last else None) != said.previous_id:
            raise DecidedError(said.subject, last)
        store.put(said)
        number = store.execute("SELECT last_insert_rowid()").fetchone()[0]
        action = f"decided {said.verdict}" + (" blind" if said.blind else "")
        store.log(said.reviewer, action, said.subject, reason=said.reason)
        if not said.blind:
            settle(store, candidate)
    return replace(said, decision_id=number)


def subject_candidate(store: Store, subject: str) -> Candidate:
    """Return the candidate that a subject is, or is cut from.

    Raises:
        CollectError: there is none.
    """
    clip = store.get(Clip, clip_id=subject)
    found = store.get(Candidate, candidate_id=clip.candidate_id if clip else subject)
    if found is None:
        raise CollectError(f"no candidate or clip is called {subject!r}")
    return found


def settle(store: Store, candidate: Candidate) -> None:
    """Make the clips of a candidate what its decisions say; none is deleted.

    An accepted video's parts are accepted clips; a split one's are proposed until each is
    decided itself, and one accepted with other times gives a clip of those.
    """
    name = candidate.candidate_id
    with store.transaction():
        clips = {clip.clip_id: clip for clip in store.all(Clip, candidate_id=name)}
        holding = _holding_of(store, name, clips)
        wanted = _Wanted(store, candidate, clips)
        own = holding.get(name)
        if own and own.verdict in {"accept", "split"}:
            state: ClipState = "accepted" if own.verdict == "accept" else "proposed"
            for text in own.parts:
                _settle_part(wanted, holding, own, text, state)
        for clip_id, clip in clips.items():
            state = wanted.states.get(clip_id, "dropped")
            decision = holding.get(clip_id)
            if decision and decision.verdict == "exclude":
                state = "dropped"
            store.put(replace(clip, state=state))


@dataclass(slots=True)
class _Wanted:
    """Clips of one candidate, those that there are and those that are to be."""

    store: Store
    candidate: Candidate
    clips: dict[str, Clip]
    states: dict[str, ClipState]

    def __init__(self, store: Store, candidate: Candidate, clips: dict[str, Clip]) -> None:
        self.store, self.candidate, self.clips, self.states = store, candidate, clips, {}

    def put(self, text: str, state: ClipState, decision: Decision) -> str:
        """Want a part in a state; return its clip's id."""
        part = read_part(text)
        concept = decision.concept_id or self.candidate.concept_id
        same = [clip for clip in self.clips.values() if part_of_clip(clip) == part]
        clip = same[0] if same else self._new(part, concept)
        self.clips[clip.clip_id] = replace(clip, concept_id=concept, note=decision.note)
        self.states[clip.clip_id] = state
        return clip.clip_id

    def _new(self, part: Part, concept: str) -> Clip:
        fetched = self.store.get(Fetched, candidate_id=self.candidate.candidate_id)
        if fetched is None:
            raise CollectError(f"{self.candidate.candidate_id} is not fetched yet")
        stem = self.candidate.candidate_id.replace(":", "-", 1)
        index = 1 + max((clip.split_index for clip in self.clips.values()), default=-1)
        while self.store.get(Clip, clip_id=f"{stem}-{index}"):
            index += 1  # of another candidate, whose id looks alike
        return Clip(
            clip_id=f"{stem}-{index}",
            candidate_id=self.candidate.candidate_id,
            media_id=fetched.media_id,
            concept_id=concept,
            split_index=index,
            start=part.span.start,
            end=part.span.end or Fraction(0),
            event_start=part.event.start,
            event_end=part.event.end or Fraction(0),
        )


def part_of_clip(clip: Clip) -> Part:
    """Return a clip's times."""
    return Part(Span(clip.start, clip.end), Span(clip.event_start, clip.event_end))


def clips_of(store: Store, decision: Decision, candidate_id: str) -> tuple[Clip, ...]:
    """Return the clips of the parts that a decision on a candidate names, in its order."""
    clips = store.all(Clip, candidate_id=candidate_id)
    by_text = {part_text(part_of_clip(clip)): clip for clip in clips}
    texts = (part_text(read_part(text)) for text in decision.parts)
    return tuple(by_text[text] for text in texts if text in by_text)


def _settle_part(
    wanted: _Wanted, holding: Mapping[str, Decision], own: Decision, text: str, state: ClipState
) -> None:
    clip_id = wanted.put(text, state, own)
    child = holding.get(clip_id)
    if state != "proposed" or child is None or child.verdict != "accept":
        return
    wanted.states[clip_id] = "dropped" if child.parts else "accepted"
    for trimmed in child.parts or (text,):
        wanted.put(trimmed, "accepted", child)


def _holding_of(store: Store, name: str, clips: Iterable[str]) -> dict[str, Decision]:
    subjects = (name, *clips)
    return standing(each for subject in subjects for each in store.all(Decision, subject=subject))


def _holding(decisions: Iterable[Decision]) -> dict[str, Decision]:
    stacks: dict[str, list[Decision]] = {}
    for decision in decisions:
        stack = stacks.setdefault(decision.subject, [])
        if decision.verdict != "undo":
            stack.append(decision)
        elif stack:
            stack.pop()
    return {subject: stack[-1] for subject, stack in stacks.items() if stack}


def _same(last: Decision, said: Decision) -> bool:
    """Return whether the last decision is what is said now, from the same view of things."""
    names = ("verdict", "reason", "reviewer", "previous_id", "concept_id", "parts")
    return all(getattr(last, name) == getattr(said, name) for name in names)
