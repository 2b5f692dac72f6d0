"""MUTR (Yan et al., AAAI 2024) from the user's checkout of ``OpenGVLab/MUTR``.

As ``inference_ytvos.py`` and ``inference_davis.py`` run it; ``docs/design/0020-adapters.md`` lists
what differs. Options: ``backbone``, ``window`` (frames, or ``video``: the Ref-YouTube-VOS
protocol), ``text`` (``official`` or ``train_lower``), ``args`` (further arguments of ``opts.py``,
as the checkpoint was trained with).
"""

from __future__ import annotations

import shlex
import sys
from typing import Any

import deformable_attention
import query_masks
import shims
import weights
import windows
from option_values import options_of

NAME = "mutr"
LICENCE = "MIT (code)"
ANCHORS = (
    ("inference_ytvos.py", "sub_processor", ("lock", "pid", "args", "data")),
    ("models/mutr.py", "build", ("args",)),
    ("models/mutr.py", "MUTR.forward", ("self", "samples", "captions", "targets")),
    ("opts.py", "get_args_parser", ()),
)
VERSIONS = {
    "torch": ("1.8", ""),
    "torchvision": ("0.9", ""),
    "transformers": ("4.12", ""),
    "timm": ("0.4", ""),
    "einops": ("", ""),
    "fvcore": ("", ""),
    "scipy": ("", ""),
}
MIRRORED = ()
NEEDED = ("torchvision-schemas", "batch-encode-plus")
DEFAULTS = {"backbone": "swin_l_p4w7", "window": 64, "text": "official", "args": ""}
SHORT_SIDE = 432
MAY_EXCEED = ("*.position_ids", "*total_params", "*total_ops")
"""Buffers of older transformers, and what a FLOP counter left."""

_loaded: dict[str, Any] = {}


def required_files(options: dict[str, Any]) -> list[str]:
    """Return what the checkout must hold."""
    return ["models/mutr.py", "models/backbone.py", "opts.py", "util/misc.py"]


def assets(options: dict[str, Any]) -> dict[str, str]:
    """Return what must lie in the sandbox."""
    return {"roberta-base": "the folder of roberta-base: config, weights and tokenizer"}


def import_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Import the checkout; tell what it needed."""
    needed, operator = _import(spec)
    return {"shims": needed, "deformable_attention": operator}


def checkpoint_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Read the checkpoint without building a model."""
    return weights.looked_at(spec["checkpoint"])


def load(spec: dict[str, Any], report: Any) -> dict[str, Any]:
    """Build the official model and fill it."""
    options = options_of(spec["options"], DEFAULTS)
    needed, operator = _import(spec)
    report.imported()
    args = official_arguments(options, spec["device"])
    model = build(args)
    report(1, 3)
    facts = weights.load_into(model, weights.state_of(spec["checkpoint"]), MAY_EXCEED)
    report(2, 3)
    _loaded.update(model=model.to(spec["device"]).eval(), args=args, options=options)
    return {"shims": needed, "deformable_attention": operator, "options": options, **facts}


def predict(job: dict[str, Any], report: Any) -> tuple[Any, dict[str, Any]]:
    """Return masks; each window picks a query of its own."""
    import numpy as np

    options = options_of({**_loaded["options"], **job["options"]}, DEFAULTS)
    text = windows.text_of(job["expression"], options["text"])
    frames = job["frames"]
    length = windows.window_length(options["window"], DEFAULTS["window"], len(frames))
    masks, told = [], []
    for chunk in windows.chunks(len(frames), length):
        made, facts = window([frames[i] for i in chunk], text, (job["height"], job["width"]))
        masks.append(made)
        told.append({"first": chunk.start, **facts})
        report(chunk.stop, len(frames))
    return np.concatenate(masks), {"windows": told, "text": text, "window": length}


def window(paths: list[str], text: str, size: tuple[int, int]) -> tuple[Any, dict[str, Any]]:
    """Return the masks of one window at a size, and which query they are of."""
    import torch

    args = _loaded["args"]
    images = query_masks.frames_of(paths, SHORT_SIDE).to(args.device)
    target = {"size": torch.as_tensor([int(side) for side in images.shape[-2:]]).to(args.device)}
    with torch.no_grad():
        outputs = _loaded["model"]([images], [text], [target])
    query, score = query_masks.best_query(outputs["pred_logits"][0])
    logits = outputs["pred_masks"][0][:, query]
    return query_masks.masks_of(logits, size, args.threshold), {"query": query, "score": score}


def official_arguments(options: dict[str, Any], device: str) -> Any:
    """Return the arguments that the official shell scripts give to ``opts.py``."""
    import argparse

    import opts

    parser = argparse.ArgumentParser(parents=[opts.get_args_parser()])
    given = ["--with_box_refine", "--binary", "--freeze_text_encoder", "--device", device]
    given += ["--backbone", options["backbone"], *shlex.split(options["args"])]
    args = parser.parse_args(given)
    args.masks = True
    return args


def build(args: Any) -> Any:
    """Return the official model, without fetching the weights its backbone was trained from."""
    import models.backbone

    models.backbone.is_main_process = lambda: False
    model, _, _ = models.build_model(args)
    return model


def _import(spec: dict[str, Any]) -> tuple[list[str], str]:
    needed = shims.apply(NEEDED)
    operator = deformable_attention.install(spec["device"])
    if spec["checkout"] not in sys.path:
        sys.path.insert(0, spec["checkout"])
    import models.backbone  # noqa: F401

    return needed, operator
