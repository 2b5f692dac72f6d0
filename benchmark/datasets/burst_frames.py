"""Frames of BURST: which ones a method is shown, and where they lie."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from benchmark.datasets.burst_file import SequenceEntry, require_annotated, require_file_names
from refvps.errors import ConfigError, DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.mask_png import read_file
from refvps.strict_json import read_json

ALL, ANNOTATED, LISTED = "all", "annotated", "list:"

ANNOTATED_FPS = Fraction(1)
"""Annotated frames a second in val and test; README of Ali2500/BURST-benchmark."""


@dataclass(frozen=True, slots=True)
class BurstFrames:
    """The frames to predict.

    Attributes:
        root: the folder of TAO.
        choice: "all", "annotated" or "list:FILE".
        listed: file names by ``DATASET_SEQUENCE`` where a list was given.
        digest: SHA-256 of what the choice adds to the data set's digest; None for "all".
    """

    root: Path
    choice: str
    listed: Mapping[str, tuple[str, ...]] | None = field(repr=False)
    digest: str | None

    def folder(self, split: str, entry: SequenceEntry) -> Path:
        """Return where a sequence's frames lie."""
        return self.root / "frames" / split / entry.dataset / entry.seq_name

    def names(self, entry: SequenceEntry) -> tuple[str, ...]:
        """Return the file names of the frames to predict, in order.

        Raises:
            DataError: a list was given that lacks the sequence, or an annotated frame of it.
        """
        if self.choice == ANNOTATED:
            return entry.annotated_image_paths
        if self.listed is None:
            return entry.all_image_paths
        path, key = Path(self.choice.removeprefix(LISTED)), f"{entry.dataset}_{entry.seq_name}"
        if key not in self.listed:
            raise DataError(path, f"lists no frames of {entry.title}; expected them as {key!r}")
        require_annotated(path, entry, self.listed[key], "it")
        return self.listed[key]

    def paths(self, split: str, entry: SequenceEntry) -> Sequence[Path]:
        """Return the frames to predict, in order."""
        names, folder = self.names(entry), self.folder(split, entry)
        suffix = Path(names[0]).suffix
        if suffix and all(name.endswith(suffix) for name in names):
            return frame_paths(folder, [name.removesuffix(suffix) for name in names], suffix)
        return tuple(folder / name for name in names)

    def fps(self, entry: SequenceEntry) -> Fraction:
        """Return the rate of the frames to predict."""
        if self.choice == ANNOTATED:
            return ANNOTATED_FPS
        return Fraction(entry.fps).limit_denominator(1001)

    def require(self, split: str, entry: SequenceEntry) -> None:
        """Raise ``DataError`` unless all frames are there and the first fits the masks."""
        names, folder = self.names(entry), self.folder(split, entry)
        try:
            # Names alone: a sequence has a thousand frames, and there are thousands of them.
            found = os.listdir(folder)  # noqa: PTH208
        except OSError as error:
            raise DataError(
                folder, f"cannot be read ({error.strerror}); expected the frames of {entry.title}"
            ) from error
        missing = set(names).difference(found)
        if missing:
            raise DataError(
                folder / min(missing),
                f"file is missing, one of {len(missing)} missing frames of {entry.title}",
            )
        for problem in self.size_problems(split, entry, entry.annotated_image_paths[:1]):
            raise DataError(folder, problem)

    def size_problems(
        self, split: str, entry: SequenceEntry, names: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return which frames cannot be opened or have another size than the masks."""
        problems = []
        for name in names:
            path = self.folder(split, entry) / name
            try:
                size = frame_size(path)
            except DataError as error:
                problems.append(error.message)
                continue
            if size != entry.size:
                problems.append(f"frame {name} is {size}; {entry.title} has masks of {entry.size}")
        return tuple(problems)


def choose_frames(root: Path, choice: str) -> BurstFrames:
    """Return the frames that the option ``frames`` names.

    Raises:
        ConfigError: it names nothing known.
        DataError: the list is missing or malformed.
    """
    if choice == ALL:
        return BurstFrames(root, choice, None, None)
    if choice == ANNOTATED:
        return BurstFrames(root, choice, None, hashlib.sha256(choice.encode()).hexdigest())
    if not choice.startswith(LISTED):
        raise ConfigError(
            f"data set 'burst': option frames={choice!r}: expected all, annotated or list:FILE"
        )
    path = Path(choice.removeprefix(LISTED))
    found = read_json(path)
    if not isinstance(found, dict):
        raise DataError(path, "expected an object of frame names by DATASET_SEQUENCE")
    for key, names in found.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise DataError(path, f"{key[:60]!r} is no list of frame names")
        require_file_names(path, key[:60], names)
    listed = {key: tuple(names) for key, names in found.items()}
    return BurstFrames(root, choice, listed, hashlib.sha256(read_file(path)).hexdigest())
