import io

import pytest

from refvps import progress as module
from refvps.progress import Progress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_with_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REDRAW_EVERY", 0)
    stream = Terminal()
    shown = Progress("predict m", 4, item="frames", stream=stream)
    shown.step(items=100)
    shown.step(units=3, items=300)
    shown.close()
    lines = stream.getvalue().split("\r\x1b[K")
    assert "predict m  1/4" in lines[1]
    assert "left" in lines[1]
    assert "frames/s" in lines[-1]
    assert lines[-1].startswith("█" * module.BAR_WIDTH)
    assert stream.getvalue().endswith("\n")


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    shown = Progress("score m", 3, item="frames", stream=stream)
    for _ in range(3):
        shown.step()
    assert stream.getvalue() == ""
    monkeypatch.setattr(module, "LINE_EVERY", 0)
    shown.step(units=0)
    shown.close()
    assert stream.getvalue().count("\n") == 2
    assert "\r" not in stream.getvalue()


def test_what_was_done_before_says_nothing_of_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter((0.0, 100.0, 110.0, 110.0))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    stream = io.StringIO()
    shown = Progress("train tiny", 100, item="frames", stream=stream)
    shown.begin(60)
    shown.step(units=10, items=80)
    assert stream.getvalue() == "train tiny  70/100  8.0 frames/s  0:30 left\n"


def test_an_error_still_ends_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with progress("predict m", 2) as shown:
            shown.step()
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert capsys.readouterr().err.startswith("predict m  1/2")
