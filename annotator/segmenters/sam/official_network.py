"""SAM 2's network as the ``sam2`` package computes it, without its stateful predictor."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from sam2.modeling.sam2_base import SAM2Base
from torch import Tensor

from annotator.segmenters.sam.network import Answer, Features, Float32Array, Question, score_of
from annotator.segmenters.sam.tensors import (
    array_of,
    points_of,
    prior_tensor,
    size_of,
    square_mask,
)


class OfficialNetwork:
    """See ``Network``.

    Args:
        model: with its weights, in float32.
        device: where it runs.
        half: whether it computes in bfloat16.
    """

    def __init__(self, model: SAM2Base, device: torch.device, *, half: bool = False) -> None:
        self._model = model.to(device)
        self._device = device
        self._half = half
        self._quality = 0.0
        # What every frame shares is kept once: where things are, in the frame and in a memory.
        self._places: list[Tensor] = []
        self._memory_places: list[Tensor] = []
        model.sam_mask_decoder.register_forward_hook(self._note_quality)

    @property
    def side(self) -> int:
        """See ``Network``."""
        return int(self._model.image_size)

    @property
    def memories(self) -> int:
        """See ``Network``."""
        return int(self._model.num_maskmem)

    @torch.inference_mode()
    def encode(self, pixels: Float32Array) -> Features:
        """See ``Network``."""
        with self._precision():
            found = self._model.forward_image(torch.from_numpy(pixels)[None].to(self._device))
            _, maps, places, _ = self._model._prepare_backbone_features(found)  # noqa: SLF001
        self._places = self._places or places
        kept = [one.bfloat16() for one in maps] if self._half else maps
        return Features(kept, size_of(kept))

    @torch.inference_mode()
    def answer(self, features: Features, question: Question) -> Answer:
        """See ``Network``."""
        with self._precision():
            found = self._model.track_step(
                frame_idx=question.k,
                is_init_cond_frame=question.memory is None,
                current_vision_feats=features.maps,
                current_vision_pos_embeds=self._places,
                feat_sizes=[(self.side // stride,) * 2 for stride in (4, 8, 16)],
                point_inputs=self._points(question),
                mask_inputs=self._mask(question),
                output_dict=self._outputs(question),
                num_frames=question.count,
                track_in_reverse=question.backward,
                run_mem_encoder=question.remember,
                prev_sam_mask_logits=prior_tensor(question, self._device),
            )
        presence = float(found["object_score_logits"])
        score = 1.0 if question.mask is not None else score_of(self._quality, presence)
        entry = self._entry(found) if question.remember else None
        return Answer(array_of(found["pred_masks"]), score, entry)

    def forgotten(self, entry: Any) -> Any:
        """See ``Network``."""
        return {**entry, "maskmem_features": None}

    def _precision(self) -> AbstractContextManager[Any]:
        if self._half:
            return torch.autocast(self._device.type, torch.bfloat16)
        return nullcontext()

    def _note_quality(self, _module: Any, _inputs: Any, outputs: Any) -> None:
        self._quality = float(outputs[1].max())

    def _points(self, question: Question) -> dict[str, Tensor] | None:
        if question.marks is None:
            return None
        points, labels = points_of(question.marks, self._device)
        return {"point_coords": points, "point_labels": labels}

    def _mask(self, question: Question) -> Tensor | None:
        if question.mask is None:
            return None
        return square_mask(question.mask, self.side, self._device)

    def _entry(self, found: dict[str, Any]) -> dict[str, Any]:
        self._memory_places = self._memory_places or found["maskmem_pos_enc"]
        # Stored as the predictor stores it; read back in float32, or a memory without pointers
        # meets weights of another type.
        memory = found["maskmem_features"].bfloat16()
        return {
            "maskmem_features": memory,
            "maskmem_pos_enc": self._memory_places,
            "obj_ptr": found["obj_ptr"],
        }

    def _outputs(self, question: Question) -> dict[str, dict[int, Any]]:
        memory = question.memory
        if memory is None:
            return {"cond_frame_outputs": {}, "non_cond_frame_outputs": {}}
        return {
            "cond_frame_outputs": {k: _read(entry) for k, entry in memory.given.items()},
            "non_cond_frame_outputs": {k: _read(entry) for k, entry in memory.tracked.items()},
        }


def _read(entry: dict[str, Any]) -> dict[str, Any]:
    memory = entry["maskmem_features"]
    return {**entry, "maskmem_features": None if memory is None else memory.float()}
