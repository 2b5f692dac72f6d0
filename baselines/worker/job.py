"""A query on its way to a worker and its masks on the way back, as files in a folder."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from baselines.worker.adapter_file import OptionValue
from baselines.worker.launch import write_for_worker
from baselines.worker.process import RequestError
from refvps.frames import frame_size
from refvps.packed import PackedMask, pack
from refvps.types import Query, Size


def write_job(folder: Path, query: Query, seed: int, options: Mapping[str, OptionValue]) -> Size:
    """Write what is asked; return the size that the masks must have.

    Raises:
        DataError: the first frame cannot be read, or the disk is full.
    """
    clip, expression = query.clip, query.expression
    size = frame_size(clip.frame_paths[0])
    job = {
        "clip": clip.clip_id,
        "expression_id": expression.expression_id,
        "expression": expression.text,
        "frames": [str(path.absolute()) for path in clip.frame_paths],
        "height": size.height,
        "width": size.width,
        "seed": seed,
        "options": dict(options),
    }
    write_for_worker(folder / "job.json", json.dumps(job, ensure_ascii=False))
    return size


def read_masks(folder: Path, frames: int, size: Size, digest: Any) -> tuple[PackedMask, ...]:  # noqa: ANN401 - JSON
    """Return the masks that a worker wrote.

    Raises:
        RequestError: they are not what was asked, or not what the worker says it wrote.
    """
    try:
        content = (folder / "masks.npz").read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise RequestError("bad answer", "masks.npz is not the file that the worker wrote")
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            bits, shape = held["bits"], tuple(int(side) for side in held["shape"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RequestError("bad answer", f"masks.npz cannot be read: {error}") from error
    wanted = (frames, size.height, size.width)
    count = frames * size.height * size.width
    if shape != wanted or bits.dtype != np.uint8 or bits.shape != ((count + 7) // 8,):
        raise RequestError("bad answer", f"masks are {list(shape)}; asked for {list(wanted)}")
    dense = np.unpackbits(bits, count=count).view(np.bool_).reshape(wanted)
    return tuple(pack(mask) for mask in dense)
