"""RefCOCO, RefCOCO+ and RefCOCOg: expressions about single images, as clips of one frame.

Source: the files and splits of lichengunc/refer (``refer.py``): ``refs(BY).p`` with the
expressions, ``instances.json`` with the outlines, images of COCO 2014.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from benchmark.datasets.check import Guide
from benchmark.datasets.coco_polygons import Annotation, read_annotations
from benchmark.datasets.opening import (
    Expected,
    digest_of,
    first_folder,
    require_count,
    require_files,
    require_root,
)
from benchmark.datasets.plain_pickle import read_plain_pickle
from refvps.errors import ConfigError, DataError
from refvps.frame_paths import frame_paths
from refvps.options import parse_options
from refvps.protocols import Annotated, DatasetSource
from refvps.types import Clip, Expression, MaskTrack, Query

NAME = "refcoco"
FOLDERS = {"refcoco": "refcoco", "refcoco+": "refcocoplus", "refcocog": "refcocog"}
"""Folder of each set, and how it is called where ``+`` is no safe name."""

COUNTS: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("refcoco", "unc"): {"train": 120624, "val": 10834, "testA": 5657, "testB": 5095},
    ("refcoco+", "unc"): {"train": 120191, "val": 10758, "testA": 5726, "testB": 4889},
    ("refcocog", "umd"): {"train": 80512, "val": 4896, "test": 9602},
    ("refcocog", "google"): {"train": 85474, "val": 9536},
}
"""Expressions of every split, by the set and by who split it."""

FILE_NAME = "COCO_train2014_{:012d}"
_PREFIX = "annotation-"

GUIDE = Guide(
    source=(
        "expressions and outlines: https://github.com/lichengunc/refer",
        "images: train2014 of COCO, https://cocodataset.org/#download",
    ),
    layout=(
        "refcoco/refs(unc).p (refcoco+/refs(unc).p, refcocog/refs(umd).p or refs(google).p)",
        "refcoco/instances.json",
        "train2014/COCO_train2014_….jpg, or below images/ or images/mscoco/images/",
    ),
    options={
        "set": "refcoco (default), refcoco+ or refcocog",
        "by": "who split it: unc, for refcocog umd (default) or google",
        "split": "val (default), train, testA, testB or test",
        "expressions": "how many expressions there must be, by default the official number",
    },
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the data set.

    Attributes:
        set: which of the three.
        by: who split it: ``unc``, for RefCOCOg ``umd`` or ``google``; by default unc or umd.
        split: train, val, testA, testB or test.
        expressions: how many there must be; by default those of the official files.
    """

    set: Literal["refcoco", "refcoco+", "refcocog"] = "refcoco"
    by: Literal["unc", "umd", "google"] | None = None
    split: Literal["train", "val", "testA", "testB", "test"] = "val"
    expressions: int | None = None


class _Sentence(BaseModel):
    model_config = ConfigDict(frozen=True)

    sent_id: int
    sent: str


class _Ref(BaseModel):
    model_config = ConfigDict(frozen=True)

    ref_id: int
    ann_id: int
    image_id: int
    split: str
    sentences: tuple[_Sentence, ...]


@dataclass(frozen=True, slots=True)
class RefCoco:
    """The opened data set.

    Attributes:
        images: the folder of the images.
        name: its name, set, and split.
        digest: see ``opening.digest_of``.
        sentences: by image id, (expression id, text, annotation id) of each expression.
        annotations: the outlines by id.
    """

    images: Path
    name: str
    digest: str
    sentences: Mapping[int, tuple[tuple[int, str, int], ...]] = field(repr=False)
    annotations: Mapping[int, Annotation] = field(repr=False)
    version: str = "2016"
    rule: str = "per-expression"

    def queries(self) -> Iterator[Query]:
        """Yield every query: images by id, expressions in the order of the file."""
        for image_id, sentences in self.sentences.items():
            stem = FILE_NAME.format(image_id)
            clip = Clip(stem, frame_paths(self.images, [stem], ".jpg"), Fraction(1), video=stem)
            for sentence_id, text, annotation in sentences:
                yield Query(clip, Expression(str(sentence_id), text, f"{_PREFIX}{annotation}"))

    def truth(self, query: Query) -> MaskTrack:
        """Return the object's mask on the one frame."""
        return MaskTrack(query.clip.frame_ids, (self._annotation(query).mask(),), (None,))

    def annotated(self, query: Query) -> Annotated:
        """Return the one frame and its size; see ``ForeseenTruth``."""
        return Annotated(query.clip.frame_ids, self._annotation(query).size)

    def _annotation(self, query: Query) -> Annotation:
        return self.annotations[int(query.expression.target_id.removeprefix(_PREFIX))]


