"""Builds the demo release: renders every video once, checks digests, writes frames and masks."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from refvps.demo.catalogue import CatalogueClip, read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import (
    clip_digest,
    frames_digest,
    part_labels,
    release_key,
    require_digest,
)
from refvps.demo.render import render
from refvps.demo.video import STRIDE, DemoVideo
from refvps.errors import DataError
from refvps.executor import WorkUnit, executor_for
from refvps.frames import encode_frame
from refvps.progress import LINE_EVERY
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import UInt8Array

log = logging.getLogger(__name__)

DESCRIPTION = (
    "Small synthetic videos of dynamic processes with two or more lively parts each, rendered "
    "from simple physics; only the words decide which part is meant."
)


def demo_root(cache: Path) -> Path:
    """Return the folder of the demo release below a cache, building it if it is not there.

    Two processes may build at once: the first to finish gives the folder its name.

    Raises:
        DataError: a clip does not have the digest in the package, or the disk is full.
    """
    root = cache / f"demo-{release_key()}"
    if not root.is_dir():
        log.info("rendering the demo release once into %s …", root)
        try:
            build_demo(root)
        except DataError:
            if not root.is_dir():
                raise
    return root


def build_demo(root: Path, *, workers: int = 2) -> None:
    """Write the demo release to a new folder.

    Args:
        root: must not exist; appears whole or not at all.
        workers: processes that render.

    Raises:
        DataError: ``root`` is there already, a clip does not have the digest in the package, or
            the disk is full.
    """
    header = ReleaseHeader(
        name="demo",
        version="1.0.0",
        licence="CC0-1.0",
        description=DESCRIPTION,
        annotation_stride=STRIDE,
        concepts=dict(CONCEPTS),
    )
    write_release(root, header, _drafts(read_catalogue(), workers))


def _drafts(clips: Sequence[CatalogueClip], workers: int) -> Iterator[ClipDraft]:
    """Yield every clip, checked, in the order of the catalogue; say now and then how many."""
    waiting: dict[str, list[CatalogueClip]] = {}
    for clip in clips:
        waiting.setdefault(clip.video_id, []).append(clip)
    units = [WorkUnit(video_id, tuple(group)) for video_id, group in waiting.items()]
    ready: dict[str, list[ClipDraft]] = {}
    done, said = 0, time.monotonic()
    for outcome in executor_for(workers).run(_make_drafter, units):
        ready[outcome.unit_id] = outcome.value
        done += len(outcome.value)
        if time.monotonic() - said >= LINE_EVERY:
            said = time.monotonic()
            log.info("%d of %d demo clips rendered", done, len(clips))
        for video_id in list(waiting):
            if video_id not in ready:
                break
            del waiting[video_id]
            yield from ready.pop(video_id)


def _make_drafter() -> Callable[[tuple[CatalogueClip, ...]], list[ClipDraft]]:
    return _drafted


def _drafted(clips: tuple[CatalogueClip, ...]) -> list[ClipDraft]:
    """Render the video of some clips, check its pixels, and encode its frames once for all."""
    video = render(clips[0].scene, clips[0].seed)
    pixels = frames_digest(video)
    labels = [part_labels(video.part(clip.part)) for clip in clips]
    for clip, images in zip(clips, labels, strict=True):
        require_digest(clip.clip_id, clip_digest(pixels, images))
    frames = [encode_frame(frame) for frame in video.frames]
    return [_draft(video, clip, frames, images) for clip, images in zip(clips, labels, strict=True)]


def _draft(
    video: DemoVideo, clip: CatalogueClip, frames: list[bytes], labels: list[UInt8Array]
) -> ClipDraft:
    concept = video.part(clip.part).words.concept
    return ClipDraft(
        clip_id=clip.clip_id,
        frames=frames,
        labels={STRIDE * number: image for number, image in enumerate(labels)},
        expressions=clip.expressions,
        video=clip.video_id,
        concept=concept,
        groups=CONCEPTS[concept],
        provenance={"source": "refvps.demo", "scene": clip.scene, "seed": str(clip.seed)},
    )
