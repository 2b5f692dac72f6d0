from itertools import combinations

import numpy as np
import pytest

from refvps.errors import ShapeError
from refvps.overlay import COLOURS, RIM, TARGET, VOID, default_outline, overlay, overlay_several
from support.ascii_masks import mask

FRAME = 100
TINTED = (168, 68, 118)  # (144 x 100 + 112 x (255, 26, 140) + 128) >> 8
TINTED_VOID = (197, 170, 38)  # (96 x 100 + 160 x (255, 212, 0) + 128) >> 8

LEGEND = {
    (FRAME,) * 3: ".",
    TINTED: "t",
    TINTED_VOID: "v",
    tuple(TARGET): "#",
    tuple(RIM): "o",
}


def drawn(target: str, void: str | None = None, outline: int | None = 1) -> str:
    """The overlay of a grey frame, a letter a pixel; a colour that is none of them fails."""
    size = mask(target).shape
    frame = np.full((*size, 3), FRAME, np.uint8)
    ignored = None if void is None else mask(void)
    found = overlay(frame, mask(target), void=ignored, outline=outline)
    assert (frame == FRAME).all(), "the frame given is not changed"
    return "/".join("".join(LEGEND[tuple(map(int, pixel))] for pixel in row) for row in found)


@pytest.mark.parametrize(
    ("target", "outline", "expected"),
    [
        pytest.param("..../..../....", 1, "..../..../....", id="empty"),
        pytest.param("###/###/###", 1, "ttt/ttt/ttt", id="whole-frame-has-no-edge"),
        pytest.param("#", 1, "t", id="one-pixel-frame"),
        pytest.param(".#./.../...", 1, "o#o/.o./...", id="one-pixel"),
        pytest.param("###../###../###..", 1, "tt#o./tt#o./tt#o.", id="against-the-frame"),
        pytest.param(
            "......./.#####./.#####./.#####./.#####./.#####./.......",
            1,
            ".ooooo./o#####o/o#ttt#o/o#ttt#o/o#ttt#o/o#####o/.ooooo.",
            id="square",
        ),
        pytest.param("#####....", 3, "tt###oo..", id="wider-with-half-as-wide-a-rim"),
        pytest.param("#####....", 0, "ttttt....", id="no-outline"),
        pytest.param("#..#", 1, "#oo#", id="rims-meet"),
        pytest.param("##.##", 3, "##o##", id="a-thin-gap-stays-a-gap"),
    ],
)
def test_target_table(target: str, outline: int, expected: str) -> None:
    assert drawn(target, outline=outline) == expected


@pytest.mark.parametrize(
    ("target", "void", "expected"),
    [
        pytest.param("....", ".##.", ".vv.", id="void-alone"),
        pytest.param("##....", "..##..", "t#vv..", id="rim-never-covers-void"),
        pytest.param("##...", "...##", "t#ovv", id="rim-between"),
        pytest.param("##..", "..#.", "t#v.", id="rim-does-not-jump-void"),
        pytest.param("##..", ".##.", "t#v.", id="target-wins-an-overlap"),
        pytest.param("....", "....", "....", id="void-of-no-pixel"),
        pytest.param("....", "####", "vvvv", id="all-void"),
    ],
)
def test_void_table(target: str, void: str, expected: str) -> None:
    assert drawn(target, void) == expected


def test_corners_of_a_wide_outline_are_cut() -> None:
    assert drawn("#....../" + "......./" * 5 + ".......", outline=3) == (
        "#oo..../ooo..../oo...../......./......./......./......."
    )


def test_the_outline_grows_with_the_frame() -> None:
    sizes = [(1, 1), (24, 32), (480, 854), (576, 1024), (1080, 1920), (1920, 1080)]
    widths = [default_outline(np.zeros((*size, 3), np.uint8)) for size in sizes]
    assert widths == [1, 1, 3, 3, 6, 6]
    big = np.zeros((480, 4), bool)
    big[:240] = True
    column = overlay(np.zeros((480, 4, 3), np.uint8), big)[:, 0]
    assert [tuple(column[row]) for row in (236, 237, 239, 240, 241)] == [
        (112, 11, 61),
        (112, 11, 61),
        tuple(TARGET),
        tuple(RIM),
        (0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"frame": np.zeros((2, 3, 3))}, "uint8 [H, W, 3]; got float64", id="float"),
        pytest.param({"frame": np.zeros((2, 3), np.uint8)}, "got uint8 [2, 3]", id="grey"),
        pytest.param({"mask": np.zeros((3, 2), bool)}, "mask is bool [3, 2]", id="turned"),
        pytest.param({"mask": np.zeros((2, 3), np.uint8)}, "mask is uint8", id="not-bool"),
        pytest.param({"void": np.zeros((1, 1), bool)}, "void is bool [1, 1]", id="void"),
        pytest.param({"outline": -1}, "got -1", id="outline"),
    ],
)
def test_wrong_arrays_are_named(change: dict, said: str) -> None:
    given = {"frame": np.zeros((2, 3, 3), np.uint8), "mask": np.zeros((2, 3), bool), **change}
    frame, target = given.pop("frame"), given.pop("mask")
    with pytest.raises(ShapeError) as caught:
        overlay(frame, target, **given)
    assert said in caught.value.message


