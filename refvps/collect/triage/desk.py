"""What the page can ask for, without the web: reads, decisions and undo for one person."""

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refvps.collect.clip_times import part_text
from refvps.collect.config import CollectConfig, TriageOptions
from refvps.collect.decisions import (
    DecidedError,
    blind_standing,
    decide,
    latest,
    part_of_clip,
    standing,
    subject_candidate,
)
from refvps.collect.folder import preview_path
from refvps.collect.proposals import LEAST_FRAMES
from refvps.collect.reasons import REASONS
from refvps.collect.stage_list import analyse_options
from refvps.collect.stages.videos import media_of, probed_of
from refvps.collect.store.records import Candidate, Clip, Concept, Decision, Media
from refvps.collect.store.store import Store
from refvps.collect.triage.bodies import Body, DecisionBody, UndoBody
from refvps.collect.triage.lending import Stores
from refvps.collect.triage.moments import Moments
from refvps.collect.triage.sight import Sight
from refvps.collect.triage.subjects import changed_since, cursor_of, listed, summaries
from refvps.collect.triage.trimming import (
    Film,
    Frames,
    film_document,
    film_of,
    jumps_of,
    part_document,
)
from refvps.errors import CollectError

_DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_CHANGES = 100


class GoneError(CollectError):
    """The subject was removed, or was never there."""


