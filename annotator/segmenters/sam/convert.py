"""The names of SAM 2's weights: from the official files' to those of transformers.

Both describe one network, so the whole mapping is mechanical: names change, values do not.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

State = dict[str, "Tensor"]

POINTS = "sam_prompt_encoder.point_embeddings."
GAUSSIAN = "sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"

_DOWN = "memory_encoder.mask_downsampler."
_MASK = "prompt_encoder.mask_embed."

RULES: tuple[tuple[str, str], ...] = (
    (r"^image_encoder\.trunk\.", "vision_encoder.backbone."),
    (r"^image_encoder\.neck\.convs\.(\d+)\.conv\.", r"vision_encoder.neck.convs.\1."),
    (r"\.patch_embed\.proj\.", ".patch_embed.projection."),
    (r"^sam_prompt_encoder\.", "prompt_encoder."),
    (r"^sam_mask_decoder\.", "mask_decoder."),
    (r"^prompt_encoder\.mask_downscaling\.0\.", f"{_MASK}conv1."),
    (r"^prompt_encoder\.mask_downscaling\.1\.", f"{_MASK}layer_norm1."),
    (r"^prompt_encoder\.mask_downscaling\.3\.", f"{_MASK}conv2."),
    (r"^prompt_encoder\.mask_downscaling\.4\.", f"{_MASK}layer_norm2."),
    (r"^prompt_encoder\.mask_downscaling\.6\.", f"{_MASK}conv3."),
    (r"^mask_decoder\.output_upscaling\.0\.", "mask_decoder.upscale_conv1."),
    (r"^mask_decoder\.output_upscaling\.1\.", "mask_decoder.upscale_layer_norm."),
    (r"^mask_decoder\.output_upscaling\.3\.", "mask_decoder.upscale_conv2."),
    (r"\.norm_final_attn\.", ".layer_norm_final_attn."),
    # Perceptrons of three layers, then those of two.
    (
        r"(output_hypernetworks_mlps\.\d+|iou_prediction_head|pred_obj_score_head|obj_ptr_proj)"
        r"\.layers\.0\.",
        r"\1.proj_in.",
    ),
    (
        r"(output_hypernetworks_mlps\.\d+|iou_prediction_head|pred_obj_score_head|obj_ptr_proj)"
        r"\.layers\.1\.",
        r"\1.layers.0.",
    ),
    (
        r"(output_hypernetworks_mlps\.\d+|iou_prediction_head|pred_obj_score_head|obj_ptr_proj)"
        r"\.layers\.2\.",
        r"\1.proj_out.",
    ),
    (r"\.mlp\.layers\.0\.", ".mlp.proj_in."),
    (r"\.mlp\.layers\.1\.", ".mlp.proj_out."),
    (r"^memory_encoder\.out_proj\.", "memory_encoder.projection."),
    (r"\.out_proj\.", ".o_proj."),
    (r"^memory_encoder\.pix_feat_proj\.", "memory_encoder.feature_projection."),
    (r"^memory_encoder\.fuser\.", "memory_encoder.memory_fuser."),
    (r"\.gamma$", ".scale"),
    (r"\.dwconv\.", ".depthwise_conv."),
    (r"\.pwconv(\d)\.", r".pointwise_conv\1."),
    (r"\.norm(\d?)\.", r".layer_norm\1."),
    (r"^obj_ptr_proj\.", "object_pointer_proj."),
    (r"^obj_ptr_tpos_proj\.", "temporal_positional_encoding_projection_layer."),
    (r"^maskmem_tpos_enc$", "memory_temporal_positional_encoding"),
    (r"^no_mem_embed$", "no_memory_embedding"),
    (r"^no_mem_pos_enc$", "no_memory_positional_encoding"),
    (r"^no_obj_ptr$", "no_object_pointer"),
    (r"^no_obj_embed_spatial$", "occlusion_spatial_embedding_parameter"),
)

_COMPILED = tuple((re.compile(pattern), to) for pattern, to in RULES)
_SEQUENCE = re.compile(re.escape(_DOWN) + r"encoder\.(\d+)\.")


def converted(official: Mapping[str, "Tensor"]) -> State:
    """Return official weights by the names of transformers.

    Two things are more than a name: the four embeddings of points become rows of one, and the
    random matrix of positions is stored under both of its names.
    """
    import torch

    state = {
        new_name(name): value
        for name, value in official.items()
        if not name.startswith(POINTS) and name != GAUSSIAN
    }
    points = sorted(name for name in official if name.startswith(POINTS))
    if points:
        state["prompt_encoder.point_embed.weight"] = torch.cat([official[name] for name in points])
    if GAUSSIAN in official:
        state["shared_image_embedding.positional_embedding"] = official[GAUSSIAN]
        state["prompt_encoder.shared_embedding.positional_embedding"] = official[GAUSSIAN]
    return state


def new_name(name: str) -> str:
    """Return the name of a weight in transformers.

    >>> new_name("memory_encoder.fuser.layers.1.pwconv2.bias")
    'memory_encoder.memory_fuser.layers.1.pointwise_conv2.bias'
    """
    for pattern, to in _COMPILED:
        name = pattern.sub(to, name)
    return _SEQUENCE.sub(_layer, name)


def _layer(found: re.Match[str]) -> str:
    """Return the place of a module of the mask's downsampler: convolution, norm, activation."""
    layer, part = divmod(int(found[1]), 3)
    if layer == 4:
        return f"{_DOWN}final_conv."
    return f"{_DOWN}layers.{layer}.{('conv', 'layer_norm')[part]}."
