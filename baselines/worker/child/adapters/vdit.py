"""VD-IT (Zhu et al., ECCV 2024) from the user's checkout of ``buxiangzhiren/VD-IT``.

As ``inference_ytvos.py`` and ``inference_davis.py`` run it, but seeded: the official code samples
latents from one generator for everything, so its masks depend on the order of work.
``docs/design/0020-adapters.md`` lists what else differs. Options: ``window`` (frames, or
``video``), ``text`` (``official`` or ``train_lower``), ``precision`` (``fp16`` under autocast, or
``fp32``), ``vae_mode`` (``sample``; ``mode`` draws nothing and is our deviation), ``args``.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from typing import Any, Iterator

import deformable_attention
import query_masks
import shims
import weights
import windows
from option_values import options_of

NAME = "vdit"
LICENCE = (
    "contradictory: LICENSE is CC BY-NC 4.0, the README's badge Apache-2.0, the weights' page"
    " ECL-2.0; take it as non-commercial"
)
TRAINING = "Text-To-Video-Finetuning"
BASE = TRAINING + "/mymodels/model_scope_diffusers"
CLIP = "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"
ANCHORS = (
    ("inference_ytvos.py", "sub_processor", ("lock", "pid", "args", "data")),
    ("models/diffvos_cross.py", "build", ("args",)),
    ("models/diffvos_cross.py", "VDIT.forward", ("self", "samples", "captions", "targets")),
    (
        "Text-To-Video-Finetuning/train_itcross_pn.py",
        "FeatureExtractor.tensor_to_vae_latent",
        ("self", "t"),
    ),
    ("opts.py", "get_args_parser", ()),
)
VERSIONS = {
    "torch": ("1.11", ""),
    "torchvision": ("0.12", ""),
    "transformers": ("4.25.1", ""),
    "diffusers": ("0.20", ""),
    "accelerate": ("", ""),
    "timm": ("", ""),
    "einops": ("", ""),
    "decord": ("", ""),
    "loralib": ("", ""),
    "ftfy": ("", ""),
    "regex": ("", ""),
    "omegaconf": ("", ""),
    "scipy": ("", ""),
    "pycocotools": ("", ""),
}
MIRRORED = ("Text-To-Video-Finetuning",)
NEEDED = (
    "torchvision-schemas",
    "batch-encode-plus",
    "diffusers-transformers",
    "cached-download",
    "no-cuda",
)
DEFAULTS = {
    "window": 36,
    "text": "official",
    "precision": "fp16",
    "vae_mode": "sample",
    "args": "",
}
SHORT_SIDE = 360
MAY_EXCEED = ("*.position_ids", "*total_params", "*total_ops")
MAY_MISS = ("*.position_ids",)
FROZEN = tuple(
    "backbone.0.diff_ftex.%s." % part for part in ("vae", "text_encoder", "unet", "cv_model")
)

_loaded: dict[str, Any] = {}


def required_files(options: dict[str, Any]) -> list[str]:
    """Return what the checkout must hold."""
    return [
        "models/diffvos_cross.py",
        "models/itcross_video_swin_transformer.py",
        "models/text_encoder/bpe_simple_vocab_16e6.txt.gz",
        TRAINING + "/train_itcross_pn.py",
        "opts.py",
    ]


def assets(options: dict[str, Any]) -> dict[str, str]:
    """Return what must lie in the sandbox."""
    return {
        "roberta-base": "the folder of roberta-base: config, weights and tokenizer",
        BASE: "ModelScope text-to-video-ms-1.7b: scheduler, tokenizer, text_encoder, vae, unet",
        CLIP: "the folder of %s: config, weights and processor" % CLIP,
    }


def import_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Import the checkout; tell what it needed."""
    needed, operator = _import(spec)
    return {"shims": needed, "deformable_attention": operator}


