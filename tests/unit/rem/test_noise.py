from dataclasses import replace

import pytest
import torch

from rem.noise import NoiseKey, draw

KEY = NoiseKey(42, "clip", "0", 0)


def test_the_same_key_draws_the_same_whatever_was_drawn_before() -> None:
    first = draw(KEY, (2, 3))
    torch.randn(5)
    draw(replace(KEY, clip_id="other"), (7,))
    assert torch.equal(draw(KEY, (2, 3)), first)


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"clip_id": "c"}, {"expression_id": "1"}, {"first_frame": 72}],
    ids=str,
)
def test_every_part_of_the_key_counts(change: dict[str, object]) -> None:
    assert not torch.equal(draw(replace(KEY, **change), (8,)), draw(KEY, (8,)))


def test_parts_of_a_key_do_not_run_together() -> None:
    assert NoiseKey(4, "2a", "b", 0).state != NoiseKey(42, "a", "b", 0).state


def test_it_is_standard_normal() -> None:
    noise = draw(KEY, (100_000,))
    assert abs(float(noise.mean())) < 0.01
    assert abs(float(noise.std()) - 1) < 0.01


def test_drawing_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    draw(KEY, (8,))
    assert torch.equal(torch.rand(1), expected)
