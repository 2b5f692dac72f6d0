"""SAM 2's network as transformers computes it, without its stateful session."""

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from transformers import Sam2VideoModel

from annotator.segmenters.sam.network import Answer, Features, Float32Array, Question, score_of
from annotator.segmenters.sam.tensors import (
    array_of,
    points_of,
    prior_tensor,
    size_of,
    square_mask,
)


class TransformersNetwork:
    """See ``Network``.

    Args:
        model: with its weights.
        device: where it runs.
        half: whether it computes in bfloat16.
    """

    def __init__(self, model: Sam2VideoModel, device: torch.device, *, half: bool = False) -> None:
        self._dtype = torch.bfloat16 if half else torch.float32
        self._model: Any = model.to(device, self._dtype)
        self._device = device
        self._quality = 0.0
        # What every frame shares is kept once: where things are, in the frame and in a memory.
        self._places: list[Tensor] = []
        self._memory_places: Tensor | None = None
        model.mask_decoder.register_forward_hook(self._note_quality)

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
        batch = torch.from_numpy(pixels)[None].to(self._device, self._dtype)
        found = self._model.get_image_features(batch, return_dict=True)
        maps = list(found.fpn_hidden_states)
        self._places = self._places or list(found.fpn_position_encoding)
        return Features(maps, size_of(maps))

    @torch.inference_mode()
    def answer(self, features: Features, question: Question) -> Answer:
        """See ``Network``."""
        prior = prior_tensor(question, self._device)
        found = self._model._run_single_frame_inference(  # noqa: SLF001
            inference_session=self._session(features, question),
            frame_idx=question.k,
            obj_idx=0,
            batch_size=1,
            is_init_cond_frame=question.memory is None,
            point_inputs=self._points(question),
            mask_inputs=self._mask(question),
            reverse=question.backward,
            prev_sam_mask_logits=None if prior is None else prior.to(self._dtype),
        )
        presence = float(found["object_score_logits"])
        score = 1.0 if question.mask is not None else score_of(self._quality, presence)
        entry = self._entry(features, question, found) if question.remember else None
        return Answer(array_of(found["pred_masks"]), score, entry)

    def forgotten(self, entry: Any) -> Any:
        """See ``Network``."""
        return {**entry, "maskmem_features": None}

    def _note_quality(self, _module: Any, _inputs: Any, outputs: Any) -> None:
        self._quality = float(outputs[1].max())

    def _points(self, question: Question) -> dict[str, Tensor] | None:
        if question.marks is None:
            return None
        points, labels = points_of(question.marks, self._device)
        return {"point_coords": points[:, None].to(self._dtype), "point_labels": labels[:, None]}

    def _mask(self, question: Question) -> Tensor | None:
        if question.mask is None:
            return None
        return square_mask(question.mask, self.side, self._device).to(self._dtype)

    def _session(self, features: Features, question: Question) -> SimpleNamespace:
        """Return as much of a session as one frame reads."""
        memory = question.memory
        cached = {"vision_feats": features.maps, "vision_pos_embeds": self._places}
        outputs: dict[str, dict[int, Any]] = {
            "cond_frame_outputs": dict(memory.given) if memory else {},
            "non_cond_frame_outputs": dict(memory.tracked) if memory else {},
        }
        return SimpleNamespace(
            cache=SimpleNamespace(get_vision_features=lambda _: cached),
            output_dict_per_obj={0: outputs},
            num_frames=question.count,
            dtype=self._dtype,
        )

    def _entry(self, features: Features, question: Question, found: Any) -> dict[str, Any]:
        memory, places = self._model._encode_new_memory(  # noqa: SLF001
            current_vision_feats=features.maps[-1],
            pred_masks_high_res=found["high_res_masks"],
            object_score_logits=found["object_score_logits"],
            # Clicks are remembered as the mask a person saw; a mask and a guess with their doubt.
            is_mask_from_pts=question.marks is not None,
        )
        if self._memory_places is None:
            self._memory_places = places
        return {
            "maskmem_features": memory,
            "maskmem_pos_enc": self._memory_places,
            "object_pointer": found["object_pointer"],
        }
