"""One suite for every segmenter: the promises of the protocol."""

import sys

import numpy as np
import pytest

from annotator.segmenters.classic.segmenter import ClassicSegmenter
from annotator.segmenters.fake import FakeSegmenter
from annotator.segmenters.protocol import Prediction, PromptError, Prompts, Segmenter
from refvps.types import Size
from support import sam2
from support.keyframes import ArrayFrames, discs, textured

NAMES = ("fake", "classic", *sam2.BACKENDS)
MASKS = discs(6)


@pytest.fixture(scope="module", params=NAMES)
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    if request.param == "fake":
        return FakeSegmenter()
    if request.param == "classic":
        return ClassicSegmenter()
    return sam2.segmenter(request.param)


def clicks(*points: tuple[float, float, bool]) -> Prompts:
    return Prompts(
        np.array([point[:2] for point in points], float).reshape(-1, 2),
        np.array([point[2] for point in points], bool),
    )


CLICK = clicks((14.5, 24.5, True))
PROMPTS = {
    "one click": CLICK,
    "a yes and a no": clicks((14.5, 24.5, True), (50, 10, False)),
    "only a no": clicks((50, 10, False)),
    "a box": Prompts(box=np.array([4.0, 14, 24, 34])),
    "a box and a click": Prompts(CLICK.points, CLICK.labels, np.array([4.0, 14, 24, 34])),
    "a mask and a click": Prompts(CLICK.points, CLICK.labels, mask=MASKS[0]),
    "clicks on the rim": clicks((0, 0, False), (64, 48, True)),
}


def same(one: Prediction, other: Prediction) -> bool:
    return (
        np.array_equal(one.mask, other.mask)
        and one.score == other.score
        and np.array_equal(one.logits, other.logits)
    )


def test_both_packages_of_sam2_are_installed() -> None:
    """Their absence fails the tests; ``tests/setup`` installs them."""
    import sam2 as official
    import transformers

    assert official
    assert transformers


def test_torchvision_is_absent_or_whole() -> None:
    """One that does not import breaks every model of transformers."""
    try:
        import torchvision
    except ModuleNotFoundError:
        return
    assert torchvision.__version__


def test_it_is_named_and_says_what_made_a_mask(segmenter: Segmenter) -> None:
    assert segmenter.provenance()["name"] == segmenter.name


@pytest.mark.parametrize("prompts", PROMPTS.values(), ids=PROMPTS)
def test_the_same_prompts_give_the_same_bytes(segmenter: Segmenter, prompts: Prompts) -> None:
    session = segmenter.open(textured(MASKS))
    first = session.predict(1, prompts)
    session.predict(1, clicks((40, 40, True)))
    list(session.propagate(0, 3, {0: MASKS[0]}, set()))
    assert same(session.predict(1, prompts), first)
    assert same(segmenter.open(textured(MASKS)).predict(1, prompts), first)
    assert first.mask.shape == MASKS[0].shape
    assert np.isfinite(first.logits).all()


def test_a_click_that_is_taken_back_leaves_no_trace(segmenter: Segmenter) -> None:
    session = segmenter.open(textured(MASKS))
    first = session.predict(0, CLICK)
    session.predict(0, clicks((14.5, 24.5, True), (30, 30, True)))
    assert same(session.predict(0, CLICK), first)


def test_a_mask_alone_is_the_answer_to_the_pixel(segmenter: Segmenter) -> None:
    session = segmenter.open(textured(MASKS))
    line = np.zeros_like(MASKS[0])
    line[7, 3:60] = True
    assert np.array_equal(session.predict(0, Prompts(mask=line)).mask, line)
    found = dict(session.propagate(0, 3, {0: line, 2: MASKS[2]}, set()))
    assert np.array_equal(found[0].mask, line)
    assert np.array_equal(found[2].mask, MASKS[2])


@pytest.mark.parametrize(
    ("start", "stop", "keep", "expected"),
    [
        pytest.param(0, 6, set(), [0, 1, 2, 3, 4, 5], id="forward"),
        pytest.param(5, -1, set(), [5, 4, 3, 2, 1, 0], id="backward"),
        pytest.param(1, 4, set(), [1, 2, 3], id="a-range-stops-before-its-end"),
        pytest.param(4, 1, set(), [4, 3, 2], id="a-range-backward"),
        pytest.param(0, 6, {0, 3, 5}, [1, 2, 4], id="kept-frames-are-passed-over"),
        pytest.param(3, 3, set(), [], id="nothing"),
        pytest.param(2, 3, {2}, [], id="only-a-kept-frame"),
    ],
)
@pytest.mark.parametrize("known", [0, 3, 5])
def test_exactly_the_frames_that_were_asked_for_in_the_order_of_travel(
    segmenter: Segmenter, start: int, stop: int, keep: set[int], expected: list[int], known: int
) -> None:
    session = segmenter.open(textured(MASKS))
    found = list(session.propagate(start, stop, {known: MASKS[known]}, keep))
    assert [k for k, _ in found] == expected


