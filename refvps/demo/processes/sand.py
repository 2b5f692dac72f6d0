"""Sand that pours into a heap, and a heap that runs out through a hole: a grain pile."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll, white_noise
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, clamp, ease, flat, over, smoothstep


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap on a floor; lengths in pixels, times in seconds.

    Attributes:
        floor: row of the floor.
        walls: (left, right) columns it stays between.
        peak: column of its middle.
        height: of the heap at first; 0 is no heap.
        spout: row from which sand falls; only where it grows.
        start: when sand begins to move.
        stop: when it stops.
        rate: pixels of sand a second; negative drains.
        colour: of the sand.
    """

    floor: float
    walls: tuple[int, int]
    peak: int
    height: float
    spout: float
    start: float
    stop: float
    rate: float
    colour: Colour


STEEP = 0.62
"""Greatest slope at which sand rests."""


class Sand:
    """Columns of sand; where the slope is too steep, sand slides to the lower neighbour."""

    def __init__(self, shape: tuple[int, int], heap: Heap, random: Random) -> None:
        self._shape, self._heap = shape, heap
        self._rows, self._columns = index_grid(*shape)
        off = np.abs(self._columns[0] - heap.peak)
        self._height = np.maximum(heap.height - STEEP * off, 0) * self._between()
        self._grain = white_noise(256, 256, random.below(1 << 30))
        self._bands, self._sway = noise_tile(random, 32, 2), noise_tile(random, 32, 2)
        self._fallen = 0.0

    def _between(self) -> Field:
        left, right = self._heap.walls
        column = self._columns[0]
        between: Field = ((column >= left) & (column < right)).astype(np.float32)
        return between

    def paint(self, second: float, picture: Field) -> Painted:
        """Pour or drain, let slopes slide, paint heap and stream."""
        heap = self._heap
        running = ease(heap.start, heap.start + 0.15, second) * ease(
            heap.stop, heap.stop - 0.2, second
        )
        before = self._height
        self._move(running)
        depth = self._rows - (heap.floor - self._height)[None, :]
        body = clamp(depth + 0.5) * (self._rows < heap.floor) * (self._height[None, :] > 0.6)
        slide = clamp(np.abs(self._height - before) * 2.5)[None, :] * smoothstep(9.0, 0.0, depth)
        self._fallen += 3.0 * running
        grain = scroll(self._grain, 0, 0, self._shape)
        moving = scroll(self._grain, -self._fallen, self._fallen * 0.5, self._shape)
        bands = scroll(self._bands, 0, 0, (1, 256))[0][
            np.clip(depth * 2.2, 0, 255).astype(np.int32)
        ]
        tone = 0.8 + 0.34 * (grain + slide * (moving - grain) - 0.5) + 0.16 * bands
        tone = tone + 0.22 * smoothstep(5.0, 0.0, depth) - 0.28 * smoothstep(0.0, 60.0, depth)
        side = 0.1 * clamp((heap.peak - self._columns) / 30, -1.0, 1.0)
        over(picture, flat(heap.colour) * (tone + side)[..., None], body)
        stream = self._stream(second, running)
        over(picture, flat(heap.colour) * (0.75 + 0.5 * moving)[..., None], stream)
        presence = np.maximum(body, stream)
        return Painted(presence, presence)

    def _move(self, running: float) -> None:
        heap = self._heap
        off = np.abs(self._columns[0] - heap.peak)
        spot = clamp(1.4 - off / 5)
        amount = heap.rate / 24 * running
        height = np.maximum(self._height + amount * spot, 0) * self._between()
        for _ in range(60):
            fall = height[:-1] - height[1:]
            inside = self._between()
            open_side = inside[:-1] * inside[1:]
            go = np.maximum(fall - STEEP, 0) * 0.25 * open_side
            back = np.maximum(-fall - STEEP, 0) * 0.25 * open_side
            height[:-1] += back - go
            height[1:] += go - back
        self._height = height

    def _stream(self, second: float, running: float) -> Field:
        heap = self._heap
        if running <= 0 or heap.rate < 0:
            return np.zeros(self._shape, np.float32)
        since = second - heap.start
        fallen = heap.spout + 60 * since + 330 * since * since
        top, bottom = heap.spout, min(heap.floor - float(self._height[heap.peak]) + 3, fallen)
        wobble = scroll(self._sway, -second * 240, 0, (self._shape[0], 1)) - 0.5
        off = np.abs(self._columns - heap.peak - 2 * wobble)
        width = 2.6 + 2.2 * wobble + 0.008 * (self._rows - top)
        loose = scroll(self._grain, -second * 260, 31, self._shape)
        fringe = smoothstep(width + 2.0, width, off) * (0.7 + 0.3 * (loose > 0.4))
        return fringe * (self._rows > top) * (self._rows < bottom)
