"""The two sets that scoring is measured on; see ``scoring.py``."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from refvps.executor import WorkUnit, executor_for
from refvps.mask_png import read_labels, write_labels
from refvps.packed import empty, pack
from refvps.predictions.store import PredictionStore
from refvps.release.digest import dataset_digest, format_checksums
from refvps.release.schema import CHECKSUMS, HEADER, META_EXPRESSIONS, ReleaseHeader
from refvps.types import Clip, Expression, FloatArray, PackedMask, Prediction, Query, Size

CLIPS = 145
ANNOTATED = 5_860
SIZE = Size(576, 1024)
STRIDE = 4
EXPRESSIONS = 4
VOID_BAND = 0.06
"""Pixels whose field is this close to the outline are void: some ten thousand a frame."""

METHOD = "generated"
GROUP = "motion patterns"


def make_davis_set(results: Path, root: Path) -> tuple[Path, Path]:
    """Make truth of OSVOS' masks and predictions of RVOS' proposals, each object's best.

    Args:
        results: the folder ``results`` of a davis2017-evaluation checkout.
        root: where to put ``release`` and ``preds``.

    Returns:
        The release, and the predictions: palette PNG of the same names and ids as the truth.
    """
    release, preds = root / "release", root / "preds"
    if not (release / HEADER).is_file():
        videos: dict[str, object] = {}
        for folder in sorted((results / "semi-supervised" / "osvos").iterdir()):
            videos[folder.name] = _davis_clip(folder, results, release, preds)
        seal_release(release, "davis17-shape", videos, stride=1)
    return release, preds


def _davis_clip(folder: Path, results: Path, release: Path, preds: Path) -> dict[str, object]:
    truth = [read_labels(path).labels for path in sorted(folder.iterdir())]
    proposals = results / "unsupervised" / "rvos" / folder.name
    found = [read_labels(proposals / path.name).labels for path in sorted(folder.iterdir())]
    targets = sorted(set(map(int, np.unique(np.stack(truth)))) - {0})
    chosen = _assigned(np.stack(truth), np.stack(found), targets)
    for index, (labels, masks) in enumerate(zip(truth, found, strict=True)):
        relabelled = np.zeros_like(labels)
        for target, proposal in chosen.items():
            relabelled[masks == proposal] = target
        write_labels(release / "Annotations" / folder.name / f"{index:05}.png", labels)
        write_labels(preds / METHOD / folder.name / f"{index:05}.png", relabelled)
    return clip_entry(folder.name, len(truth), [str(target) for target in targets], stride=1)


def _assigned(truth: np.ndarray, found: np.ndarray, targets: list[int]) -> Mapping[int, int]:
    """Return each target's proposal: the one that shares most pixels with it, each used once."""
    joint = np.bincount((truth.astype(np.int64) * 256 + found).ravel(), minlength=1 << 16)
    chosen: dict[int, int] = {}
    for target in targets:
        shared = joint[target * 256 : target * 256 + 256].copy()
        shared[[0, *chosen.values()]] = -1
        chosen[target] = int(np.argmax(shared))
    return chosen


def make_full_set(root: Path, clips: int, peer_clips: int, workers: int) -> tuple[Path, Path]:
    """Generate a release of the size of Ref-VPS, and full-rate predictions of one method.

    Args:
        root: where to put ``release``, ``preds`` and, for peers, ``png``: the same predictions on
            annotated frames as 0/255 palette files.
        clips: how many clips, 145 for the real size.
        peer_clips: how many clips have PNG predictions too.
        workers: processes to generate with.

    Returns:
        The release and the predictions.
    """
    release, preds = root / "release", root / "preds"
    if not (release / HEADER).is_file():
        make = partial(_clip_maker, root, peer_clips)
        units = [WorkUnit(f"{number:03}", number) for number in range(clips)]
        entries = dict(outcome.value for outcome in executor_for(workers).run(make, units))
        seal_release(release, "ref-vps-shape", dict(sorted(entries.items())), stride=STRIDE)
    return release, preds


def _clip_maker(root: Path, peer_clips: int):  # noqa: ANN202 - a worker
    return partial(_make_clip, root, peer_clips)


