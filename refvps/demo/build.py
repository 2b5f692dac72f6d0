"""Builds the demo release: renders every video once, checks digests, writes frames and masks."""

from collections.abc import Callable, Iterable, Iterator
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
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release

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


def _drafts(clips: Iterable[CatalogueClip], workers: int) -> Iterator[ClipDraft]:
    """Yield every clip, checked, in the order of the catalogue."""
    waiting: dict[str, list[CatalogueClip]] = {}
    for clip in clips:
        waiting.setdefault(clip.video_id, []).append(clip)
    units = [
        WorkUnit(video_id, (group[0].scene, group[0].seed)) for video_id, group in waiting.items()
    ]
    ready: dict[str, DemoVideo] = {}
    for outcome in executor_for(workers).run(_make_renderer, units):
        ready[outcome.unit_id] = outcome.value
        for video_id in list(waiting):
            if video_id not in ready:
                break
            yield from _checked(ready.pop(video_id), waiting.pop(video_id))


def _make_renderer() -> Callable[[tuple[str, int]], DemoVideo]:
    return _rendered


def _rendered(scene_and_seed: tuple[str, int]) -> DemoVideo:
    return render(*scene_and_seed)


def _checked(video: DemoVideo, clips: list[CatalogueClip]) -> Iterator[ClipDraft]:
    frames = frames_digest(video)
    for clip in clips:
        part = video.part(clip.part)
        labels = part_labels(part)
        require_digest(clip.clip_id, clip_digest(frames, labels))
        yield ClipDraft(
            clip_id=clip.clip_id,
            frames=list(video.frames),
            labels={STRIDE * number: image for number, image in enumerate(labels)},
            expressions=clip.expressions,
            video=clip.video_id,
            concept=part.words.concept,
            groups=CONCEPTS[part.words.concept],
            provenance={"source": "refvps.demo", "scene": clip.scene, "seed": str(clip.seed)},
        )
