"""The estimate of memory against what was measured on a GPU."""

import pytest

from rem.memory import GIGA, SIZES, Load, footprint
from rem.variants import MS_1_4B, SD_2_1, VARIANT_NAMES, WAN_14B, variant_named

MEASURED_TEXT = 289.8e6
"""Parameters of the text encoder of the measurements, whose vocabulary was a toy's."""


@pytest.mark.parametrize(
    ("load", "measured"),
    [
        (Load("float32", frames=72, vae_batch=8), 19.7),
        (Load("float16", frames=72, vae_batch=16), 12.3),
    ],
    ids=["float32", "float16"],
)
def test_the_estimate_is_what_was_measured(load: Load, measured: float) -> None:
    width = 4 if load.dtype == "float32" else 2
    less = width * (SIZES["ms-1.4b"].text * 1e6 - MEASURED_TEXT)
    found = (footprint(MS_1_4B, load).whole - less) / GIGA
    assert found == pytest.approx(measured, abs=0.1)


@pytest.mark.parametrize("name", sorted(SIZES))
def test_offloading_never_needs_more(name: str) -> None:
    variant = variant_named(name)
    load = Load(variant.precision, variant.windows["sample"][0])
    found = footprint(variant, load)
    assert 0 < found.offloaded <= found.whole


def test_more_frames_pixels_and_expressions_need_more() -> None:
    plain = footprint(MS_1_4B, Load("float16", frames=72)).predicting
    assert footprint(MS_1_4B, Load("float16", frames=144)).predicting == 2 * plain
    assert footprint(MS_1_4B, Load("float16", frames=72, size=1024)).predicting == 4 * plain
    assert footprint(MS_1_4B, Load("float16", frames=72, expressions=2)).predicting == 2 * plain
    assert footprint(MS_1_4B, Load("float32", frames=72)).predicting == 2 * plain


def test_wan_makes_one_latent_of_four_frames() -> None:
    one = footprint(WAN_14B, Load("bfloat16", frames=1)).predicting
    assert footprint(WAN_14B, Load("bfloat16", frames=73)).predicting == 19 * one


def test_frames_by_themselves_go_through_the_network_in_batches() -> None:
    some = footprint(SD_2_1, Load("float32", frames=16)).predicting
    assert footprint(SD_2_1, Load("float32", frames=72)).predicting == some


def test_every_variant_with_a_published_base_has_its_sizes() -> None:
    assert set(SIZES) == {name for name in VARIANT_NAMES if variant_named(name).base}
