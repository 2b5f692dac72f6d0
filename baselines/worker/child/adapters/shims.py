"""What official code needs to run on other versions than its own, applied around the checkout.

A checkout is never edited: names that newer libraries have dropped are put back into those
libraries, in this process alone. Each shim has a name, looks first whether it is needed, and says
so; the names of those that were end up in the record of a run.
"""

from __future__ import annotations

import sys
import types
from typing import Any, Callable, Iterable


def apply(names: Iterable[str]) -> list[str]:
    """Apply the named shims in order; return the names of those that were needed, ever."""
    wanted = list(names)
    for name in wanted:
        if name not in _NEEDED:
            _NEEDED[name] = SHIMS[name]()
    return [name for name in wanted if _NEEDED[name]]


_NEEDED: dict[str, bool] = {}
"""Shims that were looked at in this process, and whether they were needed."""


def _torchvision_schemas() -> bool:
    """A torchvision built for CUDA cannot load its operators beside a torch without it."""
    try:
        import torchvision
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    else:
        return False
    import torch

    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)
    import torchvision  # noqa: F401

    return True


_KEPT: list[Any] = []
"""Operator libraries; their definitions go when they do."""


def _batch_encode_plus() -> bool:
    """Tokenizers of transformers 5 are called instead."""
    from transformers import PreTrainedTokenizerBase

    if hasattr(PreTrainedTokenizerBase, "batch_encode_plus"):
        return False

    def batch_encode_plus(self: Any, *given: Any, **named: Any) -> Any:
        return self(*given, **named)

    PreTrainedTokenizerBase.batch_encode_plus = batch_encode_plus
    return True


def _pillow_linear() -> bool:
    """Pillow 10 dropped ``LINEAR``, another word for ``BILINEAR``."""
    from PIL import Image

    if hasattr(Image, "LINEAR"):
        return False
    Image.LINEAR = Image.BILINEAR  # type: ignore[attr-defined]
    return True


def _numpy_aliases() -> bool:
    """NumPy 1.24 dropped ``bool``, ``int``, ``float`` and ``object``; 1.24 is after all four."""
    import numpy as np

    lost = [name for name in ("int", "float", "object") if name not in vars(np)]
    for name, kind in (("int", int), ("float", float), ("object", object)):
        if name in lost:
            setattr(np, name, kind)
    if "bool" not in vars(np):
        np.bool = bool  # type: ignore[misc, assignment]
        lost.append("bool")
    return bool(lost)


def _transformers_helpers() -> bool:
    """Helpers of BERT that moved, or went, with transformers 5."""
    from transformers import modeling_utils, pytorch_utils

    names = ("apply_chunking_to_forward", "prune_linear_layer", "find_pruneable_heads_and_indices")
    lost = [name for name in names if not hasattr(modeling_utils, name)]
    for name in lost:
        setattr(modeling_utils, name, getattr(pytorch_utils, name, _unused(name)))
    return bool(lost)


def _pycocotools_ytvos() -> bool:
    """Evaluation code wants a fork of pycocotools; inference does not call it."""
    return _stand_in("pycocotools.ytvos", ["YTVOS"]) | _stand_in(
        "pycocotools.ytvoseval", ["YTVOSeval"]
    )


def _diffusers_transformers() -> bool:
    """Two modules moved with diffusers 0.26."""
    import importlib

    moved = False
    for name in ("transformer_2d", "transformer_temporal"):
        old = "diffusers.models." + name
        try:
            importlib.import_module(old)
        except ImportError:
            sys.modules[old] = importlib.import_module("diffusers.models.transformers." + name)
            moved = True
    return moved


def _cached_download() -> bool:
    """``huggingface_hub`` 0.26 dropped a function that is imported and not called."""
    import huggingface_hub

    if hasattr(huggingface_hub, "cached_download"):
        return False
    huggingface_hub.cached_download = _unused("cached_download")  # type: ignore[attr-defined]
    return True


def _llava_mpt_names() -> bool:
    """LLaVA's variant on MPT, which GLUS imports and does not use, needs old internals."""
    return _stand_in(
        "model.llava.model.language_model.llava_mpt", ["LlavaMPTForCausalLM", "LlavaMPTConfig"]
    )


def _auto_classes() -> bool:
    """Newer transformers know a model type ``llava``, and refuse that GLUS names its own so."""
    from transformers import AutoConfig, AutoModelForCausalLM

    for kind in (AutoConfig, AutoModelForCausalLM):
        known = kind.register

        def register(*given: Any, known: Any = known, **named: Any) -> None:
            named["exist_ok"] = True
            known(*given, **named)

        kind.register = register
    return True


def _no_cuda() -> bool:
    """Official code calls ``.cuda()`` and ``torch.cuda.set_device`` without asking."""
    import torch

    if torch.cuda.is_available():
        return False

    def stay(self: Any, *_: Any, **__: Any) -> Any:
        return self

    torch.Tensor.cuda = stay  # type: ignore[method-assign, assignment]
    torch.nn.Module.cuda = stay  # type: ignore[method-assign]
    torch.cuda.set_device = lambda *_: None  # type: ignore[assignment]
    return True


def _unused(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise NotImplementedError(name + " is a stand-in; inference was not to call it")

    refuse.__name__ = name
    return refuse


def _stand_in(module: str, names: list[str]) -> bool:
    """Put a module of dummies in place of one that is not to be used, if it is not there."""
    import importlib.util

    try:
        if module.startswith("pycocotools") and importlib.util.find_spec(module):
            return False
    except ImportError:
        pass
    made = types.ModuleType(module)
    for name in names:
        setattr(made, name, type(name, (), {"__init__": _unused(name)}))
    sys.modules[module] = made
    return True


SHIMS: dict[str, Callable[[], bool]] = {
    "torchvision-schemas": _torchvision_schemas,
    "batch-encode-plus": _batch_encode_plus,
    "pillow-linear": _pillow_linear,
    "numpy-aliases": _numpy_aliases,
    "transformers-helpers": _transformers_helpers,
    "pycocotools-ytvos": _pycocotools_ytvos,
    "diffusers-transformers": _diffusers_transformers,
    "cached-download": _cached_download,
    "llava-mpt-names": _llava_mpt_names,
    "auto-classes": _auto_classes,
    "no-cuda": _no_cuda,
}
"""Every shim by its name; calling one applies it where it is needed, and tells whether it was."""
