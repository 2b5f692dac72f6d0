"""An empty network in the classes of the ``sam2`` package."""

from typing import TYPE_CHECKING, Any

from annotator.segmenters.sam.architectures import Architecture

if TYPE_CHECKING:
    from sam2.modeling.sam2_base import SAM2Base


def arguments(a: Architecture) -> dict[str, Any]:
    """Return what ``SAM2Base`` and its subclasses are made of.

    These are the values of the official configurations and of the video predictor's builder.
    """
    return {
        "image_encoder": _encoder(a),
        "memory_attention": _memory_attention(a),
        "memory_encoder": _memory_encoder(a),
        "num_maskmem": a.memories,
        "image_size": a.side,
        "sigmoid_scale_for_mem_enc": 20.0,
        "sigmoid_bias_for_mem_enc": -10.0,
        "use_mask_input_as_output_without_sam": True,
        "directly_add_no_mem_embed": True,
        "no_obj_embed_spatial": a.occlusion,
        "use_high_res_features_in_sam": True,
        "multimask_output_in_sam": True,
        "iou_prediction_use_sigmoid": True,
        "use_obj_ptrs_in_encoder": True,
        "add_tpos_enc_to_obj_ptrs": a.pointer_time,
        "proj_tpos_enc_in_obj_ptrs": a.pointer_time,
        "use_signed_tpos_enc_to_obj_ptrs": a.pointer_time,
        "only_obj_ptrs_in_the_past_for_eval": True,
        "pred_obj_scores": True,
        "pred_obj_scores_mlp": True,
        "fixed_no_obj_ptr": True,
        "multimask_output_for_tracking": True,
        "use_multimask_token_for_obj_ptr": True,
        "multimask_min_pt_num": 0,
        "multimask_max_pt_num": 1,
        "use_mlp_for_obj_ptr_proj": True,
        "binarize_mask_from_pts_for_mem_enc": True,
        "sam_mask_decoder_extra_args": {
            "dynamic_multimask_via_stability": True,
            "dynamic_multimask_stability_delta": 0.05,
            "dynamic_multimask_stability_thresh": 0.98,
        },
    }


def empty_model(a: Architecture) -> "SAM2Base":
    """Return a network whose weights have still to be given, ready to answer."""
    from sam2.modeling.sam2_base import SAM2Base

    return SAM2Base(**arguments(a)).eval()


def _encoder(a: Architecture) -> Any:
    from sam2.modeling.backbones.hieradet import Hiera
    from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
    from sam2.modeling.position_encoding import PositionEmbeddingSine

    trunk = Hiera(
        embed_dim=a.embed,
        num_heads=a.heads,
        stages=list(a.blocks),
        global_att_blocks=list(a.global_blocks),
        window_spec=list(a.windows),
        window_pos_embed_bkg_spatial_size=list(a.background),
    )
    neck = FpnNeck(
        position_encoding=PositionEmbeddingSine(num_pos_feats=a.hidden, image_size=a.side),
        d_model=a.hidden,
        backbone_channel_list=list(reversed(a.channels)),
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    )
    return ImageEncoder(scalp=1, trunk=trunk, neck=neck)


def _memory_attention(a: Architecture) -> Any:
    from sam2.modeling.memory_attention import MemoryAttention, MemoryAttentionLayer
    from sam2.modeling.sam.transformer import RoPEAttention

    shared: dict[str, Any] = {
        "rope_theta": 10000.0,
        "feat_sizes": [a.grid, a.grid],
        "embedding_dim": a.hidden,
        "num_heads": 1,
        "downsample_rate": 1,
        "dropout": 0.1,
    }
    layer = MemoryAttentionLayer(
        activation="relu",
        dim_feedforward=2048,
        dropout=0.1,
        pos_enc_at_attn=False,
        self_attention=RoPEAttention(**shared),
        d_model=a.hidden,
        pos_enc_at_cross_attn_keys=True,
        pos_enc_at_cross_attn_queries=False,
        cross_attention=RoPEAttention(**shared, rope_k_repeat=True, kv_in_dim=64),
    )
    return MemoryAttention(
        d_model=a.hidden, pos_enc_at_input=True, layer=layer, num_layers=a.layers
    )


def _memory_encoder(a: Architecture) -> Any:
    from sam2.modeling.memory_encoder import CXBlock, Fuser, MaskDownSampler, MemoryEncoder
    from sam2.modeling.position_encoding import PositionEmbeddingSine

    return MemoryEncoder(
        out_dim=64,
        position_encoding=PositionEmbeddingSine(num_pos_feats=64, image_size=a.side),
        mask_downsampler=MaskDownSampler(kernel_size=3, stride=2, padding=1, embed_dim=a.hidden),
        fuser=Fuser(CXBlock(dim=a.hidden, kernel_size=7, padding=3, use_dwconv=True), num_layers=2),
        in_dim=a.hidden,
    )
