"""What is drawn in the editor: every click lands, and every stroke is exact."""

import math

import numpy as np
import pytest

from support.editor_page import EditorPage
from support.editor_project import DISC, GROUND, disc_mask

SIZE = (108, 192)
TARGET, IGNORE = 1, 2


def swept(path: list[tuple[float, float]], radius: float) -> np.ndarray:
    """The pixels within a radius of a path, by their centres."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    x, y = columns + 0.5, rows + 0.5
    away = np.full(SIZE, np.inf)
    for (ax, ay), (bx, by) in zip(path, path[1:] or path, strict=False):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = 0 if not length else ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length
        along = np.clip(along, 0, 1)
        away = np.minimum(away, np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return away <= radius


def polygon(points: list[tuple[float, float]]) -> np.ndarray:
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    x, y = columns + 0.5, rows + 0.5
    inside = np.zeros(SIZE, bool)
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        if ay != by:
            inside ^= ((ay <= y) != (by <= y)) & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return inside


def differing(found: np.ndarray, wanted: np.ndarray) -> int:
    """Pixels that differ; the window's coordinates round, so an edge may shift by a hair."""
    return int(((found != 0) != wanted).sum())


def test_a_job_opens_on_its_first_keyframe_and_asks_for_few_others(edit) -> None:
    with edit() as editor:
        for x, y in [(48, 54), (5, 5), (150, 100)]:
            wanted = DISC if disc_mask(0, SIZE)[y, x] else GROUND
            assert np.abs(np.array(editor.ann(f"colour({x}, {y})")) - wanted).max() < 8
        assert editor.ann("frame") == 0
        assert editor.ann("bitmaps") <= 9
        assert not editor.ann("readOnly")


VIEWS = {
    "fit": [],
    "actual": ["1"],
    "close": ["1", *["+"] * 9],
    "far": ["-", "-"],
}


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
@pytest.mark.parametrize("clip", ["disc", "tall"])
def test_a_click_lands_where_it_was_made(edit, clip: str, ratio: float) -> None:
    with edit(clip, device_scale_factor=ratio) as editor:
        height, width = editor.size
        wanted = []
        for keys in VIEWS.values():
            editor.press("0", *keys)
            centre = editor.page.locator(".stage").bounding_box()
            middle = (centre["x"] + centre["width"] / 2, centre["y"] + centre["height"] / 2)
            shift = 37 if keys else 0
            editor.page.mouse.move(*middle)
            editor.page.mouse.down(button="middle")
            editor.page.mouse.move(middle[0] + shift, middle[1] - shift)
            editor.page.mouse.up(button="middle")
            point = (width / 2 + 3.3 * (len(wanted) - 1.5), height / 2 + 5.7 * (len(wanted) - 1.5))
            if editor.ann("view")["zoom"] < 3:
                point = (point[0] + 9 * (len(wanted) % 2), point[1])
            x, y = editor.place(*point)
            editor.page.mouse.click(x, y)
            wanted.append(point)
        editor.saved()
        clicks = editor.ann("marks(0)")
        assert len(clicks) == len(wanted)
        for (x, y, positive), point in zip(clicks, wanted, strict=True):
            assert positive
            assert math.hypot(x - point[0], y - point[1]) <= 0.5


def test_points_grow_and_shrink_the_mask_and_deleting_one_restores_it(edit, editor_root) -> None:
    with edit() as editor:
        editor.click(48, 54)
        editor.saved()
        one = editor.labels(0)
        assert np.array_equal(one == TARGET, disc_mask(0, SIZE)) or one.sum() > 900
        editor.click(150, 20)
        editor.saved()
        two = editor.labels(0)
        assert two.sum() > one.sum()
        editor.click(160, 90, button="right")
        editor.saved()
        assert editor.ann("marks(0)")[2][2] is False
        assert editor.labels(0).sum() < two.sum()
        editor.click(160, 90)
        editor.saved()
        assert np.array_equal(editor.labels(0), two)
        editor.click(150, 20)
        editor.saved()
        assert np.array_equal(editor.labels(0), one)
        clicks = editor.ann("marks(0)")
        editor.reload()
        editor.wait("true")
        assert editor.ann("marks(0)") == clicks
        assert np.array_equal(editor.labels(0), one)


def test_right_and_alt_clicks_are_negative_and_open_no_menu(edit) -> None:
    with edit() as editor:
        editor.page.evaluate(
            "document.addEventListener('contextmenu',"
            " (e) => { window.menus = (window.menus ?? 0) + !e.defaultPrevented; })"
        )
        editor.click(150, 20, button="right")
        editor.page.keyboard.down("Alt")
        editor.click(150, 60)
        editor.page.keyboard.up("Alt")
        editor.click(48, 54)
        editor.saved()
        assert [positive for *_, positive in editor.ann("marks(0)")] == [False, False, True]
        assert editor.page.evaluate("window.menus ?? 0") == 0


