import pytest

from refvps.errors import ConfigError
from rem.options import RemOptions, settings_of
from rem.variants import MS_1_4B, SD_2_1, VARIANT_NAMES, WAN_1_3B, WAN_14B, Variant, variant_named


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (MS_1_4B, {"dtype": "float32", "noise": "ddim_t0", "windows": "72"}),
        (SD_2_1, {"dtype": "float32", "noise": "ddim_t0", "long_text": "truncate"}),
        (WAN_14B, {"dtype": "bfloat16", "noise": "none", "autocast": "True"}),
        (WAN_1_3B, {"latent_constants": "bfloat16", "long_text": "refuse", "size": "512"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_by_default_everything_is_as_the_authors_ran_it(
    variant: Variant, expected: dict[str, str]
) -> None:
    text = settings_of(RemOptions(), variant).as_text()
    assert expected.items() <= text.items()


@pytest.mark.parametrize(
    ("variant", "windows", "lengths"),
    [
        (MS_1_4B, "burst", (64,)),
        (MS_1_4B, "24", (24,)),
        (WAN_14B, "vspw", (105, 73, 61, 49, 37, 25, 17, 9)),
        (WAN_14B, "ref-youtube-vos", (73, 61, 49, 37, 25, 17, 9, 5)),
        # The official code starts in its table at the number given, and goes down for short clips.
        (WAN_14B, "37", (37, 25, 17, 9)),
        (WAN_14B, "81", (81, 73, 61, 49, 37, 25, 17, 9)),
    ],
)
def test_windows_are_named_by_benchmark_or_counted(
    variant: Variant, windows: str, lengths: tuple[int, ...]
) -> None:
    assert settings_of(RemOptions(windows=windows), variant).plan.lengths == lengths


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"windows": "davis"}, "windows='davis' is neither a number of frames nor one of sample"),
        ({"windows": "0"}, "windows='0'"),
        ({"size": 500}, "size=500: must be a multiple of 16"),
        ({"vae_batch": 0}, "vae_batch=0: must be at least 1"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_values_that_cannot_be_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        settings_of(RemOptions(**options), MS_1_4B)


def test_wan_refuses_noise_it_was_not_trained_with() -> None:
    with pytest.raises(ConfigError, match="noise=ddim_t0: wan-14b adds no noise"):
        settings_of(RemOptions(noise="ddim_t0"), WAN_14B)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of(RemOptions(size=1, vae_batch=0, seed=-1), MS_1_4B)
    assert len(refused.value.details) == 3


def test_autocast_is_nothing_in_float32() -> None:
    assert not settings_of(RemOptions(dtype="float32"), WAN_14B).autocast
    assert settings_of(RemOptions(dtype="bfloat16", autocast=True), MS_1_4B).autocast


def test_variants_are_found_by_name() -> None:
    assert [variant_named(name).name for name in VARIANT_NAMES] == list(VARIANT_NAMES)
    with pytest.raises(ConfigError, match=r"no variant of REM is called 'ms'; known: ms-1.4b"):
        variant_named("ms")


@pytest.mark.parametrize("name", ["videocrafter-1", "videocrafter-2"])
def test_ablations_that_diffusers_does_not_have_say_why(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: Diffusers has no class for its network"):
        variant_named(name)


@pytest.mark.parametrize("name", VARIANT_NAMES)
def test_every_official_window_of_wan_fits_its_vae(name: str) -> None:
    variant = variant_named(name)
    for lengths in variant.windows.values():
        assert list(lengths) == sorted(lengths, reverse=True)
        assert variant.rule != "shifted" or all(length % 4 == 1 for length in lengths)
