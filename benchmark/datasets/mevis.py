"""MeViS: motion expressions that may refer to several objects at once.

The truth of an expression is the union of its annotations; a frame on which none of them is drawn
is annotated as empty. ``valid_u`` and ``train`` have truth, the server keeps that of ``valid``.

Source: ``README.md`` (layout and counts) and ``tools/eval_mevis.py`` (union and averages) of
henghuiding/MeViS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from benchmark.datasets.check import Guide
from benchmark.datasets.expression_file import Sentence, Video, read_expressions, texts_of
from benchmark.datasets.label_files import stamp_of
from benchmark.datasets.mask_dict import MaskDict, read_mask_dict
from benchmark.datasets.opening import (
    Expected,
    digest_of,
    require_count,
    require_files,
    require_root,
)
from refvps.errors import DataError
from refvps.frames import frame_size
from refvps.options import parse_options
from refvps.packed import Size
from refvps.protocols import Annotated, DatasetSource
from refvps.types import Expression, MaskTrack, Query

NAME = "mevis"
FPS = Fraction(5)
"""The data set states no frame rate; this one is nominal and enters no score."""

COUNTS = {"train": (1662, 23051), "valid_u": (50, 793), "valid": (140, 2236)}
"""Videos and expressions of each split, as its README counts them."""

_PREFIX = "annotation-"

GUIDE = Guide(
    source=("https://github.com/henghuiding/MeViS, which links the archives",),
    layout=(
        "valid_u/JPEGImages/VIDEO/FRAME.jpg (valid/… and train/… for those splits)",
        "valid_u/meta_expressions.json",
        "valid_u/mask_dict.json, not for split=valid",
    ),
    options={
        "split": "valid_u (default) or train, which have truth, or valid, scored by the server",
        "videos": "how many videos there must be, by default 50, 1662 or 140",
        "expressions": "how many expressions there must be, by default 793, 23051 or 2236",
    },
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the data set.

    Attributes:
        split: ``valid_u`` and ``train`` have truth; ``valid`` is scored by the server.
        videos: how many videos there must be; by default those of the official files.
        expressions: how many expressions there must be.
    """

    split: Literal["valid_u", "valid", "train"] = "valid_u"
    videos: int | None = None
    expressions: int | None = None


@dataclass(frozen=True, slots=True)
class Mevis:
    """The opened data set.

    Attributes:
        folder: the split's.
        split: its name.
        digest: see ``opening.digest_of``.
        videos: by id.
    """

    folder: Path
    split: str
    digest: str
    videos: Mapping[str, Video] = field(repr=False)
    version: str = "2023"
    rule: str = "per-expression"

    @property
    def name(self) -> str:
        """Its name and split."""
        return f"{NAME}-{self.split}"

    def queries(self) -> Iterator[Query]:
        """Yield every query: videos by id, expressions in the order of the file."""
        frames = self.folder / "JPEGImages"
        for video_id, video in self.videos.items():
            clip = video.clip(video_id, frames, FPS)
            for sentence in video.sentences:
                yield Query(
                    clip, Expression(sentence.expression_id, sentence.text, _target(sentence))
                )

    def truth(self, query: Query) -> MaskTrack:
        """Return the union of the expression's annotations on every frame of its video.

        Raises:
            DataError: the server keeps the truth, or the annotations cannot be read.
        """
        path = self._mask_file(query)
        masks = read_mask_dict(path)
        size = self._size(masks, query)
        annotations = query.expression.target_id.removeprefix(_PREFIX).split("+")
        found = masks.union(annotations, len(query.clip.frame_ids), size)
        return MaskTrack(query.clip.frame_ids, found, (None,) * len(found))

    def annotated(self, query: Query) -> Annotated:
        """Return all frames and the size of the masks; see ``ForeseenTruth``."""
        masks = read_mask_dict(self._mask_file(query))
        return Annotated(query.clip.frame_ids, self._size(masks, query))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when the file of masks does; see ``KeepableTruth``."""
        return stamp_of([self._mask_file(query)])

    def _size(self, masks: MaskDict, query: Query) -> Size:
        for sentence in self.videos[query.clip.clip_id].sentences:
            for annotation in sentence.annotations:
                size = masks.size(annotation)
                if size is not None:
                    return size
        return frame_size(query.clip.frame_paths[0])

    def _mask_file(self, query: Query) -> Path:
        if self.split == "valid":
            raise DataError(
                query.query_id,
                "the truth of MeViS valid is not public: its server scores what "
                "`refvps submit --dataset mevis` writes; split=valid_u has truth",
            )
        return self.folder / "mask_dict.json"


def load(source: DatasetSource) -> Mevis:
    """Open the data set.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: a file or frame is missing, the counts are not the official ones, an expression
            refers to annotations that are not there or do not fit its video, or one is damaged.
    """
    root = require_root(source, NAME)
    options = parse_options(Options, source.options, f"data set {NAME!r}")
    folder = root / options.split
    path = folder / "meta_expressions.json"
    videos = read_expressions(path)
    official = COUNTS[options.split]
    counted = (
        (len(videos), Expected("videos", options.videos or official[0], "videos")),
        (
            sum(len(video.sentences) for video in videos.values()),
            Expected("expressions", options.expressions or official[1], "expressions"),
        ),
    )
    for found, expected in counted:
        require_count(path, found, expected)
    files = {f"{options.split}/meta_expressions.json": path}
    for video_id, video in videos.items():
        require_files(folder / "JPEGImages", video_id, video.frames, ".jpg")
    if options.split != "valid":
        masks = folder / "mask_dict.json"
        _require_annotations(path, videos, read_mask_dict(masks))
        files[f"{options.split}/mask_dict.json"] = masks
    named = (
        f"{options.split}/JPEGImages/{video_id}/{frame_id}.jpg"
        for video_id, video in videos.items()
        for frame_id in video.frames
    )
    return Mevis(folder, options.split, digest_of(files, named), videos)


def _target(sentence: Sentence) -> str:
    """Return the ids of the annotations: expressions of the same ones share their truth.

    It is never a number, lest it be taken for a label in a palette file.
    """
    if not sentence.annotations:
        return f"expression-{sentence.expression_id}"
    return _PREFIX + "+".join(sorted(sentence.annotations))


def _require_annotations(path: Path, videos: Mapping[str, Video], masks: MaskDict) -> None:
    """Raise ``DataError`` unless every expression's annotations are there and fit its video."""
    sizes: dict[str, tuple[Size, str]] = {}
    for video_id, sentence in texts_of(videos):
        where = f"expression {video_id}/{sentence.expression_id}"
        if not sentence.annotations:
            raise DataError(path, f"{where} has no anno_id; only split=valid leaves it out")
        if len(set(sentence.annotations)) != len(sentence.annotations):
            raise DataError(path, f"{where} names an anno_id twice")
        for annotation in sentence.annotations:
            if not annotation.isdigit() or annotation not in masks.counts:
                raise DataError(path, f"{where}: anno_id {annotation} is not in {masks.path.name}")
            _require_fitting(masks, annotation, video_id, len(videos[video_id].frames))
            size = masks.size(annotation)
            first = sizes.setdefault(video_id, (size, annotation)) if size else None
            if first is not None and first[0] != size:
                raise DataError(
                    masks.path,
                    f"anno_id {annotation} is {size}; {first[1]} of the same video is {first[0]}",
                )


def _require_fitting(masks: MaskDict, annotation: str, video_id: str, expected: int) -> None:
    frames = len(masks.counts[annotation])
    if frames != expected:
        raise DataError(
            masks.path,
            f"anno_id {annotation} has {frames} frames; video {video_id} has {expected}",
        )
