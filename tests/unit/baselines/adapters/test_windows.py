"""Windows, seeds, texts and context frames of the adapters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.adapters import adapter_module

windows = adapter_module("windows")
noun_phrase = adapter_module("noun_phrase").noun_phrase


@given(st.integers(1, 300), st.integers(1, 80))
def test_windows_hold_every_frame_once_and_in_order(frames: int, length: int) -> None:
    made = windows.chunks(frames, length)
    assert [index for window in made for index in window] == list(range(frames))
    assert all(len(window) == length for window in made[:-1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, 64, id="default"),
        pytest.param(36, 36, id="number"),
        pytest.param("36", 36, id="text-of-a-number"),
        pytest.param("video", 100, id="the-whole-clip"),
    ],
)
def test_a_window_is_a_number_of_frames_or_the_clip(value: object, expected: int) -> None:
    assert windows.window_length(value, 64, 100) == expected


@pytest.mark.parametrize("value", [0, -1, "many", 2.5j])
def test_another_window_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="positive number or 'video'"):
        windows.window_length(value, 64, 100)


def test_a_seed_depends_on_all_that_names_a_window_and_on_nothing_else() -> None:
    base = (42, "clip", "the smoke", 0)
    others = [(43, "clip", "the smoke", 0), (42, "clap", "the smoke", 0)]
    others += [(42, "clip", "the wave", 0), (42, "clip", "the smoke", 36)]
    seeds = {windows.seed_of(*names) for names in (base, *others)}
    assert len(seeds) == 5
    assert windows.seed_of(*base) == 282755289
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_official_words_are_left_alone_and_training_lowers_them() -> None:
    text = "A Red  Square,\tmelting."
    assert windows.text_of(text, "official") == text
    assert windows.text_of(text, "train_lower") == "a red square, melting."
    with pytest.raises(ValueError, match="official or train_lower"):
        windows.text_of(text, "upper")


@given(st.integers(4, 400))
def test_context_frames_are_those_of_the_official_rule(frames: int) -> None:
    starts = np.linspace(0, frames, 5, dtype=int)
    rows = [
        [min(starts[j] + i, starts[j + 1] - 1) for j in range(4)] for i in range(-(-frames // 4))
    ]
    assert windows.context_frames(frames) == rows[len(rows) // 2]


@pytest.mark.parametrize(
    ("frames", "expected"),
    [(4, [0, 1, 2, 3]), (5, [0, 1, 2, 4]), (8, [1, 3, 5, 7]), (97, [12, 36, 60, 84])],
)
def test_context_frames_of_some_lengths(frames: int, expected: list[int]) -> None:
    assert windows.context_frames(frames) == expected


def test_short_clips_are_filled_with_their_last_frame() -> None:
    assert windows.filled(["a", "b"], 4) == ["a", "b", "b", "b"]
    assert windows.filled(list("abcde"), 4) == list("abcde")


def test_one_full_stop_is_taken_off() -> None:
    assert windows.without_full_stop("the wave..") == "the wave."
    assert windows.without_full_stop("the wave") == "the wave"
    assert windows.without_full_stop("") == ""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("the smoke that rises at the left", "the smoke", id="relative-clause"),
        pytest.param("The wave, breaking on the rocks.", "the wave", id="comma"),
        pytest.param("dark ink is spreading in water", "dark ink", id="verb"),
        pytest.param("the ink in the glass", "the ink in the glass", id="nothing-to-cut"),
        pytest.param("which one melts", "which one melts", id="opens-with-such-a-word"),
        pytest.param("...", "...", id="no-words"),
    ],
)
def test_a_noun_phrase_ends_where_a_clause_opens(expression: str, expected: str) -> None:
    assert noun_phrase(expression) == expected
