"""Frost on a window: ice that grows branches, and ice that thaws away."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.crystals import IceLattice
from refvps.demo.randomness import Field, IntField, Random, index_grid
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, flat, lit, over, smoothstep
from refvps.types import BoolArray

SIDE = 192
"""Cells a side of the lattice."""


@dataclass(frozen=True, slots=True)
class Crystal:
    """One crystal on the pane; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) of its middle.
        radius: its reach when full-grown.
        turn: slope of its first arm, as a tangent of half the angle.
        vapour: water around it; more makes broader branches.
        start: when it begins to grow or thaw.
        end: when it is full-grown or gone.
        colour: of the ice in full light.
    """

    at: tuple[float, float]
    radius: float
    turn: float
    vapour: float
    start: float
    end: float
    colour: Colour


class Frost:
    """A crystal whose moment of freezing is known for every pixel; played forwards or thawing."""

    def __init__(
        self, shape: tuple[int, int], crystal: Crystal, random: Random, thaws: bool
    ) -> None:
        self._crystal, self._thaws = crystal, thaws
        born = grown(crystal.vapour, random)
        row, column, inside = _lattice_positions(shape, crystal)
        self._born = np.where(inside, born[row, column], np.float32(9))
        self._rows, self._columns = index_grid(*shape)
        down, right = self._rows - crystal.at[0], self._columns - crystal.at[1]
        self._far = np.sqrt(down * down + right * right) / crystal.radius

    def paint(self, second: float, picture: Field) -> Painted:
        """Freeze or thaw up to this moment and paint the ice with its relief."""
        crystal = self._crystal
        part = min(max((second - crystal.start) / (crystal.end - crystal.start), 0.0), 1.0)
        ice: Field
        if self._thaws:
            keep = smoothstep(0.0, 0.12, 1.05 - self._far - 1.18 * part)
            ice = blur((self._born < 1.0).astype(np.float32), 1) * keep
        elif second < crystal.start:
            ice = np.zeros_like(self._born)
        else:
            ice = blur((self._born < part).astype(np.float32), 1)
        thick = blur(ice, 2)
        facing, shine = lit(0.6 * ice + thick, 2.6)
        tone = 0.35 + 0.65 * facing + 0.5 * shine
        over(picture, flat(crystal.colour) * tone[..., None], clamp(0.92 * ice + 0.25 * thick))
        region = smoothstep(0.16, 0.5, blur(ice, 3))
        return Painted(region, 0.3 * ice)


def grown(vapour: float, random: Random) -> Field:
    """Return when each cell of a lattice freezes, as a part of the growth, 9 for never."""
    lattice = IceLattice(SIDE, vapour, 0.001 + 0.003 * random.uniform(), random)
    lattice.seed(SIDE // 2, SIDE // 2)
    born = np.full((SIDE, SIDE), 9e6, np.float32)
    steps = 0
    while steps < 700:
        frozen = lattice.ice >= 1
        born = np.where(frozen & (born > 8e6), np.float32(steps), born)
        if bool(frozen[4].any()) or bool(frozen[:, 4].any()):
            break
        lattice.step()
        steps += 1
    return np.where(born > 8e6, np.float32(9), born / max(steps, 1))


def _lattice_positions(
    shape: tuple[int, int], crystal: Crystal
) -> tuple[IntField, IntField, BoolArray]:
    """Return the lattice cell (row, column) under each pixel, and whether there is one."""
    rows, columns = index_grid(*shape)
    turn = crystal.turn
    even, odd = (1 - turn * turn) / (1 + turn * turn), 2 * turn / (1 + turn * turn)
    scale = (SIDE / 2) / crystal.radius
    down, right = (rows - crystal.at[0]) * scale, (columns - crystal.at[1]) * scale
    across, along = even * right + odd * down, even * down - odd * right
    # Neighbours (row + 1, column - 1) are adjacent on the sheared lattice, so an axial cell
    # (q, r) lies at x = q + r / 2, y = r sqrt(3) / 2.
    lattice_row = along * 1.1547005
    lattice_column = across - lattice_row * 0.5
    row = np.floor(lattice_row + (SIDE / 2 + 0.5)).astype(np.int32)
    column = np.floor(lattice_column + (SIDE / 2 + 0.5)).astype(np.int32)
    inside = (row >= 0) & (row < SIDE) & (column >= 0) & (column < SIDE)
    return np.clip(row, 0, SIDE - 1), np.clip(column, 0, SIDE - 1), inside
