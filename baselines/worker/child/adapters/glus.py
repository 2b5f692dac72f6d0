"""GLUS (Lin et al., CVPR 2025) from the user's checkout of ``GLUS-video/GLUS``.

Masks come from the official ``inference_frames``; choosing its context frames, as the official
script does, and loading are ours. ``docs/design/0020-adapters.md`` says why. Options:
``precision`` (``bf16`` or ``fp32``), ``sam2_gamma`` (``sam2_checkpoint``: the values GLUS was
trained with; ``official_script``: 1e-6, what the official command comes to under its pinned
libraries), ``sam_config``, ``args`` (further arguments of ``inference_iter.py``).
"""

from __future__ import annotations

import contextlib
import glob
import os
import shlex
import sys
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import shims
import weights
import windows
from option_values import options_of

NAME = "glus"
LICENCE = "none: the repository has no licence file, so nothing of it may be passed on"
ANCHORS = (
    (
        "inference_iter.py",
        "inference_frames",
        ("args", "model", "clip_image_processor", "transform", "tokenizer", "image_paths"),
    ),
    ("inference_iter.py", "inference_video", ("args", "model")),
    ("model/GLUS.py", "GLUSForCausalLM.evaluate", ("self", "images_clip", "images", "input_ids")),
)
VERSIONS = {
    "torch": ("2.1", ""),
    "torchvision": ("0.16", ""),
    "transformers": ("4.31", ""),
    "accelerate": ("", ""),
    "einops": ("", ""),
    "sentencepiece": ("", ""),
    "hydra-core": ("", ""),
    "iopath": ("", ""),
    "scipy": ("", ""),
    "opencv-python-headless": ("", ""),
    "pycocotools": ("", ""),
}
MIRRORED = ()
NEEDED = ("torchvision-schemas", "llava-mpt-names", "auto-classes", "no-cuda")
CLIP = "openai/clip-vit-large-patch14"
SAM2 = "sam2_hiera_large.pt"
GAMMA = 1e-6
"""What SAM 2's memory encoder starts from, and keeps where its own values are not loaded."""
GAMMAS = "model.visual_model.memory_encoder.*gamma"
CONTEXT = 4
DEFAULTS = {
    "precision": "bf16",
    "sam2_gamma": "sam2_checkpoint",
    "sam_config": "sam2_hiera_l.yaml",
    "args": "",
}
MAY_EXCEED = ("model.vision_tower.*", "*rotary_emb.inv_freq", "*.position_ids")
"""CLIP is read from its own folder; the others are computed."""
MAY_MISS = ("*rotary_emb.inv_freq", "*rotary_emb.original_inv_freq", "*.position_ids")

_loaded: dict[str, Any] = {}


def required_files(options: dict[str, Any]) -> list[str]:
    """Return what the checkout must hold."""
    return [
        "inference_iter.py",
        "model/GLUS.py",
        "model/segment-anything-2/sam2/build_sam.py",
        "model/segment-anything-2/sam2_configs/"
        + options.get("sam_config", DEFAULTS["sam_config"]),
    ]


def assets(options: dict[str, Any]) -> dict[str, str]:
    """Return what must lie in the sandbox."""
    needed = {CLIP: "the folder of %s: config, weights and processor" % CLIP}
    if options.get("sam2_gamma", DEFAULTS["sam2_gamma"]) == "sam2_checkpoint":
        needed[SAM2] = "SAM 2's checkpoint %s" % SAM2
    return needed


def import_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Import the checkout; tell what it needed."""
    return {"shims": _import(spec)}


def checkpoint_check(spec: dict[str, Any]) -> dict[str, Any]:
    """Read the folder of the checkpoint without building a model."""
    files = weight_files(spec["checkpoint"])
    held = {name: tuple(tensor.shape) for path in files for name, tensor in tensors(path)}
    absent = [
        name
        for name in ("config.json", "tokenizer.model")
        if not os.path.exists(os.path.join(spec["checkpoint"], name))
    ]
    return {
        "tensors": len(held),
        "sha256": {os.path.basename(path): weights.digest(path) for path in files},
        "problems": ["%s has no %s" % (spec["checkpoint"], name) for name in absent],
    }


def load(spec: dict[str, Any], report: Any) -> dict[str, Any]:
    """Build the official model and fill it."""
    options = checked(options_of(spec["options"], DEFAULTS))
    needed = _import(spec)
    report.imported()
    args = official_arguments(options, spec["checkpoint"])
    tokenizer = tokenizer_of(args)
    model = build(args, tokenizer)
    report(1, 4)
    facts = fill(model, spec["checkpoint"])
    report(2, 4)
    facts.update(set_gammas(model, options["sam2_gamma"]))
    finish(model, tokenizer, args, spec["device"])
    report(3, 4)
    _loaded.update(model=model, tokenizer=tokenizer, args=args, **processors(model, args))
    return {"shims": needed, "options": options, **facts}


def selftest(spec: dict[str, Any], report: Any) -> dict[str, Any]:
    """Tell SAM 2's memory gammas: at 1e-6 they switch its memory nearly off."""
    mean = gamma_mean(_loaded["model"])
    off = mean < 2 * GAMMA
    problem = "the memory gammas of SAM 2 are %.1e: its memory is nearly off" % mean
    return {"gamma_mean": mean, "problems": [problem] if off else []}


