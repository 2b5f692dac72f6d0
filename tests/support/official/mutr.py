"""Run by the interpreter of the official code, in the sandbox: MUTR's own script.

Usage: mutr.py ADAPTERS CHECKOUT prepare|run REQUEST, a JSON file.
"""

import json
import sys
import threading
from pathlib import Path

import torch


def main() -> None:
    adapters, checkout, what, request = sys.argv[1:]
    sys.path.insert(0, adapters)
    sys.argv = sys.argv[:1]
    import mutr

    asked = json.loads(Path(request).read_text())
    spec = {"checkout": checkout, "device": "cpu"}
    mutr.import_check(spec)
    args = mutr.official_arguments({**mutr.DEFAULTS, **asked["options"]}, "cpu")
    torch.manual_seed(3)
    if what == "prepare":
        prepare(mutr.build(args), asked["checkpoint"])
    else:
        mutr.build(args)  # its side effect: nothing is fetched
        run(args, asked)


def prepare(model: torch.nn.Module, path: str) -> None:
    torch.save({"model": model.state_dict()}, path)


def run(args: object, asked: dict) -> None:
    import inference_ytvos
    from PIL import Image

    palette = Path("davis/valid/Annotations/blackswan")
    palette.mkdir(parents=True)
    image = Image.new("P", (4, 4))
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(palette / "00000.png")
    args.davis_path, args.resume = "davis", asked["checkpoint"]
    args.ngpu = 1
    torch.cuda.set_device = lambda *_: None
    inference_ytvos.result_dict = {}
    videos = list(asked["data"])
    inference_ytvos.sub_processor(
        threading.Lock(), 1, args, asked["data"], asked["out"], "", asked["images"], videos
    )


if __name__ == "__main__":
    main()
