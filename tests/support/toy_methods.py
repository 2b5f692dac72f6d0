"""Official repositories that behave badly, as toys, and their adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from baselines.worker.adapter_file import read_adapter
from baselines.worker.method import WorkerMethod
from baselines.worker.options import choose

MODELS = """
import os
import utils
print("a line on stdout that is no protocol")
os.environ["CUDA_VISIBLE_DEVICES"] = "7"
KEYS = {"stem", "head"}
def area(text):
    return utils.SHARE if text != "nothing" else 0.0
"""

ADAPTER = """
NAME = "toy"
LICENCE = "none"
ANCHORS = (("models.py", "area", ("text",)),)
VERSIONS = {"numpy": ("1.0", "")}
MIRRORED = ()
DEFAULTS = {"do": "well", "once": "", "keys": "stem,head", "window": 4}

def required_files(options):
    return ["models.py", "utils.py"]

def assets(options):
    return {}

def load(spec, report):
    import os, sys
    global models, options
    options = spec["options"]
    if options["do"] == "die loading":
        os._exit(4)
    sys.path.insert(0, spec["checkout"])
    import models
    report.imported()
    missing = sorted(models.KEYS - set(options["keys"].split(",")))
    if missing:
        raise ValueError("the checkpoint has no weights for " + ", ".join(missing))
    return {"gpu": os.environ.get("CUDA_VISIBLE_DEVICES"), "missing": missing}

def predict(job, report):
    import os, signal, time
    import numpy as np
    do = options["do"]
    if options["once"]:  # only the first time that it is asked
        do = "well" if os.path.exists(options["once"]) else do
        open(options["once"], "w").close()
    elif job["expression"] != "the a":
        do = "well"  # only the first expression
    print("predicting", job["expression"])
    shape = [len(job["frames"]), job["height"], job["width"]]
    if do == "print":
        os.write(1, b"{}\\n" * 5000)
    if do == "exit":
        exit(0)
    if do == "raise":
        raise KeyError("no such thing")
    if do == "hang":
        time.sleep(3600)
    if do == "wrong shape":
        shape[0] += 1
    if do == "numbers":
        return np.zeros(shape), {}
    if do == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if do == "ends":
        os._exit(0)
    if do == "memory":
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
    masks = np.zeros(shape, bool)
    masks[:, : int(shape[1] * models.area(job["expression"]))] = True
    for number in range(shape[0]):
        report(number + 1, shape[0])
    return masks, {"score": np.float32(0.5), "gpu": os.environ.get("CUDA_VISIBLE_DEVICES")}
"""


def write_toy(folder: Path, share: float = 0.5) -> Path:
    """Write a checkout with top-level ``models`` and ``utils``, and its adapter beside it."""
    checkout = folder / "checkout"
    checkout.mkdir(parents=True)
    (checkout / "models.py").write_text(MODELS)
    (checkout / "utils.py").write_text(f"SHARE = {share}\n")
    (folder / "adapter.py").write_text(ADAPTER)
    return folder


@contextmanager
def toy_method(folder: Path, **options: str) -> Iterator[WorkerMethod]:
    """Give the method of a toy that ``write_toy`` wrote; its worker ends with the block."""
    given = {"checkout": str(folder / "checkout"), "logs": str(folder / "logs"), **options}
    method = WorkerMethod(choose(read_adapter(folder / "adapter.py"), given, "method 'toy'"))
    try:
        yield method
    finally:
        method.close()
