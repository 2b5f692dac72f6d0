"""The method as the harness sees it, on toy models."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from refvps.errors import ConfigError, DataError, RefvpsError
from refvps.types import Clip, Expression, Query
from rem.checkpoints.written import CheckpointFacts, write_checkpoint
from rem.method import load
from support.clips import drawn_clip
from support.rem_models import Toy
from support.rem_runs import method, our_masks, queries, require_not_vacuous


@pytest.fixture(params=["ms", "sd", "wan"])
def toy(request: pytest.FixtureRequest) -> Toy:
    return request.getfixturevalue(request.param)


def test_every_query_is_answered_in_order_at_the_size_of_the_frames(
    toy: Toy, clip: Clip, tmp_path: Path
) -> None:
    asked = [*queries(clip), *queries(drawn_clip(tmp_path, "another", 3))]
    answers = list(method(toy, windows=9).predict(asked))
    assert [answer.query for answer in answers] == asked
    for answer in answers:
        assert answer.frame_ids == answer.query.clip.frame_ids
        assert answer.masks[0].size == (40, 56)
    require_not_vacuous([answer.dense() for answer in answers[:2]])


@pytest.mark.parametrize("frames", [1, 2, 4, 5, 6, 8, 10])
def test_clips_of_any_length_are_answered(toy: Toy, clip: Clip, frames: int) -> None:
    short = replace(clip, frame_paths=clip.frame_paths[:frames])
    assert {len(masks) for masks in our_masks(method(toy, windows=9), short)} == {frames}


def test_nothing_asked_is_nothing_answered_and_nothing_loaded(toy: Toy) -> None:
    assert list(method(toy).predict([])) == []


def test_masks_do_not_depend_on_what_else_is_asked_or_in_which_order(
    toy: Toy, clip: Clip, tmp_path: Path
) -> None:
    other = drawn_clip(tmp_path, "another", 3)
    first, second = queries(clip)
    expected = [answer.masks for answer in method(toy).predict([first, second])]
    (alone,) = method(toy).predict([second])
    backwards = list(method(toy).predict([*queries(other), second, first]))
    assert alone.masks == expected[1]
    assert [answer.masks for answer in backwards[2:]] == expected[::-1]


def test_noise_is_seeded_by_clip_and_expression(ms: Toy, clip: Clip) -> None:
    text = "the same words"
    asked = [Query(clip, Expression(key, text, "1")) for key in ("0", "1")]
    drawn = list(method(ms).predict(asked))
    assert drawn[0].masks != drawn[1].masks
    clean = list(method(ms, noise="none").predict(asked))
    assert clean[0].masks == clean[1].masks
    other = list(method(ms, seed=7).predict(asked))
    assert other[0].masks != drawn[0].masks


@pytest.mark.parametrize(
    "options",
    [
        {"vae_batch": 3},
        {"expression_batch": 2},
        {"offload": True},
        {"channels_last": True},
        {"postprocess": "float32"},
    ],
    ids=str,
)
def test_options_of_speed_and_memory_change_roundings_alone(
    toy: Toy, clip: Clip, options: dict[str, object]
) -> None:
    plain = np.stack(our_masks(method(toy), clip))
    other = np.stack(our_masks(method(toy, **options), clip))
    assert (plain != other).mean() < 0.001


def test_half_precision_agrees_and_keeps_the_noise(toy: Toy, clip: Clip) -> None:
    plain = np.stack(our_masks(method(toy), clip))
    half = np.stack(our_masks(method(toy, dtype="bfloat16"), clip))
    assert (plain & half).sum() / (plain | half).sum() > 0.95


def test_overlapping_windows_answer_every_frame(toy: Toy, clip: Clip) -> None:
    blended = our_masks(method(toy, windows=9, overlap=4), clip)
    assert {len(masks) for masks in blended} == {11}
    require_not_vacuous(blended)
    plain = our_masks(method(toy, windows=9), clip)
    assert not np.array_equal(plain[0], blended[0])
    # One window sees all of a clip that is short enough: nothing to blend.
    short = replace(clip, frame_paths=clip.frame_paths[:9])
    assert np.array_equal(
        our_masks(method(toy, windows=9, overlap=4), short)[0],
        our_masks(method(toy, windows=9), short)[0],
    )


def test_a_clip_is_encoded_once_for_all_its_expressions(ms: Toy, clip: Clip) -> None:
    made = method(ms, windows=8, vae_batch=100)
    vae = made.pipeline()._backbone.autoencoder._vae
    seen: list[int] = []
    vae.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    our_masks(made, clip)
    assert seen == [8, 3]


def test_frames_are_decoded_only_where_they_are_kept(wan: Toy, ms: Toy, clip: Clip) -> None:
    made = method(ms, windows=8, vae_batch=100)
    seen: list[int] = []
    vae = made.pipeline()._backbone.autoencoder._vae
    vae.decoder.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    our_masks(made, clip)
    assert seen == [8, 8, 3, 3]


def test_a_text_that_is_too_long_is_a_problem_of_its_clip(wan: Toy, clip: Clip) -> None:
    asked = [Query(clip, Expression("0", "a " * 90, "1"))]
    with pytest.raises(RefvpsError, match="at most 77"):
        next(method(wan).predict(asked))
    (answer,) = method(wan, long_text="truncate").predict(asked)
    assert len(answer.masks) == 11


def test_too_little_memory_is_one_line_with_what_to_try(ms: Toy, clip: Clip) -> None:
    made = method(ms)
    network = made.pipeline()._backbone.predictor.network

    def fail(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1 PiB.")

    network.register_forward_pre_hook(fail)
    with pytest.raises(RefvpsError) as refused:
        next(made.predict(queries(clip)))
    assert refused.value.message == (
        "clip clip: cpu has too little memory for 72 frames of 32x32 in float32; try the options "
        "offload=true, vae_batch=1, dtype=bfloat16, or fewer frames at once with windows=N"
    )


def test_the_card_holds_every_value_in_force_and_what_the_weights_are(toy: Toy) -> None:
    card = method(toy, windows="burst").card
    assert card.options["variant"] == toy.variant
    assert card.options["windows"] == ("65,49,37,25,17,9" if toy.variant == "wan-14b" else "64")
    assert len(card.checkpoint) == len(card.options["base"]) == 64
    assert card.seed == (None if toy.variant == "wan-14b" else 42)
    assert card.device == "cpu"
    assert card.workers == 1
    assert {"torch", "diffusers", "transformers"} <= set(card.versions)
    assert all(isinstance(value, str) for value in card.options.values())


def test_moving_weights_changes_nothing_on_the_card_and_changing_them_does(
    ms: Toy, tmp_path: Path
) -> None:
    before = method(ms).card
    moved = tmp_path / "elsewhere.pth"
    shutil.copy(ms.checkpoint, moved)
    assert method(ms, checkpoint=moved).card == before
    document = torch.load(moved, weights_only=False)
    document["unet"]["conv_out.bias"] += 1
    torch.save(document, moved)
    assert method(ms, checkpoint=moved).card.checkpoint != before.checkpoint


def test_our_own_checkpoint_brings_its_variant_and_its_base(
    ms: Toy, clip: Clip, tmp_path: Path
) -> None:
    facts = CheckpointFacts(variant="ms-1.4b", network="unet")
    write_checkpoint(tmp_path / "ours", ms.network, facts)
    for part in ("vae", "text_encoder", "tokenizer", "scheduler"):
        shutil.copytree(ms.base / part, tmp_path / "ours" / part)
    options = {"checkpoint": str(tmp_path / "ours"), "size": "32", "device": "cpu"}
    answers = list(load(options).predict(queries(clip)))
    assert [answer.masks for answer in answers] == [
        answer.masks for answer in method(ms).predict(queries(clip))
    ]
    with pytest.raises(ConfigError, match=r"rem.json: weights of variant ms-1.4b; asked for wan"):
        load({**options, "variant": "wan-14b"})


def test_a_base_whose_weights_are_not_whole_is_refused(ms: Toy, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    base = tmp_path / "base"
    shutil.copytree(ms.base, base)
    path = base / "vae/diffusion_pytorch_model.safetensors"
    state = load_file(path)
    del state["decoder.conv_out.bias"]
    save_file(state, path, {"format": "pt"})
    with pytest.raises(DataError, match=r"weights are not whole: 1 missing, the first decoder"):
        method(ms, base=base).pipeline()


def test_a_base_that_is_damaged_is_refused_in_one_line(ms: Toy, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(ms.base, base)
    (base / "vae/config.json").write_text("{")
    with pytest.raises(DataError, match="vae: cannot be loaded") as refused:
        method(ms, base=base).pipeline()
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variant": "ms-1.4b"}, "needs trained weights of ms-1.4b: give them with --checkpoint"),
        ({"variant": "wan-1.3b"}, "needs trained weights of wan-1.3b"),
        ({"variant": "tall"}, "no variant of REM is called 'tall'"),
        ({"checkpoint": "w.pth", "dtype": "int8"}, "option dtype='int8'"),
        ({"checkpoint": "w.pth", "variant": "vc-2"}, "Diffusers has no class"),
        ({"checkpoint": "w.pth", "no-such": "1"}, "method 'rem': unknown option 'no-such'"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(options)


def test_a_device_that_is_not_there_is_refused(ms: Toy) -> None:
    with pytest.raises(ConfigError, match="device='cuda:99' cannot be used"):
        _ = method(ms, device="cuda:99").card


def test_weights_that_are_not_there_are_named(ms: Toy, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone.pth: no such file or folder"):
        _ = method(ms, checkpoint=tmp_path / "gone.pth").card


@pytest.mark.parametrize(
    ("dataset", "given", "lengths"),
    [
        ("burst", {}, (64,)),
        ("vspw", {}, (32,)),
        ("ref-youtube-vos-test", {}, (72,)),
        ("mevis-valid_u", {}, (72,)),
        ("burst", {"windows": "vspw"}, (32,)),
        ("burst", {"windows": "9"}, (9,)),
    ],
)
def test_a_data_set_brings_its_windows_and_options_outrank_it(
    ms: Toy, dataset: str, given: dict[str, str], lengths: tuple[int, ...]
) -> None:
    fitted = method(ms, **given).for_dataset(dataset)
    assert fitted.settings.plan.lengths == lengths


def test_wan_has_windows_of_its_own_for_a_data_set(wan: Toy) -> None:
    assert method(wan).for_dataset("ref-youtube-vos").settings.plan.lengths[-1] == 5
    assert method(wan).for_dataset("demo").settings.plan == method(wan).settings.plan


def test_answers_come_one_by_one_while_the_next_is_worked_on(ms: Toy, clip: Clip) -> None:
    made = method(ms)
    predicted: list[int] = []
    network = made.pipeline()._backbone.predictor.network
    network.register_forward_hook(lambda *_: predicted.append(1))
    asked = [Query(clip, Expression(str(k), "the smoke", "1")) for k in range(4)]
    known = [len(predicted) for _ in made.predict(asked)]
    assert known == [2, 3, 4, 4]


def test_progress_is_told_once_a_window_and_expression(ms: Toy, clip: Clip) -> None:
    made = method(ms, windows=4)
    heard: list[int] = []
    made.tell(heard.append)
    answers = list(made.predict(queries(clip)))
    assert heard == [4, 4, 4, 4, 3, 3]
    assert sum(heard) == sum(len(answer.masks) for answer in answers)
