"""Traps of SAM 2's own predictor, each shown on it, and our session beside it without them.

The network is the real code of the ``sam2`` package with random weights.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from annotator.segmenters.protocol import PromptError, Prompts
from annotator.segmenters.sam.network import POINTERS
from annotator.segmenters.sam.pixels import pixels_of
from support import sam2
from support.keyframes import discs, textured

MASKS = discs(8)
FIRST = (14.5, 24.5)
SECOND = (40.5, 12.5)


@pytest.fixture(params=sam2.BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def predictor() -> Any:
    """The official predictor as its own builder configures it."""
    from sam2.sam2_video_predictor import SAM2VideoPredictor

    from annotator.segmenters.sam.official_build import arguments

    model = SAM2VideoPredictor(**arguments(sam2.TOY), fill_hole_area=0)
    model.load_state_dict(sam2.official_state(), strict=True)
    return model.eval()


@pytest.fixture
def state(predictor: Any, tmp_path: Path) -> dict[str, Any]:
    """Its state over the same pixels that our sessions see."""
    frames = textured(MASKS)
    for k in range(len(frames)):
        cv2.imwrite(str(tmp_path / f"{k:05d}.jpg"), frames.frame(k))
    opened = predictor.init_state(str(tmp_path))
    pixels = [pixels_of(frames.frame(k), sam2.TOY.side) for k in range(len(frames))]
    opened["images"] = torch.from_numpy(np.stack(pixels))
    opened["cached_features"] = {}
    return opened


def click(predictor: Any, state: dict[str, Any], k: int, *points: tuple[float, float]) -> Any:
    marks = {"points": np.array(points, np.float32), "labels": np.ones(len(points), np.int32)}
    _, _, logits = predictor.add_new_points_or_box(state, k, 1, **marks)
    return logits[0, 0].numpy()


def propagated(predictor: Any, state: dict[str, Any], **options: Any) -> dict[int, Any]:
    return {
        k: logits[0, 0].numpy() for k, _, logits in predictor.propagate_in_video(state, **options)
    }


def clicks(*points: tuple[float, float]) -> Prompts:
    return Prompts(np.array(points), np.ones(len(points), bool))


def logits_of(found: Any) -> Any:
    return found.logits.astype(np.float32)


def enlarged(found: Any) -> Any:
    """Our logits at the size of the frame, by way of 256 pixels and half precision."""
    return cv2.resize(logits_of(found), (64, 48), interpolation=cv2.INTER_LINEAR)


def test_one_interaction_equals_the_official_predictor(
    backend: str, predictor: Any, state: dict[str, Any]
) -> None:
    session = sam2.segmenter(backend).open(textured(MASKS))
    official = click(predictor, state, 3, FIRST, SECOND)
    ours = session.predict(3, clicks(FIRST, SECOND))
    assert (ours.mask != (official > 0)).mean() <= 0.001
    forward = propagated(predictor, state)
    found = dict(session.propagate(3, 8, {3: clicks(FIRST, SECOND)}, set()))
    assert list(found) == list(forward)
    for k in forward:
        assert (found[k].mask != (forward[k] > 0)).mean() <= 0.001
        # Theirs are of the frame's size, ours of 256 pixels and half precision.
        assert np.abs(enlarged(found[k]) - forward[k]).max() < 0.02


def test_a_mask_prompt_carries_as_in_the_official_predictor(
    backend: str, predictor: Any, state: dict[str, Any]
) -> None:
    predictor.add_new_mask(state, 2, 1, MASKS[2])
    backward = propagated(predictor, state, start_frame_idx=2, reverse=True)
    session = sam2.segmenter(backend).open(textured(MASKS))
    found = dict(session.propagate(1, -1, {2: MASKS[2]}, set()))
    for k in (1, 0):
        assert (found[k].mask != (backward[k] > 0)).mean() <= 0.002


def test_corrections_are_kept(backend: str, predictor: Any, state: dict[str, Any]) -> None:
    click(predictor, state, 0, FIRST)
    propagated(predictor, state)
    corrected = click(predictor, state, 4, SECOND)
    lost = propagated(predictor, state, start_frame_idx=0)[4]
    assert np.abs(lost - corrected).max() > 0.01  # the trap: recomputed without the click

    session = sam2.segmenter(backend).open(textured(MASKS))
    known = {0: clicks(FIRST), 4: clicks(SECOND)}
    kept = dict(session.propagate(0, 8, known, set()))[4]
    assert np.array_equal(kept.logits, session.predict(4, clicks(SECOND)).logits)


def test_a_correction_bears_on_the_frames_after_it(backend: str) -> None:
    session = sam2.segmenter(backend).open(textured(MASKS))
    before = dict(session.propagate(1, 8, {0: clicks(FIRST)}, {0}))
    after = dict(session.propagate(1, 8, {0: clicks(FIRST), 4: MASKS[4]}, {0}))
    assert np.abs(logits_of(before[5]) - logits_of(after[5])).max() > 0.001


def test_taking_a_click_back_is_exact(backend: str, predictor: Any, state: dict[str, Any]) -> None:
    first = click(predictor, state, 0, FIRST)
    click(predictor, state, 0, FIRST, SECOND)
    again = click(predictor, state, 0, FIRST)
    assert np.abs(again - first).max() > 0.01  # the trap: its last answer is a hint for the next

    session = sam2.segmenter(backend).open(textured(MASKS))
    ours = session.predict(0, clicks(FIRST))
    session.predict(0, clicks(FIRST, SECOND))
    assert session.predict(0, clicks(FIRST)).logits.tobytes() == ours.logits.tobytes()


def test_a_human_mask_is_not_replaced_by_its_echo(
    backend: str, predictor: Any, state: dict[str, Any]
) -> None:
    line = np.zeros_like(MASKS[0])
    line[7, 3:60] = True
    line[9, 3:60:2] = True
    _, _, echo = predictor.add_new_mask(state, 0, 1, line)
    assert (echo[0, 0].numpy() > 0).sum() != line.sum()  # the trap

    session = sam2.segmenter(backend).open(textured(MASKS))
    assert np.array_equal(session.predict(0, Prompts(mask=line)).mask, line)
    assert np.array_equal(dict(session.propagate(0, 2, {0: line}, set()))[0].mask, line)


def test_a_mask_too_small_for_the_model_is_still_a_target(backend: str) -> None:
    """Shrunk to the model's square, a pixel of a large frame would be nothing."""
    masks = np.zeros((2, 900, 1600), bool)
    masks[0, 450, 800] = True
    rng = np.random.default_rng(0)
    frames = textured(np.zeros((2, 8, 8), bool))
    frames.frames = rng.integers(0, 255, (2, 900, 1600, 3), np.uint8)
    session = sam2.segmenter(backend).open(frames)
    dot = dict(session.propagate(1, 2, {0: masks[0]}, set()))[1]
    nothing = dict(session.propagate(1, 2, {0: masks[1]}, set()))[1]
    assert not np.array_equal(dot.logits, nothing.logits)


