"""The page of agreement in a real browser: its numbers, and its maps counted pixel by pixel."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from annotator.agreement.from_project import ProjectPairs
from benchmark.agreement.console import PAGE, report_files, write_files
from benchmark.report.document import percent
from support.labelled import copied_labelled, drawn
from support.pages import opened

COLOURS = {(196, 200, 208): 1, (255, 26, 140): 2, (64, 156, 255): 3, (255, 212, 0): 4}
SIZE = (24, 32)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("page")
    files = report_files(ProjectPairs(copied_labelled(here / "p")))[1]
    write_files(files, here)
    return here / PAGE


def iou(clip: int, k: int) -> float:
    one, other = (drawn(person, clip, k, SIZE) for person in ("ann", "ben"))
    valid = (one != 255) & (other != 255)
    union = (((one == 1) | (other == 1)) & valid).sum()
    return float(((one == 1) & (other == 1) & valid).sum() / union) if union else 1.0


def test_the_table_holds_what_numpy_computes(browser: Browser, page: Path) -> None:
    with opened(browser, page, viewport={"width": 1280, "height": 900}) as found:
        expected = [percent(np.mean([iou(clip, k) for k in range(3)])) for clip in range(3)]
        table = found.page.locator("section", has_text="Every clip").locator("tbody tr")
        rows = [row.locator("th, td").all_inner_texts() for row in table.all()]
        assert [row[4] for row in rows] == expected
        assert [row[7].split(" / ")[0] for row in rows] == ["0.0", "2.1", "0.0"]
        assert (
            found.page.locator(".headline")
            .inner_text()
            .startswith(percent(np.mean([iou(clip, k) for clip in range(3) for k in range(3)])))
        )
        assert found.overflow() == 0
        assert found.requests == [page.resolve().as_uri()]
        assert found.complaints == []


def test_maps_show_every_pixel_that_differs(browser: Browser, page: Path) -> None:
    with opened(browser, page) as found:
        picture = found.page.locator('img[alt^="Difference of clip-1 on frame 00000"]')
        source = picture.get_attribute("src")
        assert picture.evaluate("image => image.naturalWidth") > 0
    content = base64.b64decode(source.partition(",")[2])
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    scale = pixels.shape[0] // SIZE[0]
    assert pixels.shape[:2] == (SIZE[0] * scale, SIZE[1] * scale)
    one, other = (drawn(person, 1, 0, SIZE) for person in ("ann", "ben"))
    ignored = (one == 255) | (other == 255)
    expected = {
        1: (one == 1) & (other == 1) & ~ignored,
        2: (one == 1) & (other != 1) & ~ignored,
        3: (one != 1) & (other == 1) & ~ignored,
        4: ignored,
    }
    for colour, label in COLOURS.items():
        count = (pixels == colour).all(-1).sum() / scale**2
        assert count == expected[label].sum(), label


def test_a_narrow_dark_window_shows_all_of_it(browser: Browser, page: Path) -> None:
    size = {"width": 360, "height": 640}
    with opened(browser, page, viewport=size, color_scheme="dark") as found:
        assert found.overflow() == 0
        found.page.locator("summary").nth(1).click()
        assert found.page.locator("details[open] img").count() == 4
