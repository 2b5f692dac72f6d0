"""Ref-VPS in somebody else's layout, read in place as a mapping file says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmark.datasets.categories import safe_id
from benchmark.datasets.check import ClipCheck
from benchmark.datasets.label_files import stamp_of
from benchmark.datasets.mapped_expressions import MappedClip, read_mapped_expressions
from benchmark.datasets.mapping_file import Labels, read_mapping
from benchmark.datasets.mapping_file import Mapping as MappingFile
from benchmark.datasets.opening import digest_of
from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.latest import Latest
from refvps.mask_png import LabelPlanes, decode_label_planes, decode_labels, read_file
from refvps.protocols import Annotated
from refvps.types import Clip, MaskTrack, PackedMask, Query, Size


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """The files of a clip.

    Attributes:
        frames: all frames in order.
        masks: the masks in order.
        annotated: the frame ids they belong to.
    """

    frames: Sequence[Path]
    masks: Sequence[Path]
    annotated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappedDataset:
    """An opened data set.

    Attributes:
        name: its name.
        mapping: where things lie.
        digest: see ``opening.digest_of``; the mapping file, expressions and masks are hashed.
        said: what the file of expressions says, by clip id.
        files: by clip id.
    """

    name: str
    mapping: MappingFile
    digest: str
    said: Mapping[str, MappedClip] = field(repr=False)
    files: Mapping[str, ClipFiles] = field(repr=False)
    rule: str = "per-expression"
    _last: Latest[str, dict[str, MaskTrack]] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )
    """The truth of the clip asked for last: its targets lie in the same files."""

    @property
    def version(self) -> str:
        """Its version, as the mapping file has it."""
        return self.mapping.version

    @property
    def clips(self) -> int:
        """How many clips there are."""
        return len(self.files)

    def queries(self) -> Iterator[Query]:
        """Yield every query: clips by id, expressions in the order of the file."""
        for clip_id, said in sorted(self.said.items()):
            clip = Clip(
                clip_id,
                self.files[clip_id].frames,
                self.mapping.fps,
                video=said.video,
                concept=said.concept,
                groups=said.groups,
            )
            for expression in said.expressions:
                yield Query(clip, expression)

    def truth(self, query: Query) -> MaskTrack:
        """Return the masks of the query's target on the annotated frames.

        Raises:
            DataError: a mask is damaged, of another size, or holds a value without a meaning.
        """
        clip_id = query.clip.clip_id
        return self._last.of(clip_id, lambda: self._truths(clip_id))[query.expression.target_id]

    def annotated(self, query: Query) -> Annotated:
        """Return the annotated frames and the size of the first mask; see ``ForeseenTruth``."""
        files = self.files[query.clip.clip_id]
        return Annotated(files.annotated, frame_size(files.masks[0]))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when a mask or its meaning does; see ``KeepableTruth``."""
        return f"{self.mapping.labels} {stamp_of(self.files[query.clip.clip_id].masks)}"

    def check(self) -> Iterator[ClipCheck]:
        """Decode every mask and compare it with its frame; see ``Checkable``."""
        for clip_id, files in sorted(self.files.items()):
            problems: list[str] = []
            try:
                self._truths(clip_id)
            except DataError as error:
                problems.append(error.message)
            counts = {
                "clips": 1,
                "frames": len(files.frames),
                "annotated frames": len(files.masks),
                "queries": len(self.said[clip_id].expressions),
            }
            yield ClipCheck(clip_id, counts, tuple(problems))

    def _truths(self, clip_id: str) -> dict[str, MaskTrack]:
        targets = {e.target_id: int(e.target_id) for e in self.said[clip_id].expressions}
        found: dict[str, list[PackedMask]] = {target: [] for target in targets}
        voids: list[PackedMask | None] = []
        ignore = self.mapping.labels.ignore
        size = frame_size(self.files[clip_id].frames[0])
        for path in self.files[clip_id].masks:
            planes = _decoded(path, self.mapping.labels, tuple(targets.values()), size)
            void = None if ignore is None else planes.masks[ignore]
            voids.append(void if void is not None and void.area else None)
            for target, label in targets.items():
                found[target].append(planes.masks[label])
        return {
            target: MaskTrack(self.files[clip_id].annotated, tuple(masks), tuple(voids))
            for target, masks in found.items()
        }


