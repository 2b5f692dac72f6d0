"""Where files of a clip lie, written as people write it: ``Masks/{clip}/{frame:05d}.png``."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import DataError

_PLACE = re.compile(r"\{([^{}]*)\}")
_FRAME = re.compile(r"frame(?::0([1-9])d)?")
_CLIP = "{clip}"


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A template, taken apart.

    Attributes:
        folder: of a clip's files, below the root; holds ``{clip}`` at least once.
        before: what stands before the frame's number in a file name.
        digits: to how many the number is filled up with zeros; 0 for none.
        after: what follows the number.
    """

    folder: str
    before: str
    digits: int
    after: str

    @property
    def suffix(self) -> str:
        """The suffix of the files, such as ".jpg"."""
        return Path(self.example()).suffix

    def of_clip(self, root: Path, clip: str) -> Path:
        """Return the folder of a clip's files."""
        return root / self.folder.replace(_CLIP, clip)

    def files(self, folder: Path) -> Mapping[int, str]:
        """Return the names of the files in a folder that fit, by number, in order.

        Raises:
            DataError: the folder cannot be read, none fits, or two are of one number.
        """
        try:
            names = os.listdir(folder)  # noqa: PTH208 - names alone are wanted, and many
        except OSError as error:
            raise DataError(folder, f"cannot be read: {error.strerror or error}") from error
        found: dict[int, str] = {}
        for name in sorted(names):
            number = self._number(name)
            if number is None:
                continue
            if number in found:
                raise DataError(folder / name, f"has the number {number}, as {found[number]} has")
            found[number] = name
        if not found:
            raise DataError(folder, f"holds no file named as {self.example()}")
        return dict(sorted(found.items()))

    def name(self, number: int) -> str:
        """Return the name of one file."""
        return f"{self.before}{number:0{self.digits}d}{self.after}"

    def example(self) -> str:
        """Return a name as they are expected."""
        return self.name(7)

    def _number(self, name: str) -> int | None:
        found = re.fullmatch(f"{re.escape(self.before)}([0-9]+){re.escape(self.after)}", name)
        if found is None or len(found[1]) > 18:
            return None
        number = int(found[1])
        return number if self.name(number) == name or self.digits == 0 else None


def parse_template(text: str) -> PathTemplate:
    """Take a template apart.

    Raises:
        ValueError: it leaves the root, or lacks ``{clip}`` in a folder or ``{frame}`` in the file
            name; says which.

    >>> parse_template("Masks/{clip}/m{frame:05d}.png").name(7)
    'm00007.png'
    """
    require_below(text)
    folder, _, name = text.rpartition("/")
    places, unknown = _PLACE.findall(name), set(_PLACE.findall(folder)) - {"clip"}
    if unknown:
        raise ValueError(f"{text!r}: a folder may hold {{clip}}, not {{{min(unknown)}}}")
    if _CLIP not in folder.split("/"):
        raise ValueError(f"{text!r}: one of the folders must be {{clip}}")
    frame = _FRAME.fullmatch(places[0]) if len(places) == 1 else None
    if frame is None or "{" in _PLACE.sub("", name) or "}" in _PLACE.sub("", name):
        raise ValueError(f"{text!r}: the file name must hold {{frame}} or {{frame:05d}}, once")
    before, after = _PLACE.split(name)[0], _PLACE.split(name)[2]
    if before[-1:].isdigit() or after[:1].isdigit() or "." not in after:
        raise ValueError(f"{text!r}: {{frame}} must not touch a digit, and a suffix must follow")
    return PathTemplate(folder, before, int(frame[1] or 0), after)


def require_below(text: str) -> str:
    """Return a path if it stays below the folder it is relative to.

    Raises:
        ValueError: it does not, or is no plain path.
    """
    parts = text.split("/")
    if "\\" in text or "\0" in text or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{text[:80]!r} is no path below the root, with '/' between its parts")
    return text
