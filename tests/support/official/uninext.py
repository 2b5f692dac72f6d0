"""Run by the interpreter of the official code, in the sandbox: ``UNINEXT_VID.forward``.

Usage: uninext.py ADAPTERS CHECKOUT prepare|run REQUEST, a JSON file.
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
    import uninext

    asked = json.loads(Path(request).read_text())
    uninext.import_check({"checkout": checkout, "device": "cpu"})
    options = {**uninext.DEFAULTS, **asked["options"]}
    options["overrides"] += " OUTPUT_DIR " + asked["out"]
    config = uninext.configuration(checkout, options, "cpu")
    torch.manual_seed(6)
    model = uninext.build(config)
    if what == "prepare":
        centre(uninext, model.eval(), config, asked)
        torch.save({"model": model.state_dict()}, asked["checkpoint"])
    else:
        run(model, config, asked)


def centre(uninext: Any, model: torch.nn.Module, config: Any, asked: dict) -> None:
    """Shift the masks so that about half of the pixels are in: random ones are all or nothing."""
    uninext._loaded.update(config=config)
    video, held = next(iter(asked["data"].items()))
    path = f"{asked['images']}/{video}/{held['frames'][0]}.jpg"
    medians = []
    with torch.no_grad():
        for expression in held["expressions"].values():
            words = model.forward_text([expression["exp"]], device="cpu")
            outputs, _ = uninext.looked_at(model, path, words)
            query, _ = uninext.best_score(model, outputs)
            medians.append(outputs["pred_masks"][0, query].median())
        model.detr.controller.layers[-1].bias[-1] -= torch.stack(medians).mean()


def run(model: torch.nn.Module, config: object, asked: dict) -> None:
    from detectron2.checkpoint import DetectionCheckpointer
    from detectron2.projects.uninext.data import YTVISDatasetMapper

    DetectionCheckpointer(model).load(asked["checkpoint"])
    model.eval()
    on_gpu = model.forward_text
    model.forward_text = lambda captions, device: on_gpu(captions, device="cpu")
    mapper = YTVISDatasetMapper(config, is_train=False)
    for video, held in asked["data"].items():
        for number, expression in held["expressions"].items():
            paths = [f"{asked['images']}/{video}/{frame}.jpg" for frame in held["frames"]]
            entry = {
                "dataset_name": "rvos-refytb-val",
                "task": "grounding",
                "file_names": paths,
                "length": len(paths),
                "expressions": [expression["exp"]],
                "video": video,
                "exp_id": number,
                "height": asked["size"][0],
                "width": asked["size"][1],
                "has_mask": True,
            }
            with torch.no_grad():
                model([mapper(entry)])
    Path(asked["out"], "Annotations/clip").rename(Path(asked["out"], "clip"))


if __name__ == "__main__":
    main()