def test_a_box_fills_what_it_holds(edit) -> None:
    with edit() as editor:
        editor.press("x")
        editor.drag((20, 30), (60, 70))
        editor.saved()
        found = np.argwhere(editor.labels(0))
        assert np.abs(found.min(axis=0) - (30, 20)).max() <= 1
        assert np.abs(found.max(axis=0) - (69, 59)).max() <= 1


def test_a_brush_covers_what_it_swept_without_gaps(edit) -> None:
    with edit() as editor:
        editor.brush(10)
        editor.press("b")
        path = [(20 + 2.5 * step, 54 + 35 * math.sin(step / 6)) for step in range(60)]
        editor.drag(*path, steps=1)
        editor.saved()
        wanted = swept(path, 5)
        assert differing(editor.labels(0), wanted) <= wanted.sum() * 0.01
        handlers = editor.ann("timings['pointer handler']")
        assert float(np.percentile(handlers, 95)) < 40, "five times what is allowed"
        editor.press("Delete")
        flick = [(10, 10), (180, 95)]
        editor.drag(*flick, steps=1)
        editor.saved()
        wanted = swept(flick, 5)
        assert differing(editor.labels(0), wanted) <= wanted.sum() * 0.02


def test_eraser_polygon_lasso_and_fill_are_what_numpy_says(edit) -> None:
    with edit() as editor:
        editor.brush(12)
        outer = [(20, 20), (160, 24), (150, 90), (30, 84)]
        inner = [(70, 40), (110, 42), (100, 70)]
        editor.press("p")
        for point in outer:
            editor.click(*point)
        editor.press("Enter")
        wanted = polygon(outer)
        assert differing(editor.labels(0), wanted) <= 30
        editor.page.keyboard.down("Shift")
        for point in inner:
            editor.click(*point)
        editor.press("Enter")
        editor.page.keyboard.up("Shift")
        wanted &= ~polygon(inner)
        assert differing(editor.labels(0), wanted) <= 40
        editor.press("f")
        editor.click(92, 50)
        wanted = polygon(outer)
        assert differing(editor.labels(0), wanted) <= 30
        editor.press("e")
        editor.drag((20, 54), (170, 54))
        wanted &= ~swept([(20, 54), (170, 54)], 6)
        assert differing(editor.labels(0), wanted) <= 40
        editor.press("l")
        loop = [(60, 46), (120, 46), (120, 62), (60, 62), (60, 46)]
        editor.drag(*loop, steps=8)
        wanted |= polygon(loop)
        assert differing(editor.labels(0), wanted) <= 60
        editor.press("f")
        editor.page.keyboard.down("Shift")
        editor.click(90, 54)
        editor.page.keyboard.up("Shift")
        assert editor.labels(0).sum() == 0, "one piece hangs together and is taken away"
        editor.saved()


def test_the_wand_takes_the_disc(edit) -> None:
    with edit() as editor:
        editor.press("w")
        editor.click(48, 54)
        editor.saved()
        assert differing(editor.labels(0), disc_mask(0, SIZE)) <= 80


def test_ignore_lies_over_the_target_and_leaves_it_as_it_was(edit) -> None:
    with edit() as editor:
        editor.brush(20)
        editor.press("b", "t")
        editor.drag((40, 50), (100, 50))
        target = editor.labels(0)
        editor.press("i")
        editor.drag((80, 50), (140, 50))
        both = editor.labels(0)
        assert np.array_equal(both & TARGET, target)
        assert (both & IGNORE).sum() > 0
        assert ((both & IGNORE > 0) & (both & TARGET > 0)).any()
        editor.press("e")
        editor.brush(60)
        editor.drag((70, 50), (150, 50))
        assert np.array_equal(editor.labels(0), target)
        editor.page.get_by_label("Where Ignore is painted").select_option("outside")
        editor.press("b")
        editor.drag((70, 50), (150, 50))
        found = editor.labels(0)
        assert not ((found & IGNORE > 0) & (found & TARGET > 0)).any()
        editor.press("y")
        assert ((editor.labels(0) & IGNORE > 0) & (editor.labels(0) & TARGET > 0)).any()
        editor.saved()
        kept = editor.ann("hash(0)")
        editor.reload()
        editor.wait("true")
        assert editor.ann("hash(0)") == kept


