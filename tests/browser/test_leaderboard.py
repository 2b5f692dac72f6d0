"""The leaderboard, opened from disk as a reader would."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmark.leaderboard.console import Wish, write_site
from benchmark.report.overlays import Frames
from support.pages import opened
from support.records import record_of
from support.rows import row

HOSTILE = "<script>alert(1)</script>"
SIZES = [{"width": 1366, "height": 768}, {"width": 360, "height": 740}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("boards")
    for number, name in enumerate(("motion", HOSTILE)):
        rows = [
            row(f"clip-{k}", "0", [(9 * k + 30 * number) % 100, 50], concept=HOSTILE, video=f"v{k}")
            for k in range(9)
        ]
        record_of(rows, method=name).write(folder / f"{number}.json")
    return write_site(Wish(folder, folder / "site", HOSTILE, 3, ()), Frames(wanted=False))


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["index.html", "tiny.html"])
def test_nothing_is_fetched_and_nothing_overflows(
    name: str, size: dict, site: Path, browser: Browser
) -> None:
    with opened(browser, site.with_name(name), viewport=size) as found:
        assert found.overflow() <= 0
        assert found.requests == [site.with_name(name).as_uri()]
        assert found.complaints == []


def test_one_gets_from_the_first_page_to_a_board_and_back(site: Path, browser: Browser) -> None:
    with opened(browser, site, viewport=SIZES[0]) as found:
        assert found.page.locator("h1").inner_text() == HOSTILE
        found.page.get_by_role("link", name="Groups, concepts, videos").click()
        assert found.page.locator("#ranking tbody tr").count() == 2
        assert found.column("ranking", 1) == ["1", "2"]
        found.page.get_by_role("link", name="All data sets").click()
        assert found.page.locator("h1").inner_text() == HOSTILE


def test_rankings_sort(site: Path, browser: Browser) -> None:
    with opened(browser, site.with_name("tiny.html"), viewport=SIZES[0]) as found:
        found.page.locator("#ranking thead th").nth(1).locator("button").click()
        assert found.column("ranking", 1) == ["2", "1"]