def predict(job: dict[str, Any], report: Any) -> tuple[Any, dict[str, Any]]:
    """Return masks of the whole clip, frame by frame with a memory."""
    import inference_iter
    import numpy as np

    frames = windows.filled(job["frames"], CONTEXT)
    text = windows.without_full_stop(job["expression"])
    context = windows.context_frames(len(frames), CONTEXT)
    paths = [frames[i] for i in context] + frames
    model = _loaded["model"]
    with watched(model, lambda done: report(done, len(frames))) as answers:
        _, _, masks, _ = inference_iter.inference_frames(
            _loaded["args"],
            model,
            clip_image_processor=_loaded["clip_image_processor"],
            transform=_loaded["transform"],
            tokenizer=_loaded["tokenizer"],
            image_paths=paths,
            target_obj=text,
        )
    made = np.stack([mask[0].cpu().numpy() > 0 for mask in masks])[: len(job["frames"])]
    return made, {
        "text": text,
        "window": "video",
        "context_frames": context,
        "frames_repeated": len(frames) - len(job["frames"]),
        "frames_without_seg": [i for i, given in enumerate(answers) if not given],
    }


@contextlib.contextmanager
def watched(model: Any, tell: Callable[[int], None]) -> Iterator[list[bool]]:
    """Note, frame by frame, whether the model answered with a mask."""
    evaluate, answers = model.evaluate, []

    def noting(*given: Any, **named: Any) -> Any:
        answer = evaluate(*given, **named)
        answers.append(not (answer[1] is None and answer[2] is None))
        tell(len(answers))
        return answer

    model.evaluate = noting
    try:
        yield answers
    finally:
        del model.evaluate


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options.

    Raises:
        ValueError: one of them is a word that is not known.
    """
    words = {"precision": ("bf16", "fp32"), "sam2_gamma": ("sam2_checkpoint", "official_script")}
    for name, known in words.items():
        if options[name] not in known:
            raise ValueError("%s must be one of %s, not %r" % (name, known, options[name]))
    return options


def official_arguments(options: dict[str, Any], checkpoint: str) -> Any:
    """Return the arguments of the official script."""
    import inference_iter

    given = ["--version", checkpoint, "--precision", options["precision"]]
    given += ["--sam_config", options["sam_config"], *shlex.split(options["args"])]
    return inference_iter.parse_args(given)


def tokenizer_of(args: Any) -> Any:
    """Return the tokenizer as the official script sets it up; it notes the token of masks."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(
        args.version, model_max_length=args.model_max_length, padding_side="right", use_fast=False
    )
    tokenizer.pad_token = tokenizer.unk_token
    args.seg_token_idx = tokenizer("[SEG]", add_special_tokens=False).input_ids[0]
    return tokenizer


def build(args: Any, tokenizer: Any) -> Any:
    """Return the official model, not filled."""
    import torch
    from model.GLUS import GLUSForCausalLM
    from model.llava.model.language_model.llava_llama import LlavaConfig

    config = LlavaConfig.from_pretrained(args.version)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype_of(args))
    try:
        model = GLUSForCausalLM(
            config,
            vision_tower=args.vision_tower,
            seg_token_idx=args.seg_token_idx,
            sam_config=args.sam_config,
            image_features_num=args.image_features_num,
            not_use_mem_bank=args.not_use_mem_bank,
        )
    finally:
        torch.set_default_dtype(before)
    for name in ("eos_token_id", "bos_token_id", "pad_token_id"):
        setattr(model.config, name, getattr(tokenizer, name))
    return model


def fill(model: Any, folder: str) -> dict[str, int]:
    """Load every file of a folder into the model, name by name, every name accounted for."""
    own = model.state_dict()
    left, unexpected = set(own), []
    for path in weight_files(folder):
        state = dict(tensors(path))
        unexpected += [name for name in state if name not in own]
        left -= set(state)
        model.load_state_dict(state, strict=False)
    return weights.require_fit(sorted(left), unexpected, MAY_MISS, MAY_EXCEED)


