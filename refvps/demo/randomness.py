"""Random numbers and noise that are the same on every machine: integer hashes only."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
"""A float32 array; NumPy's stubs widen float32 times a Python float to this."""

IntField = NDArray[np.int32]

Item = TypeVar("Item")

_MASK = (1 << 64) - 1
_UNIT = 1 << 53
TILE = 256
"""Side of a noise tile in pixels; a power of two, so that wrapping is a bit mask."""


class Random:
    """A splitmix64 stream (Steele, Lea and Flood, OOPSLA 2014)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def bits(self) -> int:
        """Return the next 64 random bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * ((self.bits() >> 11) / _UNIT)

    def below(self, count: int) -> int:
        """Return an integer in [0, count)."""
        return self.bits() % count

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.uniform() < probability

    def choice(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in random order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]

    def fork(self) -> "Random":
        """Return an independent stream, so that one part's draws do not shift another's."""
        return Random(self.bits())


def index_grid(height: int, width: int) -> tuple[Field, Field]:
    """Return row and column numbers as float32 ``[H, 1]`` and ``[1, W]``."""
    rows = np.arange(height, dtype=np.int32).astype(np.float32)[:, None]
    columns = np.arange(width, dtype=np.int32).astype(np.float32)[None, :]
    return rows, columns


def white_noise(height: int, width: int, seed: int) -> Field:
    """Return independent uniform numbers in [0, 1), float32 ``[H, W]``."""
    rows = np.arange(height, dtype=np.uint32)[:, None] * np.uint32(374761393)
    columns = np.arange(width, dtype=np.uint32)[None, :] * np.uint32(668265263)
    mixed = rows + columns + np.uint32((seed * 2246822519) & 0xFFFFFFFF)
    for shift, factor in ((15, 2246822519), (13, 3266489917)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    mixed = mixed ^ (mixed >> np.uint32(16))
    return (mixed >> np.uint32(8)).astype(np.float32) / np.float32(16777216)


def noise_tile(random: Random, cells: int, octaves: int = 4, roughness: float = 0.5) -> Field:
    """Return fractal value noise that tiles, float32 ``[TILE, TILE]``, stretched to [0, 1].

    Args:
        random: draws one seed an octave.
        cells: lattice cells a side in the first octave, a power of two; each octave doubles it.
        octaves: how many; stops at one cell a pixel.
        roughness: amplitude of each octave over the one before.
    """
    total = np.zeros((TILE, TILE), np.float32)
    amplitude = 1.0
    for _ in range(octaves):
        if cells > TILE:
            break
        lattice = white_noise(cells, cells, random.below(1 << 30))
        total = total + amplitude * _smooth_enlarged(lattice)
        amplitude, cells = amplitude * roughness, cells * 2
    low, high = total.min(), total.max()
    result: Field = (total - low) / (high - low)
    return result


def _smooth_enlarged(lattice: Field) -> Field:
    cells = lattice.shape[0]
    at = np.arange(TILE, dtype=np.int32) * cells
    cell = at // TILE
    part = (at - cell * TILE).astype(np.float32) / np.float32(TILE)
    part = part * part * (3 - 2 * part)
    following = (cell + 1) % cells
    rows = lattice[cell] + part[:, None] * (lattice[following] - lattice[cell])
    result: Field = rows[:, cell] + part[None, :] * (rows[:, following] - rows[:, cell])
    return result


def scroll(tile: Field, row: float, column: float, shape: tuple[int, int]) -> Field:
    """Return a window of a tiled texture, float32 ``shape``, from a sub-pixel position."""
    height, width = shape
    side = tile.shape[0]
    top, left = int(row // 1), int(column // 1)
    down, right = row - top, column - left
    rows = (np.arange(height + 1, dtype=np.int32) + top) & (side - 1)
    columns = (np.arange(width + 1, dtype=np.int32) + left) & (side - 1)
    window = tile[rows][:, columns]
    mixed = window[:-1] * (1 - down) + window[1:] * down
    result: Field = mixed[:, :-1] * (1 - right) + mixed[:, 1:] * right
    return result


def sample(tile: Field, rows: Field, columns: Field) -> Field:
    """Return a tiled texture at float32 positions in pixels, bilinear, of their shape."""
    side = tile.shape[0]
    top, left = np.floor(rows), np.floor(columns)
    down, right = rows - top, columns - left
    top_row = top.astype(np.int32) & (side - 1)
    left_column = left.astype(np.int32) & (side - 1)
    next_row, next_column = (top_row + 1) & (side - 1), (left_column + 1) & (side - 1)
    flat = tile.ravel()
    above = flat[top_row * side + left_column] * (1 - right)
    above = above + flat[top_row * side + next_column] * right
    below = flat[next_row * side + left_column] * (1 - right)
    below = below + flat[next_row * side + next_column] * right
    result: Field = above + down * (below - above)
    return result


def interpolated(values: Field, rows: Field, columns: Field) -> Field:
    """Return an array ``[H, W]`` at positions inside it, bilinear.

    Rows must be in [0, H - 1) and columns in [0, W - 1).
    """
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top.astype(np.float32), columns - left.astype(np.float32)
    flat, width = values.ravel(), values.shape[1]
    at = top * width + left
    above, below = flat[at], flat[at + width]
    above = above + right * (flat[at + 1] - above)
    below = below + right * (flat[at + width + 1] - below)
    result: Field = above + down * (below - above)
    return result


def voronoi(random: Random, shape: tuple[int, int], points: list[tuple[float, float]]) -> IntField:
    """Return the number of the nearest point (row, column) for every pixel, int32 ``[H, W]``.

    The plane is bent a little by noise, so that edges are not straight.
    """
    rows, columns = index_grid(*shape)
    bend = noise_tile(random, 16, 2)
    rows = rows + 5 * scroll(bend, 0, 0, shape)
    columns = columns + 5 * scroll(bend, 90, 40, shape)
    nearest = np.full(shape, 1e9, np.float32)
    owner = np.zeros(shape, np.int32)
    for number, (row, column) in enumerate(points):
        down, right = rows - row, columns - column
        distance = down * down + right * right
        closer = distance < nearest
        nearest = np.where(closer, distance, nearest)
        owner = np.where(closer, np.int32(number), owner)
    return owner