def test_undo_and_redo_go_back_and_forth_through_all_tools_and_keyframes(edit) -> None:
    with edit() as editor:
        seen: dict[int, list[str]] = {0: [editor.ann("hash(0)")], 1: [editor.ann("hash(1)")]}

        def note(k: int) -> None:
            editor.saved()
            seen[k].append(editor.ann(f"hash({k})"))

        editor.click(48, 54)
        note(0)
        editor.press("b")
        editor.drag((100, 30), (130, 40))
        note(0)
        editor.press("ArrowRight", "l")
        editor.drag((20, 20), (60, 20), (60, 60), (20, 60), steps=3)
        note(1)
        editor.press("ArrowLeft", "i", "b")
        editor.drag((40, 50), (70, 60))
        note(0)
        editor.press("f")
        editor.click(5, 5)
        note(0)
        for wanted in reversed(seen[0][:-1]):
            editor.press("Control+z")
            assert editor.ann("hash(0)") == wanted
        editor.saved()
        assert editor.ann("hash(0)") == seen[0][0]
        assert editor.ann("state(0)") == "empty"
        assert editor.ann("hash(1)") == seen[1][1], "another keyframe is left alone"
        for wanted in seen[0][1:]:
            editor.press("Control+Shift+z")
            assert editor.ann("hash(0)") == wanted
        editor.press("ArrowRight", "Control+z")
        assert editor.ann("hash(1)") == seen[1][0]
        editor.saved()
        kept = editor.ann("hash(0)")
        editor.reload()
        editor.wait("true")
        assert editor.ann("hash(0)") == kept
        assert editor.ann("hash(1)") == seen[1][0]


def test_a_stroke_on_a_keyframe_that_is_being_answered_is_not_lost(browser, tmp_path) -> None:
    from support.annotator_server import Server
    from support.editor_page import editing
    from support.editor_project import editor_project

    root = tmp_path / "p"
    editor_project(root, 1)
    with (
        Server(root, step=0.4) as server,
        editing(browser, root, server.url, "disc-mask-p0") as editor,
    ):
        editor.click(48, 54)
        editor.press("b")
        editor.drag((120, 30), (150, 30))
        assert editor.ann("pending") == 2
        editor.saved()
        found = editor.labels(0)
        assert found[54, 48] == TARGET, "the answer is there"
        assert found[30, 135] == TARGET, "and the stroke on top of it"
        kept = editor.ann("hash(0)")
        editor.reload()
        editor.wait("true")
        assert editor.ann("hash(0)") == kept
        _ten_clicks(editor)


def _ten_clicks(editor: EditorPage) -> None:
    """Ten clicks in half a second against a model that takes 0.4 s: all of them count."""
    editor.show(2)
    for step in range(10):
        editor.click(12 + 18 * step, 12)
        editor.page.wait_for_timeout(20)
    assert len(editor.ann("marks(2)")) == 10
    editor.saved()
    assert len(editor.ann("marks(2)")) == 10
    found = editor.labels(2)
    editor.reload()
    editor.wait("true")
    assert len(editor.ann("marks(2)")) == 10
    assert np.array_equal(editor.labels(2), found)
    # Against the same list asked at once.
    editor.show(3)
    editor.show(2)
    editor.click(12, 12)
    editor.click(12, 12)
    editor.saved()
    assert len(editor.ann("marks(2)")) == 10
    assert np.array_equal(editor.labels(2), found)


def test_a_locked_keyframe_and_a_frame_between_keyframes_are_not_painted(edit) -> None:
    with edit() as editor:
        editor.click(48, 54)
        editor.press("k")
        editor.saved()
        assert editor.ann("state(0)") == "locked"
        before = editor.ann("hash(0)")
        editor.press("b")
        editor.drag((100, 30), (130, 40))
        assert "locked" in editor.page.locator(".toast").inner_text()
        assert editor.ann("hash(0)") == before
        editor.press("Shift+ArrowRight")
        assert editor.ann("raw") == 1
        editor.drag((100, 30), (130, 40))
        assert "between" in editor.page.locator(".toast").inner_text()
        assert editor.ann("hash(0)") == before
        editor.press("ArrowLeft", "k")
        editor.saved()
        assert editor.ann("state(0)") == "prompted"


def test_copies_and_masks_between_two_keyframes(edit) -> None:
    with edit() as editor:
        editor.click(48, 54)
        editor.show(4)
        editor.click(85, 54)
        editor.saved()
        assert editor.labels(4).sum() > 500
        editor.show(2)
        editor.press("m")
        editor.saved()
        assert [editor.ann(f"state({k})") for k in range(5)] == [
            "prompted", "edited", "edited", "edited", "prompted",
        ]  # fmt: skip
        for k in (1, 2, 3):
            wanted = disc_mask(4 * k, SIZE)
            found = editor.labels(k) > 0
            assert (found & wanted).sum() / (found | wanted).sum() > 0.9
        editor.show(5)
        editor.press("v")
        assert np.array_equal(editor.labels(5), editor.labels(4))
        editor.press("Control+z")
        editor.saved()
        assert editor.ann("state(5)") == "empty"
