import pytest

from benchmark.figure.video_layout import VideoPlan, plan_video
from refvps.errors import ConfigError
from refvps.types import Size


def plan(frame: Size, panels: int, *, caption: str = "words", most_width: int = 1920) -> VideoPlan:
    return plan_video(
        frame,
        panels,
        caption,
        most_width=most_width,
        measure=lambda text, pixels: len(text) * pixels / 2,
    )


@pytest.mark.parametrize(
    ("frame", "panels", "grid", "panel"),
    [
        pytest.param(Size(480, 854), 2, (1, 2), Size(480, 854), id="native"),
        pytest.param(Size(480, 854), 3, (1, 3), Size(354, 629), id="reduced"),
        pytest.param(Size(480, 854), 4, (2, 2), Size(480, 854), id="two-rows"),
        pytest.param(Size(480, 854), 9, (3, 3), Size(354, 629), id="three-rows"),
        pytest.param(Size(640, 360), 4, (1, 4), Size(640, 360), id="portrait-in-a-row"),
        pytest.param(Size(24, 32), 3, (1, 3), Size(240, 320), id="enlarged-by-a-whole-factor"),
        pytest.param(Size(200, 300), 2, (1, 2), Size(200, 300), id="no-whole-factor-fits"),
        pytest.param(Size(1080, 1920), 1, (1, 1), Size(1071, 1904), id="full-hd"),
    ],
)
def test_panels_are_arranged(frame: Size, panels: int, grid: tuple[int, int], panel: Size) -> None:
    found = plan(frame, panels)
    assert (found.rows, found.columns) == grid
    assert found.panel == panel


@pytest.mark.parametrize("frame", [Size(480, 854), Size(101, 333), Size(333, 101), Size(24, 32)])
@pytest.mark.parametrize("panels", range(1, 10))
@pytest.mark.parametrize("most_width", [641, 1920])
def test_everything_is_inside_an_even_picture(frame: Size, panels: int, most_width: int) -> None:
    found = plan(frame, panels, caption="many words " * 20, most_width=most_width)
    height, width = found.size
    assert height % 2 == width % 2 == 0
    assert width <= most_width + 1
    corners = [found.corner(place) for place in range(panels)]
    assert len(set(corners)) == panels
    for left, top in corners:
        assert left + found.panel.width <= width
        assert top + found.panel.height < found.footer_top < height


def test_panels_too_small_to_see_are_refused() -> None:
    with pytest.raises(ConfigError, match="9 panels do not fit in 160 pixels"):
        plan(Size(480, 854), 9, most_width=160)
