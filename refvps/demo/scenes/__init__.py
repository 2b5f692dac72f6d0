"""Scenes: which processes meet, where, and before which background, as functions of a seed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from refvps.demo.randomness import Random
from refvps.demo.scene import Scene
from refvps.demo.scenes import air, heat, hits, home, liquids, patterns, shores

SCENES: Mapping[str, Callable[[Random], Scene]] = MappingProxyType(
    {
        "balloons": home.balloons,
        "beach": shores.beach,
        "campfires": heat.campfires,
        "chimneys": air.chimneys,
        "coffee": liquids.coffee,
        "dishes": patterns.dishes,
        "frost": patterns.frost,
        "glasses": liquids.glasses,
        "impact": hits.impact,
        "lava": heat.lava,
        "panes": hits.panes,
        "papers": heat.papers,
        "pond": shores.pond,
        "sand": home.sand,
        "scoops": home.scoops,
        "tank": liquids.tank,
        "valley": air.valley,
        "wall": air.wall,
    }
)
"""Every scene by name."""