# Linear RGB as seen without one kind of cone, severity 1: Machado, Oliveira and Fernandes, 2009.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_pink_and_yellow_differ_in_lightness_for_every_eye(kind: str) -> None:
    """A contrast of 2 and more is told apart even in grey."""

    def luminance(colour: tuple[int, int, int]) -> float:
        linear = (np.array(colour) / 255) ** 2.2
        seen = np.clip(BLINDNESS[kind] @ linear, 0, 1)
        return float(seen @ [0.2126, 0.7152, 0.0722])

    assert (luminance(VOID) + 0.05) / (luminance(TARGET) + 0.05) > 2


@pytest.mark.parametrize(
    ("target", "outline"),
    [("....", 1), (".##./.##.", 1), ("####", 1), ("#####....", 3), ("##..##", 0)],
)
def test_one_of_several_looks_as_one_alone(target: str, outline: int) -> None:
    frame = np.arange(mask(target).size * 3, dtype=np.uint8).reshape(*mask(target).shape, 3)
    alone = overlay(frame, mask(target), outline=outline)
    assert (overlay_several(frame, [mask(target)], outline=outline) == alone).all()


def test_masks_that_overlap_take_turns_and_none_hides_another() -> None:
    frame = np.full((40, 60, 3), FRAME, np.uint8)
    whole, left = np.ones((40, 60), bool), np.zeros((40, 60), bool)
    left[:, :30] = True
    drawn = overlay_several(frame, [whole, left, whole], outline=1)
    tints = [overlay_several(frame, masks, outline=0)[0, 0] for masks in ([whole],)]
    colours = {tuple(map(int, pixel)) for pixel in drawn[:, :28].reshape(-1, 3)}
    assert len(colours) == 3
    assert tuple(map(int, tints[0])) in colours
    apart = {tuple(map(int, pixel)) for pixel in drawn[:, 32:].reshape(-1, 3)}
    assert len(apart) == 2, "the second mask is not there"
    edge = {tuple(map(int, pixel)) for pixel in drawn[:, 29]}
    assert edge == {tuple(COLOURS[1])}, "only the second mask ends here"
    stripes = drawn[5, :28]
    assert (drawn[6, :27] == stripes[1:]).all(), "stripes run diagonally"


def test_far_masks_and_masks_at_the_edge_are_drawn_where_they_are() -> None:
    frame = np.full((30, 80, 3), FRAME, np.uint8)
    first, second = np.zeros((30, 80), bool), np.zeros((30, 80), bool)
    first[:4, :4], second[-4:, -4:] = True, True
    drawn = overlay_several(frame, [first, second], outline=1)
    assert (drawn[:6, :6] == overlay(frame, first, outline=1)[:6, :6]).all()
    assert tuple(drawn[-4, -2]) == tuple(COLOURS[1])
    assert (drawn[10:20, 20:60] == FRAME).all()


def test_more_masks_than_colours_are_refused() -> None:
    nothing = np.zeros((2, 2), bool)
    with pytest.raises(ShapeError, match="at most 6 masks can be told apart; got 7"):
        overlay_several(np.zeros((2, 2, 3), np.uint8), [nothing] * 7)


@pytest.mark.parametrize(("count", "least"), [(5, 29.0), (6, 19.0)])
def test_colours_of_several_masks_stay_apart_for_every_eye(count: int, least: float) -> None:
    """Distances in CIELAB; 2.3 is just seen when side by side."""

    def lab(colour: tuple[int, int, int], kind: str) -> np.ndarray:
        seen = np.clip(BLINDNESS[kind] @ (np.array(colour) / 255) ** 2.2, 0, 1)
        to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        root = np.array(to_xyz) @ seen / [0.9505, 1, 1.089]
        root = np.where(root > 0.008856, np.cbrt(root), 7.787 * root + 16 / 116)
        return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])

    for kind in BLINDNESS:
        for one, other in combinations(COLOURS[:count], 2):
            assert np.linalg.norm(lab(one, kind) - lab(other, kind)) > least
