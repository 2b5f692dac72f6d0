"""A network in the classes of transformers: empty, or read from a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

from annotator.segmenters.sam.architectures import Architecture
from refvps.errors import DataError

if TYPE_CHECKING:
    from transformers import Sam2VideoConfig, Sam2VideoModel


def configuration(a: Architecture) -> "Sam2VideoConfig":
    """Return an architecture as transformers describes it."""
    from transformers import Sam2HieraDetConfig, Sam2VideoConfig, Sam2VisionConfig

    stages = range(len(a.blocks))
    backbone = Sam2HieraDetConfig(
        hidden_size=a.embed,
        num_attention_heads=a.heads,
        image_size=[a.side, a.side],
        window_positional_embedding_background_size=list(a.background),
        blocks_per_stage=list(a.blocks),
        embed_dim_per_stage=list(a.channels),
        num_attention_heads_per_stage=[a.heads * 2**stage for stage in stages],
        window_size_per_stage=list(a.windows),
        global_attention_blocks=list(a.global_blocks),
    )
    vision = Sam2VisionConfig(
        backbone_config=backbone,
        backbone_channel_list=list(reversed(a.channels)),
        backbone_feature_sizes=[[a.side // stride] * 2 for stride in (4, 8, 16)],
        fpn_hidden_size=a.hidden,
    )
    return Sam2VideoConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": a.hidden, "image_size": a.side},
        mask_decoder_config={"hidden_size": a.hidden},
        image_size=a.side,
        num_maskmem=a.memories,
        enable_occlusion_spatial_embedding=a.occlusion,
        enable_temporal_pos_encoding_for_object_pointers=a.pointer_time,
        memory_attention_hidden_size=a.hidden,
        memory_attention_num_layers=a.layers,
        memory_attention_rope_feat_sizes=[a.grid, a.grid],
        memory_encoder_hidden_size=a.hidden,
        mask_downsampler_embed_dim=a.hidden,
        memory_fuser_embed_dim=a.hidden,
        memory_fuser_intermediate_dim=4 * a.hidden,
    )


def empty_model(a: Architecture) -> "Sam2VideoModel":
    """Return a network whose weights have still to be given, ready to answer."""
    from transformers import Sam2VideoModel

    return Sam2VideoModel(configuration(a)).eval()


def model_in(folder: Path) -> "Sam2VideoModel":
    """Return the network in a folder of transformers' own layout.

    Raises:
        DataError: the folder's weights are damaged or do not fit in full.
    """
    from safetensors import SafetensorError
    from transformers import Sam2VideoModel

    try:
        model, report = Sam2VideoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(folder, f"weights cannot be read ({reason}); copy them again") from error
    wrong = [*report["missing_keys"], *report["unexpected_keys"], *report["mismatched_keys"]]
    if wrong:
        names = sorted(map(str, wrong))
        problem = f"{len(names)} weights do not fit the network, the first {names[0]}"
        raise DataError(folder, problem, details=names)
    return model.eval()
