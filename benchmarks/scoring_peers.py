"""Other people's evaluators, each run in a process of its own; see ``scoring.py``.

    python scoring_peers.py NAME FOLDER…    prints {"j": {OBJECT or CLIP/EXPRESSION: mean J}}

Nothing of refvps is imported, so that each process costs what the peer costs.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image


def davis2017(davis: str, preds: str) -> dict[str, float]:
    """Run the official evaluator, semi-supervised, J alone."""
    from davis2017.evaluation import DAVISEvaluation

    evaluation = DAVISEvaluation(davis_root=davis, task="semi-supervised", gt_set="val")
    return evaluation.evaluate(preds, metric=("J",))["J"]["M_per_object"]


def vos_benchmark(truth: str, preds: str) -> dict[str, float]:
    """Read as vos-benchmark reads and take its J; its evaluator cannot leave out F."""
    from vos_benchmark.evaluator import get_iou

    scores: dict[str, float] = {}
    for video in sorted(os.listdir(truth)):
        by_object: dict[int, list[float]] = {}
        seen: set[int] = set()
        for name in sorted(os.listdir(os.path.join(truth, video)))[1:-1]:
            labels = np.array(Image.open(os.path.join(truth, video, name)))
            found = np.array(Image.open(os.path.join(preds, video, name)))
            seen |= set(np.unique(labels).tolist()) | set(np.unique(found).tolist())
            for target in seen - {0}:
                mask, wanted = found == target, labels == target
                j = get_iou((mask * wanted).sum(), mask.sum() + wanted.sum())
                by_object.setdefault(target, []).append(j)
        scores |= {f"{video}_{target}": float(np.mean(j)) for target, j in by_object.items()}
    return scores


def official_functions(truth: str, preds: str) -> dict[str, float]:
    """Call the official J on every expression, truth read again for each, as its scripts do."""
    from davis2017.metrics import db_eval_iou

    scores: dict[str, float] = {}
    for clip in sorted(os.listdir(preds)):
        for expression in sorted(os.listdir(os.path.join(preds, clip))):
            folder = os.path.join(preds, clip, expression)
            names = sorted(os.listdir(folder))
            labels = np.stack([_open(os.path.join(truth, clip, name)) for name in names])
            found = np.stack([_open(os.path.join(folder, name)) for name in names])
            j = db_eval_iou(labels == 1, found == 1, labels == 255)
            scores[f"{clip}/{expression}"] = float(np.mean(j))
    return scores


def decode(*folders: str) -> dict[str, float]:
    """Decode every mask once with Pillow and do nothing else."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.png")):
            _open(str(path))
    return {}


def _open(path: str) -> np.ndarray:
    return np.array(Image.open(path))


PEERS = {
    "davis2017": davis2017,
    "vos-benchmark": vos_benchmark,
    "official-functions": official_functions,
    "decode": decode,
}

if __name__ == "__main__":
    # The official evaluator draws a progress bar; only the last line is the answer.
    print(json.dumps({"j": PEERS[sys.argv[1]](*sys.argv[2:])}))
