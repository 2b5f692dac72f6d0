"""Writes golden/region_similarity.json with the official DAVIS code.

Usage: python make_region_similarity_golden.py CHECKOUT_OF_DAVIS2017_EVALUATION COMMIT
Not run by the tests; they read its output. See golden/PROVENANCE.md.
"""

import importlib.util
import json
import sys
import types
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def official_iou(checkout: Path) -> types.FunctionType:
    """Return ``db_eval_iou`` of the checkout, without the package's plotting imports."""
    sys.path.insert(0, str(checkout))
    spec = importlib.util.spec_from_file_location("metrics", checkout / "davis2017/metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.db_eval_iou


def cases() -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Return (pred, truth, void) by name, bool [T, H, W] each."""
    random = np.random.default_rng(7)
    size = (3, 13, 70)
    noise = [random.random(size) < share for share in (0.5, 0.3, 0.2)]
    blob = np.zeros(size, bool)
    blob[:, 3:9, 20:66] = True
    pixel = np.zeros(size, bool)
    pixel[:, 12, 69] = True
    empty, full = np.zeros(size, bool), np.ones(size, bool)
    return {
        "random": (noise[0], noise[1], None),
        "random-void": (noise[0], noise[1], noise[2]),
        "blob-shifted": (blob, np.roll(blob, (1, 3), (1, 2)), None),
        "blob-void-band": (blob, np.roll(blob, 2, 2), np.roll(pixel, -9, 1) | noise[2]),
        "both-empty": (empty, empty, None),
        "pred-empty": (empty, blob, None),
        "truth-empty": (blob, empty, None),
        "both-full": (full, full, None),
        "full-against-pixel": (full, pixel, None),
        "one-pixel": (pixel, pixel, None),
        "one-pixel-missed": (pixel, np.roll(pixel, -1, 2), None),
        "void-hides-false-alarm": (blob, empty, blob),
        "void-hides-target": (empty, blob, blob),
        "all-void": (blob, noise[0], full),
        "all-void-empty": (empty, empty, full),
        "one-frame-of-three-empty": (blob & np.array([1, 0, 1], bool)[:, None, None], blob, None),
    }


def text(masks: np.ndarray) -> list[list[str]]:
    """Return masks as rows of ``#`` and ``.``, readable in the file."""
    return [["".join(".#"[int(v)] for v in row) for row in frame] for frame in masks]


def main() -> None:
    checkout, commit = Path(sys.argv[1]), sys.argv[2]
    iou = official_iou(checkout)
    golden = {
        name: {
            "pred": text(pred),
            "truth": text(truth),
            "void": None if void is None else text(void),
            "j": [float(j) for j in iou(truth, pred, void_pixels=void)],
        }
        for name, (pred, truth, void) in cases().items()
    }
    document = {"commit": commit, "numpy": np.__version__, "cases": golden}
    target = HERE / "golden/region_similarity.json"
    target.write_text(json.dumps(document, indent=0) + "\n")


if __name__ == "__main__":
    main()
