"""VSPW: every kind of stuff in a validation video (water, sky, grass), as one target."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from benchmark.datasets.categories import prompt, safe_id, showing
from benchmark.datasets.check import ClipCheck, Guide
from benchmark.datasets.vspw_check import check_video
from benchmark.datasets.vspw_classes import listed_stuff, stuff_in, vspw_classes
from benchmark.datasets.vspw_folder import VideoFolder, open_videos
from benchmark.datasets.vspw_masks import VideoMasks, read_masks
from refvps import atomic
from refvps.errors import ConfigError, DataError
from refvps.frames import frame_size
from refvps.latest import Latest
from refvps.mask_png import read_file
from refvps.options import parse_options
from refvps.protocols import Annotated, DatasetSource
from refvps.release.digest import format_checksums
from refvps.types import Clip, Expression, MaskTrack, Query

log = logging.getLogger(__name__)

FPS = Fraction(15)
"""Frames a second, as annotated; Miao et al., VSPW, CVPR 2021."""

CLASSES = "val_vid2classes.json"

GUIDE = Guide(
    source=(
        "https://github.com/VSPW-dataset/VSPW-dataset-download (VSPW, or VSPW_480p)",
        f"{CLASSES}: folder stuff of https://github.com/miccooper9/ReferEverything (optional)",
    ),
    layout=(
        "val.txt                    one video a line",
        "data/VIDEO/origin/FRAME.jpg",
        "data/VIDEO/mask/FRAME.png  labels 1 to 124; 0 and 255 are void",
        f"{CLASSES}       which classes a video shows; without it masks are read once",
    ),
    options={
        "void": "published (default: counted as not of the class) or excluded",
        "names": "published (default: 'the handrail_or_fence') or clean ('the handrail or fence')",
    },
)


@dataclass(frozen=True, slots=True)
class VspwOptions:
    """How to open VSPW; see ``GUIDE``."""

    void: Literal["published", "excluded"] = "published"
    names: Literal["published", "clean"] = "published"


@dataclass(frozen=True, slots=True)
class VspwDataset:
    """An opened VSPW.

    Attributes:
        options: how it was opened.
        digest: SHA-256 over ``val.txt``, the classes and, for every video, names and sizes in bytes
            of its masks; options that change what is asked or scored count too. Pixels are not
            read for it: it tells another copy or a missing file, not a single changed pixel.
        videos: by clip id.
        stuff: the labels of each video's stuff, by clip id.
    """

    options: VspwOptions
    digest: str
    videos: Mapping[str, VideoFolder] = field(repr=False)
    stuff: Mapping[str, tuple[int, ...]] = field(repr=False)
    _last: Latest[str, VideoMasks] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )
    """The masks of the video asked for last: its classes lie in the same files."""

    @property
    def name(self) -> str:
        """Its name."""
        return "vspw"

    @property
    def version(self) -> str:
        """Its split; VSPW itself has no versions."""
        return "val"

    @property
    def rule(self) -> str:
        """The rule that averages its scores."""
        return "per-category"

    @property
    def clips(self) -> int:
        """How many videos there are."""
        return len(self.videos)

    def queries(self) -> Iterator[Query]:
        """Yield one query for every kind of stuff in a video, videos by id, stuff by label."""
        names = vspw_classes().stuff
        for clip_id, video in sorted(self.videos.items()):
            clip = Clip(clip_id, video.frames, FPS, video=clip_id)
            for label in self.stuff[clip_id]:
                name = names[label]
                text = prompt(name, clean=self.options.names == "clean")
                yield Query(showing(clip, name), Expression(name, text, str(label)))

    def truth(self, query: Query) -> MaskTrack:
        """Return the masks of the query's class on all frames.

        Raises:
            DataError: a mask cannot be read, or differs in size from the first.
        """
        clip_id = query.clip.clip_id
        masks = self._last.of(clip_id, lambda: self._masks(clip_id))
        return masks.track(int(query.expression.target_id))

    def _masks(self, clip_id: str) -> VideoMasks:
        keep_void = self.options.void == "excluded"
        return read_masks(self.videos[clip_id].masks, self.stuff[clip_id], keep_void=keep_void)

    def annotated(self, query: Query) -> Annotated:
        """Return all frames and the size of the first mask; see ``ForeseenTruth``."""
        video = self.videos[query.clip.clip_id]
        return Annotated(video.frame_ids, frame_size(video.masks[0]))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when a mask file of the video does; see ``KeepableTruth``."""
        return f"{self.options.void} {self.videos[query.clip.clip_id].stamp()}"

    def check(self) -> Iterator[ClipCheck]:
        """Decode every mask and compare it with its frame; see ``Checkable``."""
        for clip_id, video in sorted(self.videos.items()):
            yield check_video(clip_id, video, self.stuff[clip_id])


def load(source: DatasetSource) -> VspwDataset:
    """Open VSPW; pairs all frames and masks, and reads masks only if no file lists their classes.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: a file or folder is missing, malformed, or does not pair.
    """
    options = parse_options(VspwOptions, source.options, "data set 'vspw'")
    root = source.root
    if root is None:
        raise ConfigError(
            "the folder of data set 'vspw' is not known: give --root DIR, or write "
            '[datasets.vspw] root = "DIR" in refvps.toml; `refvps datasets --check vspw` says '
            "where to get it"
        )
    if not root.is_dir():
        raise DataError(root, "folder is missing; expected VSPW, with val.txt and data")
    videos = open_videos(root)
    digests = {f"data/{video.name}/mask": video.digest for video in videos}
    digests["val.txt"] = _sha256(read_file(root / "val.txt"))
    listed = root / CLASSES
    if listed.exists():
        stuff = listed_stuff(listed, [video.name for video in videos])
    else:
        stuff = _stuff_of_masks(videos, source.cache, _over(digests))
    digests[CLASSES] = _sha256(json.dumps(stuff, sort_keys=True).encode())
    for name, value in (("void", options.void), ("names", options.names)):
        if value != "published":
            digests[name] = _sha256(value.encode())
    ids = {video.name: safe_id(video.name) for video in videos}
    return VspwDataset(
        options,
        _over(digests),
        {ids[video.name]: video for video in videos},
        {ids[name]: labels for name, labels in stuff.items()},
    )


def _stuff_of_masks(
    videos: tuple[VideoFolder, ...], cache: Path, digest: str
) -> dict[str, tuple[int, ...]]:
    """Return the stuff of each video from its masks, which are read once and then remembered."""
    kept = cache / "vspw" / f"stuff-{digest[:32]}.json"
    try:
        found = json.loads(kept.read_bytes())
        return {video.name: tuple(map(int, found[video.name])) for video in videos}
    except (OSError, ValueError, KeyError, TypeError):
        log.info("%s is not there: reading which classes the masks hold, once", CLASSES)
    stuff = {video.name: stuff_in(video.masks) for video in videos}
    try:
        atomic.write_bytes(kept, json.dumps(stuff).encode())
    except DataError as error:
        log.info("what the masks hold is not kept: %s", error.message)
    return stuff


def _over(digests: Mapping[str, str]) -> str:
    return _sha256(format_checksums(digests))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
