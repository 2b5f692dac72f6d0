"""Frames of a clip, written so that everybody can tell where each pixel came from."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from refvps import atomic
from refvps.collect.cut import FPS, Change, FramePlan, Part, plan
from refvps.collect.probe import Probed
from refvps.errors import DataError
from refvps.frames import JPEG_QUALITY, encode_frame
from refvps.types import Size, UInt8Array
from refvps.video.file import VideoFile

FORM = "refvps-clip/1"
HEADER = "clip.json"
FRAME_MAP = "frames.jsonl"
CHECKSUMS = "checksums.sha256"
SHORT_SIDE = 576
LONG_SIDES = (712, 1024)
"""The sizes of the paper's clips: a short side of 576, a long side within these."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How frames are written.

    Attributes:
        form: JPEG of quality 95 with full chroma, or PNG.
        sizes: "keep" leaves sizes as they are; "fit" makes the short side 576 where it is more;
            "reject" refuses what is not of the paper's sizes. Nothing is ever enlarged.
        hdr: whether frames of high dynamic range are written as if they were not.
    """

    form: Literal["jpeg", "png"] = "jpeg"
    sizes: Literal["keep", "fit", "reject"] = "keep"
    hdr: bool = False

    @property
    def name(self) -> str:
        """What names its folder."""
        return f"{self.form}-{self.sizes}" + ("-hdr" if self.hdr else "")

    @property
    def encoder(self) -> dict[str, Any]:
        """How pixels became files."""
        if self.form == "png":
            return {"format": "png", "lossless": True}
        return {"format": "jpeg", "quality": JPEG_QUALITY, "chroma": "4:4:4"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        folder: where.
        n_frames: how many frames.
        size: of each.
        frames_digest: SHA-256 over the lines of ``checksums.sha256``.
    """

    folder: Path
    n_frames: int
    size: Size
    frames_digest: str

    def __post_init__(self) -> None:
        """Check the count."""
        if self.n_frames < 1:
            raise DataError(self.folder, "holds no frames")


def is_usual_size(size: Size) -> bool:
    """Return whether a clip is of the sizes of the paper: 576 by 712 to 1024, either way up."""
    short, long = sorted(size)
    return short == SHORT_SIDE and LONG_SIDES[0] <= long <= LONG_SIDES[1]


def export_size(probed: Probed, profile: Profile) -> Size:
    """Return the size of the frames that are written.

    Raises:
        DataError: the profile refuses this size, or high dynamic range.
    """
    size, path = probed.shown_size, probed.facts.path
    stored = probed.facts.stored
    if stored is not None and stored.is_hdr and not profile.hdr:
        raise DataError(
            path,
            f"is of high dynamic range ({stored.transfer}); tone-map it first, or allow HDR",
        )
    if profile.sizes == "reject" and not is_usual_size(size):
        raise DataError(path, f"is {size}; expected a short side of 576 and a long of 712 to 1024")
    if profile.sizes == "fit" and min(size) > SHORT_SIDE:
        scale = Fraction(SHORT_SIDE, min(size))
        return Size(round(size.height * scale), round(size.width * scale))
    return size


def export_clip(
    probed: Probed,
    part: Part,
    folder: Path,
    *,
    changes: Sequence[Change] = (),
    profile: Profile | None = None,
) -> Exported:
    """Write a clip's frames, its header, its frame map and checksums; all of it or nothing.

    The folder is one that ``refvps segment`` and the annotator read as a video at 24 frames a
    second: ``00000.jpg`` and so on. One that is there already, whole, is left as it is.

    Args:
        probed: the video.
        part: what the clip shows.
        folder: made by this function.
        changes: the changes of shot of the video.
        profile: how; by default JPEG at the video's own size.

    Raises:
        ConfigError: a change of shot lies in the part, or it is not within the video.
        DataError: the video changed since it was probed, is damaged, or is refused by the
            profile; or the folder is there with something else in it.
    """
    profile = profile or Profile()
    planned = plan(probed.timeline, part.span, changes)
    size = export_size(probed, profile)
    header = _header(probed, part, planned, size, profile)
    if folder.exists():
        return _as_before(folder, header)
    with atomic.new_folder(folder) as temporary:
        _write(temporary, probed, planned, size, profile)
        atomic.write_within(temporary, HEADER, f"{_json(header, indent=1)}\n".encode())
    return _as_before(folder, header)


