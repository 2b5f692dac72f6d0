"""A clip of a project: its facts, and its frames, which never change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from annotator.ids import require_id
from annotator.schedule import FPS, Schedule
from refvps.atomic import new_folder, write_within
from refvps.errors import DataError, RefvpsError
from refvps.frames import encode_frame, frame_size, read_frame
from refvps.mask_png import read_file
from refvps.strict_json import read_json
from refvps.types import Size, UInt8Array

CLIP_FILE = "clip.json"
FRAMES = "frames"
MANIFEST = "manifest.sha256"
SCHEMA = "refvps-clip/1"

LONGEST_SECONDS = 60
LARGEST_SIDE = 4096


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What is known of a clip beside its pixels.

    Attributes:
        video: the video it was cut from.
        concept: the process shown, or None.
        groups: the taxonomy groups of the concept.
        source: where it comes from.
        licence: what may be done with it.
        card: what the target is, for annotators; never one of the referring expressions.
        curator: who chose the clip and wrote the card; never labels it a second time.
    """

    video: str
    concept: str | None = None
    groups: tuple[str, ...] = ()
    source: str = ""
    licence: str = "unknown"
    card: str = ""
    curator: str = ""


@dataclass(frozen=True, slots=True)
class ProjectClip:
    """A clip as it lies in a project.

    Attributes:
        clip_id: its name.
        folder: ``clips/CLIP``.
        size: height and width of every frame.
        schedule: its frames and keyframes.
        facts: the rest.
        digests: SHA-256 of every frame's file, in order.
    """

    clip_id: str
    folder: Path
    size: Size
    schedule: Schedule
    facts: ClipFacts
    digests: tuple[str, ...] = field(repr=False)

    @property
    def frames_digest(self) -> str:
        """SHA-256 over the digests of all frames, in order: the same pictures, the same digest."""
        return hashlib.sha256("\n".join(self.digests).encode()).hexdigest()

    def frame_path(self, index: int) -> Path:
        """Return the file of a frame.

        Raises:
            DataError: the clip has no such frame.
        """
        if not 0 <= index < self.schedule.frames:
            raise DataError(self.clip_id, f"has no frame {index}; it has {self.schedule.frames}")
        return self.folder / FRAMES / f"{index:05}.jpg"


@dataclass(frozen=True, slots=True)
class Keyframes:
    """The keyframes of a clip for a segmenter, decoded when they are asked for."""

    clip: ProjectClip

    def __len__(self) -> int:
        """Return how many there are."""
        return self.clip.schedule.keyframes

    @property
    def size(self) -> Size:
        """Height and width of every one."""
        return self.clip.size

    def frame(self, k: int) -> UInt8Array:
        """Return keyframe ``k`` as uint8 ``[H, W, 3]``, RGB."""
        return read_frame(self.clip.frame_path(self.clip.schedule.index(k)))


def write_clip(
    folder: Path, frames: Iterable[UInt8Array | bytes], facts: ClipFacts, schedule_stride: int
) -> None:
    """Write a clip, whole or not at all.

    Args:
        folder: ``clips/CLIP``, which must not exist.
        frames: at 24 a second; arrays, or JPEG files as bytes, which are kept byte for byte.
        facts: the rest of what is known.
        schedule_stride: every how many frames there is a keyframe.

    Raises:
        DataError: it is there already, has no frames, too many or too large ones, frames of two
            sizes, or the disk is full.
    """
    clip_id = require_id(folder.name, "clip")
    if folder.exists():
        raise DataError(folder, "is there already; choose another name for the clip")
    with new_folder(folder) as temporary:
        digests: list[str] = []
        size: Size | None = None
        for index, frame in enumerate(frames):
            if index >= LONGEST_SECONDS * FPS:
                raise DataError(clip_id, f"is longer than {LONGEST_SECONDS} s; cut it first")
            content = frame if isinstance(frame, bytes) else encode_frame(frame)
            name = f"{FRAMES}/{index:05}.jpg"
            write_within(temporary, name, content)
            size = _same_size(clip_id, index, temporary / name, size)
            digests.append(hashlib.sha256(content).hexdigest())
        if size is None:
            raise DataError(clip_id, "has no frames")
        document = {
            "schema": SCHEMA,
            "height": size.height,
            "width": size.width,
            "fps": FPS,
            "frames": len(digests),
            "key_stride": schedule_stride,
            **asdict(facts),
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_within(temporary, CLIP_FILE, text.encode())
        lines = "".join(f"{digest}  {index:05}.jpg\n" for index, digest in enumerate(digests))
        write_within(temporary, MANIFEST, lines.encode())


def read_clip(folder: Path) -> ProjectClip:
    """Open a clip; its frames are not touched.

    Raises:
        DataError: a file of it is missing or damaged.
    """
    path = folder / CLIP_FILE
    value = read_json(path)
    try:
        schedule = Schedule(int(value["frames"]), int(value["key_stride"]))
        size = Size(int(value["height"]), int(value["width"]))
        facts = _facts(value)
    except (KeyError, TypeError, ValueError, RefvpsError) as error:
        raise DataError(path, f"is not as it was written ({error}); restore it") from error
    digests = tuple(line.split()[0] for line in read_file(folder / MANIFEST).decode().splitlines())
    if len(digests) != schedule.frames:
        problem = f"lists {len(digests)} frames; the clip has {schedule.frames}"
        raise DataError(folder / MANIFEST, problem)
    return ProjectClip(folder.name, folder, size, schedule, facts, digests)


def verify_clip(clip: ProjectClip) -> list[str]:
    """Return what is wrong with a clip's frames, one line each."""
    found = []
    for index, digest in enumerate(clip.digests):
        path = clip.frame_path(index)
        try:
            if hashlib.sha256(read_file(path)).hexdigest() != digest:
                found.append(f"{path}: was changed; restore it")
        except DataError as error:
            found.append(error.message)
    return found


def _facts(value: Mapping[str, object]) -> ClipFacts:
    concept = value.get("concept")
    groups = value.get("groups")
    return ClipFacts(
        video=str(value["video"]),
        concept=None if concept is None else str(concept),
        groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
        source=str(value.get("source", "")),
        licence=str(value.get("licence", "unknown")),
        card=str(value.get("card", "")),
        curator=str(value.get("curator", "")),
    )


def _same_size(clip_id: str, index: int, path: Path, size: Size | None) -> Size:
    found = frame_size(path)
    if max(found) > LARGEST_SIDE:
        raise DataError(clip_id, f"frames of {found} are too large; at most {LARGEST_SIDE} a side")
    if size is not None and found != size:
        raise DataError(clip_id, f"frame {index} is {found}; the first one is {size}")
    return found
