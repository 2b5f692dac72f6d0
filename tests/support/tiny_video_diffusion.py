"""The frozen models behind VD-IT at toy size: a video network, an autoencoder, two CLIPs."""

import json
from pathlib import Path

CHARACTERS = "abcdefghijklmnopqrstuvwxyz.,"


def write_text_to_video(folder: Path) -> Path:
    """A folder in the layout of ModelScope's text-to-video model."""
    import torch
    from diffusers import AutoencoderKL, DDPMScheduler, UNet3DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    UNet3DConditionModel(
        block_out_channels=(32, 64, 64, 64),
        layers_per_block=2,
        cross_attention_dim=1024,
        attention_head_dim=8,
        norm_num_groups=8,
    ).save_pretrained(folder / "unet")
    AutoencoderKL(
        block_out_channels=(32, 32, 64, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=8,
    ).save_pretrained(folder / "vae")
    DDPMScheduler(beta_schedule="scaled_linear").save_pretrained(folder / "scheduler")
    write_clip_tokenizer(folder / "tokenizer")
    config = CLIPTextConfig(
        vocab_size=len(vocabulary()),
        hidden_size=1024,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
    )
    CLIPTextModel(config).save_pretrained(folder / "text_encoder")
    return folder


def write_clip_vision(folder: Path) -> Path:
    """CLIP's image side at the width that is hard-coded, and its processor."""
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(1)
    config = CLIPVisionConfig(
        hidden_size=1280,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        image_size=224,
        patch_size=56,
        projection_dim=32,
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    write_clip_tokenizer(folder)
    size = {"crop_size": 224, "size": 224, "resample": 3, "processor_class": "CLIPProcessor"}
    size["image_processor_type"] = "CLIPImageProcessor"
    mean_and_std = {
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(size | mean_and_std))
    return folder


def vocabulary() -> list[str]:
    letters = [*CHARACTERS, *(f"{letter}</w>" for letter in CHARACTERS)]
    return [*letters, "<|startoftext|>", "<|endoftext|>"]


def write_clip_tokenizer(folder: Path) -> None:
    from transformers import CLIPTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(vocabulary())}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    CLIPTokenizer.from_pretrained(folder, model_max_length=77).save_pretrained(folder)


def write_small_clip(folder: Path) -> Path:
    """CLIP's image side with 256 patches, as GLUS counts on, and its image processor."""
    import torch
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(1)
    config = CLIPVisionConfig(
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=224,
        patch_size=14,
    )
    CLIPVisionModel(config).save_pretrained(folder)
    CLIPImageProcessor().save_pretrained(folder)
    return folder
