"""Videos and frame folders into a project: at 24 frames a second, whatever they were."""

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from annotator.clip import LARGEST_SIDE, LONGEST_SECONDS, ClipFacts, write_clip
from annotator.formats.decoding import Limits, decoded_frames
from annotator.formats.mask_readers import Masks
from annotator.keyframe import Keyframe
from annotator.project import CLIPS, Project
from annotator.schedule import FPS, STRIDE
from annotator.server.desk import put_plane
from annotator.session import Imported, apply, keyframe_of
from annotator.store.work import Change, Work
from refvps.errors import DataError
from refvps.release.schema import REMOVED
from refvps.tombstones import is_buried, read_tombstones
from refvps.types import UInt8Array
from refvps.video.source import open_video
from refvps.video.times import WHOLE, Span, at_rate


def import_clip(
    project: Project, clip_id: str, path: Path, facts: ClipFacts, span: Span = WHOLE
) -> None:
    """Bring a video file or a folder of frames into a project.

    At each 24th of a second it takes the latest frame that is not later, as players do. JPEG
    files of a folder are kept byte for byte. A file is decoded in a process of its own.

    Args:
        project: where it goes.
        clip_id: its name there.
        path: the video, or the folder, whose files are 24 a second.
        facts: what is known of it.
        span: the part of it.

    Raises:
        DataError: it is damaged, too long, or the name is taken.
    """
    require_not_removed(project, clip_id)
    write_clip(project.root / CLIPS / clip_id, _frames(path, span), facts, STRIDE)
    require_frames_not_removed(project, clip_id)


def require_not_removed(project: Project, clip_id: str) -> None:
    """Raise ``DataError`` if a clip of that name was removed on somebody's request."""
    if is_buried(read_tombstones(project.root / REMOVED), "clip", clip_id):
        raise DataError(clip_id, "was removed on request and does not come back")


def require_frames_not_removed(project: Project, clip_id: str) -> None:
    """Raise ``DataError``, and delete the clip, if its frames are those of one that was removed."""
    stones = read_tombstones(project.root / REMOVED)
    clip = project.clip(clip_id)
    if is_buried(stones, "frames", clip.frames_digest):
        shutil.rmtree(clip.folder)
        project.forget(clip_id)
        raise DataError(clip_id, "shows what was removed on request; it does not come back")


def import_masks(work: Work, masks: Masks, source: str, user: str) -> int:
    """Start a person's work from masks made elsewhere; return how many keyframes were filled.

    Masks between keyframes are left out: the format of a release has no place for them. What the
    person has done already stays as it is.

    Raises:
        DataError: none of the masks is on a keyframe.
    """
    head = work.head
    schedule = work.schedule
    after: dict[int, Keyframe] = {}
    for index, planes in sorted(masks.items()):
        if index % schedule.stride or index >= schedule.frames:
            continue
        k = schedule.ordinal(index)
        before = keyframe_of(head.keyframes, k)
        if before == Keyframe():
            target, ignore = put_plane(work, planes.target), put_plane(work, planes.ignore)
            after[k] = apply(before, Imported(target, ignore, source))
    if not after and not head.keyframes:
        raise DataError(work.folder, f"no mask is on a keyframe, every {schedule.stride}th frame")
    if after:
        base = {k: head.rev_of(k) for k in after}
        work.commit(Change(after, base, facts={"user": user, "what": "import", "source": source}))
    return len(after)


def _frames(path: Path, span: Span) -> Iterator[UInt8Array | bytes]:
    if path.is_file():
        limits = Limits(frames=LONGEST_SECONDS * FPS, side=LARGEST_SIDE)
        yield from decoded_frames(path, FPS, span, limits)
        return
    source = open_video(path)
    for _, frame in at_rate(source.frames(span.start), Fraction(FPS), span):
        if frame.path is not None and frame.path.suffix.lower() in (".jpg", ".jpeg"):
            yield frame.path.read_bytes()
        else:
            yield frame.pixels()
