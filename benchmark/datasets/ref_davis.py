"""Ref-DAVIS 2017 validation: two annotators, each with the first frame and with the whole video.

Scored as the field does: for each of the four sets of expressions, predicted masks are matched
with the targets of the *unsupervised* DAVIS annotations, of which there are as many as the first
frame has labels, on all frames, void left out. Some targets have no expression.

Source: ``tools/data/convert_davis_to_ytvos.py`` and ``eval_davis.py`` of wjn922/ReferFormer,
``ref-davis/infer_davis_MS.py`` and ``davis2017/davis.py`` of miccooper9/ReferEverything.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from benchmark.datasets.check import Guide
from benchmark.datasets.expression_file import Sentence, Video, read_expressions
from benchmark.datasets.label_files import highest_label, is_label, read_targets, stamp_of
from benchmark.datasets.opening import (
    Expected,
    digest_of,
    first_folder,
    require_count,
    require_files,
    require_root,
)
from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.latest import Latest
from refvps.mask_png import read_file
from refvps.options import parse_options
from refvps.protocols import Annotated, DatasetSource
from refvps.types import Expression, MaskTrack, Query

NAME = "ref-davis"
FPS = Fraction(24)
SETS = ("annot1-first", "annot1-full", "annot2-first", "annot2-full")
"""Which expression of four in a row is which: the annotator, and what was shown."""
VIDEOS = 30

RULES = {
    "hungarian": "davis-unsupervised",
    "first-wins": "davis-unsupervised-first-wins",
    "direct": "davis-direct",
}
"""The rule of each way of matching predictions with targets."""

log = logging.getLogger(__name__)

GUIDE = Guide(
    source=(
        "frames and masks: DAVIS 2017 TrainVal and Unsupervised TrainVal at 480p, "
        "https://davischallenge.org/davis2017/code.html",
        "expressions: davis_text_annotations, https://www.mpi-inf.mpg.de/departments/"
        "computer-vision-and-machine-learning/research/video-segmentation/"
        "video-object-segmentation-with-language-referring-expressions",
        "converter: tools/data/convert_davis_to_ytvos.py of https://github.com/wjn922/ReferFormer",
    ),
    layout=(
        "meta_expressions/valid/meta_expressions.json",
        "valid/JPEGImages/VIDEO/FRAME.jpg",
        "DAVIS/Annotations_unsupervised/480p/VIDEO/FRAME.png",
        "DAVIS/ImageSets/2017/val.txt",
    ),
    options={
        "davis": "another folder for DAVIS, below the root or absolute",
        "videos": "how many videos there must be, by default 30",
        "matching": "hungarian (default, as published), first-wins or direct",
    },
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the data set.

    Attributes:
        davis: the folder of DAVIS 2017 at 480p; by default ``ROOT/DAVIS``, or ``ROOT`` itself.
        videos: how many videos there must be; by default the official 30.
        matching: a name of ``RULES``; the data and their digest are the same with each.
    """

    davis: str | None = None
    videos: int = VIDEOS
    matching: Literal["hungarian", "first-wins", "direct"] = "hungarian"


