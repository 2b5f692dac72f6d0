import pytest
from hypothesis import given
from hypothesis import strategies as st

from refvps.errors import ConfigError
from rem.training.stream import Stream, share_of


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4), st.integers(0, 99))
def test_every_epoch_shows_each_sample_once(
    videos: int, images: int, batch: int, seed: int
) -> None:
    total = videos + images
    if not total:
        return
    stream = Stream(videos, images, batch, "mixed", reshuffle=True, seed=seed)
    shown = [place for step in range(3 * total) for place in stream.at(step)]
    assert [place.position for place in shown] == list(range(3 * total * batch))
    for epoch in range(3):
        drawn = [place.index for place in shown[epoch * total : (epoch + 1) * total]]
        assert sorted(drawn) == list(range(total))


def test_epochs_have_orders_of_their_own_unless_told_otherwise() -> None:
    def orders(*, reshuffle: bool) -> list[list[int]]:
        stream = Stream(12, 0, 12, "mixed", reshuffle=reshuffle, seed=3)
        return [[place.index for place in stream.at(step)] for step in range(2)]

    assert len({tuple(order) for order in orders(reshuffle=True)}) == 2
    assert len({tuple(order) for order in orders(reshuffle=False)}) == 1


def test_alternate_shows_images_at_even_steps_and_videos_at_odd_ones() -> None:
    stream = Stream(4, 6, 2, "alternate", reshuffle=True, seed=1)
    steps = [{place.index for place in stream.at(step)} for step in range(6)]
    assert all(min(images) >= 4 for images in steps[::2])
    assert all(max(videos) < 4 for videos in steps[1::2])
    assert set.union(*steps[::2]) == set(range(4, 10))
    assert set.union(*steps[1:4:2]) == set(range(4))


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_processes_divide_a_batch(processes: int) -> None:
    stream = Stream(9, 0, 4, "mixed", reshuffle=True, seed=2)
    parts = [share_of(stream.at(5), k, processes) for k in range(processes)]
    assert [place for part in parts for place in part] == stream.at(5)


def test_a_batch_that_cannot_be_divided_is_refused() -> None:
    stream = Stream(9, 0, 4, "mixed", reshuffle=True, seed=2)
    with pytest.raises(ConfigError, match="batch = 4 cannot be divided among 3"):
        share_of(stream.at(0), 0, 3)


def test_a_step_can_be_asked_for_in_any_order() -> None:
    def stream() -> Stream:
        return Stream(5, 2, 3, "mixed", reshuffle=True, seed=4)

    forward = [stream().at(step) for step in range(8)]
    one = stream()
    assert [one.at(step) for step in reversed(range(8))] == forward[::-1]


def test_nothing_to_show_is_refused() -> None:
    with pytest.raises(ConfigError, match="no samples"):
        Stream(0, 0, 1, "mixed", reshuffle=True, seed=0)
