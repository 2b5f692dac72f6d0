"""A data set of one clip with two targets, made on the spot in its root."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from refvps.atomic import write_bytes
from refvps.frames import encode_frame
from refvps.packed import pack
from refvps.protocols import DatasetSource
from refvps.types import Clip, Expression, MaskTrack, Query

SIDE = 16


@dataclass(frozen=True, slots=True)
class TwoSquares:
    root: Path
    name: str = "two-squares"
    version: str = "1"
    digest: str = "none"

    def queries(self) -> Iterator[Query]:
        paths = tuple(self.root / f"{index:05}.jpg" for index in range(8))
        clip = Clip("squares", paths, Fraction(24), video="squares")
        for target, side in (("1", "left"), ("2", "right")):
            yield Query(clip, Expression(f"the-{side}", f"the square on the {side}", target))

    def truth(self, query: Query) -> MaskTrack:
        mask = np.zeros((SIDE, SIDE), bool)
        columns = (
            slice(0, SIDE // 2) if query.expression.target_id == "1" else slice(SIDE // 2, SIDE)
        )
        mask[:, columns] = True
        return MaskTrack(("00000", "00004"), (pack(mask),) * 2, (None, None))


def load(source: DatasetSource) -> TwoSquares:
    root = source.root or source.cache / "two-squares"
    grey = np.full((SIDE, SIDE, 3), 90, np.uint8)
    for index in range(8):
        write_bytes(root / f"{index:05}.jpg", encode_frame(grey))
    return TwoSquares(root)
