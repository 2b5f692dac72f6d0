"""Folders of masks in any layout we read: which clips they hold, and the labels of each."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from annotator.formats.mask_readers import burst_planes, read_masks
from annotator.formats.mask_writers import BURST_DATASET
from annotator.planes import Planes
from benchmark.metrics.label_agreement import Labels
from refvps.errors import DataError
from refvps.frames import frame_size
from refvps.mask_png import VOID_LABEL, Encoding, read_file, read_labels
from refvps.predictions.png_trees import ExpressionFolders, PaletteTree
from refvps.predictions.track_file import read_track
from refvps.strict_json import read_json
from refvps.types import Clip, Expression, PackedMask, Query, Size

FrameLabels = dict[str, Labels]
"""Labels by frame id: five digits where the id is a number."""

SUFFIXES = (".json.gz", ".json")


@dataclass(frozen=True, slots=True)
class Unit:
    """One target of one clip in a folder.

    Attributes:
        files: what its masks are in.
        read: returns the labels; raises ``DataError`` for what cannot be read.
    """

    files: tuple[Path, ...]
    read: Callable[[], FrameLabels]

    def digest(self) -> str:
        """Return SHA-256 over the names and contents of its files."""
        found = hashlib.sha256()
        for path in self.files:
            found.update(f"{path.name}\0".encode())
            found.update(hashlib.sha256(read_file(path)).digest())
        return found.hexdigest()


def units(root: Path) -> dict[str, Unit]:
    """Return what a folder holds, by clip; ``CLIP/ID`` where a clip has several targets.

    Read are: a release, DAVIS and YouTube-VOS trees (with ``Ignore`` beside, if any), grey and
    1-bit PNG trees, MOTS, COCO files a clip, BURST files of any number of sequences, one folder an
    expression as servers take them, and predictions as run lengths, ours or COCO's.

    Raises:
        DataError: the folder is missing, or holds masks in none of these layouts.
    """
    if not root.is_dir():
        raise DataError(root, "folder is missing; expected masks, or a project")
    home = root / "Annotations" if (root / "Annotations").is_dir() else root
    found: dict[str, Unit] = {}
    for path in sorted(home.iterdir()):
        if path.name.startswith((".", "Ignore", "JPEGImages", "meta_expressions")):
            continue
        found.update(_of_path(path))
    if not found:
        raise DataError(
            root,
            "holds no masks in a layout we read: CLIP/FRAME.png, CLIP/EXPRESSION/FRAME.png, "
            "CLIP/EXPRESSION.json.gz, CLIP.json or CLIP.txt, or a BURST file",
        )
    return found


def _of_path(path: Path) -> Iterator[tuple[str, Unit]]:
    if path.is_dir():
        pictures = tuple(sorted(path.glob("*.png")))
        yield from _of_pictures(path, pictures) if pictures else _of_expressions(path)
    elif path.suffix == ".txt":
        yield path.stem, Unit((path,), partial(_annotator, "mots", path))
    elif path.suffix == ".json":
        yield from _of_json(path)


def _of_json(path: Path) -> Iterator[tuple[str, Unit]]:
    value = read_json(path)
    if not isinstance(value, Mapping):
        return
    if value.get("images") and "annotations" in value:
        yield path.stem, Unit((path,), partial(_annotator, "coco", path))
    elif isinstance(value.get("sequences"), list):
        yield from _of_burst(path, value["sequences"])


def _of_burst(path: Path, sequences: list[Any]) -> Iterator[tuple[str, Unit]]:
    """Yield every track of every sequence; one that other data sets lent is ``SET__SEQUENCE``."""
    for sequence in sequences:
        try:
            name, lent = str(sequence["seq_name"]), str(sequence["dataset"])
            tracks = sorted(map(int, sequence["track_category_ids"]))
        except (KeyError, TypeError, ValueError) as error:
            problem = f"is no BURST file: a sequence lacks its name, data set or tracks ({error!r})"
            raise DataError(path, problem) from error
        clip = name if lent == BURST_DATASET else f"{lent}__{name}"
        for track in tracks:
            read = partial(_burst, path, sequence, track)
            yield clip if tracks == [1] else f"{clip}/{track}", Unit((path,), read)


def _of_pictures(folder: Path, pictures: tuple[Path, ...]) -> Iterator[tuple[str, Unit]]:
    beside = folder.parent.parent / "Ignore" / folder.name
    ignored = tuple(sorted(beside.glob("*.png")))
    if _bits(pictures[0]) == 16:
        yield folder.name, Unit(pictures, partial(_annotator, "mots", folder))
        return
    first = read_labels(pictures[0])
    if first.encoding is not Encoding.PALETTE:
        yield folder.name, Unit(pictures, partial(_grey, folder, pictures))
        return
    targets = _targets(pictures) or {1}
    form = "youtube-vos" if ignored else "davis"
    for target in sorted(targets):
        name = folder.name if targets == {1} else f"{folder.name}/{target}"
        yield name, Unit((*pictures, *ignored), partial(_annotator, form, folder, target))


def _of_expressions(folder: Path) -> Iterator[tuple[str, Unit]]:
    for path in sorted(folder.iterdir()):
        pictures = tuple(sorted(path.glob("*.png"))) if path.is_dir() else ()
        stem = next((path.name.removesuffix(s) for s in SUFFIXES if path.name.endswith(s)), None)
        if pictures:
            read = partial(_expression, folder, path.name, pictures)
            yield f"{folder.name}/{path.name}", Unit(pictures, read)
        elif path.is_file() and stem is not None:
            yield f"{folder.name}/{stem}", Unit((path,), partial(_track, path))


def _annotator(form: str, path: Path, target: int = 1) -> FrameLabels:
    found = read_masks(form, path, _size(form, path), target)
    return {f"{index:05}": _of_planes(planes) for index, planes in sorted(found.items())}


def _burst(path: Path, sequence: Mapping[str, Any], track: int) -> FrameLabels:
    found = burst_planes(path, sequence, track)
    return {f"{index:05}": _of_planes(planes) for index, planes in sorted(found.items())}


def _of_planes(planes: Planes) -> Labels:
    return Labels(planes.target, planes.ignore if planes.ignore.area else None)


def _grey(folder: Path, pictures: Iterable[Path]) -> FrameLabels:
    query = _query(folder.name, "0", pictures)
    masks = PaletteTree(folder.parent, {folder.name: ["1"]}).read(query, query.clip.frame_ids)
    return _without_ignore(query.clip.frame_ids, masks.packed())


def _expression(folder: Path, name: str, pictures: Iterable[Path]) -> FrameLabels:
    query = _query(folder.name, name, pictures)
    masks = ExpressionFolders(folder.parent).read(query, query.clip.frame_ids)
    return _without_ignore(query.clip.frame_ids, masks.packed())


def _track(path: Path) -> FrameLabels:
    track = read_track(path)
    frame_ids = tuple(track.counts)
    runs = track.masks(frame_ids)
    return _without_ignore(frame_ids, [runs.packed(place) for place in range(len(frame_ids))])


def _without_ignore(frame_ids: Iterable[str], masks: Iterable[PackedMask]) -> FrameLabels:
    pairs = zip(frame_ids, masks, strict=True)
    found = {(f"{int(f):05}" if f.isdigit() else f): Labels(mask) for f, mask in pairs}
    return dict(sorted(found.items()))


def _query(clip_id: str, expression_id: str, pictures: Iterable[Path]) -> Query:
    clip = Clip(clip_id, tuple(pictures), Fraction(24), video=clip_id)
    return Query(clip, Expression(expression_id, "", "1"))


def _targets(pictures: Iterable[Path]) -> set[int]:
    found: set[int] = set()
    for path in pictures:
        found |= set(map(int, set(read_labels(path).labels.ravel().tolist())))
    return found - {0, VOID_LABEL}


def _size(form: str, path: Path) -> Size:
    if form == "coco":
        image = read_json(path)["images"][0]
        return Size(int(image["height"]), int(image["width"]))
    if path.is_file():
        fields = next((line.split(" ") for line in path.read_text("utf-8").splitlines()), [])
        if len(fields) < 5 or not (fields[3].isdigit() and fields[4].isdigit()):
            raise DataError(path, "is no MOTS file: expected 'frame id class height width rle'")
        return Size(int(fields[3]), int(fields[4]))
    return frame_size(min(path.glob("*.png")))


def _bits(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(25)
    return head[24] if len(head) == 25 else 0