def test_a_correction_is_what_propagation_gives_for_its_frame(segmenter: Segmenter) -> None:
    session = segmenter.open(textured(MASKS))
    correction = clicks((22.5, 24.5, True), (50, 10, False))
    found = dict(session.propagate(0, 6, {0: MASKS[0], 4: correction}, {0}))
    assert same(found[4], session.predict(4, correction))


def test_propagation_is_the_same_whatever_was_asked_before(segmenter: Segmenter) -> None:
    fresh = list(segmenter.open(textured(MASKS)).propagate(1, 6, {0: MASKS[0]}, {0}))
    session = segmenter.open(textured(MASKS))
    list(session.propagate(0, 6, {2: ~MASKS[2]}, set()))
    again = list(session.propagate(1, 6, {0: MASKS[0]}, {0}))
    assert all(same(one, other) for (_, one), (_, other) in zip(fresh, again, strict=True))


def test_closing_the_iterator_ends_the_work(segmenter: Segmenter) -> None:
    frames = textured(MASKS)
    steps = segmenter.open(frames).propagate(1, 6, {0: MASKS[0]}, {0})
    assert next(steps)[0] == 1
    steps.close()
    assert next(steps, None) is None
    assert 3 not in frames.decoded


def test_frames_are_decoded_only_when_they_are_needed(segmenter: Segmenter) -> None:
    frames = textured(MASKS)
    session = segmenter.open(frames)
    assert frames.decoded == {}
    session.predict(2, CLICK)
    assert set(frames.decoded) == {2}


def test_a_frame_without_the_target_can_be_given(segmenter: Segmenter) -> None:
    nothing = np.zeros_like(MASKS[0])
    session = segmenter.open(textured(MASKS))
    found = dict(session.propagate(0, 4, {0: nothing, 3: MASKS[3]}, set()))
    assert not found[0].mask.any()
    assert list(found) == [0, 1, 2, 3]


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (37, 23), (16, 16)])
def test_any_size_of_frame(segmenter: Segmenter, size: tuple[int, int]) -> None:
    frames = ArrayFrames(np.random.default_rng(0).integers(0, 255, (2, *size, 3), np.uint8))
    session = segmenter.open(frames)
    found = session.predict(0, clicks((size[1] / 2, size[0] / 2, True)))
    assert found.mask.shape == size
    mask = np.ones(size, bool)
    assert [k for k, _ in session.propagate(1, 2, {0: mask}, {0})] == [1]
    assert frames.size == Size(*size)


def test_a_clip_of_one_frame(segmenter: Segmenter) -> None:
    session = segmenter.open(textured(MASKS[:1]))
    assert [k for k, _ in session.propagate(0, 1, {0: CLICK}, set())] == [0]


@pytest.mark.parametrize(
    ("start", "stop", "conditioning", "named"),
    [
        pytest.param(0, 6, {}, "no prompt left", id="nothing-to-go-by"),
        pytest.param(0, 7, {0: CLICK}, "keyframe 6", id="beyond-the-end"),
        pytest.param(0, -2, {0: CLICK}, "keyframe -1", id="before-the-beginning"),
        pytest.param(0, 6, {9: CLICK}, "keyframe 9", id="conditioning-outside"),
        pytest.param(0, 6, {0: Prompts()}, "no prompt left", id="empty-prompts"),
        pytest.param(0, 6, {0: MASKS[0][:9]}, "expected bool", id="mask-of-another-size"),
    ],
)
def test_what_cannot_be_propagated_is_refused_at_once(
    segmenter: Segmenter, start: int, stop: int, conditioning: dict, named: str
) -> None:
    with pytest.raises(PromptError, match=named):
        segmenter.open(textured(MASKS)).propagate(start, stop, conditioning, set())


def test_a_closed_session_can_be_used_again(segmenter: Segmenter) -> None:
    session = segmenter.open(textured(MASKS))
    session.embed(0)
    first = session.predict(0, CLICK)
    session.close()
    assert same(session.predict(0, CLICK), first)


def test_no_package_is_loaded_before_it_is_chosen() -> None:
    import subprocess

    code = (
        "import sys, annotator.segmenters.choice, annotator.segmenters.doctor, "
        "annotator.segmenters.fake, annotator.scheduling; "
        "print({'torch', 'transformers', 'sam2', 'skimage', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
