"""UNINEXT (Yan et al., CVPR 2023) from the user's checkout of ``MasterBin-IIAU/UNINEXT``.

As ``UNINEXT_VID.forward`` runs Ref-YouTube-VOS: frame by frame, the best query of each, always one.
``docs/design/0020-adapters.md`` lists what differs. Options: ``config`` (a file of the checkout),
``overrides`` (of that configuration, names and values in turn), ``keep_template_backbone``.
"""

from __future__ import annotations

import copy
import os
import shlex
import sys
from typing import Any

import deformable_attention
import shims
import weights
from option_values import options_of

NAME = "uninext"
LICENCE = "MIT (code); the detectron2 inside is Apache-2.0"
PROJECT = "projects/UNINEXT/"
ANCHORS = (
    (
        "projects/UNINEXT/uninext/uninext_vid.py",
        "UNINEXT_VID.inference_rvos",
        ("self", "outputs"),
    ),
    (
        "projects/UNINEXT/uninext/uninext_vid.py",
        "UNINEXT_VID.preprocess_video",
        ("self", "batched_inputs"),
    ),
    (
        "projects/UNINEXT/uninext/uninext_vid.py",
        "UNINEXT_VID.forward_text",
        ("self", "captions", "device"),
    ),
    (
        "projects/UNINEXT/uninext/data/dataset_mapper_ytbvis.py",
        "clean_string",
        ("expression",),
    ),
)
VERSIONS = {
    "torch": ("1.10", ""),
    "torchvision": ("0.11", ""),
    "transformers": ("4.12", ""),
    "timm": ("", ""),
    "einops": ("", ""),
    "fvcore": ("", ""),
    "iopath": ("", ""),
    "yacs": ("", ""),
    "omegaconf": ("", ""),
    "hydra-core": ("", ""),
    "cloudpickle": ("", ""),
    "termcolor": ("", ""),
    "tabulate": ("", ""),
    "portalocker": ("", ""),
    "scipy": ("", ""),
    "pandas": ("", ""),
    "matplotlib": ("", ""),
    "pycocotools": ("", ""),
    "scikit-image": ("", ""),
}
MIRRORED = ()
NEEDED = (
    "torchvision-schemas",
    "pillow-linear",
    "numpy-aliases",
    "transformers-helpers",
    "pycocotools-ytvos",
    "batch-encode-plus",
)
DEFAULTS = {
    "config": "projects/UNINEXT/configs/eval-vid/video_joint_vit_huge_eval_rvos.yaml",
    "overrides": "",
    "keep_template_backbone": False,
}
MAY_EXCEED = ("*.position_ids",)
TOKEN_OF_TARGET = {1: [0]}
"""One class, read from the first token: what ``forward`` does with a referring expression."""

_loaded: dict[str, Any] = {}


def required_files(options: dict[str, Any]) -> list[str]:
    """Return what the checkout must hold."""
    return [
        "detectron2/__init__.py",
        PROJECT + "uninext/uninext_vid.py",
        PROJECT + "uninext/data/dataset_mapper_ytbvis.py",
        options.get("config", DEFAULTS["config"]),
    ]


def assets(options: dict[str, Any]) -> dict[str, str]:
    """Return what must lie in the sandbox."""
    return {PROJECT + "bert-base-uncased": "the folder of bert-base-uncased"}


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
    config = configuration(spec["checkout"], options, spec["device"])
    model = build(config)
    report(1, 3)
    facts = weights.load_into(model, weights.state_of(spec["checkpoint"]), MAY_EXCEED)
    report(2, 3)
    if not options["keep_template_backbone"] and hasattr(model.detr.detr, "ref_backbone"):
        del model.detr.detr.ref_backbone  # for tracking by template alone; half of the weights
    _loaded.update(model=model.to(spec["device"]).eval(), config=config, device=spec["device"])
    return {"shims": needed, "deformable_attention": operator, "options": options, **facts}


def predict(job: dict[str, Any], report: Any) -> tuple[Any, dict[str, Any]]:
    """Return masks, one frame at a time."""
    import numpy as np
    import torch
    from detectron2.projects.uninext.data.dataset_mapper_ytbvis import clean_string

    model = _loaded["model"]
    text = clean_string(job["expression"])
    size = (job["height"], job["width"])
    masks, scores = [], []
    with torch.no_grad():
        words = model.forward_text([text], device=_loaded["device"])
        for done, path in enumerate(job["frames"], 1):
            outputs, images = looked_at(model, path, words)
            scores.append(best_score(model, outputs))
            masks.append(
                model.inference_rvos(outputs, TOKEN_OF_TARGET, 1, images.image_sizes, size)
            )
            report(done, len(job["frames"]))
    queries, values = zip(*scores)
    return np.stack(masks), {"text": text, "window": 1, "queries": queries, "scores": values}


def looked_at(model: Any, path: str, words: Any) -> tuple[Any, Any]:
    """Return the network's answers for one frame, and the frame as it saw it."""
    import torch
    from detectron2.data import detection_utils, transforms

    config = _loaded["config"]
    image = detection_utils.read_image(path, format=config.INPUT.FORMAT)
    resize = transforms.ResizeShortestEdge(
        config.INPUT.MIN_SIZE_TEST, config.INPUT.MAX_SIZE_TEST, "choice"
    )
    image = resize.get_transform(image).apply_image(image)
    tensor = torch.as_tensor(image.transpose(2, 0, 1).copy())
    images = model.preprocess_video([{"image": tensor.unsqueeze(0)}])
    outputs, _ = model.detr.coco_inference(
        images,
        None,
        None,
        language_dict_features=copy.deepcopy(words),  # the network writes into them
        task="grounding",
    )
    return outputs, images


def best_score(model: Any, outputs: Any) -> tuple[int, float]:
    """Return the query that ``inference_rvos`` will take, and its score."""
    import torch

    chances = outputs["pred_logits"][0][:, 0].sigmoid()
    if model.detr.use_iou_branch:
        chances = torch.sqrt(chances * outputs["pred_boxious"][0][:, 0].sigmoid())
    best, index = chances.max(0)
    return int(index), float(best)


def configuration(checkout: str, options: dict[str, Any], device: str) -> Any:
    """Return the official configuration, frozen, for one device and no weights of its own."""
    from detectron2.config import get_cfg
    from detectron2.projects.uninext import add_uninext_config

    config = get_cfg()
    add_uninext_config(config)
    config.merge_from_file(os.path.join(checkout, options["config"]))
    config.merge_from_list(["MODEL.DEVICE", device, "MODEL.WEIGHTS", ""])
    config.merge_from_list(shlex.split(options["overrides"]))
    config.freeze()
    return config


def build(config: Any) -> Any:
    """Return the official model."""
    from detectron2.modeling import build_model

    return build_model(config)


def _import(spec: dict[str, Any]) -> tuple[list[str], str]:
    import resource

    needed = shims.apply(NEEDED)
    operator = deformable_attention.install(spec["device"])
    if spec["checkout"] not in sys.path:
        sys.path.insert(0, spec["checkout"])
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    import detectron2.projects.uninext  # noqa: F401

    resource.setrlimit(resource.RLIMIT_NOFILE, limits)  # importing lowers it
    return needed, operator
