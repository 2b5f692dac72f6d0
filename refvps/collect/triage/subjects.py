"""What is decided, as the page shows it: videos, and the parts of those that were split."""

from collections.abc import Iterable, Iterator
from typing import Any

from refvps.collect.decisions import blind_standing, clips_of, latest, standing
from refvps.collect.results import StageRow
from refvps.collect.store.records import (
    Candidate,
    CandidateHit,
    Clip,
    Decision,
    Duplicate,
    Fetched,
    Media,
    Probe,
    Score,
)
from refvps.collect.store.store import Store
from refvps.collect.triage.sight import Sight

READY = "preview"
"""The stage after which a candidate can be looked at."""

_CHANGE = ("residual@1/6s", "residual@1s", "residual@2s")


def listed(store: Store, sight: Sight) -> list[dict[str, Any]]:
    """Return everything that a person decides in a pass, in the order of the page."""
    rows = store.execute(
        "SELECT candidate_id FROM candidate JOIN stage_result USING (candidate_id)"
        " WHERE stage = ? AND status = 'ok' ORDER BY concept_id, source_run_id, place",
        (READY,),
    )
    names = [row[0] for row in rows.fetchall()]
    return [each for name in names for each in summaries(store, sight, name)]


def summaries(store: Store, sight: Sight, candidate_id: str) -> Iterator[dict[str, Any]]:
    """Yield a candidate and, where it was split, its parts; nothing where it is not to be shown."""
    candidate = store.get(Candidate, candidate_id=candidate_id)
    fetched = store.get(Fetched, candidate_id=candidate_id)
    if candidate is None or fetched is None:
        return
    decisions = store.all(Decision, subject=candidate_id)
    first = standing(decisions).get(candidate_id)
    shown = _facts(store, candidate, fetched)
    if sight.second:
        # Somebody else's first decision makes a second possible; more is not said of it.
        if first is None or first.reviewer == sight.name or not sight.in_sample(candidate_id):
            return
        own = blind_standing(decisions, sight.name).get(candidate_id)
        yield shown | _state(store, sight, candidate_id, own)
        return
    if not sight.sees(candidate_id, first):
        yield shown | {"status": "taken", "decision": None, "seen": None, "clips": []}
        return
    concept = {"concept": first.concept_id} if first and first.concept_id else {}
    yield shown | concept | _state(store, sight, candidate_id, first)
    if first and first.verdict == "split":
        for number, clip in enumerate(clips_of(store, first, candidate_id), 1):
            yield _part(store, sight, shown | concept, clip, number)


def changed_since(store: Store, cursor: int) -> tuple[int, list[str]]:
    """Return the number of the last event, and the candidates decided or made ready since another.

    Args:
        store: where.
        cursor: the number that an earlier call returned.
    """
    last = cursor_of(store)
    rows = store.execute(
        "SELECT DISTINCT subject FROM event WHERE event_id > ?"
        " AND (action LIKE 'decided %' OR (actor = ? AND action = 'ok'))",
        (cursor, READY),
    )
    return last, list(dict.fromkeys(_candidates(store, (row[0] for row in rows.fetchall()))))


def cursor_of(store: Store) -> int:
    """Return the number of the last event."""
    return int(store.execute("SELECT coalesce(max(event_id), 0) FROM event").fetchone()[0])


def _candidates(store: Store, subjects: Iterable[str]) -> Iterator[str]:
    for subject in subjects:
        clip = store.get(Clip, clip_id=subject)
        yield clip.candidate_id if clip else subject


def _facts(store: Store, candidate: Candidate, fetched: Fetched) -> dict[str, Any]:
    """Return what is known of a video without anybody's decision."""
    media, name = fetched.media_id, candidate.candidate_id
    probe = store.get(Probe, media_id=media)
    preview = store.get(StageRow, candidate_id=name, stage=READY)
    analysed = store.get(StageRow, candidate_id=name, stage="analyse")
    detail = dict(analysed.detail) if analysed and analysed.status == "ok" else {}
    hits = store.all(CandidateHit, candidate_id=name)
    scores = {each.name: each.value for each in store.all(Score, subject=media)}
    changes = [scores[key] for key in _CHANGE if key in scores]
    return {
        "id": name,
        "of": name,
        "title": candidate.title,
        "concept": candidate.concept_id,
        "query": next((hit.query_text for hit in hits if hit.query_text), ""),
        "flags": list(candidate.flags),
        "media": media,
        "seconds": float(probe.duration) if probe else 0.0,
        "size": [probe.width, probe.height] if probe else [0, 0],
        "preview": [preview.detail.get(k, 0) for k in ("width", "height")] if preview else [0, 0],
        "span": None,
        "shots": detail.get("shots", 0),
        "change": max(changes) if changes else None,
        "longest": scores.get("longest-shot"),
        "faces": scores.get("faces", 0.0),
        "proposals": list(detail.get("proposals", ())),
        "like": list(_likes(store, media)),
    }


def _likes(store: Store, media_id: str) -> Iterator[dict[str, Any]]:
    pairs = (*store.all(Duplicate, media_id=media_id), *store.all(Duplicate, of_media_id=media_id))
    for pair in pairs:
        other = pair.of_media_id if pair.media_id == media_id else pair.media_id
        of = store.get(Fetched, media_id=other)
        if of is not None and store.get(Media, media_id=other):
            sure = pair.decided_by == "measure"
            yield {"id": of.candidate_id, "relation": pair.relation, "sure": sure}


def _state(store: Store, sight: Sight, subject: str, decision: Decision | None) -> dict[str, Any]:
    last = latest(store, subject, blind_of=sight.name if sight.second else None)
    return {
        "status": decision.verdict if decision else "open",
        "decision": _decision(sight, decision) if decision else None,
        "seen": last.decision_id if last else None,
        "clips": [] if sight.second or decision is None else _spans(store, decision),
    }


def _decision(sight: Sight, decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.decision_id,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "by": decision.reviewer,
        "mine": decision.reviewer == sight.name,
        "at": decision.at,
    }


def _spans(store: Store, decision: Decision) -> list[list[float]]:
    """Return where an accepted subject's clips start and end, in seconds."""
    if decision.verdict != "accept":
        return []
    clip = store.get(Clip, clip_id=decision.subject)
    if clip is not None and not decision.parts:
        return [[float(clip.start), float(clip.end)]]
    owner = clip.candidate_id if clip else decision.subject
    return [[float(c.start), float(c.end)] for c in clips_of(store, decision, owner)]


def _part(
    store: Store, sight: Sight, parent: dict[str, Any], clip: Clip, number: int
) -> dict[str, Any]:
    holding = standing(store.all(Decision, subject=clip.clip_id)).get(clip.clip_id)
    concept = {"concept": holding.concept_id} if holding and holding.concept_id else {}
    own = {
        "id": clip.clip_id,
        "title": f"part {number} of {parent['title'] or parent['of']}",
        "span": [float(clip.start), float(clip.end)],
        "seconds": float(clip.end - clip.start),
        "shots": 1,
        "proposals": [],
        "like": [],
    }
    return parent | own | concept | _state(store, sight, clip.clip_id, holding)
