"""Writes golden/contour_accuracy.json with the official DAVIS code.

Usage: python make_contour_accuracy_golden.py CHECKOUT_OF_DAVIS2017_EVALUATION COMMIT
Needs scikit-image and OpenCV beside NumPy. Not run by the tests; they read its output. See
golden/PROVENANCE.md.
"""

import importlib.util
import json
import sys
import types
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def official_f(checkout: Path) -> types.FunctionType:
    """Return ``db_eval_boundary`` of the checkout, without the package's plotting imports."""
    spec = importlib.util.spec_from_file_location("metrics", checkout / "davis2017/metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.db_eval_boundary


def cases() -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Return (pred, truth, void) by name, bool [T, H, W] each."""
    random = np.random.default_rng(11)
    size = (1, 18, 130)  # a tolerance of 2 pixels
    rows, columns = np.mgrid[: size[1], : size[2]]
    noise = [random.random(size) < share for share in (0.5, 0.02, 0.05)]
    blob = np.broadcast_to((rows - 8) ** 2 + ((columns - 70) / 4) ** 2 < 30, size)
    corner = np.broadcast_to((rows < 7) & (columns < 66), size)
    edge = np.broadcast_to((rows > 12) & (columns > 100), size)
    line = np.broadcast_to(rows == 17, size)
    column = np.broadcast_to(columns == 129, size)
    empty, full = np.zeros(size, bool), np.ones(size, bool)
    pixel = [np.broadcast_to((rows == r) & (columns == c), size) for r, c in ((0, 0), (17, 129))]
    shifted = {f"blob-shifted-{by}": np.roll(blob, by, 2) for by in (1, 2, 3, 30)}
    small = {(1, 1): 0.5, (1, 90): 0.3, (90, 1): 0.3, (2, 64): 0.5, (3, 65): 0.5, (5, 128): 0.1}
    found = {name: (mask, blob, None) for name, mask in shifted.items()}
    found |= {
        "equal": (blob, blob, None),
        "noise": (noise[0], noise[1], None),
        "noise-void": (noise[0], noise[1], noise[2]),
        "sparse-noise": (noise[1], noise[2], None),
        "blob-noise": (blob ^ noise[1], blob, None),
        "blob-void-band": (blob, np.roll(blob, 4, 2), np.roll(blob, 6, 1) & ~blob),
        "blob-void-noise": (blob, np.roll(blob, 4, 1), noise[1]),
        "corner-and-edge": (corner, edge, None),
        "edge-against-line": (edge, line, None),
        "line-against-column": (line, column, None),
        "pixels-in-corners": (pixel[0] | pixel[1], pixel[0], None),
        "last-pixel": (pixel[1], blob, None),
        "both-empty": (empty, empty, None),
        "pred-empty": (empty, blob, None),
        "truth-empty": (blob, empty, None),
        "both-full": (full, full, None),
        "full-against-empty": (full, empty, None),
        "full-against-blob": (full, blob, None),
        "full-void-hole": (full, full, pixel[0] | blob),
        "void-hides-false-alarm": (blob, empty, blob),
        "void-hides-target": (empty, blob, blob),
        "all-void": (blob, noise[0], full),
        "one-frame-of-two-empty": (
            *(np.concatenate(each) for each in ((blob, empty), (blob, blob))),
            None,
        ),
    }
    for (height, width), share in small.items():
        masks = (random.random((2, height, width)) < share for _ in range(2))
        found[f"noise-{height}x{width}"] = (*masks, None)
    return found


def text(masks: np.ndarray) -> list[list[str]]:
    """Return masks as rows of ``#`` and ``.``, readable in the file."""
    return [["".join(".#"[int(v)] for v in row) for row in frame] for frame in masks]


def main() -> None:
    checkout, commit = Path(sys.argv[1]), sys.argv[2]
    boundary = official_f(checkout)
    golden = {
        name: {
            "pred": text(pred),
            "truth": text(truth),
            "void": None if void is None else text(void),
            "f": [float(f) for f in boundary(truth, pred, void_pixels=void)],
        }
        for name, (pred, truth, void) in cases().items()
    }
    document = {"commit": commit, "numpy": np.__version__, "cases": golden}
    target = HERE / "golden/contour_accuracy.json"
    target.write_text(json.dumps(document, indent=0) + "\n")


if __name__ == "__main__":
    main()
