"""Pickles of plain values, which is what the files of RefCOCO are; any other is refused.

A pickle may name any function to be called on loading. Here no name is looked up at all, so that
nothing but lists, dicts, texts and numbers can come out.
"""

import io
import pickle
from pathlib import Path
from typing import Any, NoReturn

from refvps.errors import DataError
from refvps.mask_png import read_file


class _ForbiddenError(Exception):
    """The pickle names something to be imported or called."""


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        """Refuse every name: plain values need none."""
        raise _ForbiddenError(f"{module_name}.{global_name}")

    def persistent_load(self, pid: Any) -> NoReturn:  # noqa: ANN401 - as the base class
        """Refuse references to outside the file."""
        raise _ForbiddenError(f"persistent id {str(pid)[:40]!r}")


def read_plain_pickle(path: Path) -> Any:  # noqa: ANN401 - any plain value
    """Read a pickle of lists, dicts, texts and numbers, written by Python 2 or 3.

    Raises:
        DataError: missing, damaged, or it holds anything that would have to be imported or
            called; nothing of it was.
    """
    content = read_file(path)
    if not content:
        raise DataError(path, "file is empty; expected a pickle of references")
    try:
        return _PlainUnpickler(io.BytesIO(content), encoding="utf-8").load()
    except _ForbiddenError as error:
        raise DataError(
            path,
            f"names {error} to be loaded, which plain references never need; not opened: "
            "get the official file",
        ) from error
    except MemoryError as error:
        raise DataError(path, "asks for more memory than there is; not a sound file") from error
    except Exception as error:  # a damaged pickle may raise anything
        raise DataError(
            path, f"not a pickle that can be read ({type(error).__name__}: {error})"
        ) from error
