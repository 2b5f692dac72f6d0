"""SAM 3 (Carion et al., 2025), prompted with text, by the classes of transformers.

The masks of all instances that it finds for the expression are united. It needs no checkout: only
a folder of weights in the layout of transformers, and an interpreter with transformers 5; that of
this package does. Frames are resized here, because the processor of transformers needs
torchvision. Options: ``phrase`` (``expression``, or ``noun``: a noun phrase taken from it),
``dtype`` (``float32`` or ``bfloat16``).
"""

from __future__ import annotations

import glob
import json
import os
from typing import Any

import weights
from noun_phrase import noun_phrase
from option_values import options_of

NAME = "sam3"
LICENCE = "code Apache-2.0 (transformers); the weights are under Meta's SAM licence"
ANCHORS = ()
VERSIONS = {"torch": ("2.6", ""), "transformers": ("5.0", "6"), "tokenizers": ("", "")}
MIRRORED = ()
DEFAULTS = {"phrase": "expression", "dtype": "float32"}
TOKENS = 32
"""Length of a text, as the processor of transformers pads it; longer ones are cut and told."""
MAY_EXCEED = ("*.position_ids",)

_loaded: dict[str, Any] = {}


def required_files(options: dict[str, Any]) -> list[str]:
    """Return nothing: there is no checkout."""
    return []


def assets(options: dict[str, Any]) -> dict[str, str]:
    """Return nothing: all of it is in the folder of the checkpoint."""
    return {}


def import_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Import the classes; tell which version they are of."""
    import transformers
    from transformers import Sam3VideoModel  # noqa: F401

    return {"shims": [], "transformers": transformers.__version__}


def checkpoint_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Look at the folder without building a model."""
    files = weight_files(spec["checkpoint"])
    problems = lacking(spec["checkpoint"])
    return {"sha256": {os.path.basename(f): weights.digest(f) for f in files}, "problems": problems}


def weight_files(folder: str) -> list[str]:
    """Return the files of weights in a folder."""
    return sorted(glob.glob(os.path.join(folder, "*.safetensors")))


def lacking(folder: str) -> list[str]:
    """Return what a folder must hold and does not, a sentence each."""
    if not os.path.isdir(folder):
        return ["%s is no folder; expected that of the weights in transformers' layout" % folder]
    found = [] if weight_files(folder) else ["%s holds no *.safetensors" % folder]
    named = ("config.json", "tokenizer_config.json")
    absent = [name for name in named if not os.path.exists(os.path.join(folder, name))]
    return found + ["%s has no %s" % (folder, name) for name in absent]


def load(spec: dict[str, Any], report: Any) -> dict[str, Any]:
    """Build the model and fill it; every name must fit."""
    problems = lacking(spec["checkpoint"])
    if problems:
        raise FileNotFoundError("; ".join(problems))
    import torch
    from transformers import AutoTokenizer, Sam3VideoModel

    options = checked(options_of(spec["options"], DEFAULTS))
    dtype = torch.bfloat16 if options["dtype"] == "bfloat16" else torch.float32
    tokenizer = AutoTokenizer.from_pretrained(spec["checkpoint"], local_files_only=True)
    report.imported()
    model, told = Sam3VideoModel.from_pretrained(
        spec["checkpoint"], local_files_only=True, output_loading_info=True, dtype=dtype
    )
    facts = weights.require_fit(told["missing_keys"], told["unexpected_keys"], (), MAY_EXCEED)
    frames = frame_settings(spec["checkpoint"], model.config.image_size)
    _loaded.update(
        model=model.to(spec["device"]).eval(),
        tokenizer=tokenizer,
        options=options,
        frames=frames,
        device=spec["device"],
        dtype=dtype,
    )
    return {"options": options, "frames": frames, "kernels": kernels_there(), **facts}


