"""Training data for the small REM: videos of the demo's generator with other seeds.

Two releases are written. ``captions`` shows every video once, with sentences that name all its
parts and no mask: for learning to generate. ``masks`` shows every part of a video that is not of a
held-out concept, with sentences that refer to it alone: for learning to segment. Both hold the
annotated frames alone, six a second, at the size that the small REM sees.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from refvps.atomic import new_folder
from refvps.demo.catalogue import TARGET_ID, read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import part_labels
from refvps.demo.randomness import Random
from refvps.demo.render import render
from refvps.demo.scene import FPS
from refvps.demo.scenes import SCENES
from refvps.demo.video import STRIDE, DemoVideo, Part
from refvps.errors import ConfigError, DataError
from refvps.executor import WorkUnit, executor_for
from refvps.frames import encode_frame
from refvps.mask_png import decode_labels, encode_labels
from refvps.progress import progress
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression, UInt8Array
from rem.architectures import TINY_SIZE
from rem.preprocessing import squeeze
from rem.tiny.phrases import caption, sentences

HELD_OUT = ("cream mixing", "dust bursting", "fog rolling", "lava flowing")
"""Concepts that are captioned and never masked: six clips of the demo, from four groups."""

FIRST_SEED = 1000
"""The demo's own seeds lie far below."""

ANNOTATORS = ("a1", "a1", "a2", "a2")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Which videos a corpus holds.

    Attributes:
        videos: how many of each scene.
        first_seed: of every scene; the following ones count up.
        held_out: concepts without masks.
        captioned: whether videos of held-out concepts are captioned at all.
    """

    videos: int
    first_seed: int = FIRST_SEED
    held_out: tuple[str, ...] = HELD_OUT
    captioned: bool = True

    def __post_init__(self) -> None:
        """Check that no video is the demo's, and that concepts are known."""
        if self.videos < 1:
            raise ConfigError(f"a corpus has at least one video a scene; got {self.videos}")
        latest = max(clip.seed for clip in read_catalogue())
        if self.first_seed <= latest:
            raise ConfigError(
                f"seed {self.first_seed} is too low: the demo's own videos have seeds up to "
                f"{latest}, and may not be trained on"
            )
        for concept in self.held_out:
            if concept not in CONCEPTS:
                raise ConfigError(f"no demo concept is called {concept!r}")


def write_corpus(root: Path, corpus: Corpus, *, workers: int = 2) -> None:
    """Render a corpus and write its two releases, ``root/captions`` and ``root/masks``.

    The same corpus gives the same pixels, masks and sentences on every machine.

    Raises:
        DataError: ``root`` is there already, or the disk is full; nothing is left behind.
    """
    if root.exists():
        raise DataError(root, "is there already; write a corpus to a new folder")
    with new_folder(root) as folder:
        scratch = folder / "frames"
        films = _filmed(scratch, corpus, workers)
        captions = (_captioned(film) for film in films if corpus.captioned or not film.held_out)
        masks = (draft for film in films for draft in _masked(film))
        write_release(folder / "captions", _header("captions"), captions)
        write_release(folder / "masks", _header("masks"), masks)
        shutil.rmtree(scratch)


def _header(kind: str) -> ReleaseHeader:
    return ReleaseHeader(
        name=f"tiny-{kind}",
        version="1.0.0",
        licence="CC0-1.0",
        description=f"Rendered training videos of the small REM, with {kind}.",
        fps=FPS // STRIDE,
        annotation_stride=1,
        concepts=dict(CONCEPTS),
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """A part that is masked: its label images are decoded when they are written."""

    name: str
    concept: str
    sentences: tuple[str, ...]
    labels: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Film:
    """A rendered video on disk, and what is said of it."""

    video_id: str
    frames: tuple[Path, ...]
    concept: str
    captions: tuple[str, ...]
    targets: tuple[_Target, ...]
    held_out: bool


def _filmed(scratch: Path, corpus: Corpus, workers: int) -> list[_Film]:
    units = [
        WorkUnit(f"{scene}-{seed}", (scene, seed, corpus, scratch))
        for scene in SCENES
        for seed in range(corpus.first_seed, corpus.first_seed + corpus.videos)
    ]
    outcomes = executor_for(workers).run(_make_cameraman, units)
    films: dict[str, _Film] = {}
    with progress("render", len(units)) as shown:
        for outcome in outcomes:
            films[outcome.unit_id] = outcome.value
            shown.step(items=len(outcome.value.frames))
    return [films[unit.unit_id] for unit in units]


Asked = tuple[str, int, Corpus, Path]


def _make_cameraman() -> Callable[[Asked], _Film]:
    return _film


def _film(asked: Asked) -> _Film:
    scene, seed, corpus, scratch = asked
    video, random = render(scene, seed), Random(seed)
    folder = scratch / video.video_id
    folder.mkdir(parents=True)
    shown = video.frames[::STRIDE]
    paths = [folder / f"{index:05}.jpg" for index in range(len(shown))]
    for path, frame in zip(paths, shown, strict=True):
        path.write_bytes(encode_frame(squeeze(frame, TINY_SIZE)))
    seen = [part for part in video.parts if part.words.concept not in corpus.held_out]
    return _Film(
        video_id=video.video_id,
        frames=tuple(paths),
        concept=video.parts[0].words.concept,
        captions=tuple(caption(video, random) for _ in ANNOTATORS),
        targets=tuple(_target(video, part, random) for part in seen),
        held_out=len(seen) < len(video.parts),
    )


def _target(video: DemoVideo, part: Part, random: Random) -> _Target:
    return _Target(
        name=part.name,
        concept=part.words.concept,
        sentences=sentences(video, part, len(ANNOTATORS), random),
        labels=tuple(encode_labels(_small(image)) for image in part_labels(part)),
    )


def _small(labels: UInt8Array) -> UInt8Array:
    image = Image.fromarray(labels)
    return np.asarray(image.resize((TINY_SIZE, TINY_SIZE), Image.Resampling.NEAREST))


def _captioned(film: _Film) -> ClipDraft:
    nothing = np.zeros((TINY_SIZE, TINY_SIZE), np.uint8)
    labels = dict.fromkeys(range(len(film.frames)), nothing)
    return _draft(film, film.video_id, film.concept, film.captions, labels)


def _masked(film: _Film) -> Iterator[ClipDraft]:
    for target in film.targets:
        labels = {
            number: decode_labels(Path(target.name), content).labels
            for number, content in enumerate(target.labels)
        }
        clip_id = f"{film.video_id}-{target.name}"
        yield _draft(film, clip_id, target.concept, target.sentences, labels)


def _draft(
    film: _Film,
    clip_id: str,
    concept: str,
    texts: tuple[str, ...],
    labels: Mapping[int, UInt8Array],
) -> ClipDraft:
    return ClipDraft(
        clip_id=clip_id,
        frames=film.frames,
        labels=labels,
        expressions=tuple(
            Expression(str(number), text, TARGET_ID, annotator)
            for number, (text, annotator) in enumerate(zip(texts, ANNOTATORS, strict=True))
        ),
        video=film.video_id,
        concept=concept,
        groups=CONCEPTS[concept],
        provenance={"source": "refvps.demo", "video": film.video_id},
    )
