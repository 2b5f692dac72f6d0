"""The page of a report, opened from disk as a reader would."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmark.report.console import Wish, compare_records, write_report
from benchmark.report.overlays import Frames
from support.pages import opened
from support.records import record_of
from support.rows import row

HOSTILE = "<script>alert(1)</script>"
INTRUDER = """() => {
    const late = document.createElement("script");
    late.textContent = "document.title = 'run'";
    document.body.append(late);
    const image = document.createElement("img");
    image.src = "http://localhost:9/x.png";
    document.body.append(image);
}"""
DESKTOP = {"width": 1366, "height": 768}
TITLE = "Region similarity J and contour accuracy F in percent on tiny 1"
PHONE = {"width": 360, "height": 740}


def rows(shift: int) -> list:
    texts = [HOSTILE, "煙 that rises", "a_b & 50 % #1", "x" * 120]
    return [
        row(
            f"clip-{k:02}",
            str(e),
            [(7 * k + 13 * e + shift) % 100, (11 * k + shift) % 100, 50, (k * k) % 100],
            concept=texts[k % 4],
            groups=("motion patterns", "pattern evolution")[: 1 + k % 2],
            video=f"video-{k // 2}",
            f=[(5 * k + e) % 100, (3 * k + shift) % 100, 60, 20],
        )
        for k in range(24)
        for e in range(2)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records on the same data, a report of the first and a comparison of both."""
    folder = tmp_path_factory.mktemp("pages")
    one, two = folder / "one.json", folder / "two.json"
    record_of(rows(0), method="motion").write(one)
    record_of(rows(31), method=HOSTILE).write(two)
    write_report([one], Wish(folder / "one.html"), Frames(wanted=True))
    compare_records([one, two], Wish(folder / "two.html", paper=("4",), metrics="J,F,JF"))
    return folder


@pytest.mark.parametrize("name", ["one.html", "two.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_fetched_and_nothing_overflows(
    size: dict, scheme: str, name: str, folder: Path, browser: Browser
) -> None:
    with opened(browser, folder / name, viewport=size, color_scheme=scheme) as found:
        assert found.page.locator("h1").inner_text() == TITLE
        assert found.overflow() <= 0
        assert found.requests == [(folder / name).as_uri()]
        assert found.complaints == []


def test_names_are_text_and_never_run(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "two.html", viewport=DESKTOP) as found:
        assert found.page.evaluate("document.scripts.length") == 1
        assert HOSTILE in found.page.locator("#clips").inner_text()
        assert found.complaints == []


def test_a_script_that_slipped_in_would_not_run(folder: Path, browser: Browser) -> None:
    """The policy of the page lets in its own script alone."""
    with opened(browser, folder / "one.html", viewport=DESKTOP) as found:
        with found.page.expect_event("requestfailed"):
            found.page.evaluate(INTRUDER)
        assert found.page.title() != "run"
        refused = [text for text in found.complaints if "Content Security Policy" in text]
        assert len(refused) == 2


def test_columns_sort_both_ways_by_mouse_and_by_keyboard(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "one.html", viewport=DESKTOP) as found:
        head = found.page.locator("#clips thead th").nth(1)
        head.locator("button").click()
        falling = [float(text) for text in found.column("clips", 1)]
        assert falling == sorted(falling, reverse=True)
        assert head.get_attribute("aria-sort") == "descending"
        found.page.keyboard.press("Enter")
        rising = [float(text) for text in found.column("clips", 1)]
        assert rising == sorted(falling)
        assert head.get_attribute("aria-sort") == "ascending"
        names = found.page.locator("#clips thead th").nth(0)
        names.locator("button").focus()
        found.page.keyboard.press("Space")
        assert found.column("clips", 0) == sorted(found.column("clips", 0))
        assert head.get_attribute("aria-sort") is None


def test_the_page_is_whole_without_its_script(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "one.html", viewport=DESKTOP, java_script_enabled=False) as found:
        assert found.page.locator("#clips tbody tr").count() == 24
        assert found.page.locator("th button").count() == 0


def test_it_says_why_there_are_no_pictures(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "one.html", viewport=PHONE) as found:
        text = found.page.locator("#examples").inner_text()
        assert "No pictures of motion: " in text
        assert "does not lie beside its masks" in text


def test_drawings_can_be_read_aloud(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "two.html", viewport=DESKTOP) as found:
        for metric, name in (("J", "j"), ("F", "f")):
            chart = found.page.locator(f"#time-{name} svg.chart")
            assert f"Mean {metric} over time. motion: from" in chart.get_attribute("aria-label")
        unnamed = found.page.locator("svg:not([aria-label]):not([aria-hidden])")
        assert unnamed.count() == 0
        assert found.page.locator("img:not([alt])").count() == 0


def test_small_drawings_stay_in_their_places(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "one.html", viewport=PHONE) as found:
        wider = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
        assert found.page.locator(".multiples figcaption").evaluate_all(wider) == 0


def test_colors_tell_methods_apart_whatever_the_metric(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "two.html", viewport=DESKTOP) as found:
        for name in ("table-1", "table-3", "table-5"):
            bars = found.page.locator(f"#{name} tbody rect:not(.track)")
            assert [bar.get_attribute("class") for bar in bars.all()] == ["s0", "s1"]


def test_a_long_table_keeps_its_heads_in_sight(browser: Browser, tmp_path: Path) -> None:
    many = [row(f"c{k:03}", "0", [k % 100, 40]) for k in range(320)]
    record_of(many, method="motion").write(tmp_path / "r.json")
    write_report([tmp_path / "r.json"], Wish(tmp_path / "r.html"), Frames(wanted=False))
    with opened(browser, tmp_path / "r.html", viewport=DESKTOP) as found:
        box, head = (
            found.page.locator("#clips .scroll"),
            found.page.locator("#clips thead th").nth(0),
        )
        before = head.bounding_box()
        assert box.bounding_box()["height"] <= DESKTOP["height"]
        box.evaluate("(box) => { box.scrollTop = 5000 }")
        assert head.bounding_box()["y"] == pytest.approx(before["y"], abs=1)
        found.page.emulate_media(media="print")
        assert box.bounding_box()["height"] > 5 * DESKTOP["height"]


def test_it_prints(folder: Path, browser: Browser) -> None:
    with opened(browser, folder / "one.html", viewport=DESKTOP) as found:
        found.page.emulate_media(media="print")
        assert not found.page.locator("nav").is_visible()
        assert found.overflow() <= 0
