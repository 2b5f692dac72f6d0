"""Runs the official evaluation of Ref-DAVIS.

On a checkout of miccooper9/ReferEverything for the masks of separate objects, on one of
davisvideochallenge/davis2017-evaluation, which ReferFormer uses, for merged ones. Only what scores
is run, as it stands: the loop over the sets of ``ref-davis/infer_davis_MS.py``, and the modules of
``davis2017`` that it calls. It needs SciPy and scikit-image.
"""

import ast
import contextlib
import io
import math
import os
import sys
import warnings
from collections import defaultdict
from glob import glob
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
from PIL import Image

from refvps.mask_png import encode_labels
from support.official_categories import names_of
from support.ref_davis import SETS, VIDEOS, names, predicted


class Frame:
    """Stands for a table of pandas, of which the official code writes two a set."""

    def __init__(self, data: Any, columns: list[str]) -> None:
        self.data, self.columns = data, columns

    def to_csv(self, *_: Any, **__: Any) -> None: ...

    def to_string(self, **_: Any) -> str:
        return ""


def evaluation(checkout: Path) -> type:
    """Return the class ``DAVISEvaluation``."""
    from scipy.optimize import linear_sum_assignment

    common = {"np": np, "os": os, "sys": sys, "glob": glob, "Image": Image, "cv2": cv2}
    common |= {"defaultdict": defaultdict, "linear_sum_assignment": linear_sum_assignment}
    folder = checkout / "davis2017"
    scores = {"db_eval_iou", "db_eval_boundary", "f_measure", "_seg2bmap"}
    found = names_of(folder / "metrics.py", scores, {**common, "math": math})
    found |= names_of(folder / "davis.py", {"DAVIS"}, common)
    found |= names_of(folder / "results.py", {"Results", "Results_SepObjs"}, common)
    statistics = names_of(folder / "utils.py", {"db_statistics"}, {**common, "warnings": warnings})
    found |= {"tqdm": list, "utils": SimpleNamespace(db_statistics=statistics["db_statistics"])}
    return names_of(folder / "evaluation.py", {"DAVISEvaluation"}, found)["DAVISEvaluation"]


def official_ref_davis(
    checkout: Path, root: Path, results: Path, *, evaluated_by: Path | None = None
) -> dict[str, Any]:
    """Return J, F and J&F of every set, J and F of every object, and the mean J&F.

    ``evaluated_by`` is another checkout that the loop takes ``DAVISEvaluation`` from.
    """
    module = ast.parse((checkout / "ref-davis/infer_davis_MS.py").read_text("utf-8"))
    loops = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.For)
        and any(isinstance(n, ast.Name) and n.id == "DAVISEvaluation" for n in ast.walk(node))
    ]
    module.body = [loops[-1]]
    sets: list[dict[str, Any]] = []

    def table(data: Any, columns: list[str]) -> Frame:
        if columns[0] == "Sequence":
            for name, j, f in data:
                sets[-1]["objects"].setdefault(name.rpartition("_")[0], []).append([j, f])
        else:
            both, j, f = (float(data[0][columns.index(f"{m}-Mean")]) for m in ("J&F", "J", "F"))
            sets.append({"j": j, "f": f, "j_and_f": both, "objects": {}})
        return Frame(data, columns)

    names: dict[str, Any] = {
        "np": np,
        "os": os,
        "pd": SimpleNamespace(DataFrame=table),
        "args": SimpleNamespace(davis_anno_path=str(root / "DAVIS")),
        "save_path_prefix": str(results),
        "DAVISEvaluation": evaluation(evaluated_by or checkout),
        "sum_JFmean": 0,
    }
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        exec(compile(module, "infer_davis_MS.py", "exec"), names)
    for found in sets:
        found["objects"] = {video: sorted(pairs) for video, pairs in found["objects"].items()}
    return {"j_and_f": float(names["sum_JFmean"]) / SETS, "sets": sets}


def write_official(results: Path) -> Path:
    """Write the predictions of ``support.ref_davis`` where the official code looks for them."""
    for video, drawn in VIDEOS.items():
        for chosen in range(SETS):
            for place in range(len(drawn.asked)):
                folder = results / f"anno_{chosen}" / video / str(place + 1)
                folder.mkdir(parents=True)
                for frame, name in enumerate(names(drawn)):
                    mask = predicted(drawn, place, chosen, frame).astype(np.uint8) * (place + 1)
                    Image.fromarray(mask).save(folder / f"{name}.png")
    return results


def write_merged(results: Path) -> Path:
    """Write one palette file a frame, merged as ReferFormer does: all scores are 1 here."""
    for video, drawn in VIDEOS.items():
        for chosen in range(SETS):
            folder = results / f"anno_{chosen}" / video
            folder.mkdir(parents=True)
            for frame, name in enumerate(names(drawn)):
                asked = range(len(drawn.asked))
                scores = [predicted(drawn, place, chosen, frame).astype(float) for place in asked]
                merged = np.argmax([np.full(drawn.size, 0.1), *scores], axis=0).astype(np.uint8)
                (folder / f"{name}.png").write_bytes(encode_labels(merged))
    return results
