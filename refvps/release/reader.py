"""Opens a release and reads its queries and truth."""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.mask_png import VOID_LABEL, decode_label_planes, read_file
from refvps.names import require_safe_name
from refvps.protocols import Annotated
from refvps.release.digest import dataset_digest, hash_files, parse_checksums
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    COVERAGE,
    FRAME_SUMS,
    FRAMES,
    FULL,
    HEADER,
    META_EXPRESSIONS,
    MetaExpressions,
    ReleaseHeader,
    VideoEntry,
    is_target_id,
)
from refvps.strict_json import read_json
from refvps.types import Clip, Expression, MaskTrack, PackedMask, Query, Size

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release. Pixels are read when asked for.

    Attributes:
        root: its folder.
        header: what it says about itself; made up for a plain Ref-YouTube-VOS folder.
        digest: SHA-256 of its data; see ``refvps.release.digest``.
        videos: the entries of ``meta_expressions.json`` by clip id.
        checksums: SHA-256 by path; empty where the release has no checksums. Frames that were
            fetched again stand in it too.
        covered: the clips whose frames were fetched again; None where nothing was fetched, or
            frames are part of the data.
    """

    root: Path
    header: ReleaseHeader
    digest: str
    videos: Mapping[str, VideoEntry]
    checksums: Mapping[str, str] = field(repr=False)
    covered: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.header.name

    @property
    def version(self) -> str:
        """Its version."""
        return self.header.version

    @property
    def clip_ids(self) -> tuple[str, ...]:
        """The ids of its clips, sorted."""
        return tuple(sorted(self.videos))

    @property
    def coverage(self) -> str | None:
        """How much of a release without pixels this copy has, in words; None for all of it."""
        if self.covered is None:
            return None
        share = 100 * len(self.covered) / len(self.videos)
        return f"{len(self.covered)} of {len(self.videos)} clips ({share:.1f} %) could be fetched"

    def clip(self, clip_id: str) -> Clip:
        """Return a clip; its frames are not touched."""
        entry = self.videos[clip_id]
        folder = self.root / FRAMES / clip_id
        return Clip(
            clip_id,
            frame_paths(folder, entry.frames, ".jpg"),
            Fraction(entry.fps),
            video=entry.video or clip_id,
            concept=entry.concept,
            groups=entry.groups,
        )

    def require_frame(self, path: Path) -> None:
        """Raise ``DataError`` if a frame is not the one that the release was made with."""
        self._checked(path)

    def queries(self) -> Iterator[Query]:
        """Yield every query: clips by id, expressions in the order of the file.

        Of a release whose frames were fetched again, only those of clips that could be had.

        Raises:
            DataError: none could.
        """
        if self.covered is not None and not self.covered & self.videos.keys():
            raise DataError(
                self.root, "has no frames of any clip; run `refvps release hydrate` again"
            )
        for clip_id in self.clip_ids:
            if self.covered is not None and clip_id not in self.covered:
                continue
            clip = self.clip(clip_id)
            for key, entry in self.videos[clip_id].expressions.items():
                yield Query(clip, Expression(key, entry.exp, entry.obj_id, entry.annotator))

    def annotated(self, clip_id: str) -> Annotated:
        """Return the annotated frames of a clip and their size, from its first mask's header.

        Raises:
            DataError: the clip has no masks, or one was removed after the release was made.
        """
        paths = self._masks(clip_id)
        return Annotated(tuple(path.stem for path in paths), frame_size(paths[0]))

    def truth(self, clip_id: str, target_id: str) -> MaskTrack:
        """Return a target's masks on every annotated frame of its clip; see ``truths``."""
        return self.truths(clip_id, [target_id])[target_id]

    def truths(self, clip_id: str, target_ids: Collection[str]) -> dict[str, MaskTrack]:
        """Return the masks of some targets of a clip, each file read once for all of them.

        Raises:
            DataError: the clip has no masks, or one is damaged, off the clip's frames, of
                another size, or was changed or removed after the release was made.
        """
        paths = self._masks(clip_id)
        labels = {target_id: int(target_id) for target_id in target_ids}
        masks: dict[str, list[PackedMask]] = {target_id: [] for target_id in labels}
        voids: list[PackedMask | None] = []
        size: Size | None = None
        for path in paths:
            planes = decode_label_planes(path, self._checked(path), [*labels.values(), VOID_LABEL])
            void = planes.masks[VOID_LABEL]
            size = size or void.size
            if void.size != size:
                raise DataError(path, f"mask is {void.size}; the first one is {size}")
            voids.append(void if void.area else None)
            for target_id, label in labels.items():
                masks[target_id].append(planes.masks[label])
        frames = tuple(path.stem for path in paths)
        return {
            target_id: MaskTrack(frames, tuple(found), tuple(voids))
            for target_id, found in masks.items()
        }

    def mask_stamp(self, clip_id: str) -> str:
        """Return a digest of the names, sizes and times of a clip's mask files.

        Raises:
            DataError: the clip has no folder of masks.
        """
        folder = self.root / ANNOTATIONS / clip_id
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry.name, entry.stat()) for entry in entries)
        except OSError as error:
            raise DataError(folder, f"cannot be read: {error.strerror or error}") from error
        lines = (f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n" for name, stat in found)
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def _masks(self, clip_id: str) -> list[Path]:
        folder = self.root / ANNOTATIONS / clip_id
        names = os.listdir(folder) if folder.is_dir() else ()  # noqa: PTH208 - names alone
        stems = sorted(name[:-4] for name in names if name.endswith(".png"))
        self._require_all_masks(clip_id, set(stems))
        if not stems:
            raise DataError(folder, "clip has no masks; expected FRAME.png files")
        frame_ids = set(self.videos[clip_id].frames)
        for stem in stems:
            if stem not in frame_ids:
                raise DataError(folder / f"{stem}.png", f"clip {clip_id} has no such frame")
        return [folder / f"{stem}.png" for stem in stems]

    def _require_all_masks(self, clip_id: str, stored: set[str]) -> None:
        """Tell a mask that was never made from one that has gone: only the first is no truth."""
        for frame_id in self.videos[clip_id].frames:
            name = f"{ANNOTATIONS}/{clip_id}/{frame_id}.png"
            if frame_id not in stored and name in self.checksums:
                raise DataError(
                    self.root / name,
                    f"file is missing, but listed in {CHECKSUMS}; run `refvps release validate`",
                )

    def _checked(self, path: Path) -> bytes:
        content = read_file(path)
        require_unchanged(path, content, self.checksums, path.relative_to(self.root).as_posix())
        return content


def open_release(root: Path) -> Release:
    """Open a release, or a plain Ref-YouTube-VOS folder with masks.

    Raises:
        DataError: the folder or a file of it is missing or malformed, a name in it is not safe,
            or its digest does not fit its files.
    """
    if not root.is_dir():
        raise DataError(root, "folder is missing; expected a release")
    videos = read_model(root / META_EXPRESSIONS, MetaExpressions).videos
    for clip_id, entry in videos.items():
        require_sound_entry(root / META_EXPRESSIONS, clip_id, entry)
    header_path, checksums_path = root / HEADER, root / CHECKSUMS
    if header_path.is_file():
        header = read_model(header_path, ReleaseHeader)
    else:
        header = _made_up_header(root)
    if not checksums_path.is_file():
        # Without checksums the digest is of the files as they are now.
        return Release(root, header, dataset_digest(hash_files(root), header), videos, {})
    checksums = parse_checksums(checksums_path)
    digest = dataset_digest(checksums, header)
    if header.digest is not None and header.digest != digest:
        raise DataError(
            header_path,
            f"digest is {header.digest[:12]}…, but the release's files give {digest[:12]}…; "
            "run `refvps release validate`",
        )
    expressions = root / META_EXPRESSIONS
    require_unchanged(expressions, read_file(expressions), checksums, META_EXPRESSIONS)
    if header.kind == FULL:
        return Release(root, header, digest, videos, checksums)
    frames, covered = _fetched_again(root, videos)
    return Release(root, header, digest, videos, {**checksums, **frames}, covered)


def _fetched_again(
    root: Path, videos: Mapping[str, VideoEntry]
) -> tuple[dict[str, str], frozenset[str] | None]:
    """Return the checksums of frames that were fetched again, and the clips that have them."""
    if not (root / COVERAGE).is_file():
        return {}, None
    frames = parse_checksums(root / FRAME_SUMS)
    clips = {name.split("/")[1] for name in frames if name.count("/") == 2}
    return frames, frozenset(clips & videos.keys())


def require_unchanged(path: Path, content: bytes, checksums: Mapping[str, str], name: str) -> None:
    """Raise ``DataError`` if there are checksums and a file's content has another one."""
    if checksums and hashlib.sha256(content).hexdigest() != checksums.get(name):
        raise DataError(
            path,
            f"was changed after the release was made: it differs from {CHECKSUMS}; "
            "run `refvps release validate`",
        )


def read_model(path: Path, model: type[Model]) -> Model:
    """Read one JSON file of a release.

    Raises:
        DataError: missing, not JSON, or not of the model's form; names the place.
    """
    try:
        return model.model_validate(read_json(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(path, f"{where}: {first['msg']}") from error


def require_sound_entry(path: Path, clip_id: str, entry: VideoEntry) -> None:
    """Raise ``DataError`` unless a clip's names are safe and its targets are numbers."""
    names = [
        (clip_id, "clip id"),
        *((frame_id, f"frame id of clip {clip_id}") for frame_id in entry.frames),
        *((key, f"expression id of clip {clip_id}") for key in entry.expressions),
    ]
    try:
        for name, what in names:
            require_safe_name(name, what)
    except DataError as error:
        raise DataError(path, error.message) from error
    if not entry.frames or len(set(entry.frames)) != len(entry.frames):
        raise DataError(path, f"clip {clip_id} needs frames, each listed once")
    for key, expression in entry.expressions.items():
        if not is_target_id(expression.obj_id):
            raise DataError(
                path,
                f"clip {clip_id}, expression {key}: obj_id is {expression.obj_id[:20]!r}; "
                "expected a label from 1 to 254",
            )


def _made_up_header(root: Path) -> ReleaseHeader:
    return ReleaseHeader(
        name=require_safe_name(root.resolve().name, "release name"),
        version="unversioned",
        licence="unknown",
        description="A folder in the Ref-YouTube-VOS layout without release.json.",
        concepts={},
    )
