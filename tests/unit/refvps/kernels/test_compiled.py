"""The compiled backend gives what NumPy gives, bit for bit, and says no where it does."""

import re
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from refvps.contours import Contour, contour
from refvps.errors import ConfigError, DataError, MissingProgramError, ShapeError
from refvps.exchange import encode_counts
from refvps.kernels.backends import kernels_named
from refvps.kernels.build import built_library
from refvps.kernels.compiled import CompiledKernels
from refvps.kernels.kernels import NUMPY_KERNELS
from refvps.packed import Order, Size, pack
from refvps.runs import RunTrack

shapes = st.tuples(st.integers(0, 4), st.integers(1, 90), st.integers(1, 40))
stacks = shapes.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape)))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> CompiledKernels:
    kernels = kernels_named("compiled", tmp_path_factory.mktemp("cache"))
    assert isinstance(kernels, CompiledKernels)
    return kernels


def same(one: RunTrack, other: RunTrack) -> bool:
    return one.size == other.size and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("starts", "ends", "first")
    )


@given(stacks)
def test_both_backends_decode_and_count_the_same(
    compiled: CompiledKernels, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    size = Size(*pair[0].shape[1:])
    strings = [[encode_counts(pack(mask)) for mask in masks] for masks in pair]
    one, other = (compiled.read_counts(counts, size) for counts in strings)
    assert same(one, NUMPY_KERNELS.read_counts(strings[0], size))
    assert compiled.shared(one, other).tolist() == (pair[0] & pair[1]).sum((1, 2)).tolist()
    for frame, mask in enumerate(pair[0]):
        packed = compiled.packed(one, frame)
        assert packed.order is NUMPY_KERNELS.packed(one, frame).order
        assert packed == NUMPY_KERNELS.packed(one, frame) == pack(mask)


@given(st.tuples(st.integers(1, 150), st.integers(1, 150)).flatmap(lambda s: arrays(bool, s)))
def test_both_backends_turn_masks_alike(compiled: CompiledKernels, mask: np.ndarray) -> None:
    rows = pack(mask)
    turned = compiled.turned(rows, Order.COLUMNS)
    assert turned.order is Order.COLUMNS
    assert np.array_equal(turned.words, rows.by(Order.COLUMNS).words)
    assert np.array_equal(compiled.turned(turned, Order.ROWS).words, rows.words)
    assert compiled.turned(rows, Order.ROWS) is rows


@given(st.lists(st.binary(max_size=12), max_size=3))
def test_any_bytes_are_read_or_refused_alike(
    compiled: CompiledKernels, counts: list[bytes]
) -> None:
    size = Size(2, 3)
    try:
        expected = NUMPY_KERNELS.read_counts(counts, size)
    except ShapeError as error:
        with pytest.raises(ShapeError, match=re.escape(error.message)):
            compiled.read_counts(counts, size)
    else:
        assert same(compiled.read_counts(counts, size), expected)


@given(st.lists(st.lists(st.integers(0, 5), max_size=7), min_size=1, max_size=3))
def test_runs_of_no_pixel_are_read_and_counted_alike(
    compiled: CompiledKernels, lengths: list[list[int]]
) -> None:
    # One character a run: the first three of a string stand for themselves.
    counts = [bytes(48 + length for length in each[:3]) or b"0" for each in lengths]
    size = Size(2, 3)
    try:
        expected = NUMPY_KERNELS.read_counts(counts, size)
    except ShapeError:
        return
    found = compiled.read_counts(counts, size)
    assert same(found, expected)
    for frame in range(len(found)):
        assert compiled.packed(found, frame) == NUMPY_KERNELS.packed(found, frame)
    shared = compiled.shared(found, found).tolist()
    assert shared == NUMPY_KERNELS.shared(found, found).tolist() == found.areas().tolist()


@pytest.mark.parametrize("height", [1, 63, 64, 65, 128, 200])
def test_both_backends_fill_tall_columns_alike(compiled: CompiledKernels, height: int) -> None:
    random = np.random.default_rng(height)
    masks = [pack(random.random((height, 9)) < share) for share in (0, 0.1, 0.9, 1)]
    track = NUMPY_KERNELS.read_counts([encode_counts(mask) for mask in masks], Size(height, 9))
    for frame, mask in enumerate(masks):
        assert compiled.packed(track, frame) == track.packed(frame) == mask


def parts(found: Contour) -> list[object]:
    patches = (found.boundary, found.near)
    places = [(patch.top, patch.left, patch.words.tolist()) for patch in patches]
    return [found.size, found.order, found.pixels, *places]


images = st.tuples(st.integers(1, 12), st.integers(1, 200))


@given(
    images.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))),
    st.sampled_from([0, 1, 2, 3, 10, 18, 62, 63, 64, 65, 128, 150]),
    st.sampled_from(Order),
)
def test_both_backends_draw_the_same_contour(
    compiled: CompiledKernels, pair: tuple[np.ndarray, np.ndarray], radius: int, order: Order
) -> None:
    mask, void = pack(pair[0]).by(order), pack(pair[1])
    for ignored in (None, void):
        expected = parts(contour(mask, ignored, radius))
        assert parts(compiled.contour(mask, ignored, radius)) == expected
        assert parts(NUMPY_KERNELS.contour(mask, ignored, radius)) == expected


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.01, 0.5, 0.999, 1.0])
def test_both_backends_draw_the_same_on_large_masks(
    compiled: CompiledKernels, share: float
) -> None:
    random = np.random.default_rng(0)
    for height, width in ((480, 854), (64, 1024), (1, 1000), (300, 65)):
        mask, void = (pack(random.random((height, width)) < part) for part in (share, 0.001))
        for radius in (1, 8, 40, 90):
            expected = parts(contour(mask, void, radius))
            assert parts(compiled.contour(mask, void, radius)) == expected


def test_both_backends_refuse_the_same_contours(compiled: CompiledKernels) -> None:
    small, large = (pack(np.ones((side, side), bool)) for side in (1, 2))
    for kernels in (NUMPY_KERNELS, compiled):
        with pytest.raises(ShapeError, match="differ in size: 1x1 and 2x2"):
            kernels.contour(small, large, 1)
        with pytest.raises(ValueError, match="0 pixels or more"):
            kernels.contour(small, None, -1)


def test_tracks_of_different_sizes_are_refused(compiled: CompiledKernels) -> None:
    small = compiled.read_counts([b"1"], Size(1, 1))
    with pytest.raises(ShapeError, match="1 frames of 1x1 and 1 of 2x2"):
        compiled.shared(small, compiled.read_counts([b"4"], Size(2, 2)))


def test_the_library_is_compiled_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        first = built_library(tmp_path)
        assert built_library(tmp_path) == first
    assert [record.getMessage().split()[0] for record in caplog.records] == ["compiling"]
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_without_a_compiler_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(MissingProgramError, match=r"tried cc, gcc, clang\); install one"):
        built_library(tmp_path / "cache")
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(MissingProgramError, match="tried no-such-compiler"):
        built_library(tmp_path / "cache")


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\necho 'stdint.h: not found' >&2\nexit 1\n")
    compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CC", str(compiler))
    with pytest.raises(MissingProgramError, match=r"kernels.c \(stdint.h: not found\)"):
        built_library(tmp_path / "cache")
    assert list((tmp_path / "cache/kernels").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be written"):
        built_library(tmp_path / "file")


def test_an_unknown_backend_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="backend 'gpu' is not known; expected numpy or compiled"):
        kernels_named("gpu", tmp_path)
    assert list(tmp_path.iterdir()) == []
