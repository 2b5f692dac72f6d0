"""``meta_expressions.json`` as the field writes it: videos, their frames, their sentences.

Ref-YouTube-VOS, Ref-DAVIS (converted by ReferFormer) and MeViS share its form; what a sentence
refers to is an ``obj_id``, a list ``anno_id``, or left out where a server keeps the truth.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.names import require_safe_name
from refvps.strict_json import read_json
from refvps.types import Clip


class _Sentence(BaseModel):
    model_config = ConfigDict(frozen=True)

    exp: str
    obj_id: str | int | tuple[str | int, ...] | None = None
    anno_id: tuple[str | int, ...] | None = None


class _Video(BaseModel):
    model_config = ConfigDict(frozen=True)

    frames: tuple[str, ...]
    expressions: dict[str, _Sentence]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True)

    videos: dict[str, _Video]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One expression of the file.

    Attributes:
        expression_id: its key; safe as a file name, unique in its video.
        text: what it says.
        target: its ``obj_id``, or None where the file has none or a list.
        annotations: its ``anno_id``s; empty where the file has none.
    """

    expression_id: str
    text: str
    target: str | None
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Video:
    """One video of the file.

    Attributes:
        frames: frame ids in the file's order, each once, at least one; safe as file names.
        sentences: its expressions in the file's order, at least one.
    """

    frames: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    def clip(self, video_id: str, folder: Path, fps: Fraction) -> Clip:
        """Return the clip whose frames lie at ``folder/VIDEO/FRAME.jpg``."""
        return Clip(
            video_id, frame_paths(folder / video_id, self.frames, ".jpg"), fps, video=video_id
        )


def read_expressions(path: Path) -> dict[str, Video]:
    """Read the file; videos are sorted by id.

    Raises:
        DataError: missing, not JSON of that form, an id occurs twice or is unsafe as a file name,
            or a video has no frames or no expressions, or an expression no text.
    """
    return {
        video_id: _checked(path, video_id, entry) for video_id, entry in sorted(_read(path).items())
    }


def read_video_ids(path: Path) -> frozenset[str]:
    """Return the ids of the file's videos, whatever else it says of them; see above."""
    return frozenset(_read(path))


def texts_of(videos: Mapping[str, Video]) -> Iterator[tuple[str, Sentence]]:
    """Yield every expression with the id of its video."""
    for video_id, video in videos.items():
        for sentence in video.sentences:
            yield video_id, sentence


def _read(path: Path) -> dict[str, _Video]:
    try:
        return _File.model_validate(read_json(path)).videos
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(path, f"{where}: {first['msg']}") from error


def _checked(path: Path, video_id: str, entry: _Video) -> Video:
    _require_safe_names(path, video_id, entry)
    if not entry.frames:
        raise DataError(path, f"video {video_id} has no frames for its expressions")
    if len(set(entry.frames)) != len(entry.frames):
        raise DataError(path, f"video {video_id} lists a frame twice")
    if not entry.expressions:
        raise DataError(path, f"video {video_id} has no expressions")
    silent = next((key for key, value in entry.expressions.items() if not value.exp.strip()), None)
    if silent is not None:
        raise DataError(path, f"expression {video_id}/{silent} has no text")
    return Video(
        entry.frames, tuple(_sentence(key, value) for key, value in entry.expressions.items())
    )


def _require_safe_names(path: Path, video_id: str, entry: _Video) -> None:
    try:
        require_safe_name(video_id, "video id")
        for frame_id in entry.frames:
            require_safe_name(frame_id, f"frame id of video {video_id}")
        for key in entry.expressions:
            require_safe_name(key, f"expression id of video {video_id}")
    except DataError as error:
        raise DataError(path, error.message) from error


def _sentence(key: str, value: _Sentence) -> Sentence:
    target = None if value.obj_id is None or isinstance(value.obj_id, tuple) else str(value.obj_id)
    return Sentence(key, value.exp, target, tuple(map(str, value.anno_id or ())))
