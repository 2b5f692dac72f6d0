import math

import pytest

from benchmark.metrics.bootstrap import bootstrap_interval

MASK = (1 << 64) - 1


def splitmix(counter: int, seed: int) -> int:
    """Splitmix64 in whole numbers of Python, from its published definition."""
    state = (seed + counter * 0x9E3779B97F4A7C15) & MASK
    state = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ state >> 27) * 0x94D049BB133111EB) & MASK
    return state ^ state >> 31


def by_hand(clusters: list[list[float]], resamples: int, seed: int) -> tuple[float, float]:
    means = []
    for sample in range(resamples):
        picked = []
        for draw in range(len(clusters)):
            word = splitmix(draw * resamples + sample + 1, seed)
            picked += clusters[(word >> 32) * len(clusters) >> 32]
        means.append(sum(picked) / len(picked))
    means.sort()
    return means[round(0.025 * (resamples - 1))], means[round(0.975 * (resamples - 1))]


def test_equals_resampling_written_out_by_hand() -> None:
    clusters = [[0.1, 0.3], [0.5], [0.9, 0.8, 0.7], [0.2]]
    expected = by_hand(clusters, 500, 12)
    found = bootstrap_interval(clusters, resamples=500, seed=12)
    assert found == pytest.approx(expected, abs=1e-15)


def test_splitmix_gives_its_published_first_value() -> None:
    assert splitmix(1, 0) == 0xE220A8397B1DCDAF


def test_agrees_with_the_normal_approximation_for_many_videos() -> None:
    values = [(k * 7919 % 1000) / 1000 for k in range(400)]
    centre = sum(values) / 400
    deviation = math.sqrt(sum((value - centre) ** 2 for value in values) / 400)
    low, high = bootstrap_interval([[value] for value in values])
    half = 1.96 * deviation / math.sqrt(400)
    assert low == pytest.approx(centre - half, abs=0.1 * half)
    assert high == pytest.approx(centre + half, abs=0.1 * half)


def test_clips_of_one_video_count_as_one_sample() -> None:
    alone = bootstrap_interval([[0.0], [1.0], [0.0], [1.0], [0.0], [1.0]])
    paired = bootstrap_interval([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert paired[1] - paired[0] > alone[1] - alone[0]


def test_one_video_gives_its_own_mean() -> None:
    assert bootstrap_interval([[0.25, 0.75]]) == (0.5, 0.5)