class RefusedError(CollectError):
    """What is asked cannot be done as things are."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers for one collection.

    Attributes:
        stores: connections to its store.
        options: how people decide.
        least_frames: annotated frames that should show an event.
        moments: pictures of frames.
        boot: another text whenever the server is started.
    """

    stores: Stores
    options: TriageOptions
    least_frames: int = LEAST_FRAMES
    moments: Moments = field(default_factory=Moments)
    boot: str = field(default_factory=lambda: secrets.token_hex(4))

    def setup(self, name: str) -> dict[str, Any]:
        """Return what does not change while the server runs."""
        with self.stores.lent() as store:
            concepts = [[c.concept_id, c.name] for c in store.all(Concept) if c.status == "active"]
        reasons = [[r.code, r.key, r.text] for r in REASONS.values()]
        return {
            "you": name,
            "reasons": reasons,
            "concepts": concepts,
            "hide": self.options.hide_proposals,
            "share": self.options.second,
        }

    def subjects(self, name: str, *, second: bool) -> dict[str, Any]:
        """Return everything to decide in a pass."""
        with self.stores.lent() as store:
            cursor = cursor_of(store)
            found = listed(store, self._sight(store, name, second=second))
            return self._stamp(store) | {"cursor": cursor, "subjects": found}

    def changes(self, name: str, cursor: int, *, second: bool) -> dict[str, Any]:
        """Return what others did since; ``subjects`` is None where the page should read all."""
        with self.stores.lent() as store:
            last, names = changed_since(store, cursor)
            sight = self._sight(store, name, second=second)
            found = None
            if len(names) <= MOST_CHANGES:
                found = [{"of": each, "now": list(summaries(store, sight, each))} for each in names]
            return self._stamp(store) | {"cursor": last, "subjects": found}

    def decide(self, name: str, body: DecisionBody) -> list[dict[str, Any]]:
        """Store a decision; return its candidate and parts as they are now.

        Raises:
            DecidedError: somebody decided meanwhile.
            RefusedError: this cannot be said of this subject.
            GoneError: there is no such subject.
        """
        with self.stores.lent() as store, store.transaction():
            candidate = self._known(store, body)
            sight = self._sight(store, name, second=body.second)
            _require_open(store, sight, candidate)
            _require_sense(store, body)
            decide(
                store,
                Decision(
                    subject=body.subject,
                    verdict=body.verdict,
                    reason=body.reason,
                    reviewer=name,
                    at=store.now(),
                    ms_spent=body.ms,
                    blind=body.second,
                    concept_id=body.concept,
                    previous_id=body.seen,
                    parts=_texts(store, candidate, body),
                ),
            )
            return list(summaries(store, sight, candidate.candidate_id))

    def undo(self, name: str, body: UndoBody) -> list[dict[str, Any]]:
        """Take one's own decision back; return as ``decide`` does.

        Raises:
            DecidedError: it does not stand any more.
            RefusedError: it is somebody else's.
            GoneError: there is no such subject.
        """
        with self.stores.lent() as store, store.transaction():
            candidate = self._known(store, body)
            sight = self._sight(store, name, second=body.second)
            _require_open(store, sight, candidate)
            found = store.all(Decision, subject=body.subject)
            held = blind_standing(found, name) if body.second else standing(found)
            own = held.get(body.subject)
            said = Decision(
                body.subject, "undo", "", name, store.now(), body.ms, body.second,
                previous_id=body.seen,
            )  # fmt: skip
            again = latest(store, body.subject, blind_of=name if body.second else None)
            if not _is_repeated(again, said):
                if own is None or own.decision_id != body.decision:
                    raise DecidedError(body.subject, own)
                if own.reviewer != name:
                    raise RefusedError(f"that is {own.reviewer}'s decision; decide anew instead")
            decide(store, said)
            return list(summaries(store, sight, candidate.candidate_id))

    def standing_for(self, name: str, body: Body) -> list[dict[str, Any]]:
        """Return a subject's candidate as a person may see it now."""
        with self.stores.lent() as store:
            candidate = self._known(store, body)
            sight = self._sight(store, name, second=body.second)
            return list(summaries(store, sight, candidate.candidate_id))

    def film(self, name: str, subject: str) -> dict[str, Any]:
        """Return what trimming a subject needs.

        Raises:
            GoneError: there is no such subject.
            DataError: its video cannot be read.
        """
        with self.stores.lent() as store:
            candidate = _candidate(store, subject)
            media = media_of(store, candidate)
            sight = self._sight(store, name, second=False)
            parts = _decided_parts(store, sight, candidate, subject)
            film = film_of(store, media)
            jumps = jumps_of(store, candidate.candidate_id, film)
            return film_document(store, film, media, parts, jumps)

    def part(self, subject: str, frames: Frames) -> dict[str, Any]:
        """Return what a part would be as a clip."""
        return part_document(self._film(subject), frames, self.least_frames)

    def around(self, subject: str, event_first: int, event_last: int) -> list[int]:
        """Return the clip around an event, as first and last frame, and the event's."""
        found = self._film(subject).around(event_first, event_last)
        return [found.first, found.last, found.event_first, found.event_last]

    def frame(self, media_id: str, index: int) -> bytes:
        """Return a frame of a video as JPEG.

        Raises:
            GoneError: there is no such video or frame.
        """
        with self.stores.lent() as store:
            media = _media(store, media_id)
            probed = probed_of(store, store.folder, media)
        if not 0 <= index < len(probed.timeline):
            raise GoneError(f"there are frames 0 to {len(probed.timeline) - 1}")
        return self.moments.frame(media_id, lambda: probed, index)

    def strip(self, media_id: str) -> bytes:
        """Return a video's strip as JPEG."""
        return self.moments.strip(media_id, self.preview(media_id))

    def preview(self, media_id: str) -> Path:
        """Return the file of a video's preview.

        Raises:
            GoneError: there is none.
        """
        with self.stores.lent() as store:
            path = preview_path(store.folder, _media(store, media_id).media_id)
        if not path.is_file():
            raise GoneError("there is no such preview")
        return path

    def _film(self, subject: str) -> Film:
        with self.stores.lent() as store:
            return film_of(store, media_of(store, _candidate(store, subject)))

    def _known(self, store: Store, body: Body) -> Candidate:
        candidate = _candidate(store, body.subject)
        if body.second and body.subject != candidate.candidate_id:
            raise RefusedError("the second pass decides whole videos")
        return candidate

    def _sight(self, store: Store, name: str, *, second: bool) -> Sight:
        return Sight(name, second, store.meta("salt"), self.options.second)

    def _stamp(self, store: Store) -> dict[str, Any]:
        return {"boot": self.boot, "version": store.meta("version")}


