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

from refvps.types import BoolArray, Clip, Expression, Query
from rem.method import Rem, load
from rem.noise import NoiseKey, draw
from support.clips import drawn_clip
from support.official_rem import official_ms, official_wan, run_ms, run_wan
from support.rem_models import SIZE, TEXTS, Toy, write_unet3d, write_wan

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


def method(toy: Toy, **options: object) -> Rem:
    given = {
        "variant": toy.variant,
        "base": toy.base,
        "checkpoint": toy.checkpoint,
        "size": SIZE,
        "device": "cpu",
        "dtype": "float32",
        "latent_constants": "exact",
        **options,
    }
    return load({key: str(value) for key, value in given.items()})


def queries(clip: Clip) -> list[Query]:
    return [Query(clip, Expression(str(k), text, "1")) for k, text in enumerate(TEXTS)]


def our_masks(made: Rem, clip: Clip) -> list[BoolArray]:
    return [answer.dense() for answer in made.predict(queries(clip))]


def require_not_vacuous(masks: list[BoolArray]) -> None:
    share = float(np.mean([mask.mean() for mask in masks]))
    assert 0.05 < share < 0.95, share


def png(mask: BoolArray, mode: str) -> bytes:
    """A mask as the official scripts store it: 0/255 in grey, or 0/1 with a palette."""
    image = Image.fromarray(mask.astype(np.uint8) * (255 if mode == "L" else 1))
    if mode == "P":
        image.putpalette(Image.new("P", (1, 1)).getpalette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("frames", "window"),
    # Past 16 frames the official decoding needs whole windows.
    [(8, 8), (9, 8), (15, 8), (16, 8), (17, 8), (1, 8), (40, 20)],
)
def test_ms_masks_are_the_same_files(
    checkout: Path, ms: Toy, tmp_path: Path, frames: int, window: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    made = method(ms, windows=window)
    noise = [
        draw(NoiseKey(42, "clip", str(k), start), (min(window, frames - start), 4, 16, 16))
        for k in range(len(TEXTS))
        for start in range(0, frames, window)
    ]
    video = {
        "name": "clip",
        "frames": list(clip.frame_ids),
        "expressions": {str(k): {"exp": text} for k, text in enumerate(TEXTS)},
        "images": tmp_path / "images",
    }
    model = official_ms(checkout, ms)
    folder = run_ms(checkout, model, video, tmp_path, num_frames=window, noise=noise)
    ours = our_masks(made, clip)
    require_not_vacuous(ours)
    assert not np.array_equal(ours[0], ours[1])
    for key, masks in enumerate(ours):
        for frame_id, mask in zip(clip.frame_ids, masks, strict=True):
            official = (folder / str(key) / f"{frame_id}.png").read_bytes()
            assert official == png(mask, "L"), (key, frame_id)


def test_ms_latents_are_equal(checkout: Path, ms: Toy) -> None:
    made = method(ms)
    random = np.random.default_rng(0)
    frames = torch.from_numpy(random.uniform(-1, 1, (5, 3, SIZE, SIZE)).astype(np.float32))
    key = NoiseKey(42, "clip", "0", 0)
    pipeline = made.pipeline()
    with torch.inference_mode():
        texts = pipeline.encode_texts(TEXTS[:1])
        latents = pipeline.encode_frames(frames)
        (ours,) = pipeline.predict(latents, texts, [key])
    model = official_ms(checkout, ms)
    noise = draw(key, (5, 4, 16, 16))
    with torch.inference_mode(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(torch, "randn_like", lambda like: noise.to(like))
        theirs = model(frames[None], texts)  # [(b f), c, h, w]
    assert float((ours.transpose(0, 1) - theirs).abs().max()) == 0.0


@pytest.mark.parametrize("frames", [9, 10, 13, 17, 18, 20, 26])
def test_wan_masks_are_the_same_files(
    checkout: Path, wan: Toy, tmp_path: Path, frames: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    made = method(wan, windows=9)
    model = official_wan(checkout, wan)
    folders = run_wan(
        checkout, model, tmp_path / "images/clip", list(TEXTS), tmp_path, num_frames=9
    )
    ours = our_masks(made, clip)
    require_not_vacuous(ours)
    assert not np.array_equal(ours[0], ours[1])
    for text, masks in zip(TEXTS, ours, strict=True):
        for frame_id, mask in zip(clip.frame_ids, masks, strict=True):
            official = (folders[text] / f"{frame_id}.png").read_bytes()
            assert official == png(mask, "P"), (text, frame_id)


@pytest.mark.parametrize("frames", [36, 48, 72])
def test_wan_chooses_the_official_window(
    checkout: Path, wan: Toy, tmp_path: Path, frames: int
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", frames)
    model = official_wan(checkout, wan)
    folders = run_wan(
        checkout, model, tmp_path / "images/clip", [TEXTS[0]], tmp_path, num_frames=73
    )
    (ours, _) = our_masks(method(wan), clip)
    theirs = [np.asarray(Image.open(path)) > 0 for path in sorted(folders[TEXTS[0]].iterdir())]
    assert np.array_equal(ours, np.stack(theirs))


def test_wan_latents_are_equal(checkout: Path, wan: Toy) -> None:
    made = method(wan)
    random = np.random.default_rng(0)
    latents = torch.from_numpy(random.standard_normal((16, 3, 4, 4)).astype(np.float32))
    pipeline = made.pipeline()
    with torch.inference_mode():
        texts = pipeline.encode_texts(TEXTS[:1])
        (ours,) = pipeline.predict(latents, texts, [NoiseKey(42, "clip", "0", 0)])
        model = official_wan(checkout, wan)
        theirs = model(latents[None], timesteps=0, prompt_embeds=texts)
    assert float((ours - theirs[0]).abs().max()) == 0.0


# Normalising bfloat16 with float32 weights takes torch's slower way, and it says so.
@pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning")
def test_wan_in_its_official_precision_differs_by_roundings_alone(
    checkout: Path, wan: Toy, tmp_path: Path
) -> None:
    clip = drawn_clip(tmp_path / "images", "clip", 13)
    model = official_wan(checkout, wan, torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        folders = run_wan(
            checkout, model, tmp_path / "images/clip", list(TEXTS), tmp_path, num_frames=9
        )
    ours = our_masks(method(wan, dtype="bfloat16", latent_constants="bfloat16", windows=9), clip)
    for text, masks in zip(TEXTS, ours, strict=True):
        files = sorted(folders[text].iterdir())
        theirs = np.stack([np.asarray(Image.open(path)) > 0 for path in files])
        union = (masks | theirs).sum()
        assert (masks & theirs).sum() / union > 0.97