def checkpoint_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Read the checkpoint without building a model."""
    return weights.looked_at(spec["checkpoint"])


def load(spec: dict[str, Any], report: Any) -> dict[str, Any]:
    """Build the official model and fill it; its frozen parts come with the checkpoint too."""
    options = checked(options_of(spec["options"], DEFAULTS))
    needed, operator = _import(spec)
    report.imported()
    args = official_arguments(options, spec["device"])
    model = build(args)
    require_images(model.backbone[0].diff_ftex.cv_processor)
    report(1, 3)
    own = model.state_dict()
    state, renamed = weights.renamed_like(own, weights.state_of(spec["checkpoint"]))
    differing = weights.differing(own, state, FROZEN)
    fit = model.load_state_dict(state, strict=False)
    facts = weights.require_fit(fit.missing_keys, fit.unexpected_keys, MAY_MISS, MAY_EXCEED)
    report(2, 3)
    _loaded.update(model=model.to(spec["device"]).eval(), args=args, options=options)
    return {
        "shims": needed,
        "deformable_attention": operator,
        "options": options,
        "renamed": renamed,
        "frozen_tensors_that_differ_from_the_base": differing,
        **facts,
    }


def predict(job: dict[str, Any], report: Any) -> tuple[Any, dict[str, Any]]:
    """Return masks; each window has a seed and picks a query of its own."""
    import numpy as np

    options = checked(options_of({**_loaded["options"], **job["options"]}, DEFAULTS))
    text = windows.text_of(job["expression"], options["text"])
    frames = job["frames"]
    length = windows.window_length(options["window"], DEFAULTS["window"], len(frames))
    masks, told = [], []
    for chunk in windows.chunks(len(frames), length):
        seed = windows.seed_of(job["seed"], job["clip"], job["expression"], chunk.start)
        paths = [frames[i] for i in chunk]
        made, score = window(paths, text, (job["height"], job["width"]), (options, seed))
        masks.append(made)
        told.append({"first": chunk.start, "seed": seed, "score": score})
        report(chunk.stop, len(frames))
    return np.concatenate(masks), {"windows": told, "text": text, "window": length}


def window(
    paths: list[str], text: str, size: tuple[int, int], how: tuple[dict[str, Any], int]
) -> tuple[Any, float]:
    """Return the masks of one window at a size, and the score of their query."""
    import torch

    options, seed = how
    device = _loaded["args"].device
    images = query_masks.frames_of(paths, SHORT_SIDE).to(device)
    height, width = images.shape[-2:]
    target = {"size": torch.as_tensor([int(height), int(width)]).to(device)}
    torch.manual_seed(seed)
    autocast = torch.cuda.amp.autocast(options["precision"] == "fp16")
    with torch.no_grad(), autocast, latents_drawn(options["vae_mode"]):
        outputs = _loaded["model"]([images], [text], [target])
    query, score = query_masks.best_query(outputs["pred_logits"][0])  # it has chosen one already
    logits = outputs["pred_masks"][0][:, query, :height, :width]
    return query_masks.masks_of(logits, size, _loaded["args"].threshold), score


def require_images(processor: Any) -> None:
    """Raise ``ValueError`` where a folder of CLIP without its processor yields a tokenizer."""
    if not hasattr(processor, "image_processor"):
        raise ValueError(
            "%s: expected the processor of CLIP, found %s; the folder must hold"
            " preprocessor_config.json and the tokenizer" % (CLIP, type(processor).__name__)
        )


@contextlib.contextmanager
def latents_drawn(mode: str) -> Iterator[None]:
    """Let the autoencoder draw its latents (``sample``), or take their most likely (``mode``)."""
    from mydiffusers.models.autoencoders.vae import DiagonalGaussianDistribution as Latents

    drawn = Latents.sample
    if mode == "mode":
        Latents.sample = lambda self, generator=None: self.mode()
    try:
        yield
    finally:
        Latents.sample = drawn


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options.

    Raises:
        ValueError: one of them is a word that is not known.
    """
    for name, words in (("precision", ("fp16", "fp32")), ("vae_mode", ("sample", "mode"))):
        if options[name] not in words:
            raise ValueError("%s must be one of %s, not %r" % (name, words, options[name]))
    return options


def official_arguments(options: dict[str, Any], device: str) -> Any:
    """Return the arguments that the official shell scripts give to ``opts.py``."""
    import argparse

    import opts

    parser = argparse.ArgumentParser(parents=[opts.get_args_parser()])
    given = ["--with_box_refine", "--binary", "--freeze_text_encoder", "--eval", "--ngpu=1"]
    given += ["--backbone=itcross_video_swin", "--device", device]
    given += ["--amp"] if options["precision"] == "fp16" else []
    args = parser.parse_args(given + shlex.split(options["args"]))
    args.masks, args.dataset_file = True, "ytvos"
    return args


def build(args: Any) -> Any:
    """Return the official model."""
    from models import build_model_diff_cross

    model, _, _ = build_model_diff_cross(args)
    return model


def _import(spec: dict[str, Any]) -> tuple[list[str], str]:
    needed = shims.apply(NEEDED)
    operator = deformable_attention.install(spec["device"])
    if spec["checkout"] not in sys.path:
        sys.path.insert(0, spec["checkout"])
        sys.path.append(os.path.abspath(TRAINING))
    if _plain_model_file():
        needed.append("undecorated-model-file")
    import models.diffvos_cross  # noqa: F401

    return needed, operator


def _plain_model_file() -> bool:
    """Newer hubs drop arguments that the bundled diffusers passes to itself."""
    from mydiffusers.models import modeling_utils

    plain = getattr(vars(modeling_utils)["_get_model_file"], "__wrapped__", None)
    if plain is not None:
        setattr(modeling_utils, "_get_model_file", plain)  # noqa: B010 - a private name
    return plain is not None
