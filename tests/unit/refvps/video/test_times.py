"""Times as typed, and which frame is shown when."""

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refvps.errors import ConfigError
from refvps.video.times import Span, at_rate, read_rate, read_time, seconds_text, within


@dataclass(frozen=True)
class Shown:
    time: Fraction


TIMES = st.lists(st.integers(0, 300), min_size=1, max_size=12, unique=True).map(
    lambda found: [Shown(Fraction(each, 60)) for each in sorted(found)]
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("0", "0", id="zero"),
        pytest.param(".5", "1/2", id="no-whole-part"),
        pytest.param("12.345", "2469/200", id="exact"),
        pytest.param("75", "75", id="seconds-may-be-more-than-60"),
        pytest.param("1:02.5", "125/2", id="minutes"),
        pytest.param("1:00:02", "3602", id="hours"),
        pytest.param(" 90:00 ", "5400", id="many-minutes"),
    ],
)
def test_a_time_is_exact(text: str, seconds: str) -> None:
    assert read_time(text) == Fraction(seconds)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1:60", "1:60:00", "1:2:3:4", "abc", "1,5", "²"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is no time"):
        read_time(text)


def test_rates_are_exact_fractions() -> None:
    assert read_rate("30000/1001") == Fraction(30000, 1001)
    assert read_rate("29.97") == Fraction(2997, 100)
    for text in ("0", "-24", "x", "1/0", "5000"):
        with pytest.raises(ConfigError, match="frame rate"):
            read_rate(text)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [(2, 2, "not after the start, 2 s"), (3, 1, "the end, 1 s"), (-1, None, "starts at 0; got")],
)
def test_a_span_has_an_order(start: int, end: int | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Span(Fraction(start), None if end is None else Fraction(end))


def test_a_span_takes_its_start_and_leaves_its_end() -> None:
    frames = [Shown(Fraction(each, 10)) for each in range(10)]
    taken = list(within(frames, Span(Fraction(2, 10), Fraction(5, 10))))
    assert [seconds_text(each.time) for each in taken] == ["0.2", "0.3", "0.4"]


@given(TIMES, st.fractions(1, 60, max_denominator=1001), st.integers(0, 300), st.integers(1, 400))
def test_resampling_shows_the_latest_frame_that_is_not_later(
    frames: list[Shown], rate: Fraction, start: int, length: int
) -> None:
    span = Span(Fraction(start, 60), Fraction(start + length, 60))
    lasts = Fraction(1, 24)
    expected = []
    ends = frames[-1].time + lasts
    count = 0
    while (time := span.start + count / rate) < min(ends, span.end):
        past = [frame for frame in frames if frame.time <= time]
        if past:
            expected.append((time, past[-1]))
        count += 1
    assert list(at_rate(frames, rate, span, lasts)) == expected


def test_a_still_picture_is_shown_once() -> None:
    frame = Shown(Fraction(0))
    assert list(at_rate([frame], Fraction(24), Span())) == [(Fraction(0), frame)]
