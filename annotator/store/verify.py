"""Looks at all of one person's work on a clip and lists what is damaged."""

from pathlib import Path

from annotator.planes import decode_plane
from annotator.schedule import Schedule
from annotator.store.event_log import read_events
from annotator.store.head import read_head
from annotator.store.objects import ObjectStore
from annotator.store.work import EVENTS, HEAD, OBJECTS, SAVE, TIDY
from refvps.errors import RefvpsError
from refvps.types import Size


def verify_work(folder: Path, schedule: Schedule, size: Size | None = None) -> list[str]:
    """Return what is wrong, one line each: nothing is changed.

    Every plane that the head or the log names is read and its digest computed again, but for those
    that the log says were removed.

    Args:
        folder: ``ann/CLIP/USER``.
        schedule: the keyframes of the clip.
        size: of the clip; planes are decoded and must have it. None checks digests alone.
    """
    found: list[str] = []
    try:
        head = read_head(folder / HEAD, schedule)
        last, named = _named_by_log(folder, found)
    except (RefvpsError, KeyError, TypeError) as error:
        return [*found, str(error)]
    named |= {digest: HEAD for digest in head.digests() if digest not in named}
    if last < head.rev:  # a head that is behind is carried forward when it is opened
        found.append(f"{folder / HEAD}: revision is {head.rev}; the log ends at {last}")
    objects = ObjectStore(folder / OBJECTS)
    for digest, where in sorted(named.items()):
        found += _plane_problems(objects, digest, where, size)
    return found


def _named_by_log(folder: Path, found: list[str]) -> tuple[int, dict[str, str]]:
    """Return the last revision of a log and the planes that it names; adds gaps to ``found``."""
    named: dict[str, str] = {}
    last = 0
    for event in read_events(folder / EVENTS):
        if event.get("ev") == TIDY:
            gone = set(event["digests"])
            named = {digest: where for digest, where in named.items() if digest not in gone}
        if event.get("ev") != SAVE:
            continue
        if event["rev"] != last + 1:
            found.append(f"{folder / EVENTS}: revision {event['rev']} follows {last}")
        last = event["rev"]
        for entry in event["frames"].values():
            digests = (entry["target"], entry["ignore"], entry["beside"], entry["base"])
            named.update((d, f"revision {last}") for d in digests if d and d not in named)
    return last, named


def _plane_problems(objects: ObjectStore, digest: str, where: str, size: Size | None) -> list[str]:
    try:
        content = objects.get(digest)
        if size is None:
            return []
        plane = decode_plane(objects.path(digest), content)
    except RefvpsError as error:
        return [f"{error} (named by {where})"]
    if plane.size == size:
        return []
    return [f"{objects.path(digest)}: is {plane.size}; the clip is {size}"]