@dataclass(frozen=True, slots=True)
class RefDavis:
    """The opened data set.

    Attributes:
        frames: folder of one folder of frames a video.
        masks: folder of one folder of unsupervised annotations a video.
        digest: see ``opening.digest_of``.
        videos: by id.
        target_counts: how many targets each video has: the highest label of its first frame.
    """

    frames: Path
    masks: Path
    digest: str
    videos: Mapping[str, Video] = field(repr=False)
    target_counts: Mapping[str, int] = field(repr=False)
    version: str = "2017"
    rule: str = RULES["hungarian"]
    _last: Latest[str, dict[str, MaskTrack]] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """Its name."""
        return NAME

    def queries(self) -> Iterator[Query]:
        """Yield every query: videos by id, expressions in the order of the file."""
        for video_id, video in self.videos.items():
            clip = video.clip(video_id, self.frames, FPS)
            for place, sentence in enumerate(video.sentences):
                yield Query(
                    clip,
                    Expression(
                        sentence.expression_id,
                        sentence.text,
                        sentence.target or "",
                        SETS[place % len(SETS)],
                    ),
                )

    def targets(self, clip_id: str) -> tuple[str, ...]:
        """Return the ids of a video's targets, those without an expression too."""
        return tuple(str(label) for label in range(1, self.target_counts[clip_id] + 1))

    def truth(self, query: Query) -> MaskTrack:
        """Return the masks of the object the expression was written for, on all frames."""
        return self.truths(query.clip.clip_id)[query.expression.target_id]

    def truths(self, video_id: str) -> dict[str, MaskTrack]:
        """Return the masks of every target of a video by its id, those without expressions too.

        Raises:
            DataError: a mask file is damaged, or its size differs from the first one's.
        """
        return self._last.of(video_id, lambda: self._read(video_id))

    def _read(self, video_id: str) -> dict[str, MaskTrack]:
        labels = range(1, self.target_counts[video_id] + 1)
        found, late = read_targets(self.masks / video_id, self.videos[video_id].frames, labels)
        if late:
            log.warning(
                "%s: %d later frames hold labels above %d, the highest of the first frame; "
                "the official protocol counts no such target",
                self.masks / video_id,
                late,
                len(labels),
            )
        return {str(label): track for label, track in found.items()}

    def annotated(self, query: Query) -> Annotated:
        """Return all frames and the size of the first mask; see ``ForeseenTruth``."""
        return Annotated(query.clip.frame_ids, frame_size(self._mask_files(query)[0]))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when a mask file of the video does; see ``KeepableTruth``."""
        return stamp_of(self._mask_files(query))

    def _mask_files(self, query: Query) -> Sequence[Path]:
        return frame_paths(self.masks / query.clip.clip_id, query.clip.frame_ids, ".png")


def load(source: DatasetSource) -> RefDavis:
    """Open the data set.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: a file is missing, the videos are not those of ``val.txt``, expressions do not
            come in fours for one object each, or an object is not in the first frame.
    """
    root = require_root(source, NAME)
    options = parse_options(Options, source.options, f"data set {NAME!r}")
    # A relative folder is one below the root, where the settings' own folder is not known.
    davis = root / options.davis if options.davis else root / "DAVIS"
    homes = (davis, root) if options.davis is None else (davis,)
    path = root / "meta_expressions/valid/meta_expressions.json"
    videos = read_expressions(path)
    require_count(path, len(videos), Expected("videos", options.videos, "videos"))
    listed = _require_listed(homes, path, videos)
    frames = first_folder(
        [root / "valid/JPEGImages", *(home / "JPEGImages/480p" for home in homes)], "frames"
    )
    masks = first_folder(
        # The converter moves the annotations away from where DAVIS has them.
        [
            *(home / "Annotations_unsupervised/480p" for home in homes),
            root / "valid/Annotations",
        ],
        "unsupervised annotations",
    )
    counts = {}
    for video_id, video in videos.items():
        require_files(frames, video_id, video.frames, ".jpg")
        require_files(masks, video_id, video.frames, ".png")
        first = masks / video_id / f"{video.frames[0]}.png"
        counts[video_id] = highest_label(first)
        _require_fours(path, video_id, video, first, counts[video_id])
    files = {
        "meta_expressions/valid/meta_expressions.json": path,
        "ImageSets/2017/val.txt": listed,
    }
    names = [(video_id, frame) for video_id, video in videos.items() for frame in video.frames]
    for video_id, frame in names:
        files[f"Annotations_unsupervised/480p/{video_id}/{frame}.png"] = (
            masks / video_id / f"{frame}.png"
        )
    named = (f"JPEGImages/480p/{video_id}/{frame}.jpg" for video_id, frame in names)
    digest = digest_of(files, named)
    return RefDavis(frames, masks, digest, videos, counts, rule=RULES[options.matching])


def _require_listed(homes: tuple[Path, ...], path: Path, videos: Mapping[str, Video]) -> Path:
    """Return ``val.txt`` after comparing its videos with those that have expressions."""
    lists = [home / "ImageSets/2017/val.txt" for home in homes]
    listed = next((file for file in lists if file.is_file()), lists[0])
    names = read_file(listed).decode("utf-8", "replace").split()
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise DataError(listed, f"lists video {repeated!r} twice")
    for name in names:
        if name not in videos:
            raise DataError(path, f"has no video {name!r}, which {listed} lists")
    for name in videos:
        if name not in names:
            raise DataError(listed, f"does not list video {name}, which has expressions in {path}")
    return listed


def _require_fours(path: Path, video_id: str, video: Video, first: Path, targets: int) -> None:
    """Raise ``DataError`` unless every object has its four expressions in a row, and a label."""
    each = len(SETS)
    if len(video.sentences) % each:
        raise DataError(
            path,
            f"video {video_id} has {len(video.sentences)} expressions; expected {each} an object",
        )
    seen: set[str] = set()
    for start in range(0, len(video.sentences), each):
        four = video.sentences[start : start + each]
        target = _one_target(path, video_id, four)
        if target in seen:
            raise DataError(path, f"video {video_id}: object {target} has expressions twice")
        seen.add(target)
        if int(target) > targets:
            raise DataError(
                first,
                f"holds labels up to {targets}; expression {video_id}/{four[0].expression_id} is "
                f"about object {target}: are these the annotations of DAVIS 2017?",
            )


def _one_target(path: Path, video_id: str, four: tuple[Sentence, ...]) -> str:
    targets = {sentence.target for sentence in four}
    target = four[0].target
    where = f"expressions {four[0].expression_id} to {four[-1].expression_id} of {video_id}"
    if len(targets) > 1:
        listed = ", ".join(sorted(map(str, targets)))
        raise DataError(path, f"{where} must be about one object; their obj_id is {listed}")
    if target is None or not is_label(target):
        raise DataError(path, f"{where}: obj_id is {target!r}; expected a label from 1 to 254")
    return target
