"""SAM 3 for videos at toy size, in the folder layout of transformers."""

from pathlib import Path
from typing import Any

from support.tiny_video_diffusion import vocabulary, write_clip_tokenizer

SIDE = 112
PATCH = 14
WIDTH = 128
"""More than the 64 channels of a memory, which are hard-coded."""


def write_sam3(folder: Path, seed: int = 0) -> Path:
    """Write a model with random weights that finds things: its thresholds are below every score."""
    import torch
    from transformers import Sam3VideoConfig, Sam3VideoModel

    torch.manual_seed(seed)
    model = Sam3VideoModel(Sam3VideoConfig(**_configuration()))
    model.save_pretrained(folder)
    write_clip_tokenizer(folder)
    return folder


def _configuration() -> dict[str, Any]:
    grid = SIDE // PATCH
    width = {"hidden_size": WIDTH, "intermediate_size": 32, "num_attention_heads": 2}
    sizes = [[4 * grid, 4 * grid], [2 * grid, 2 * grid], [grid, grid]]
    backbone = {
        **width,
        "model_type": "sam3_vit_model",
        "num_hidden_layers": 1,
        "image_size": SIDE,
        "pretrain_image_size": SIDE,
        "patch_size": PATCH,
        "window_size": 4,
        "global_attn_indexes": [0],
    }
    vision = {
        "model_type": "sam3_vision_model",
        "backbone_config": backbone,
        "fpn_hidden_size": WIDTH,
        "backbone_feature_sizes": sizes,
    }
    small = {**width, "num_layers": 1}
    detector = {
        "model_type": "sam3",
        "vision_config": vision,
        "text_config": {
            **width,
            "model_type": "clip_text_model",
            "vocab_size": len(vocabulary()),
            "num_hidden_layers": 1,
            "max_position_embeddings": 32,
            "projection_dim": WIDTH,
            "eos_token_id": len(vocabulary()) - 1,
            "bos_token_id": len(vocabulary()) - 2,
            "pad_token_id": len(vocabulary()) - 1,
        },
        "geometry_encoder_config": small,
        "detr_encoder_config": small,
        "detr_decoder_config": {**small, "num_queries": 4},
        "mask_decoder_config": {"hidden_size": WIDTH, "num_attention_heads": 2},
        "initializer_range": 0.3,
    }
    tracker = {
        "model_type": "sam3_tracker_video",
        "vision_config": vision,
        "prompt_encoder_config": {"hidden_size": WIDTH, "image_size": SIDE, "patch_size": PATCH},
        "mask_decoder_config": {
            "hidden_size": WIDTH,
            "mlp_dim": 32,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 32,
        },
        "image_size": SIDE,
        "memory_attention_hidden_size": WIDTH,
        "memory_attention_num_layers": 1,
        "memory_attention_feed_forward_hidden_size": 32,
        "memory_attention_rope_feat_sizes": [grid, grid],
        "memory_encoder_hidden_size": WIDTH,
        "memory_encoder_output_channels": 64,
        "mask_downsampler_embed_dim": WIDTH,
        "memory_fuser_embed_dim": WIDTH,
        "memory_fuser_intermediate_dim": 32,
    }
    return {
        "detector_config": detector,
        "tracker_config": tracker,
        "low_res_mask_size": 4 * grid,
        "score_threshold_detection": 0.0,
        "new_det_thresh": 0.0,
        "hotstart_delay": 0,
        "hotstart_unmatch_thresh": 0,
        "hotstart_dup_thresh": 0,
        "initializer_range": 0.3,
    }