def test_a_range_ends_where_it_says(backend: str, predictor: Any, state: dict[str, Any]) -> None:
    click(predictor, state, 0, FIRST)
    assert len(propagated(predictor, state, max_frame_num_to_track=3)) == 4  # the trap

    session = sam2.segmenter(backend).open(textured(MASKS))
    assert len(list(session.propagate(0, 3, {0: clicks(FIRST)}, set()))) == 3


def test_features_of_more_than_one_frame_are_kept(
    backend: str, predictor: Any, state: dict[str, Any]
) -> None:
    assert len(state["cached_features"]) <= 1
    for k in (0, 1, 0):
        click(predictor, state, k, FIRST)
    assert list(state["cached_features"]) == [0]  # the trap: frame 1 is encoded again

    frames = textured(MASKS)
    session = sam2.segmenter(backend).open(frames)
    for k in (0, 1, 0, 1):
        session.predict(k, clicks(FIRST))
    assert frames.decoded == {0: 1, 1: 1}


def test_frames_are_not_held_in_memory(backend: str, state: dict[str, Any]) -> None:
    assert state["images"].numel() == len(MASKS) * 3 * sam2.TOY.side**2  # the trap: all, float32

    frames = textured(MASKS)
    segmenter = sam2.segmenter(backend, feature_bytes=400_000)  # three frames' worth
    session = segmenter.open(frames)
    for k in range(len(frames)):
        session.embed(k)
        assert segmenter.cache.held <= 400_000
    assert 1 <= len(segmenter.cache) <= 3
    session.close()
    assert segmenter.cache.held == 0