def desk_of(config: CollectConfig, base: Path) -> Desk:
    """Return the desk of a collection.

    Raises:
        DataError: there is none yet.
    """
    stores = Stores(base / config.folder)
    with stores.lent():
        return Desk(stores, config.triage, analyse_options(config).least_frames)


def _candidate(store: Store, subject: str) -> Candidate:
    try:
        return subject_candidate(store, subject)
    except CollectError as error:
        raise GoneError(f"{error.message}; it may have been removed") from error


def _media(store: Store, media_id: str) -> Media:
    found = store.get(Media, media_id=media_id) if _DIGEST.fullmatch(media_id) else None
    if found is None:
        raise GoneError("there is no such video")
    return found


def _is_repeated(last: Decision | None, said: Decision) -> bool:
    """Return whether an undo was stored already, and only its answer was lost."""
    names = ("verdict", "reviewer", "previous_id")
    return last is not None and all(getattr(last, n) == getattr(said, n) for n in names)


def _require_open(store: Store, sight: Sight, candidate: Candidate) -> None:
    """Raise ``RefusedError`` where the sample keeps a candidate for another pass or person."""
    name = candidate.candidate_id
    first = standing(store.all(Decision, subject=name)).get(name)
    if not sight.second and not sight.sees(name, first):
        raise RefusedError("somebody has decided this; it waits for your blind second pass")
    if sight.second and (first is None or first.reviewer == sight.name):
        raise RefusedError("there is no first decision of somebody else's yet")
    if sight.second and not sight.in_sample(name):
        raise RefusedError("this is not in the sample that is decided twice")


def _require_sense(store: Store, body: DecisionBody) -> None:
    if (body.verdict == "exclude") != bool(body.reason) or (
        body.reason and body.reason not in REASONS
    ):
        raise RefusedError(f"an exclusion has one of the reasons {', '.join(REASONS)}")
    if body.concept is not None and store.get(Concept, concept_id=body.concept) is None:
        raise RefusedError("there is no such concept")
    if body.parts and (body.second or body.verdict == "exclude"):
        raise RefusedError("parts belong to accepted and split videos of the first pass")
    if body.verdict == "accept" and len(body.parts) > 1:
        raise RefusedError("split what is to become several clips")
    if body.verdict == "split" and not body.second:
        if not body.parts:
            raise RefusedError("a split names its parts")
        if store.get(Clip, clip_id=body.subject) is not None:
            raise RefusedError("a part is not split again; split its video anew")


def _texts(store: Store, candidate: Candidate, body: DecisionBody) -> tuple[str, ...]:
    """Return the parts of a decision; accepted once more without any, a subject keeps its own."""
    if body.parts:
        film = film_of(store, media_of(store, candidate))
        return tuple(part_text(film.part(Frames(*each))) for each in body.parts)
    own = standing(store.all(Decision, subject=body.subject)).get(body.subject)
    again = body.verdict == "accept" and not body.second and own and own.verdict == "accept"
    return own.parts if again and own else ()


def _decided_parts(
    store: Store, sight: Sight, candidate: Candidate, subject: str
) -> tuple[str, ...]:
    own = standing(store.all(Decision, subject=subject)).get(subject)
    first = standing(store.all(Decision, subject=candidate.candidate_id))
    if not sight.sees(candidate.candidate_id, first.get(candidate.candidate_id)):
        return ()
    if own and own.verdict == "accept" and own.parts:
        return own.parts
    clip = store.get(Clip, clip_id=subject)
    return (part_text(part_of_clip(clip)),) if clip else ()