def open_mapped(name: str, root: Path, mapping_path: Path) -> MappedDataset:
    """Open a data set as a mapping file says; looks for every file and compares first sizes.

    Raises:
        DataError: the mapping is wrong, or a file is missing, malformed or does not fit.
    """
    mapping = read_mapping(mapping_path)
    listed = root / mapping.expressions.file
    clips = read_mapped_expressions(listed, mapping.expressions, mapping.labels.target)
    said, files = {}, {}
    for clip, entry in clips.items():
        clip_id = safe_id(clip)
        said[clip_id] = entry
        files[clip_id] = _clip_files(root, mapping, clip)
    hashed = {"mapping": mapping_path, "expressions": listed}
    named = []
    for each in files.values():
        hashed |= {path.relative_to(root).as_posix(): path for path in each.masks}
        named += [path.relative_to(root).as_posix() for path in each.frames]
    return MappedDataset(name, mapping, digest_of(hashed, named), said, files)


def _clip_files(root: Path, mapping: MappingFile, clip: str) -> ClipFiles:
    folder, home = mapping.frames.of_clip(root, clip), mapping.masks.of_clip(root, clip)
    frames, masks = mapping.frames.files(folder), mapping.masks.files(home)
    ids = {number: Path(name).stem for number, name in frames.items()}
    numbers = _annotated(mapping, list(frames), masks, home)
    files = ClipFiles(
        frame_paths(folder, tuple(ids.values()), mapping.frames.suffix),
        tuple(home / name for name in masks.values()),
        tuple(ids[number] for number in numbers),
    )
    size, expected = frame_size(files.masks[0]), frame_size(files.frames[0])
    if size != expected:
        raise DataError(files.masks[0], f"mask is {size}; the clip's first frame is {expected}")
    return files


def _annotated(
    mapping: MappingFile, frames: list[int], masks: Mapping[int, str], home: Path
) -> list[int]:
    """Return the numbers of the frames that the masks belong to, in order."""
    stride = mapping.annotation_stride
    if mapping.numbering == "annotated":
        expected = {
            mapping.first_mask + place: frame for place, frame in enumerate(frames[::stride])
        }
    else:
        expected = {frame: frame for frame in (frames if stride is None else frames[::stride])}
    for number, name in masks.items():
        if number not in expected:
            raise DataError(home / name, "is the mask of no frame that is to be annotated")
    if stride is not None:
        for number in expected:
            if number not in masks:
                raise DataError(home / mapping.masks.name(number), "file is missing, a mask")
    return [expected[number] for number in masks]


def _decoded(path: Path, labels: Labels, targets: tuple[int, ...], size: Size) -> LabelPlanes:
    """Return the planes of the targets and of what is ignored, all other values accounted for."""
    meant = {*targets, labels.background, *(() if labels.ignore is None else (labels.ignore,))}
    content = read_file(path)
    planes = decode_label_planes(path, content, sorted(meant - {0}))
    found = planes.masks[targets[0]].size
    if found != size:
        raise DataError(path, f"mask is {found}; the clip's first frame is {size}")
    zeros = size.height * size.width - planes.nonzero
    if planes.others or (zeros and 0 not in meant):
        values = np.flatnonzero(np.bincount(decode_labels(path, content).labels.ravel())).tolist()
        stranger = next(value for value in values if value not in meant)
        raise DataError(
            path, f"holds the value {stranger}, which the mapping file gives no meaning to"
        )
    return planes
