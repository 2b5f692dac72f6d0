"""Run by the interpreter of the official code, in the sandbox: VD-IT's own script, seeded.

Usage: vdit.py ADAPTERS CHECKOUT prepare|run REQUEST, a JSON file.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import torch


def main() -> None:
    adapters, checkout, what, request = sys.argv[1:]
    sys.path.insert(0, adapters)
    sys.argv = sys.argv[:1]
    import small_vdit
    import vdit

    asked = json.loads(Path(request).read_text())
    vdit.import_check({"checkout": checkout, "device": "cpu"})
    small_vdit.shrink()
    args = vdit.official_arguments({**vdit.DEFAULTS, **asked["options"]}, "cpu")
    torch.manual_seed(asked.get("torch_seed", 7))
    if what == "prepare":
        torch.save({"model": vdit.build(args).state_dict(), "args": args}, asked["checkpoint"])
    else:
        run(args, asked)


def run(args: Any, asked: dict[str, Any]) -> None:
    import inference_ytvos
    import windows

    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    build = inference_ytvos.build_model

    def seeded(args: Any) -> Any:
        model, criterion, rest = build(args)
        forward = model.forward

        def call(samples: Any, captions: list[str], targets: Any) -> Any:
            torch.manual_seed(windows.seed_of(42, "clip", captions[0], 0))
            return forward(samples, captions, targets)

        model.forward = call
        return model, criterion, rest

    inference_ytvos.build_model = seeded
    inference_ytvos.result_dict = {}
    args.resume = asked["checkpoint"]
    # The script loads with torch's default, which refuses the arguments in the file.
    with torch.serialization.safe_globals([type(args)]):
        inference_ytvos.sub_processor(
            threading.Lock(),
            1,
            args,
            asked["data"],
            asked["out"],
            "",
            asked["images"],
            list(asked["data"]),
        )


if __name__ == "__main__":
    main()
