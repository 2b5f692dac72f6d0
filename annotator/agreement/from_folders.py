"""Two folders of masks, compared as if two people had made them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.agreement.layouts import FrameLabels, Unit, units
from benchmark.agreement.labelled import ExpressionNote, Labelling, LabelPair, Names, PairKey
from benchmark.metrics.label_agreement import Labels
from refvps.errors import DataError
from refvps.frames import read_frame
from refvps.release.reader import Release, open_release
from refvps.release.schema import META_EXPRESSIONS
from refvps.types import UInt8Array


@dataclass(frozen=True, slots=True)
class FolderPairs:
    """The masks of two folders, joined by clip and frame id; see ``PairSource``.

    Attributes:
        first: one folder.
        second: the other.
        release: where concepts, videos and frames are known from; None where nowhere.
    """

    first: Path
    second: Path
    release: Release | None = None
    _units: tuple[dict[str, Unit], dict[str, Unit]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Look into both folders."""
        object.__setattr__(self, "_units", (units(self.first), units(self.second)))
        if not self._units[0].keys() & self._units[1].keys():
            one, other = (min(each) for each in self._units)
            raise DataError(
                self.second,
                f"has no clip of {self.first}: {other!r} here, {one!r} there; name folders whose "
                "clips have the same names",
            )

    @property
    def title(self) -> str:
        """Both names."""
        return f"{self._names[0]} and {self._names[1]}"

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """The folders, and what is in one of them alone."""
        one, other = self._units
        found = [("first", str(self.first)), ("second", str(self.second))]
        for name, alone in (("first", one.keys() - other.keys()), ("second", other.keys() - one)):
            if alone:
                found.append((f"only in the {name}", f"{len(alone)} clips, such as {min(alone)}"))
        if self.release is not None:
            release = self.release
            found.append(("concepts from", f"{release.name} {release.version}"))
        return tuple(found)

    @property
    def concepts(self) -> Mapping[str, int]:
        """How many clips there are of each concept, as far as a release says."""
        videos = self.release.videos.values() if self.release is not None else ()
        return Counter(entry.concept for entry in videos if entry.concept is not None)

    def pairs(self) -> Sequence[PairKey]:
        """Return what both folders hold."""
        one, other = self._units
        return tuple(
            self._key(name, one[name], other[name]) for name in sorted(one.keys() & other.keys())
        )

    def load(self, key: PairKey) -> LabelPair:
        """Return both folders' labels on the frames that both have."""
        first, second = (each[key.clip].read() for each in self._units)
        shared = sorted(first.keys() & second.keys())
        if not shared:
            raise DataError(
                self.second,
                f"clip {key.clip}: frames are {min(second)} to {max(second)}; those of "
                f"{self.first} are {min(first)} to {max(first)}: none is the same",
            )
        self._require_sizes(key.clip, first, second)
        labels = [tuple(side[frame_id] for frame_id in shared) for side in (first, second)]
        alone = [tuple(sorted(side.keys() - set(shared))) for side in (first, second)]
        return LabelPair(key, tuple(shared), labels[0], labels[1], alone[0], alone[1])

    def frame(self, key: PairKey, frame_id: str) -> UInt8Array | None:
        """Return a frame, where a release has it."""
        clip = key.clip.partition("/")[0]
        if self.release is None or clip not in self.release.videos:
            return None
        path = self.release.root / "JPEGImages" / clip / f"{frame_id}.jpg"
        return read_frame(path) if path.is_file() else None

    def expressions(self) -> Sequence[ExpressionNote]:
        """Return nothing: masks say nothing of expressions."""
        return ()

    def _key(self, name: str, one: Unit, other: Unit) -> PairKey:
        known = self._known(name)
        first, second = (
            Labelling(label, "files", unit.digest())
            for label, unit in zip(self._names, (one, other), strict=True)
        )
        return PairKey(name, first, second, known.video, known.concept, known.groups)

    def _known(self, name: str) -> Names:
        clip = name.partition("/")[0]
        if self.release is None or clip not in self.release.videos:
            return Names(clip)
        entry = self.release.videos[clip]
        return Names(entry.video or clip, entry.concept, entry.groups)

    @property
    def _names(self) -> tuple[str, str]:
        one, other = self.first.resolve(), self.second.resolve()
        if one.name != other.name:
            return one.name, other.name
        return str(self.first), str(self.second)

    def _require_sizes(self, clip: str, first: FrameLabels, second: FrameLabels) -> None:
        for frame_id in sorted(first.keys() & second.keys()):
            one, other = _size_text(first[frame_id]), _size_text(second[frame_id])
            if one != other:
                raise DataError(
                    self.second,
                    f"clip {clip}, frame {frame_id}: mask is {other}; that of {self.first} is "
                    f"{one}: write both at the size of the frames",
                )


def folder_pairs(first: Path, second: Path, root: Path | None) -> FolderPairs:
    """Return two folders to compare.

    Args:
        first: one folder.
        second: the other.
        root: a release to take concepts and frames from; by default whichever of the two is one.

    Raises:
        DataError: a folder is missing or holds no masks, or no clip is in both.
    """
    known = root or next((f for f in (first, second) if (f / META_EXPRESSIONS).is_file()), None)
    return FolderPairs(first, second, open_release(known) if known is not None else None)


def _size_text(labels: Labels) -> str:
    return str(labels.target.size)
