"""BURST: every category of things annotated in a TAO sequence, as one target."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from benchmark.datasets.burst_file import AnnotationFile, SequenceEntry, index_annotations
from benchmark.datasets.burst_frames import ALL, BurstFrames, choose_frames
from benchmark.datasets.burst_masks import category_track, damaged_masks
from benchmark.datasets.categories import prompt, showing
from benchmark.datasets.check import ClipCheck, Guide
from refvps.errors import ConfigError, DataError
from refvps.latest import Latest
from refvps.options import parse_options
from refvps.protocols import Annotated, DatasetSource
from refvps.release.digest import format_checksums
from refvps.types import Clip, Expression, MaskTrack, Query

GUIDE = Guide(
    source=(
        "frames: TAO, https://motchallenge.net/tao_download.php (val and test; AVA and HACS apart)",
        "masks:  annotations.zip, linked from https://github.com/Ali2500/BURST-benchmark",
    ),
    layout=(
        "annotations_burst/val/all_classes.json",
        "annotations_burst/test/all_classes.json",
        "frames/val/DATASET/SEQUENCE/FRAME.jpg",
        "frames/test/DATASET/SEQUENCE/FRAME.jpg",
    ),
    options={
        "split": "val+test (default, as published), val or test",
        "frames": "all (default), annotated, or list:FILE for a JSON of names by DATASET_SEQUENCE",
        "names": "published (default: 'the cap_(headwear)') or clean ('the cap')",
    },
)


@dataclass(frozen=True, slots=True)
class BurstOptions:
    """How to open BURST; see ``GUIDE``."""

    split: Literal["val+test", "val", "test"] = "val+test"
    frames: str = ALL
    names: Literal["published", "clean"] = "published"


@dataclass(frozen=True, slots=True)
class BurstDataset:
    """An opened BURST.

    Attributes:
        options: how it was opened.
        frames: what a method is shown.
        digest: SHA-256 over paths and digests of the annotation files, and of a list of frames;
            options that change what is asked count too. Frames are named in those files, and not
            read for it: there are hundreds of gigabytes.
        files: one a split.
    """

    options: BurstOptions
    frames: BurstFrames
    digest: str
    files: tuple[AnnotationFile, ...]
    _last: Latest[str, SequenceEntry] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )
    """The sequence asked for last: its categories lie in the same bytes."""

    @property
    def name(self) -> str:
        """Its name."""
        return "burst"

    @property
    def version(self) -> str:
        """The splits it was opened with; BURST itself has no versions."""
        return self.options.split

    @property
    def rule(self) -> str:
        """The rule that averages its scores."""
        return "per-category"

    @property
    def clips(self) -> int:
        """How many sequences there are."""
        return sum(len(file.places) for file in self.files)

    def queries(self) -> Iterator[Query]:
        """Yield one query for every category with a track in a sequence, sequences by id."""
        for file in self.files:
            for clip_id in sorted(file.places):
                entry = file.read(clip_id)
                clip = self._clip(file, clip_id, entry)
                for category in sorted(set(entry.track_category_ids.values())):
                    name = file.names[category]
                    text = prompt(name, clean=self.options.names == "clean")
                    asked = Expression(str(category), text, str(category))
                    yield Query(showing(clip, name), asked)

    def truth(self, query: Query) -> MaskTrack:
        """Return the union of the category's tracks on the annotated frames.

        Raises:
            DataError: a mask is damaged, or the file was changed meanwhile.
        """
        file, entry = self._entry(query.clip.clip_id)
        return category_track(file.path, entry, int(query.expression.target_id))

    def annotated(self, query: Query) -> Annotated:
        """Return the sequence's annotated frames and their size; see ``ForeseenTruth``."""
        _, entry = self._entry(query.clip.clip_id)
        return Annotated(tuple(Path(name).stem for name in entry.annotated_image_paths), entry.size)

    def truth_stamp(self, query: Query) -> str:
        """Return the digest of the annotation file; see ``KeepableTruth``."""
        return self._file(query.clip.clip_id).digest

    def exhaustive(self, query: Query) -> bool:
        """Return whether everything of the query's category in the sequence is annotated."""
        _, entry = self._entry(query.clip.clip_id)
        return int(query.expression.target_id) not in entry.not_exhaustive_category_ids

    def check(self) -> Iterator[ClipCheck]:
        """Decode every mask and compare its size with the frame's; see ``Checkable``."""
        for file in self.files:
            for clip_id in sorted(file.places):
                entry = file.read(clip_id)
                found = (
                    *(
                        f"{entry.title}: key {k!r} occurs twice"
                        for k in file.repeated_keys(clip_id)
                    ),
                    *damaged_masks(entry),
                )
                problems = tuple(f"{file.path}: {problem}" for problem in found)
                problems += self.frames.size_problems(
                    file.split, entry, entry.annotated_image_paths
                )
                categories = set(entry.track_category_ids.values())
                counts = {
                    "sequences": 1,
                    "frames": len(self.frames.names(entry)),
                    "annotated frames": len(entry.annotated_image_paths),
                    "masks": sum(map(len, entry.segmentations)),
                    "queries": len(categories),
                    "queries not exhaustively annotated": len(
                        categories.intersection(entry.not_exhaustive_category_ids)
                    ),
                    "sequences without a track": int(not categories),
                }
                yield ClipCheck(clip_id, counts, problems)

    def _file(self, clip_id: str) -> AnnotationFile:
        return next(file for file in self.files if clip_id in file.places)

    def _entry(self, clip_id: str) -> tuple[AnnotationFile, SequenceEntry]:
        file = self._file(clip_id)
        return file, self._last.of(clip_id, lambda: file.read(clip_id))

    def _clip(self, file: AnnotationFile, clip_id: str, entry: SequenceEntry) -> Clip:
        paths = self.frames.paths(file.split, entry)
        return Clip(clip_id, paths, self.frames.fps(entry), video=clip_id)


def load(source: DatasetSource) -> BurstDataset:
    """Open BURST; checks all but the masks' run lengths and the frames' pixels.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: a file, a folder or a frame is missing, or the annotations are malformed.
    """
    options = parse_options(BurstOptions, source.options, "data set 'burst'")
    if source.root is None:
        raise ConfigError(
            "the folder of data set 'burst' is not known: give --root DIR, or write "
            '[datasets.burst] root = "DIR" in refvps.toml; `refvps datasets --check burst` says '
            "where to get it"
        )
    frames = choose_frames(source.root, options.frames)
    files = tuple(
        index_annotations(
            source.root / "annotations_burst" / split / "all_classes.json",
            split,
            partial(frames.require, split),
        )
        for split in options.split.split("+")
    )
    _require_same_names(files)
    return BurstDataset(options, frames, _digest(options, frames, files), files)


def _digest(options: BurstOptions, frames: BurstFrames, files: tuple[AnnotationFile, ...]) -> str:
    digests = {f"{file.split}/{file.path.name}": file.digest for file in files}
    if frames.digest is not None:
        digests["frames"] = frames.digest
    if options.names != "published":
        digests["names"] = hashlib.sha256(options.names.encode()).hexdigest()
    return hashlib.sha256(format_checksums(digests)).hexdigest()


def _require_same_names(files: tuple[AnnotationFile, ...]) -> None:
    """Raise ``DataError`` if two splits call a category differently: it is averaged by name."""
    for file in files[1:]:
        for category, name in file.names.items():
            other = files[0].names.get(category, name)
            if other != name:
                raise DataError(
                    file.path, f"category {category} is {name}, but {other} in {files[0].path}"
                )