def predict(job: dict[str, Any], report: Any) -> tuple[Any, dict[str, Any]]:
    """Return the union of the instances, frame by frame of the whole clip."""
    import numpy as np
    import torch

    options = checked(options_of({**_loaded["options"], **job["options"]}, DEFAULTS))
    text = noun_phrase(job["expression"]) if options["phrase"] == "noun" else job["expression"]
    size = (job["height"], job["width"])
    masks = np.zeros((len(job["frames"]), *size), bool)
    counts, seen = [0] * len(masks), set()
    with torch.inference_mode():
        session, cut = session_of(job["frames"], text, size, report)
        for answer in _loaded["model"].propagate_in_video_iterator(session):
            shown = shown_ids(session, answer)
            masks[answer.frame_idx] = united(answer, shown, size)
            counts[answer.frame_idx] = len(shown)
            seen.update(shown)
            report(answer.frame_idx + 1, len(masks))
    return masks, {
        "text": text,
        "window": "video",
        "text_was_cut": cut,
        "instances": len(seen),
        "instances_by_frame": counts,
    }


def session_of(paths: list[str], text: str, size: tuple[int, int], report: Any) -> tuple[Any, bool]:
    """Return a session with its frames and its one prompt, and whether the text was cut."""
    import torch
    from transformers.models.sam3_video.modeling_sam3_video import Sam3VideoInferenceSession

    tokenizer, device = _loaded["tokenizer"], _loaded["device"]
    frames = []
    for path in paths:
        frames.append(frame_of(path, **_loaded["frames"]))
        report(0, len(paths))
    session = Sam3VideoInferenceSession(
        video=torch.stack(frames),
        video_height=size[0],
        video_width=size[1],
        inference_device=device,
        inference_state_device=device,
        video_storage_device="cpu",
        dtype=_loaded["dtype"],
    )
    given = {"padding": "max_length", "max_length": TOKENS, "truncation": True}
    encoded = tokenizer(text, return_tensors="pt", **given).to(device)
    prompt = session.add_prompt(text)
    session.prompt_input_ids[prompt] = encoded.input_ids
    session.prompt_attention_masks[prompt] = encoded.attention_mask
    return session, len(tokenizer(text).input_ids) > TOKENS


def shown_ids(session: Any, answer: Any) -> list[int]:
    """Return the instances of a frame that are not held back, as the processor holds them."""
    hidden = set(answer.suppressed_obj_ids or ()) | set(session.hotstart_removed_obj_ids)
    return sorted(set(answer.obj_id_to_mask) - hidden)


def united(answer: Any, shown: list[int], size: tuple[int, int]) -> Any:
    """Return the union of the masks of some instances, bool ``[height, width]``."""
    import torch

    if not shown:
        return torch.zeros(size, dtype=torch.bool).numpy()
    small = torch.cat([answer.obj_id_to_mask[i].float() for i in shown]).unsqueeze(1)
    large = torch.nn.functional.interpolate(small, size=size, mode="bilinear", align_corners=False)
    return (large[:, 0] > 0).any(0).cpu().numpy()


def frame_settings(folder: str, side: int) -> dict[str, Any]:
    """Return side, mean and deviation of the frames, as the folder's processor has them."""
    found: dict[str, Any] = {}
    for name in ("video_preprocessor_config.json", "processor_config.json"):
        path = os.path.join(folder, name)
        if os.path.exists(path) and not found:
            with open(path, encoding="utf-8") as file:
                held = json.load(file)
            found = held.get("video_processor", held)
    half = [0.5, 0.5, 0.5]
    return {
        "side": int(side),
        "mean": found.get("image_mean", half),
        "deviation": found.get("image_std", half),
    }


def frame_of(path: str, side: int, mean: list[float], deviation: list[float]) -> Any:
    """Return a frame as the network takes it, float ``[3, side, side]``; aspect is not kept."""
    import numpy as np
    import torch
    from PIL import Image

    with Image.open(path) as image:
        pixels = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)
    small = torch.nn.functional.interpolate(
        pixels.unsqueeze(0), size=(side, side), mode="bilinear", antialias=True
    )
    scale = (torch.tensor(mean)[:, None, None], torch.tensor(deviation)[:, None, None])
    return (small[0].float() / 255 - scale[0]) / scale[1]


def kernels_there() -> bool:
    """Return whether instances that overlap are thinned; transformers skips it without kernels."""
    from importlib.util import find_spec

    return find_spec("kernels") is not None


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options.

    Raises:
        ValueError: one of them is a word that is not known.
    """
    words = {"phrase": ("expression", "noun"), "dtype": ("float32", "bfloat16")}
    for name, known in words.items():
        if options[name] not in known:
            raise ValueError("%s must be one of %s, not %r" % (name, known, options[name]))
    return options
