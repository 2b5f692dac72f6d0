"""Toy models, written once a session."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from refvps.frames import encode_frame
from refvps.types import Clip, Expression, Query
from support.rem_models import TEXTS, Toy, write_unet2d, write_unet3d, write_wan


@pytest.fixture(scope="session", autouse=True)
def _one_torch_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def ms(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet3d(tmp_path_factory.mktemp("ms"))


@pytest.fixture(scope="session")
def sd(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet2d(tmp_path_factory.mktemp("sd"))


@pytest.fixture(scope="session")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_wan(tmp_path_factory.mktemp("wan"))


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return drawn_clip(tmp_path_factory.mktemp("long"), "long", 21)


def drawn_clip(folder: Path, name: str, frames: int) -> Clip:
    """A clip of coloured blocks, 40 x 56 pixels, that is another one for another name."""
    random = np.random.default_rng(len(name))
    paths = []
    for index in range(frames):
        blocks = random.integers(0, 256, (5, 7, 3), dtype=np.uint8)
        path = folder / f"{index:05}.jpg"
        path.write_bytes(encode_frame(np.kron(blocks, np.ones((8, 8, 1), np.uint8))))
        paths.append(path)
    return Clip(name, tuple(paths), Fraction(24), video=name)


def queries(clip: Clip) -> list[Query]:
    return [Query(clip, Expression(str(k), text, "1")) for k, text in enumerate(TEXTS)]