def _make_clip(root: Path, peer_clips: int, number: int) -> tuple[str, dict[str, object]]:
    clip_id = f"clip-{number:03}"
    annotated = ANNOTATED // CLIPS + (number < ANNOTATED % CLIPS)
    frames = STRIDE * (annotated - 1) + 1
    masks: list[list[PackedMask]] = [[] for _ in range(EXPRESSIONS)]
    folder = root / "release" / "Annotations" / clip_id
    for index, (truth, errors) in enumerate(_fields(number, frames)):
        predicted = [truth + error > 0 for error in errors]
        for track, mask in zip(masks, predicted, strict=True):
            track.append(pack(mask) if mask.any() else empty(SIZE))
        if index % STRIDE:
            continue
        labels = (truth > 0).astype(np.uint8)
        labels[np.abs(truth) < VOID_BAND] = 255
        write_labels(folder / f"{index:05}.png", labels)
        if number < peer_clips:
            for expression, mask in enumerate(predicted):
                place = root / "png" / clip_id / str(expression)
                write_labels(place / f"{index:05}.png", mask.astype(np.uint8))
    names = tuple(f"{index:05}" for index in range(frames))
    paths = tuple(Path(f"{name}.jpg") for name in names)
    clip = Clip(clip_id, paths, Fraction(24), video=clip_id)
    store = PredictionStore(root / "preds" / METHOD / "ref-vps-shape")
    for expression, track in enumerate(masks):
        query = Query(clip, Expression(str(expression), f"thing {expression}", "1", "a1"))
        store.write(Prediction(query, names, tuple(track)))
    return clip_id, clip_entry(clip_id, frames, ["1"] * EXPRESSIONS, stride=STRIDE)


def _fields(number: int, frames: int) -> Iterator[tuple[FloatArray, list[FloatArray]]]:
    """Yield each frame's field, positive inside the target, and what each method adds to it.

    A drifting blob whose outline is torn by noise of two scales that changes over time, as smoke
    and flames are; a mask takes about 2 KB as compressed run lengths.
    """
    random = np.random.default_rng(number)
    coarse, fine = _Noise(random, 96), _Noise(random, 24)
    errors = [_Noise(random, 64) for _ in range(EXPRESSIONS)]
    rows, columns = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    centre, drift = random.uniform(0.35, 0.65, 2), random.uniform(-0.15, 0.15, 2)
    radius = random.uniform(0.1, 0.3)
    for index in range(frames):
        at = centre + drift * index / frames
        down = (rows / SIZE.height - at[0]) / radius
        across = (columns / SIZE.width - at[1]) / radius
        inside = 1 - np.sqrt(down**2 + across**2)
        time = index / 24
        yield (
            inside + 0.35 * coarse.at(time) + 0.06 * fine.at(time),
            [0.12 * error.at(time) for error in errors],
        )


class _Noise:
    """Smooth noise that changes over about a second."""

    def __init__(self, random: np.random.Generator, scale: int) -> None:
        grid = (12, SIZE.height // scale + 2, SIZE.width // scale + 2)
        self._grids = random.standard_normal(grid).astype(np.float32)

    def at(self, time: float) -> FloatArray:
        index, part = int(time), np.float32(time % 1)
        mixed = (1 - part) * self._grids[index] + part * self._grids[index + 1]
        return cv2.resize(mixed, (SIZE.width, SIZE.height), interpolation=cv2.INTER_LINEAR)


def clip_entry(clip_id: str, frames: int, targets: list[str], stride: int) -> dict[str, object]:
    """Return what ``meta_expressions.json`` says of a clip: an expression for each target."""
    return {
        "expressions": {
            str(number): {"exp": f"thing {number}", "obj_id": target, "annotator": "a1"}
            for number, target in enumerate(targets)
        },
        "frames": [f"{index:05}" for index in range(frames)],
        "video": clip_id,
        "concept": "thing",
        "groups": [GROUP],
        "fps": 24,
        "annotation_stride": stride,
    }


def seal_release(release: Path, name: str, videos: Mapping[str, object], stride: int) -> None:
    """Write what makes a folder a release. Frames are left out: scoring never opens one."""
    document = json.dumps({"videos": videos}).encode()
    path = release / META_EXPRESSIONS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)
    checksums = {
        file.relative_to(release).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(release.rglob("*"))
        if file.is_file()
    }
    (release / CHECKSUMS).write_bytes(format_checksums(checksums))
    header = ReleaseHeader(
        name=name,
        version="1.0.0",
        licence="none",
        description="Made to measure scoring; not data.",
        concepts={"thing": (GROUP,)},
        annotation_stride=stride,
    )
    sealed = header.model_copy(update={"digest": dataset_digest(checksums, header)})
    (release / HEADER).write_text(sealed.model_dump_json(by_alias=True))
