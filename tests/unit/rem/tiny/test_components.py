"""The parts of the small REM before training, and its autoencoder on a few pictures."""

from pathlib import Path

import numpy as np
import pytest
import torch

from refvps.errors import DataError
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression
from rem.tiny.autoencoder import Training
from rem.tiny.base import train_base, write_base


@pytest.fixture(scope="module", autouse=True)
def _one_torch_thread() -> None:
    torch.set_num_threads(1)


def draft(video: int) -> ClipDraft:
    frame = np.full((64, 64, 3), 60 + 10 * video, np.uint8)
    label = np.zeros((64, 64), np.uint8)
    label[10 + video : 40, 8:50] = 1
    expressions = [Expression(str(k), f"the box {k}", "1", f"a{k // 2}") for k in range(4)]
    return ClipDraft(
        f"v-{video}-box", [frame, frame], {0: label, 1: label}, tuple(expressions), f"v-{video}",
        "melting", ("temporal object changes",), {},
    )  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tiny")
    header = ReleaseHeader(
        name="boxes", version="1.0.0", licence="CC0-1.0", description="", fps=6,
        annotation_stride=1, concepts={"melting": ("temporal object changes",)},
    )  # fmt: skip
    write_release(root / "corpus/masks", header, [draft(video) for video in range(3)])
    found = train_base(root / "base", root / "corpus", Training(steps=20, batch=4))
    assert 0 <= found.mask_iou <= 1
    assert found.deviation > 0
    return root / "base"


def test_every_part_is_there_and_whole(base: Path) -> None:
    from rem.base import Base, parts_of
    from rem.variants import variant_named

    variant = variant_named("tiny")
    assert Base(base, parts_of(variant)).missing() == ()
    assert (base / "unet/config.json").is_file()


def test_frames_latents_have_a_deviation_of_one(base: Path) -> None:
    from diffusers import AutoencoderKL

    from rem.preprocessing import to_signed
    from rem.tiny.autoencoder import _pictures

    vae = AutoencoderKL.from_pretrained(base / "vae")
    held_out = _pictures(base.parent / "corpus/masks")
    with torch.no_grad():
        latents = vae.encode(to_signed(held_out.frames)).latent_dist.mode()
    assert float((latents * vae.config.scaling_factor).std()) == pytest.approx(1, abs=1e-3)


def test_nothing_is_written_over(base: Path) -> None:
    with pytest.raises(DataError, match="is there already"):
        train_base(base, base.parent / "corpus", Training(steps=20))


def test_a_folder_that_is_no_corpus_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no clips"):
        train_base(tmp_path / "base", tmp_path, Training(steps=20))
    assert not (tmp_path / "base").exists()


def test_the_autoencoder_that_ships_keeps_masks(tmp_path: Path) -> None:
    """Measured on 36 held-out videos: 97.2 % IoU."""
    from diffusers import AutoencoderKL
    from PIL import Image

    from benchmark.metrics.region_similarity import region_similarity
    from refvps.demo.render import render
    from rem.masks import mask_frames

    write_base(tmp_path / "base", seed=3)
    vae = AutoencoderKL.from_pretrained(tmp_path / "base/vae")
    masks = [
        np.asarray(Image.fromarray(mask.dense()).resize((64, 64), Image.Resampling.NEAREST))
        for part in render("papers", 2).parts
        for mask in part.masks
    ]
    masks = np.stack([mask for mask in masks if mask.any()])
    with torch.no_grad():
        latents = vae.encode(mask_frames(masks)).latent_dist.mode()
        returned = vae.decode(latents).sample.mean(1).numpy() > 0.5
    assert float(np.mean(region_similarity(returned, masks))) > 0.97
