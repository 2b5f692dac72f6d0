"""One clip, two expressions: the official script, and the method as a run would drive it."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image

from baselines.worker.adapter_file import ADAPTERS, read_adapter
from baselines.worker.method import WorkerMethod
from baselines.worker.options import choose
from refvps.types import BoolArray, Clip, Expression, Query
from support.worker_child import offline_environment

SCRIPTS = Path(__file__).parent / "official"
EXPRESSIONS = ("the smoke rises", "A red Square, at the left.")
SIZE = (120, 200)
PYTHON = "REFVPS_BASELINE_PYTHON"


@dataclass(frozen=True, slots=True)
class Bench:
    """What both sides of a comparison read; the folder is the official side's working folder."""

    name: str
    checkout: Path
    folder: Path
    options: Mapping[str, Any]
    frames: int = 5
    adapter: Path | None = None

    @property
    def python(self) -> str:
        return os.environ.get(PYTHON, sys.executable)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pth"

    @property
    def images(self) -> list[Path]:
        return [self.folder / f"JPEGImages/clip/{i:05d}.jpg" for i in range(self.frames)]

    def official(self, what: str, **more: Any) -> None:
        """Run the official side's script in a process of its own."""
        request = self.folder / f"{what}.json"
        asked = {
            "options": dict(self.options),
            "checkpoint": str(self.checkpoint),
            "data": self._data(),
            "images": str(self.folder / "JPEGImages"),
            "out": str(self.folder / "official"),
            "size": SIZE,
        }
        request.write_text(json.dumps(asked | more))
        script = SCRIPTS / f"{self.name}.py"
        ended = subprocess.run(
            [self.python, str(script), str(ADAPTERS), str(self.checkout), what, str(request)],
            cwd=self.folder,
            env=offline_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-3000:]

    def official_masks(self, **more: Any) -> list[BoolArray]:
        self.official("run", **more)
        return [
            np.array(
                [
                    read_mask(self.folder / f"official/clip/{i}/{path.stem}.png")
                    for path in self.images
                ]
            )
            for i in range(len(EXPRESSIONS))
        ]

    def adapter_masks(self) -> tuple[list[BoolArray], list[dict[str, Any]]]:
        """Return masks, and facts: of loading, then of each answer; as a run would get them."""
        with patch.dict(os.environ, offline_environment()), closing(self.method()) as method:
            made = list(method.predict(self._queries()))
        masks = [np.array([mask.dense() for mask in one.masks]) for one in made]
        return masks, [made[0].facts["worker"]["load"], *(dict(one.facts) for one in made)]

    def method(self) -> WorkerMethod:
        """Return the method with the options of this bench, in a sandbox of its own."""
        given = {key: str(value) for key, value in self.options.items()}
        given |= {"python": self.python, "device": "cpu"}
        given |= {"checkout": str(self.checkout), "checkpoint": str(self.checkpoint)}
        given |= {"assets": str(self.folder), "logs": str(self.folder / "workers")}
        choice = choose(read_adapter(ADAPTERS / f"{self.name}.py"), given, self.name)
        if self.adapter is not None:
            choice = replace(choice, adapter=read_adapter(self.adapter))
        return WorkerMethod(choice)

    def _queries(self) -> list[Query]:
        clip = Clip("clip", tuple(self.images), Fraction(24), video="clip")
        return [Query(clip, Expression(str(i), text, "1")) for i, text in enumerate(EXPRESSIONS)]

    def draw(self) -> None:
        """Write the frames: noise under a square that moves."""
        made = np.random.default_rng(0)
        for i, path in enumerate(self.images):
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = made.integers(0, 255, (SIZE[0] // 8, SIZE[1] // 8, 3), np.uint8)
            pixels[2:8, 3 + i : 10 + i] = (220, 40, 30)
            Image.fromarray(pixels).resize(SIZE[::-1]).save(path, quality=95)

    def _data(self) -> dict[str, Any]:
        expressions = {str(i): {"exp": text} for i, text in enumerate(EXPRESSIONS)}
        return {"clip": {"expressions": expressions, "frames": [p.stem for p in self.images]}}


def read_mask(path: Path) -> BoolArray:
    with Image.open(path) as image:
        return np.asarray(image) > 0


def tree_digest(folder: Path) -> str:
    """Return the SHA-256 over the paths and bytes of every file of a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def require_equal(theirs: list[BoolArray], ours: list[BoolArray]) -> None:
    """Masks are equal to the last pixel, and the comparison is not empty."""
    for official, adapted in zip(theirs, ours, strict=True):
        assert np.array_equal(official, adapted), int((official != adapted).sum())
        assert 0.01 < official.mean() < 0.99, official.mean()
    assert not np.array_equal(ours[0], ours[1])


def mirror(source: Path, target: Path) -> None:
    """Make a folder of real folders whose files are links."""
    for path in source.rglob("*"):
        there = target / path.relative_to(source)
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True)
        else:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(path)
