"""A collection as a place that may hold traces of a clip."""

import re
from collections.abc import Set
from pathlib import Path

from refvps.collect import folder as places
from refvps.collect.export import CHECKSUMS
from refvps.collect.removal import remove
from refvps.collect.session import open_store, working
from refvps.collect.store.records import Candidate, Clip, Export, Fetched
from refvps.collect.store.store import FILE_NAME, Store
from refvps.takedown.place import Name, Removal, Traces, values


class CollectionPlace:
    """See ``Place``; a collection keeps its own list of removals."""

    rank = 10

    def restore(self, folder: Path) -> None:
        """Do nothing: it is never moved."""

    def recognises(self, folder: Path) -> bool:
        """Return whether it holds a collection."""
        return (folder / FILE_NAME).is_file()

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:
        """Return the post and its file, and all clips cut from it."""
        with open_store(folder) as store:
            found: set[Name] = set()
            for candidate in _candidates(store, names):
                found.add(Name("candidate", candidate.candidate_id))
                fetched = store.get(Fetched, candidate_id=candidate.candidate_id)
                if fetched is not None:
                    found.add(Name("media", fetched.media_id))
                clips = store.all(Clip, candidate_id=candidate.candidate_id)
                found |= {Name("clip", clip.clip_id) for clip in clips}
        clips_asked = values(names, "clip")
        mine = {name.value for name in found if name.kind == "clip"}
        found |= {
            Name("clip", asked) for asked in clips_asked if any(_same(asked, m) for m in mine)
        }
        return found

    def traces(self, folder: Path, names: Set[Name]) -> Traces:
        """Return ids of post, file and clips, the address, and frames that were cut."""
        words: set[str] = set()
        files: set[str] = set()
        with open_store(folder) as store:
            for candidate in _candidates(store, names):
                words |= {candidate.candidate_id, candidate.url}
                for clip in store.all(Clip, candidate_id=candidate.candidate_id):
                    words |= {clip.clip_id, clip.media_id}
                    files |= {clip.media_id} | _frames(store, clip)
        return Traces(frozenset(words), frozenset(files))

    def remove(self, folder: Path, removal: Removal) -> str:
        """Remove posts with all that was made of them; see ``refvps.collect.removal``."""
        with working(folder) as store:
            gone = _candidates(store, removal.names)
            if not gone:
                return ""
            count = sum(
                remove(store, "candidate", each.candidate_id, removal.reason) for each in gone
            )
        return f"{max(count, len(gone))} posts removed with files, rows and log"


def load() -> CollectionPlace:
    """Return the place."""
    return CollectionPlace()


def _candidates(store: Store, names: Set[Name]) -> list[Candidate]:
    wanted, media = set(values(names, "candidate")), values(names, "media")
    asked = values(names, "clip")
    for clip in store.all(Clip):
        if any(_same(each, clip.clip_id) for each in asked):
            wanted.add(clip.candidate_id)
    wanted |= {each.candidate_id for each in store.all(Fetched) if each.media_id in media}
    found = (store.get(Candidate, candidate_id=each) for each in sorted(wanted))
    return [each for each in found if each is not None]


def _same(asked: str, clip_id: str) -> bool:
    """Return whether a name is a clip's, as it is or as a project may have to write it."""
    plain = re.sub(r"[^a-z0-9_]+", "-", clip_id.lower()).strip("-_")[:64]
    return asked in (clip_id, plain)


def _frames(store: Store, clip: Clip) -> set[str]:
    found: set[str] = set()
    for export in store.all(Export, clip_id=clip.clip_id):
        path = places.clip_folder(store.folder, clip.clip_id, export.profile) / CHECKSUMS
        if path.is_file():
            found |= {line.partition("  ")[0] for line in path.read_text("utf-8").splitlines()}
    return found
