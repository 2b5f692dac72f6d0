"""Ref-YouTube-VOS: the validation videos, whose truth the server keeps, or the training videos.

Source: https://youtube-vos.org/dataset/rvos/ and ReferFormer's ``inference_ytvos.py``, which
tells validation videos from test videos by taking those of the test file away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from benchmark.datasets.check import Guide
from benchmark.datasets.expression_file import (
    Video,
    read_expressions,
    read_video_ids,
    texts_of,
)
from benchmark.datasets.label_files import is_label, read_targets, stamp_of
from benchmark.datasets.opening import (
    Expected,
    digest_of,
    require_count,
    require_files,
    require_root,
)
from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.latest import Latest
from refvps.options import parse_options
from refvps.protocols import Annotated, DatasetSource
from refvps.types import Clip, Expression, MaskTrack, Query

NAME = "ref-youtube-vos"
FPS = Fraction(6)
"""Every fifth frame of 30 a second is distributed."""

VIDEOS = {"valid": 202, "train": 3471}

GUIDE = Guide(
    source=("https://youtube-vos.org/dataset/rvos/",),
    layout=(
        "meta_expressions/valid/meta_expressions.json (train/… for split=train)",
        "meta_expressions/test/meta_expressions.json, where valid lists the test videos too",
        "valid/JPEGImages/VIDEO/FRAME.jpg (train/… for split=train)",
        "train/Annotations/VIDEO/FRAME.png, for split=train",
    ),
    options={
        "split": "valid (default, scored by the server) or train, which has truth",
        "videos": "how many videos there must be, by default 202, or 3471 for train",
    },
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the data set.

    Attributes:
        split: ``valid``, scored by the server, or ``train``, which has truth.
        videos: how many videos there must be; by default those of the official files.
    """

    split: Literal["valid", "train"] = "valid"
    videos: int | None = None


@dataclass(frozen=True, slots=True)
class RefYouTubeVos:
    """The opened data set.

    Attributes:
        root: its folder.
        split: ``valid`` or ``train``.
        digest: see ``opening.digest_of``.
        videos: by id.
    """

    root: Path
    split: str
    digest: str
    videos: Mapping[str, Video] = field(repr=False)
    version: str = "2021"
    rule: str = "per-expression"
    _last: Latest[str, dict[int, MaskTrack]] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """Its name; that of the training videos says so."""
        return NAME if self.split == "valid" else f"{NAME}-{self.split}"

    def queries(self) -> Iterator[Query]:
        """Yield every query: videos by id, expressions in the order of the file."""
        frames = self.root / self.split / "JPEGImages"
        for video_id, video in self.videos.items():
            clip = video.clip(video_id, frames, FPS)
            for sentence in video.sentences:
                # Which object is meant is the server's secret; each expression is its own target,
                # and no number, lest it be taken for a label in a palette file.
                target = sentence.target or f"expression-{sentence.expression_id}"
                yield Query(clip, Expression(sentence.expression_id, sentence.text, target))

    def truth(self, query: Query) -> MaskTrack:
        """Return the target's masks on every frame of a training video.

        Raises:
            DataError: the server keeps the truth, or a mask is damaged.
        """
        self._require_truth(query)
        video_id = query.clip.clip_id
        found = self._last.of(video_id, lambda: self._truths(query.clip))
        return found[int(query.expression.target_id)]

    def _truths(self, clip: Clip) -> dict[int, MaskTrack]:
        labels = {int(entry.target or 0) for entry in self.videos[clip.clip_id].sentences}
        found, _ = read_targets(self._masks(clip.clip_id), clip.frame_ids, sorted(labels))
        return found

    def annotated(self, query: Query) -> Annotated:
        """Return all frames and the size of the first mask; see ``ForeseenTruth``."""
        return Annotated(query.clip.frame_ids, frame_size(self._mask_files(query)[0]))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when a mask file of the video does; see ``KeepableTruth``."""
        return stamp_of(self._mask_files(query))

    def _mask_files(self, query: Query) -> Sequence[Path]:
        self._require_truth(query)
        return frame_paths(self._masks(query.clip.clip_id), query.clip.frame_ids, ".png")

    def _masks(self, video_id: str) -> Path:
        return self.root / self.split / "Annotations" / video_id

    def _require_truth(self, query: Query) -> None:
        if self.split == "valid":
            raise DataError(
                query.query_id,
                "the truth of Ref-YouTube-VOS is not public: its server scores what "
                f"`refvps submit --dataset {NAME}` writes; split=train has truth",
            )


def load(source: DatasetSource) -> RefYouTubeVos:
    """Open the data set.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: a file or frame is missing, or the number of videos is not the official one.
    """
    root = require_root(source, NAME)
    options = parse_options(Options, source.options, f"data set {NAME!r}")
    expected = VIDEOS[options.split] if options.videos is None else options.videos
    path = root / f"meta_expressions/{options.split}/meta_expressions.json"
    videos, files = read_expressions(path), {path.relative_to(root).as_posix(): path}
    test = root / "meta_expressions/test/meta_expressions.json"
    # Older validation files hold the test videos too; newer ones do not and need no second file.
    if options.split == "valid" and (len(videos) != expected or test.is_file()):
        withheld = read_video_ids(test)
        videos = {key: video for key, video in videos.items() if key not in withheld}
        files[test.relative_to(root).as_posix()] = test
    require_count(path, len(videos), Expected("videos", expected, "videos"))
    frames = root / options.split / "JPEGImages"
    for video_id, video in videos.items():
        require_files(frames, video_id, video.frames, ".jpg")
    if options.split == "train":
        files |= _truth_files(root, path, videos)
    named = (
        f"{options.split}/JPEGImages/{video_id}/{frame_id}.jpg"
        for video_id, video in videos.items()
        for frame_id in video.frames
    )
    return RefYouTubeVos(root, options.split, digest_of(files, named), videos)


def _truth_files(root: Path, path: Path, videos: Mapping[str, Video]) -> dict[str, Path]:
    for video_id, sentence in texts_of(videos):
        if sentence.target is None or not is_label(sentence.target):
            raise DataError(
                path,
                f"expression {video_id}/{sentence.expression_id}: obj_id is "
                f"{sentence.target!r}; expected a label from 1 to 254",
            )
    folder = root / "train/Annotations"
    files = {}
    for video_id, video in videos.items():
        require_files(folder, video_id, video.frames, ".png")
        for frame_id in video.frames:
            name = f"train/Annotations/{video_id}/{frame_id}.png"
            files[name] = root / name
    return files
