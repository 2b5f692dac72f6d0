"""The page as text; how it behaves is tested in a browser."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from benchmark.report.console import Wish, write_report
from benchmark.report.document import Bar
from benchmark.report.html.drawing import bar, described_line, sparkline
from benchmark.report.overlays import Frames
from support.records import record_of
from support.rows import row


@pytest.fixture
def text(tmp_path: Path) -> str:
    rows = [row(f"c{k}", e, [10 * k, 40]) for k in range(6) for e in "01"]
    record_of(rows, method="motion").write(tmp_path / "r.json")
    frames = Frames(wanted=False)
    write_report([tmp_path / "r.json"], Wish(tmp_path / "r.html"), frames)
    return (tmp_path / "r.html").read_text("utf-8")


def test_nothing_outside_is_named(text: str) -> None:
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<link(?![^>]*data:)", text)


def test_the_policy_lets_in_this_style_and_script_alone(text: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    policy = policy.replace("&#x27;", "'")
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (body,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_nothing_needs_what_the_policy_forbids(text: str) -> None:
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", text)


def test_headings_and_numbers(text: str) -> None:
    assert '<p class="headline">32.5 <small>mean J of motion, 95 % interval [' in text
    assert "How it was measured" in text
    assert "6 clips from 6 videos, 12 expressions; data digest d; rule per-expression" in text
    assert "motion: masks at 24 fps, what made them is not written down" in text
    assert "no run.json beside the masks" in text


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (Bar(0.5), None),
        (Bar(0.5, 0.25, 0.75), "M25 5H75M25 3V7M75 3V7"),
        (Bar(0.0, 0.0, 1 / 3), "M0 5H33.33M0 3V7M33.33 3V7"),
    ],
)
def test_bars(item: Bar, path: str | None) -> None:
    drawn = bar(item)
    assert (f'd="{path}"' in drawn) if path else ("<path" not in drawn)
    assert f'width="{100 * item.mean:g}"' in drawn


def test_a_sparkline_of_one_frame_is_a_level_line() -> None:
    assert 'd="M0 20L100 20"' in sparkline([((0.0,), (0.5,))], "level")


def test_a_curve_in_words() -> None:
    found = described_line("motion", (0.1, 0.5, 0.2))
    assert found == "motion: from 10.0 at the start to 20.0 at the end, lowest 10.0, highest 50.0"


@pytest.mark.parametrize(("clips", "drawn"), [(300, 300), (301, 60)])
def test_of_very_many_clips_some_are_drawn_and_which_is_said(
    clips: int, drawn: int, tmp_path: Path
) -> None:
    rows = [row(f"c{k:03}", "0", [k * 37 % 100, 40]) for k in range(clips)]
    record_of(rows, method="motion").write(tmp_path / "r.json")
    write_report([tmp_path / "r.json"], Wish(tmp_path / "r.html"), Frames(wanted=False))
    text = (tmp_path / "r.html").read_text("utf-8")
    assert text.count('class="spark"') == drawn
    said = "Of 301 clips the 20 best, the 20 around the median and the 20 worst are drawn"
    assert (said in text) == (drawn < clips)
    assert len(re.findall(r'<th scope="row"[^>]*>c\d{3}<', text)) == clips
