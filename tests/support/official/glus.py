"""Run by the interpreter of the official code, in the sandbox: GLUS's own script for a video.

Usage: glus.py ADAPTERS CHECKOUT prepare|run REQUEST, a JSON file.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch


def main() -> None:
    adapters, checkout, what, request = sys.argv[1:]
    sys.path.insert(0, adapters)
    sys.argv = sys.argv[:1]
    import glus

    asked = json.loads(Path(request).read_text())
    glus.import_check({"checkout": checkout, "device": "cpu"})
    options = {**glus.DEFAULTS, **asked["options"]}
    args = glus.official_arguments(options, asked["checkpoint"])
    if what == "prepare":
        prepare(args)
    else:
        run(args, asked)


def prepare(args: Any) -> None:
    """Write a model whose answer is always [SEG]: its first coordinate is always positive."""
    import glus
    from model.GLUS import GLUSForCausalLM
    from model.llava.model.language_model.llava_llama import LlavaConfig

    tokenizer = glus.tokenizer_of(args)
    config = LlavaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        initializer_range=0.1,
        mm_vision_tower=args.vision_tower,
        vision_tower=args.vision_tower,
        mm_hidden_size=64,
        mm_vision_select_layer=-2,
        use_mm_proj=True,
        train_mask_decoder=True,
        out_dim=256,
        mm_use_im_start_end=True,
    )
    torch.manual_seed(0)
    model = GLUSForCausalLM(
        config,
        vision_tower=args.vision_tower,
        seg_token_idx=args.seg_token_idx,
        sam_config=args.sam_config,
    )
    with torch.no_grad():
        inner = model.get_model()
        inner.embed_tokens.weight.normal_()
        inner.embed_tokens.weight[:, 0] = 8
        inner.mm_projector.bias[0] = 8
        model.lm_head.weight.zero_()
        model.lm_head.weight[args.seg_token_idx, 0] = 1
        for layer in inner.text_hidden_fcs[0]:
            if isinstance(layer, torch.nn.Linear):
                layer.weight.normal_(0, 0.3)
        for gamma in glus.gammas(model).values():
            gamma.uniform_(0.1, 0.3)
    model.save_pretrained(args.version, safe_serialization=True)
    kept = {name[len("model.visual_model.") :]: g for name, g in glus.gammas(model).items()}
    torch.save({"model": kept}, glus.SAM2)


def run(args: Any, asked: dict[str, Any]) -> None:
    import glus
    import inference_iter

    tokenizer = glus.tokenizer_of(args)
    model = glus.build(args, tokenizer)
    glus.fill(model, args.version)
    glus.finish(model, tokenizer, args, "cpu")
    made = glus.processors(model, args)
    args.vis_save_path = asked["out"]
    for video, held in asked["data"].items():
        for number, expression in held["expressions"].items():
            names = [f"{frame}.jpg" for frame in held["frames"]]
            paths = [f"{asked['images']}/{video}/{name}" for name in names]
            found = (paths, expression["exp"], {"vid_name": video, "exp_id": number}, names)
            inference_iter.get_frame_paths_and_target_obj = lambda _, found=found: found
            inference_iter.inference_video(
                args, model, made["clip_image_processor"], made["transform"], tokenizer
            )


if __name__ == "__main__":
    main()