def finish(model: Any, tokenizer: Any, args: Any, device: str) -> None:
    """Read CLIP, and bring all to one type and device, as the official script does."""
    inner = model.get_model()
    inner.initialize_vision_modules(inner.config)
    inner.get_vision_tower().to(dtype=dtype_of(args))
    model.to(dtype=dtype_of(args)).to(device)
    model.eval()


def processors(model: Any, args: Any) -> dict[str, Any]:
    """Return what turns frames into the inputs of both branches."""
    from sam2.utils.transforms import SAM2Transforms
    from transformers import CLIPImageProcessor

    return {
        "clip_image_processor": CLIPImageProcessor.from_pretrained(model.config.vision_tower),
        "transform": SAM2Transforms(args.image_size, mask_threshold=0.0),
    }


def set_gammas(model: Any, choice: str) -> dict[str, Any]:
    """Set the gammas of SAM 2's memory encoder to what the option says; tell their mean."""
    import torch

    stored = weights.state_of(SAM2) if choice == "sam2_checkpoint" else {}
    with torch.no_grad():
        for name, gamma in gammas(model).items():
            short = name[len("model.visual_model.") :]
            if choice == "official_script":
                gamma.fill_(GAMMA)
            elif short in stored:
                gamma.copy_(stored[short])
            else:
                raise ValueError("%s holds no %s; is it SAM 2's checkpoint?" % (SAM2, short))
    return {"sam2_gamma_mean": gamma_mean(model)}


def gammas(model: Any) -> dict[str, Any]:
    """Return the gammas of SAM 2's memory encoder by name."""
    found = dict(model.named_parameters())
    return {name: found[name] for name in found if not weights.without([name], [GAMMAS])}


def gamma_mean(model: Any) -> float:
    """Return the mean magnitude of the gammas of SAM 2's memory encoder."""
    found = [gamma.float().abs().mean() for gamma in gammas(model).values()]
    return float(sum(found) / max(1, len(found)))


def weight_files(folder: str) -> list[str]:
    """Return the files of a checkpoint's tensors.

    Raises:
        ValueError: there are none.
    """
    for pattern in ("*.safetensors", "pytorch_model*.bin"):
        found = sorted(glob.glob(os.path.join(folder, pattern)))
        if found:
            return found
    raise ValueError("%s holds no *.safetensors and no pytorch_model*.bin" % folder)


def tensors(path: str) -> Iterator[tuple[str, Any]]:
    """Yield the tensors of one file by name."""
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file

        yield from load_file(path).items()
    else:
        yield from weights.read(path).items()


def dtype_of(args: Any) -> Any:
    """Return the type of the official script's precision."""
    import torch

    return torch.bfloat16 if args.precision == "bf16" else torch.float32


def _import(spec: dict[str, Any]) -> list[str]:
    if spec["checkout"] not in sys.path:
        # Its own SAM 2, with prompts of text, comes before any other.
        sys.path[:0] = [os.path.join(spec["checkout"], "model/segment-anything-2")]
        sys.path[:0] = [spec["checkout"]]
    needed = shims.apply(NEEDED)
    if spec["device"] == "cpu" and _sam2_on_cpu():
        needed.append("build-sam2-on-cpu")
    import inference_iter  # noqa: F401

    if _one_token():
        needed.append("one-token-generate")
    return needed


def _sam2_on_cpu() -> bool:
    """SAM 2 is built on a GPU unless it is told otherwise, and nobody tells it."""
    from sam2 import build_sam

    known = build_sam.build_sam2
    if known.__name__ == "on_cpu":
        return True

    def on_cpu(config_file: str, ckpt_path: Any = None, **named: Any) -> Any:
        return known(config_file, ckpt_path, **{**named, "device": "cpu"})

    build_sam.build_sam2 = on_cpu
    return True


def _one_token() -> bool:
    """Newer transformers hand the model caches it cannot index; one token needs no cache."""
    import transformers
    from model.GLUS import GLUSForCausalLM

    if int(transformers.__version__.split(".")[0]) < 5:
        return False
    GLUSForCausalLM.generate = generate_one
    return True


def generate_one(self: Any, images: Any, input_ids: Any, max_new_tokens: int, **_: Any) -> Any:
    """Return ids with the most likely next one, and the hidden states that chose it."""
    import torch

    if max_new_tokens != 1:
        raise NotImplementedError("only one token at a time")
    made = self.forward(
        input_ids=input_ids,
        attention_mask=torch.ones_like(input_ids),
        past_key_values=None,
        images=images,
        use_cache=False,
        output_hidden_states=True,
        return_dict=True,
    )
    following = made.logits[:, -1].argmax(-1, keepdim=True)
    return SimpleNamespace(
        sequences=torch.cat([input_ids, following], 1), hidden_states=(made.hidden_states,)
    )
