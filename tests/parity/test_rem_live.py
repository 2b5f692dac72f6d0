"""Masks and latents of REM equal those of the official code, on toy models with the same weights.

Windows of 8 and 9 frames stand for 72 and 73: clips end on a window, one frame after it, and just
before the next.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from refvps.types import BoolArray, Clip
from support.clips import drawn_clip
from support.official_rem import (
    ms_latents_of,
    official_wan,
    run_ms_on,
    run_wan,
    wan_latents_of,
)
from support.rem_models import Toy, write_unet3d, write_wan
from support.rem_runs import (
    encoded,
    method,
    ms_frames,
    our_masks,
    predicted,
    require_not_vacuous,
    wan_latents,
)

VARIABLE = "REFVPS_REFEREVERYTHING"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"opt-in: set {VARIABLE} to a checkout of ReferEverything"
)


@pytest.fixture(scope="module", autouse=True)
def _one_torch_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def checkout() -> Path:
    return Path(os.environ[VARIABLE])


@pytest.fixture(scope="module")
def ms(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet3d(tmp_path_factory.mktemp("ms"))


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_wan(tmp_path_factory.mktemp("wan"))


def png(mask: BoolArray, mode: str) -> bytes:
    """A mask as the official scripts store it: 0/255 in grey, or 0/1 with a palette."""
    image = Image.fromarray(mask.astype(np.uint8) * (255 if mode == "L" else 1))
    if mode == "P":
        image.putpalette(Image.new("P", (1, 1)).getpalette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def require_same_files(clip: Clip, ours: list[BoolArray], folders: list[Path], mode: str) -> None:
    for folder, masks in zip(folders, ours, strict=True):
        for frame_id, mask in zip(clip.frame_ids, masks, strict=True):
            official = (folder / f"{frame_id}.png").read_bytes()
            assert official == png(mask, mode), (folder, frame_id)


@pytest.mark.parametrize(
    ("frames", "window"),
    # Past 16 frames the official decoding needs whole windows.
    [(8, 8), (9, 8), (15, 8), (16, 8), (17, 8), (1, 8), (40, 20)],
)
def test_ms_masks_are_the_same_files(
    checkout: Path, ms: Toy, tmp_path: Path, frames: int, window: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    folders = run_ms_on(checkout, ms, clip, tmp_path, num_frames=window)
    ours = our_masks(method(ms, windows=window), clip)
    require_not_vacuous(ours)
    require_same_files(clip, ours, folders, "L")


def test_ms_latents_are_equal(checkout: Path, ms: Toy) -> None:
    made = method(ms)
    ours, texts = predicted(made, encoded(made, ms_frames()))
    theirs = ms_latents_of(checkout, ms, ms_frames(), texts)
    assert float((ours - theirs).abs().max()) == 0.0


@pytest.mark.parametrize("frames", [9, 10, 13, 17, 18, 20, 26])
def test_wan_masks_are_the_same_files(
    checkout: Path, wan: Toy, tmp_path: Path, frames: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    model = official_wan(checkout, wan)
    folders = run_wan(checkout, model, clip, tmp_path, num_frames=9)
    ours = our_masks(method(wan, windows=9), clip)
    require_not_vacuous(ours)
    require_same_files(clip, ours, folders, "P")


@pytest.mark.parametrize("frames", [36, 48, 72])
def test_wan_chooses_the_official_window(
    checkout: Path, wan: Toy, tmp_path: Path, frames: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    model = official_wan(checkout, wan)
    folders = run_wan(checkout, model, clip, tmp_path, num_frames=73)
    require_same_files(clip, our_masks(method(wan), clip), folders, "P")


def test_wan_latents_are_equal(checkout: Path, wan: Toy) -> None:
    ours, texts = predicted(method(wan), wan_latents())
    theirs = wan_latents_of(checkout, wan, wan_latents(), texts)
    assert float((ours - theirs).abs().max()) == 0.0


# Normalising bfloat16 with float32 weights takes torch's slower way, and it says so.
@pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning")
def test_wan_masks_are_the_same_files_in_the_official_precision(
    checkout: Path, wan: Toy, tmp_path: Path
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", 13)
    model = official_wan(checkout, wan, torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        folders = run_wan(checkout, model, clip, tmp_path, num_frames=9)
    made = method(wan, dtype="bfloat16", latent_constants="bfloat16", windows=9)
    require_same_files(clip, our_masks(made, clip), folders, "P")
