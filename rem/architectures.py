"""The networks of the variants as Diffusers configurations, so that no file has to be fetched.

A base folder that holds its network's ``config.json`` takes precedence. The counts of parameters
are those of the published weights and are tested without allocating any.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Config = Mapping[str, Any]


def _frozen(**values: Any) -> Config:
    return MappingProxyType(values)


MODELSCOPE_UNET = _frozen(
    in_channels=4,
    out_channels=4,
    down_block_types=("CrossAttnDownBlock3D",) * 3 + ("DownBlock3D",),
    up_block_types=("UpBlock3D",) + ("CrossAttnUpBlock3D",) * 3,
    block_out_channels=(320, 640, 1280, 1280),
    layers_per_block=2,
    cross_attention_dim=1024,
    attention_head_dim=64,
    norm_num_groups=32,
)
"""``UNet3DConditionModel``, 1,411.2 M parameters. Source: ``unet/config.json`` of
``ali-vilab/text-to-video-ms-1.7b``; Wang et al., "ModelScope Text-to-Video Technical Report"."""

STABLE_DIFFUSION_2_1_UNET = _frozen(
    in_channels=4,
    out_channels=4,
    block_out_channels=(320, 640, 1280, 1280),
    layers_per_block=2,
    cross_attention_dim=1024,
    attention_head_dim=(5, 10, 20, 20),
    norm_num_groups=32,
    use_linear_projection=True,
    upcast_attention=True,
)
"""``UNet2DConditionModel``, 865.9 M parameters. Source: ``unet/config.json`` of
``stabilityai/stable-diffusion-2-1``."""


def _wan(layers: int, heads: int, ffn: int) -> Config:
    return _frozen(
        patch_size=(1, 2, 2),
        num_attention_heads=heads,
        attention_head_dim=128,
        in_channels=16,
        out_channels=16,
        text_dim=4096,
        freq_dim=256,
        ffn_dim=ffn,
        num_layers=layers,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        eps=1e-6,
        rope_max_seq_len=1024,
    )


WAN_14B_TRANSFORMER = _wan(layers=40, heads=40, ffn=13824)
"""``WanTransformer3DModel``, 14,288.5 M parameters. Source: ``transformer/config.json`` of
``Wan-AI/Wan2.1-T2V-14B-Diffusers``."""

WAN_1_3B_TRANSFORMER = _wan(layers=30, heads=12, ffn=8960)
"""``WanTransformer3DModel``, 1,419.0 M parameters. Source: ``transformer/config.json`` of
``Wan-AI/Wan2.1-T2V-1.3B-Diffusers``."""

TINY_SIZE = 64
"""Side of the square that the small REM sees, in pixels; its latents are a quarter of it."""

TINY_UNET = _frozen(
    sample_size=TINY_SIZE // 4,
    in_channels=4,
    out_channels=4,
    down_block_types=("CrossAttnDownBlock3D", "CrossAttnDownBlock3D", "DownBlock3D"),
    up_block_types=("UpBlock3D", "CrossAttnUpBlock3D", "CrossAttnUpBlock3D"),
    block_out_channels=(32, 64, 96),
    layers_per_block=1,
    cross_attention_dim=64,
    attention_head_dim=8,
    norm_num_groups=32,
)
"""``UNet3DConditionModel``, 3.6 M parameters: ours, for the built-in demo."""
