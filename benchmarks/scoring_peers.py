"""Other people's evaluators, each run in a process of its own; see ``scoring.py``.

    python scoring_peers.py NAME J|J,F FOLDER…
    prints {"j": {OBJECT or CLIP/EXPRESSION: mean J}, "f": {… mean F}}

Nothing of refvps is imported, so that each process costs what the peer costs.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

Scores = dict[str, dict[str, float]]


def davis2017(metrics: str, davis: str, preds: str) -> Scores:
    """Run the official evaluator, semi-supervised."""
    from davis2017.evaluation import DAVISEvaluation

    evaluation = DAVISEvaluation(davis_root=davis, task="semi-supervised", gt_set="val")
    found = evaluation.evaluate(preds, metric=tuple(metrics.split(",")))
    return {name.lower(): part["M_per_object"] for name, part in found.items()}


def vos_benchmark(metrics: str, truth: str, preds: str) -> Scores:
    """Run vos-benchmark; for J alone read as it reads, since its evaluator cannot leave out F."""
    if "F" in metrics:
        from vos_benchmark.benchmark import VideoEvaluator

        evaluator = VideoEvaluator(truth, preds)
        found: Scores = {"j": {}, "f": {}}
        for video in sorted(os.listdir(truth)):
            _, j_of, f_of = evaluator(video)
            found["j"] |= {f"{video}_{target}": j / 100 for target, j in j_of.items()}
            found["f"] |= {f"{video}_{target}": f / 100 for target, f in f_of.items()}
        return found
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
    return {"j": scores}


def official_functions(metrics: str, truth: str, preds: str) -> Scores:
    """Call the official functions; truth is read again for each expression, as its scripts do."""
    from davis2017.metrics import db_eval_boundary, db_eval_iou

    scores: Scores = {"j": {}, "f": {}}
    for clip in sorted(os.listdir(preds)):
        for expression in sorted(os.listdir(os.path.join(preds, clip))):
            folder = os.path.join(preds, clip, expression)
            names = sorted(os.listdir(folder))
            labels = np.stack([_open(os.path.join(truth, clip, name)) for name in names])
            found = np.stack([_open(os.path.join(folder, name)) for name in names])
            masks, name = (labels == 1, found == 1, labels == 255), f"{clip}/{expression}"
            scores["j"][name] = float(np.mean(db_eval_iou(*masks)))
            if "F" in metrics:
                scores["f"][name] = float(np.mean(db_eval_boundary(*masks)))
    return scores


def decode(metrics: str, *folders: str) -> Scores:  # noqa: ARG001 - as every peer
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
    print(json.dumps(PEERS[sys.argv[1]](*sys.argv[2:])))
