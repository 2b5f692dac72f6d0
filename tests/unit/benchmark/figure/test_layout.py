import pytest

from benchmark.figure.layout import Box, Sheet, plan_block, plan_page
from refvps.errors import ConfigError
from refvps.types import Size

LABELS = ("frames", "truth", "full-frame")


def measure(text: str, points: float, italic: bool) -> float:
    """Letters all as wide as half their size."""
    return len(text) * points / 2


def sheet(**changed: float) -> Sheet:
    return Sheet(**{"width": 7.0, "dpi": 72, "across": 1, "columns": 3, **changed})


def test_a_block_by_hand() -> None:
    plan = plan_block(sheet(), Size(24, 32), LABELS, "a caption", measure)
    assert plan.gutter == round(7.5 * 1.3 + 2) == 12
    assert plan.picture == Size(
        120, 160
    )  # (504 - 2 x 3 - 12 - 2 x 2) // 3 = 162; 4 : 3 x 144 = 192
    assert plan.box(0, 0) == Box(12, 0, 160, 120)
    assert plan.box(2, 1) == Box(12 + 162, 2 * 122, 160, 120)
    assert plan.labels == (("frames",), ("truth",), ("full-frame",))
    assert plan.caption == ("a caption",)
    assert plan.height == 3 * 120 + 2 * 2 + round((6.5 + 9 + 6) * 1.3 + 2)


@pytest.mark.parametrize("dpi", [50, 72, 150, 299, 300, 600])
@pytest.mark.parametrize("size", [Size(480, 854), Size(640, 360), Size(101, 333), Size(1, 1)])
@pytest.mark.parametrize("columns", [1, 3, 8])
def test_blocks_fit_their_page(dpi: int, size: Size, columns: int) -> None:
    page_sheet = sheet(dpi=dpi, columns=columns, across=2)
    plan = plan_block(page_sheet, size, LABELS, "words " * 40, measure)
    page = plan_page(page_sheet, [plan] * 3)
    assert page.size.width <= round(7.0 * dpi)
    assert page.corners[0][1] == page.corners[1][1] < page.corners[2][1]
    for left, top in page.corners:
        assert left + plan.width <= page.size.width
        assert top + plan.height <= page.key_top < page.size.height


def test_pictures_of_few_frames_do_not_fill_the_page() -> None:
    page_sheet = sheet(columns=1)
    plan = plan_block(page_sheet, Size(480, 854), LABELS, "", measure)
    assert plan.picture.width == 230
    assert plan_page(page_sheet, [plan]).size.width < 7 * 72 / 1.5


def test_labels_shrink_then_break_at_hyphens() -> None:
    flat = plan_block(sheet(columns=8), Size(100, 200), ("frames", "full-frame"), "", measure)
    assert flat.picture.height == 30
    assert flat.label_points == 5.5
    assert flat.labels == (("frames",), ("full-frame",))
    flatter = plan_block(sheet(columns=8), Size(100, 300), ("frames", "full-frame"), "", measure)
    assert flatter.labels == (("frames",), ("full-", "frame"))


def test_pictures_too_small_to_see_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"8 pictures side by side do not fit in 1\.5 inches"):
        plan_block(sheet(columns=8, width=1.5), Size(480, 854), LABELS, "", measure)