def planned_frames(probed: Probed, planned: FramePlan) -> Iterator[tuple[int, int, UInt8Array]]:
    """Yield (output ordinal, source index, upright RGB pixels) of every frame of a plan.

    A source frame that is wanted several times is decoded once.

    Raises:
        DataError: the video is not as it was when it was probed.
    """
    timeline, path = probed.timeline, probed.facts.path
    wanted = iter(enumerate(planned.indices))
    ordinal, index = next(wanted)
    # A second earlier than needed: the file's own clock may start before its first frame.
    since = max(Fraction(0), timeline.time(index) - 1)
    for frame in VideoFile(probed.facts).frames(since):
        while frame.pts >= timeline.pts[index]:
            if frame.pts != timeline.pts[index]:
                raise DataError(path, f"changed since it was probed: frame {index} is gone")
            pixels = frame.pixels()
            while True:
                yield ordinal, index, pixels
                before = index
                found = next(wanted, None)
                if found is None:
                    return
                ordinal, index = found
                if index != before:
                    break
    raise DataError(path, f"changed since it was probed: frame {index} is gone")


def _write(folder: Path, probed: Probed, planned: FramePlan, size: Size, profile: Profile) -> None:
    suffix = "png" if profile.form == "png" else "jpg"
    lines, sums = [], []
    repeats = planned.repeats
    content, entry = b"", {}
    for ordinal, index, pixels in planned_frames(probed, planned):
        if not repeats[ordinal]:
            sized = _resized(pixels, size)
            content = _png(sized) if profile.form == "png" else encode_frame(sized)
            entry = {
                "sha256": hashlib.sha256(content).hexdigest(),
                "rgb_sha256": hashlib.sha256(sized.tobytes()).hexdigest(),
            }
        name = f"{ordinal:05d}.{suffix}"
        atomic.write_within(folder, name, content)
        place = {"k": ordinal, "pts": int(probed.timeline.pts[index]), "source": index}
        lines.append(_json({**place, "repeat": repeats[ordinal], **entry}))
        sums.append(f"{entry['sha256']}  {name}")
    atomic.write_within(folder, FRAME_MAP, "".join(f"{line}\n" for line in lines).encode())
    atomic.write_within(folder, CHECKSUMS, "".join(f"{line}\n" for line in sums).encode())


def _header(
    probed: Probed, part: Part, planned: FramePlan, size: Size, profile: Profile
) -> dict[str, Any]:
    facts, stored = probed.facts, probed.facts.stored
    return {
        "schema": FORM,
        "in": str(part.span.start),
        "out": str(part.span.end),
        "event_in": str(part.event.start),
        "event_out": str(part.event.end),
        "fps": int(FPS),
        "n_frames": len(planned.indices),
        "width": size.width,
        "height": size.height,
        "source_width": probed.stored_size.width,
        "source_height": probed.stored_size.height,
        "rotation_applied": facts.rotation,
        "sample_aspect_applied": str(facts.aspect),
        "time_base": str(probed.timeline.base),
        "colour": {
            "matrix": stored.matrix if stored else "",
            "range": stored.spread if stored else "",
            "transfer": stored.transfer if stored else "",
            "assumed": list(stored.assumed) if stored else [],
        },
        "encoder": profile.encoder,
        "profile": profile.name,
        "notes": list(part.notes),
    }


def _as_before(folder: Path, header: dict[str, Any]) -> Exported:
    """Return what a folder holds, which must be what would be written."""
    try:
        found = json.loads((folder / HEADER).read_text("utf-8"))
        sums = (folder / CHECKSUMS).read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(folder, f"is no whole clip ({error}); move it away") from error
    differing = sorted(key for key in header if found.get(key) != header[key])
    if differing:
        key = differing[0]
        raise DataError(
            folder, f"holds a clip with another {key!r}: {found.get(key)!r}; move it away"
        )
    size = Size(header["height"], header["width"])
    return Exported(folder, header["n_frames"], size, hashlib.sha256(sums).hexdigest())


def verify_clip(folder: Path) -> None:
    """Check every frame of a clip's folder against its checksums.

    Raises:
        DataError: a frame is missing, altered or one too many; the first is named.
    """
    path = folder / CHECKSUMS
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror}") from error
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    frames = {each.name for each in folder.iterdir() if each.suffix in (".jpg", ".png")}
    for name in sorted(listed.keys() | frames):
        if name not in listed or name not in frames:
            raise DataError(folder / name, "is missing" if name in listed else "is not in the list")
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            raise DataError(folder / name, "is not the frame that was exported; export it again")


def _resized(pixels: UInt8Array, size: Size) -> UInt8Array:
    if pixels.shape[:2] == size:
        return pixels
    image = Image.fromarray(pixels).resize((size.width, size.height), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _png(pixels: UInt8Array) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=3)
    return buffer.getvalue()


def _json(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - JSON is any of its types
    return json.dumps(value, ensure_ascii=False, indent=indent)
