"""Masks on their way back from a worker."""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baselines.worker.job import read_masks
from baselines.worker.launch import WORKER_MAIN
from baselines.worker.process import RequestError
from refvps.packed import pack
from refvps.types import Size


@pytest.fixture(scope="module")
def child() -> Any:
    found = importlib.util.spec_from_file_location("worker_main", WORKER_MAIN)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 140)),
    seed=st.integers(0, 99),
)
def test_masks_come_back_bit_for_bit(
    child: Any, tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int, int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("job")
    masks = np.random.default_rng(seed).random(shape) < 0.5
    written, digest = child.write_masks(str(folder / "masks.npz"), masks)
    assert written == list(shape)
    assert read_masks(folder, shape[0], Size(*shape[1:]), digest) == tuple(map(pack, masks))


@pytest.mark.parametrize(
    ("asked", "message"),
    [((4, Size(5, 7)), r"masks are \[3, 5, 7\]"), ((3, Size(5, 8)), r"asked for \[3, 5, 8\]")],
)
def test_masks_of_another_shape_are_refused(
    child: Any, tmp_path: Path, asked: tuple[int, Size], message: str
) -> None:
    _, digest = child.write_masks(str(tmp_path / "masks.npz"), np.ones((3, 5, 7), bool))
    with pytest.raises(RequestError, match=message):
        read_masks(tmp_path, *asked, digest)


def test_a_file_that_changed_on_its_way_is_refused(child: Any, tmp_path: Path) -> None:
    path = tmp_path / "masks.npz"
    _, digest = child.write_masks(str(path), np.ones((3, 5, 7), bool))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(RequestError, match="is not the file that the worker wrote"):
        read_masks(tmp_path, 3, Size(5, 7), digest)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_file_that_holds_no_masks_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "masks.npz").write_bytes(content)
    with pytest.raises(RequestError, match="cannot be read"):
        read_masks(tmp_path, 1, Size(2, 2), hashlib.sha256(content).hexdigest())


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        read_masks(tmp_path, 1, Size(2, 2), "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.arange(3), [0, 1, 2]),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ({1: (True, None, Path("x"))}, {"1": [True, None, "x"]}),
    ],
)
def test_facts_become_what_json_can_hold(child: Any, value: object, expected: object) -> None:
    assert child.plain(value) == expected
