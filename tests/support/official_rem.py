"""The official REM code, loaded from a checkout and run on toy models; never copied.

What it imports and does not need is stubbed, and what newer libraries broke is put right:

- ``torchvision.transforms``: its four transforms, restated here with Pillow and torch;
- ``einops.rearrange``: its two patterns;
- xformers: asked for at construction, and left out;
- Wan's rotary embedding: now a pair, of which the official code prints shape and type.

Noise is handed in where the official code draws it, so that both see the same.
"""

import contextlib
import importlib.util
import io
import sys
import types
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import numpy as np
import torch
from PIL import Image

from refvps.types import Clip
from rem.noise import NoiseKey, draw
from support.rem_models import SIZE, TEXTS, Toy
from support.rem_runs import KEY


def official_ms(checkout: Path, toy: Toy) -> Any:
    """The official MS wrapper around a toy's weights."""
    with _importable(checkout):
        module = _load("models.mst2v_wrapper", checkout / "models/mst2v_wrapper.py")
        unet = module.MyUNet3DConditionModelUPDOWN(**dict(toy.network.config))
        unet.load_state_dict(toy.network.state_dict())
        for part in (unet, toy.vae):
            part.enable_xformers_memory_efficient_attention = lambda: None
        extractor = module.VDiffFeatExtractor_lean_updown(
            unet.eval(), toy.tokenizer, toy.vae, toy.text_encoder, _ddim(toy)
        )
        return module.Vdiff_updown(extractor)


def official_wan(checkout: Path, toy: Toy, dtype: torch.dtype = torch.float32) -> Any:
    """The official Wan wrapper around a toy's weights.

    In bfloat16 its weights are split between types as the official class splits them.
    """
    import copy

    from diffusers import FlowMatchEulerDiscreteScheduler

    with _importable(checkout):
        module = _load("models.want2v_wrapper", checkout / "models/want2v_wrapper.py")
        dit = module.WanDiT(**dict(toy.network.config))
        dit.load_state_dict(toy.network.state_dict())
        wide = module.WanDiT._keep_in_fp32_modules
        for name, parameter in dit.named_parameters():
            if set(name.split(".")).isdisjoint(wide):
                parameter.data = parameter.data.to(dtype)
        dit.condition_embedder.forward = module.condition_forward_fn(dit.condition_embedder)
        embedder = dit.condition_embedder.time_embedder
        embedder.forward = module.time_forward_fn(embedder)
        rotary = dit.rope.forward
        dit.rope.forward = lambda states: _Rotary(rotary(states))
        scheduler = FlowMatchEulerDiscreteScheduler()
        scheduler.scale_noise = module.scale_fn(scheduler)
        parts = [copy.deepcopy(toy.vae), copy.deepcopy(toy.text_encoder)]
        for part in parts:
            for parameter in part.parameters():
                parameter.data = parameter.data.to(dtype)
        backbone = module.WanVdifflarge_txt(
            dit.eval(), parts[0], scheduler, parts[1], toy.tokenizer
        )
        return module.WanVdiff_wrapper(backbone)


