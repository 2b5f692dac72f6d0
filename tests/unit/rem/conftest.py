"""Toy models, written once a session."""

from collections.abc import Iterator

import pytest
import torch

from refvps.types import Clip
from support.clips import drawn_clip
from support.rem_models import Toy, write_unet2d, write_unet3d, write_wan


@pytest.fixture(scope="session", autouse=True)
def _one_torch_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep digests of toys out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


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
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return drawn_clip(tmp_path_factory.mktemp("clips"), "clip", 11)