def load(source: DatasetSource) -> RefCoco:
    """Open the data set.

    Raises:
        ConfigError: its folder is not known, or there is no such split.
        DataError: a file or image is missing or malformed, the count is not the official one, or
            an expression refers to an object that is not there or lies in another image.
    """
    root = require_root(source, NAME)
    options = parse_options(Options, source.options, f"data set {NAME!r}")
    by = options.by or ("umd" if options.set == "refcocog" else "unc")
    official = COUNTS.get((options.set, by), {}).get(options.split)
    if official is None:
        listed = "; ".join(f"{key[0]} by {key[1]}: {', '.join(COUNTS[key])}" for key in COUNTS)
        raise ConfigError(
            f"data set {NAME!r}: {options.set} by {by} has no split {options.split!r}; "
            f"there are {listed}"
        )
    folder = root / options.set
    path, instances = folder / f"refs({by}).p", folder / "instances.json"
    refs = [ref for ref in _read_refs(path) if ref.split == options.split]
    expected = official if options.expressions is None else options.expressions
    found = sum(len(ref.sentences) for ref in refs)
    require_count(path, found, Expected("expressions", expected, "expressions"))
    annotations = read_annotations(instances, {ref.ann_id for ref in refs})
    sentences = _by_image(path, refs, annotations)
    images = first_folder(
        [root / "images/mscoco/images/train2014", root / "images/train2014", root / "train2014"],
        "COCO images",
    )
    stems = [FILE_NAME.format(image_id) for image_id in sentences]
    require_files(images.parent, images.name, stems, ".jpg")
    files = {f"{options.set}/{file.name}": file for file in (path, instances)}
    digest = digest_of(files, [f"train2014/{stem}.jpg" for stem in stems])
    name = f"{FOLDERS[options.set]}-{by}-{options.split}"
    return RefCoco(images, name, digest, sentences, annotations)


def _read_refs(path: Path) -> tuple[_Ref, ...]:
    try:
        return TypeAdapter(tuple[_Ref, ...]).validate_python(read_plain_pickle(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(path, f"{where}: {first['msg']}") from error


def _by_image(
    path: Path, refs: list[_Ref], annotations: Mapping[int, Annotation]
) -> dict[int, tuple[tuple[int, str, int], ...]]:
    """Return the expressions of every image, after checking that each has its own id and object."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    seen: set[int] = set()
    for ref in refs:
        inside = annotations[ref.ann_id].image_id
        if inside != ref.image_id:
            raise DataError(
                path,
                f"reference {ref.ref_id} is about image {ref.image_id}; its annotation "
                f"{ref.ann_id} lies in image {inside}",
            )
        if not ref.sentences:
            raise DataError(path, f"reference {ref.ref_id} has no expressions")
        for sentence in ref.sentences:
            if sentence.sent_id in seen:
                raise DataError(path, f"expression {sentence.sent_id} occurs twice")
            if sentence.sent_id < 0 or not sentence.sent.strip():
                raise DataError(path, f"expression {sentence.sent_id} has no text or a wrong id")
            seen.add(sentence.sent_id)
            entry = (sentence.sent_id, sentence.sent, ref.ann_id)
            found.setdefault(ref.image_id, []).append(entry)
    return {image_id: tuple(sentences) for image_id, sentences in sorted(found.items())}