def ms_latents_of(
    checkout: Path, toy: Toy, frames: torch.Tensor, texts: torch.Tensor
) -> torch.Tensor:
    """What the official MS wrapper answers to frames ``[T, 3, S, S]``, as ``[C, T, s, s]``."""
    model = official_ms(checkout, toy)
    noise = draw(KEY, (len(frames), 4, SIZE // 2, SIZE // 2))
    with torch.inference_mode(), _silence(), _given_noise([noise]):
        return model(frames[None], texts).transpose(0, 1)


def wan_latents_of(
    checkout: Path, toy: Toy, latents: torch.Tensor, texts: torch.Tensor
) -> torch.Tensor:
    """What the official Wan wrapper answers to latents ``[C, t, s, s]``."""
    model = official_wan(checkout, toy)
    with torch.inference_mode(), _silence():
        return model(latents[None], timesteps=0, prompt_embeds=texts)[0]


def run_ms_on(checkout: Path, toy: Toy, clip: Clip, folder: Path, *, num_frames: int) -> list[Path]:
    """Run the official Ref-YouTube-VOS inference; return the folders of masks, one a text."""
    model = official_ms(checkout, toy)
    frames = len(clip.frame_paths)
    video = {
        "frames": list(clip.frame_ids),
        "expressions": {str(k): {"exp": text} for k, text in enumerate(TEXTS)},
    }
    noise = [
        draw(
            NoiseKey(42, clip.clip_id, key, start),
            (min(num_frames, frames - start), 4, SIZE // 2, SIZE // 2),
        )
        for key in video["expressions"]
        for start in range(0, frames, num_frames)
    ]
    masks, images = folder / "masks", clip.frame_paths[0].parents[1]
    with _importable(checkout):
        script = _load("official_ytvos", checkout / "ref-yt/infer_ytvos_MS.py")
        script.transform = _transform()
        script.build_vdiff_lean_updown = lambda: None
        script.Vdiff_updown = lambda _: model
        script.plt = MagicMock()  # it draws a picture a frame, which takes most of its time
        arguments = Namespace(
            gpu="cpu", device="cpu", resume="", num_frames=num_frames, token_length=77
        )
        names = {clip.clip_id: video}
        with _given_noise(noise):
            script.single_processor(
                arguments, names, str(masks), str(folder / "pictures"), str(images), [*names]
            )
    return [masks / clip.clip_id / key for key in video["expressions"]]


def run_wan(checkout: Path, model: Any, clip: Clip, folder: Path, *, num_frames: int) -> list[Path]:
    """Run the official sample inference; return the folders of masks, one a text."""
    palette = folder / "davis/valid/Annotations/blackswan/00000.png"
    palette.parent.mkdir(parents=True)
    Image.new("P", (1, 1)).save(palette)
    with _importable(checkout):
        _load("models.want2v_wrapper", checkout / "models/want2v_wrapper.py")
        script = _load("official_sample_wan", checkout / "infer_sample_wan.py")
        script.transform = _transform()
        arguments = Namespace(
            frame_dir=str(clip.frame_paths[0].parent),
            exps=list(TEXTS),
            val_vis=str(folder / "results"),
            davis_path=str(folder / "davis"),
            num_frames=num_frames,
            token_length=77,
            device="cpu",
            gpu="cpu",
            half=False,
            overlay_mask=False,
        )
        script.evaluate(arguments, model)
    results = folder / "results" / f"chunked_by_f{num_frames}"
    return [results / text.replace(" ", "_") / "masks" for text in TEXTS]


class _Rotary(tuple):
    shape = property(lambda self: self[0].shape)
    dtype = property(lambda self: self[0].dtype)


def _ddim(toy: Toy) -> Any:
    from diffusers import DDIMScheduler

    return DDIMScheduler.from_pretrained(toy.base / "scheduler")


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _importable(checkout: Path) -> Iterator[None]:
    """Let official files be imported and run, silently, and leave no module of theirs behind."""
    modules, path = dict(sys.modules), list(sys.path)
    sys.modules.update(_stubs())
    models = types.ModuleType("models")
    models.__path__ = [str(checkout / "models")]
    sys.modules["models"] = models
    try:
        with _silence():
            yield
    finally:
        for name in set(sys.modules) - set(modules):
            if name.partition(".")[0] in {
                "models",
                "opts",
                "official_ytvos",
                "official_sample_wan",
            }:
                del sys.modules[name]
        for name in _stubs():
            sys.modules.pop(name, None)
            if name in modules:
                sys.modules[name] = modules[name]
        sys.path[:] = path


def _load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _stubs() -> dict[str, types.ModuleType]:
    transforms = types.ModuleType("torchvision.transforms")
    transforms.Compose = _compose
    transforms.Resize = lambda size: lambda image: image.resize(size[::-1], Image.BILINEAR)
    transforms.ToTensor = lambda: _to_tensor
    transforms.Normalize = lambda mean, std: lambda x: (x - mean[0]) / std[0]
    transforms.PILToTensor = object
    vision = types.ModuleType("torchvision")
    vision.transforms = transforms
    einops = types.ModuleType("einops")
    einops.rearrange = _rearrange
    empty = {name: types.ModuleType(name) for name in ("wandb", "pandas", "opts")}
    return {"torchvision": vision, "torchvision.transforms": transforms, "einops": einops, **empty}


def _compose(steps: list[Any]) -> Any:
    def composed(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return composed


def _to_tensor(image: Image.Image) -> torch.Tensor:
    return torch.tensor(np.asarray(image)).permute(2, 0, 1).contiguous().float().div(255)


def _transform() -> Any:
    vision = _stubs()["torchvision.transforms"]
    half = [0.5, 0.5, 0.5]
    return vision.Compose(
        [vision.Resize((SIZE, SIZE)), vision.ToTensor(), vision.Normalize(mean=half, std=half)]
    )


def _rearrange(tensor: torch.Tensor, pattern: str, b: int = 1, f: int = 1) -> torch.Tensor:
    if pattern == "b f c h w -> (b f) c h w":
        return tensor.flatten(0, 1)
    assert pattern == "(b f) c h w -> b c f h w"
    return tensor.unflatten(0, (b, f)).transpose(1, 2)


@contextlib.contextmanager
def _given_noise(noise: list[torch.Tensor]) -> Iterator[None]:
    waiting = iter(noise)

    def given(like: torch.Tensor) -> torch.Tensor:
        found = next(waiting)
        assert found.shape == like.shape
        return found.to(like)

    with patch.object(torch, "randn_like", given):
        yield
    assert next(waiting, None) is None
