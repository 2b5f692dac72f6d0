"""Options of speed: the same sums, the same names of weights."""

import copy

import pytest
import torch
from torch import nn

from refvps.types import Clip
from rem.options import FAST, SWITCHES, RemOptions, RemSettings, settings_of
from rem.speed import LastGroupNorm, RowConvolution, prepare_network, prepare_vae, tuned
from rem.variants import MS_1_4B, WAN_14B
from support.rem_models import Toy
from support.rem_runs import KEY, TEXTS, method, ms_frames


def asked(**options: object) -> RemSettings:
    return settings_of(RemOptions(**options), MS_1_4B)


def states(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


def test_a_convolution_over_time_is_one_over_rows() -> None:
    torch.manual_seed(0)
    convolution = nn.Conv3d(6, 4, (3, 1, 1), padding=(1, 0, 0))
    found = RowConvolution(convolution)(states(2, 6, 5, 3, 7))
    torch.testing.assert_close(found, convolution(states(2, 6, 5, 3, 7)))


@pytest.mark.parametrize("shape", [(2, 8, 5, 3), (2, 8, 4, 5, 3), (1, 8, 1, 1)], ids=str)
def test_a_norm_of_channels_last_is_torchs_and_keeps_their_layout(shape: tuple[int, ...]) -> None:
    norm = nn.GroupNorm(4, 8)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    kind = torch.channels_last if len(shape) == 4 else torch.channels_last_3d
    given = 3 * states(*shape).contiguous(memory_format=kind) + 5
    with torch.inference_mode():
        found = LastGroupNorm(norm)(given)
        torch.testing.assert_close(found, norm(given), rtol=1e-4, atol=1e-4)
    assert found.is_contiguous(memory_format=kind)


def test_a_norm_of_other_layouts_is_torchs_to_the_last_bit() -> None:
    norm = nn.GroupNorm(4, 8)
    given = states(2, 8, 5, 3)
    assert torch.equal(LastGroupNorm(norm)(given), norm(given))


def test_a_norm_in_half_precision_is_as_close_as_torchs() -> None:
    norm = nn.GroupNorm(4, 8)
    given = (30 + 4 * states(1, 8, 64, 64)).half().contiguous(memory_format=torch.channels_last)
    exact = norm(given.float())
    with torch.inference_mode():
        found = LastGroupNorm(copy.deepcopy(norm).half())(given)
    assert found.dtype is torch.float16
    torch.testing.assert_close(found.float(), exact, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("options", [{"time_as_rows": True}, {"channels_last": True}], ids=str)
def test_weights_keep_their_names_and_values(ms: Toy, options: dict[str, object]) -> None:
    network = copy.deepcopy(ms.network)
    prepare_network(network, asked(**options))
    before, after = ms.network.state_dict(), network.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    network.load_state_dict(before, strict=True)


@pytest.mark.parametrize(
    "options",
    [
        {"time_as_rows": True},
        {"channels_last": True},
        {"time_as_rows": True, "channels_last": True, "autotune": True},
    ],
    ids=str,
)
def test_latents_and_frames_are_the_same_within_roundings(
    ms: Toy, options: dict[str, object]
) -> None:
    found, decoded = latents_and_frames(method(ms, **options))
    expected, plain = latents_and_frames(method(ms))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(decoded, plain, rtol=1e-3, atol=1e-3)


def latents_and_frames(made: object) -> tuple[torch.Tensor, torch.Tensor]:
    pipeline = made.pipeline()
    with pipeline.computing():
        clean = pipeline.encode_frames(ms_frames())
        (found,) = pipeline.predict(clean, pipeline.encode_texts(TEXTS[:1]), [KEY])
        window = made.settings.plan.windows(5)[0]
        return found, pipeline.decode(found, window)


def test_every_convolution_over_time_and_every_norm_is_replaced(ms: Toy) -> None:
    network, vae = copy.deepcopy(ms.network), copy.deepcopy(ms.vae)
    settings = asked(time_as_rows=True, channels_last=True)
    prepare_network(network, settings)
    prepare_vae(vae, settings)
    kinds = {type(module) for part in (network, vae) for module in part.modules()}
    assert {RowConvolution, LastGroupNorm} <= kinds
    assert kinds.isdisjoint({nn.Conv3d, nn.GroupNorm})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, of its compiler
@pytest.mark.parametrize(("what", "whole"), [("vae", False), ("all", True)])
def test_compiling_covers_both_halves_of_the_vae_and_the_network_if_asked(
    ms: Toy, what: str, whole: bool
) -> None:
    network, vae = copy.deepcopy(ms.network), copy.deepcopy(ms.vae)
    settings = asked(compile=what, channels_last=True)
    prepare_network(network, settings)
    prepare_vae(vae, settings)
    assert all(part._compiled_call_impl is not None for part in (vae.encoder, vae.decoder))
    assert (network._compiled_call_impl is not None) == whole
    kinds = {type(module) for module in vae.modules()}
    assert LastGroupNorm not in kinds  # a compiler writes its own


def test_tuning_lasts_as_long_as_the_work() -> None:
    before = torch.backends.cudnn.benchmark
    with tuned(autotune=True):
        assert torch.backends.cudnn.benchmark
    assert torch.backends.cudnn.benchmark == before


def test_between_two_masks_the_caller_computes_as_before(ms: Toy, clip: Clip) -> None:
    from support.rem_runs import queries

    for _ in method(ms, autotune=True).predict(queries(clip)):
        assert not torch.is_inference_mode_enabled()
        assert not torch.backends.cudnn.benchmark


def test_fast_stands_on_the_card_as_what_it_comes_to() -> None:
    fast = asked(speed="fast").as_text()
    plain = asked().as_text()
    assert {name: fast[name] for name in fast if fast[name] != plain[name]} == {
        name: str(value) for name, value in FAST.items()
    }
    assert "speed" not in fast


def test_options_given_beside_fast_hold() -> None:
    assert asked(speed="fast", dtype="float32").dtype == "float32"
    given = dict.fromkeys(SWITCHES, False)
    settings = asked(speed="fast", **given)
    assert not any(getattr(settings, name) for name in given)


def test_wan_keeps_the_type_its_weights_ran_in() -> None:
    assert settings_of(RemOptions(speed="fast"), WAN_14B).dtype == "bfloat16"
