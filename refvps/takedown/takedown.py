"""One taking out over all places: what goes with it, the removal, the look for what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps import plugins
from refvps.errors import ConfigError, DataError
from refvps.takedown.place import Name, Place, Removal, Traces
from refvps.takedown.scan import count_files, scan
from refvps.tombstones import is_buried, read_tombstones

REMOVED = "removed.jsonl"


@dataclass(frozen=True, slots=True)
class Held:
    """A folder and what kind of place it is."""

    kind: str
    folder: Path
    place: Place


@dataclass(frozen=True, slots=True)
class Done:
    """What a taking out came to.

    Attributes:
        clips: how many clips went.
        lines: what was done, a line a place.
        left: files that still hold a trace; nothing of it should be here.
        looked_at: how many files were read to find out.
    """

    clips: int
    lines: tuple[str, ...]
    left: tuple[str, ...]
    looked_at: int


def places_of(folders: Sequence[Path]) -> tuple[Held, ...]:
    """Return what the folders are, those first that others follow from.

    Raises:
        DataError: one is missing.
    """
    loaded = {name: plugins.load(plugins.PLACES, name)() for name in plugins.names(plugins.PLACES)}
    ordered = sorted(loaded.items(), key=lambda item: item[1].rank)
    found = []
    for folder in folders:
        for _, place in ordered if not folder.is_dir() else ():
            place.restore(folder)
        if not folder.is_dir():
            raise DataError(folder, "folder is missing; name folders that may hold the clip")
        kind, place = next((k, p) for k, p in ordered if p.recognises(folder))
        found.append(Held(kind, folder, place))
    return tuple(sorted(found, key=lambda held: held.place.rank))


def resolve(held: Sequence[Held], wanted: str) -> frozenset[Name]:
    """Return everything that goes with a clip or a candidate, over all places.

    Raises:
        ConfigError: no place knows it.
    """
    names: frozenset[Name] = frozenset()
    kinds = (Name("clip", wanted), Name("candidate", wanted), Name("media", wanted))
    for start in kinds:
        names |= _closed(held, frozenset({start})) - {start}
        if any(start in each.place.related(each.folder, {start}) for each in held):
            names |= {start}
    if not names:
        if any(is_buried(read_tombstones(h.folder / REMOVED), "clip", wanted) for h in _ours(held)):
            return frozenset({Name("clip", wanted)})
        listed = ", ".join(f"{each.folder} ({each.kind})" for each in held)
        raise ConfigError(
            f"nothing is called {wanted!r} in {listed}; expected the id of a clip, or PLATFORM:ID"
        )
    return names


def take_down(held: Sequence[Held], names: frozenset[Name], reason: str, at: str) -> Done:
    """Remove everything named from all places, and look whether a trace is left.

    Killed half-way and run again it ends what it began.
    """
    traces = Traces()
    for each in held:
        traces |= each.place.traces(each.folder, names)
    removal = Removal(names, reason, at)
    lines = []
    for each in held:
        said = each.place.remove(each.folder, removal)
        lines.append(f"{each.folder} ({each.kind}): {said or 'nothing of it was here'}")
    folders = [each.folder for each in held]
    return Done(
        clips=len(removal.values("clip")),
        lines=tuple(lines),
        left=tuple(scan(folders, traces)),
        looked_at=count_files(folders),
    )


def _closed(held: Sequence[Held], names: frozenset[Name]) -> frozenset[Name]:
    while True:
        more = frozenset(n for each in held for n in each.place.related(each.folder, names))
        if more <= names:
            return names
        names |= more


def _ours(held: Sequence[Held]) -> list[Held]:
    """Return the places whose list of removals has a salt a line."""
    return [each for each in held if each.kind in ("project", "release")]
