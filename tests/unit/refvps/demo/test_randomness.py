"""The random generator and the noise are pinned to literal values."""

import numpy as np

from refvps.demo.randomness import TILE, Random, interpolated, noise_tile, sample, white_noise


def test_splitmix64_gives_the_published_stream():
    random = Random(1234567)

    assert [random.bits() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_uniform_is_the_top_53_bits():
    assert Random(1234567).uniform() == 6457827717110365317 // 2048 / (1 << 53)


def test_shuffled_keeps_every_item():
    assert sorted(Random(5).shuffled(range(9))) == list(range(9))


def test_white_noise_is_pinned():
    noise = white_noise(2, 2, 7)

    assert noise.dtype == np.float32
    counts = (noise * 16777216).astype(np.int64)
    assert counts.tolist() == [[15169371, 8522780], [15237500, 15611542]]


def test_noise_tile_is_float32_in_the_unit_interval_and_wraps():
    tile = noise_tile(Random(3), 8)

    assert tile.dtype == np.float32
    assert (tile.min(), tile.max()) == (0, 1)
    at = np.array([[3.25]], np.float32)
    assert sample(tile, at, at) == sample(tile, at + TILE, at - TILE)


def test_interpolated_is_exact_between_cells():
    values = np.array([[0, 2], [4, 6]], np.float32)
    half = np.array([[0.5]], np.float32)

    assert interpolated(values, half, half)[0, 0] == 3
