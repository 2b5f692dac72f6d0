"""Run by the interpreter of the official code, in the sandbox: ``UNINEXT_VID.forward``.

Usage: uninext.py ADAPTERS CHECKOUT prepare|run REQUEST, a JSON file.
"""

import json
import os
import sys
from pathlib import Path

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
    torch.manual_seed(5)
    model = uninext.build(config)
    if what == "prepare":
        torch.save({"model": model.state_dict()}, asked["checkpoint"])
    else:
        run(model, config, asked)


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
    os.rename(f"{asked['out']}/Annotations/clip", f"{asked['out']}/clip")


if __name__ == "__main__":
    main()
