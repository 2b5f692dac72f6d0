"""Looks at all of one person's work on a clip and lists what is damaged."""

from pathlib import Path

from annotator.planes import decode_plane
from annotator.schedule import Schedule
from annotator.store.event_log import read_events
from annotator.store.head import read_head
from annotator.store.objects import ObjectStore
from annotator.store.work import EVENTS, HEAD, OBJECTS, SAVE
from refvps.errors import RefvpsError
from refvps.types import Size


def verify_work(folder: Path, schedule: Schedule, size: Size | None = None) -> list[str]:
    """Return what is wrong, one line each: nothing is changed.

    Every plane that the head or the log names is read and its digest computed again.

    Args:
        folder: ``ann/CLIP/USER``.
        schedule: the keyframes of the clip.
        size: of the clip; planes are decoded and must have it. None checks digests alone.
    """
    found: list[str] = []
    named: dict[str, str] = {}
    last = 0
    try:
        head = read_head(folder / HEAD, schedule)
        named.update((digest, HEAD) for digest in head.digests())
        for event in read_events(folder / EVENTS):
            if event.get("ev") == SAVE:
                if event["rev"] != last + 1:
                    found.append(f"{folder / EVENTS}: revision {event['rev']} follows {last}")
                last = event["rev"]
                for entry in event["frames"].values():
                    digests = (entry["target"], entry["ignore"], entry["beside"], entry["base"])
                    named.update((d, f"revision {last}") for d in digests if d and d not in named)
    except (RefvpsError, KeyError, TypeError) as error:
        return [*found, str(error)]
    if last != head.rev:
        found.append(f"{folder / HEAD}: revision is {head.rev}; the log ends at {last}")
    objects = ObjectStore(folder / OBJECTS)
    for digest, where in sorted(named.items()):
        try:
            content = objects.get(digest)
            if size is not None:
                plane = decode_plane(objects.path(digest), content)
                if plane.size != size:
                    found.append(f"{objects.path(digest)}: is {plane.size}; the clip is {size}")
        except RefvpsError as error:
            found.append(f"{error} (named by {where})")
    return found