def test_memory_of_a_long_propagation_is_bounded(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = textured(discs(40, radius=4))
    segmenter = sam2.segmenter(backend, feature_bytes=400_000)
    network = segmenter._network
    seen: list[tuple[int, int]] = []
    ask = network.answer

    def counted(features: Any, question: Any) -> Any:
        if question.memory is not None:
            held = question.memory.tracked.values()
            whole = sum(entry["maskmem_features"] is not None for entry in held)
            seen.append((len(held), whole))
        return ask(features, question)

    monkeypatch.setattr(network, "answer", counted)
    list(segmenter.open(frames).propagate(1, 40, {0: frames.frames[0, ..., 0] > 200}, set()))
    assert max(count for count, _ in seen) <= POINTERS
    assert max(whole for _, whole in seen) <= sam2.TOY.memories


def test_forgetting_changes_nothing(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dropped is what the network would not have read."""
    from annotator.segmenters.sam.session import Sam2Session

    frames = textured(discs(24, radius=4))
    known = {0: frames.frames[0, ..., 0] > 200}
    bounded = list(sam2.segmenter(backend).open(frames).propagate(1, 24, known, set()))
    monkeypatch.setattr(Sam2Session, "_forget", lambda *_: None)
    everything = list(sam2.segmenter(backend).open(frames).propagate(1, 24, known, set()))
    for (_, one), (_, other) in zip(bounded, everything, strict=True):
        assert np.array_equal(one.logits, other.logits)


def test_without_a_prompt_it_says_so(backend: str, predictor: Any, state: dict[str, Any]) -> None:
    click(predictor, state, 0, FIRST)
    predictor.clear_all_prompts_in_frame(state, 0, 1)
    with pytest.raises(RuntimeError):  # the trap: an error of its inside
        propagated(predictor, state)
    with pytest.raises(PromptError, match="no prompt left"):
        sam2.segmenter(backend).open(textured(MASKS)).propagate(0, 8, {}, set())


def test_a_frame_before_every_prompt_can_be_answered_in_float32(
    backend: str, predictor: Any, state: dict[str, Any]
) -> None:
    click(predictor, state, 5, FIRST)
    with pytest.raises(RuntimeError, match="dtype"):  # the trap: bfloat16 meets float32
        propagated(predictor, state, start_frame_idx=0)
    session = sam2.segmenter(backend).open(textured(MASKS))
    assert len(list(session.propagate(0, 8, {5: clicks(FIRST)}, set()))) == 8


def test_no_hole_is_filled_behind_the_users_back(backend: str) -> None:
    """Filling needs a compiled extension and happens or not: the mask is the logits' sign."""
    session = sam2.segmenter(backend).open(textured(MASKS))
    found = session.predict(0, clicks(FIRST))
    sign = enlarged(found) > 0
    assert (sign != found.mask).mean() < 0.01


def test_many_conditioning_frames_are_attended_to_nearest_first(backend: str) -> None:
    masks = discs(24, radius=4)
    session = sam2.segmenter(backend).open(textured(masks))
    near = {k: masks[k] for k in range(8, 16)}
    alone = dict(session.propagate(16, 17, near, set()))
    far = dict(session.propagate(16, 17, {0: masks[0], **near}, set()))
    assert np.array_equal(alone[16].logits, far[16].logits)


@pytest.mark.parametrize("prompts", [clicks(FIRST), Prompts(box=np.array([4.0, 14, 24, 34]))])
def test_bfloat16_stays_near_float32(backend: str, prompts: Prompts) -> None:
    from annotator.segmenters.sam.segmenter import Sam2Segmenter

    frames = textured(MASKS)
    whole = sam2.segmenter(backend).open(frames).predict(0, prompts)
    segmenter = Sam2Segmenter(backend, sam2.network(backend, half=True), {})
    session = segmenter.open(frames)
    half = session.predict(0, prompts)
    assert np.abs(logits_of(whole) - logits_of(half)).max() < 0.1
    assert len(list(session.propagate(0, 8, {0: prompts, 5: MASKS[5]}, set()))) == 8


def test_the_two_packages_are_equal() -> None:
    frames = textured(MASKS)
    known = {0: clicks(FIRST, SECOND), 5: MASKS[5]}
    ours, official = (sam2.segmenter(name).open(frames) for name in sam2.BACKENDS)
    prompts = (
        clicks(FIRST),
        clicks(FIRST, SECOND),
        Prompts(box=np.array([4.0, 14, 24, 34])),
        Prompts(np.array([SECOND]), np.array([False]), mask=MASKS[0]),
    )
    for one in prompts:
        found, theirs = ours.predict(0, one), official.predict(0, one)
        assert np.abs(logits_of(found) - logits_of(theirs)).max() <= 2.5e-4  # half precision
        assert found.score == pytest.approx(theirs.score, abs=1e-5)
    for start, stop in ((0, 8), (7, -1)):
        pairs = zip(
            ours.propagate(start, stop, known, set()),
            official.propagate(start, stop, known, set()),
            strict=True,
        )
        for (_, found), (_, theirs) in pairs:
            assert np.abs(logits_of(found) - logits_of(theirs)).max() <= 5e-4
