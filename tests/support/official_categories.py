"""Runs the official evaluation of BURST and VSPW on a checkout of miccooper9/ReferEverything.

Only the functions that score are run: their modules import packages that are not needed for it.
"""

import ast
import contextlib
import io
import json
import os
import re
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image
from pycocotools.mask import decode

from support import vspw
from support.burst import ANNOTATED, CATEGORIES, Drawn, predicted

_CLASS_LINE = re.compile(r"^(\S+)   ([0-9.e+-]+)$", re.MULTILINE)
_OVERALL = re.compile(r"^overall_j :  ([0-9.e+-]+)$", re.MULTILINE)


def names_of(path: Path, wanted: set[str], names: dict[str, Any]) -> dict[str, Any]:
    """Run the named functions and tables of a module alone."""
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [
        node
        for node in tree.body
        if getattr(node, "name", "") in wanted
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in wanted)
    ]
    found = dict(names)
    exec(compile(tree, str(path), "exec"), found)
    return found


def official_burst(checkout: Path, root: Path, results: Path) -> dict[str, Any]:
    names = names_of(
        checkout / "burst/eval_burst.py",
        {"db_eval_iou", "evaluate"},
        {
            "np": np, "json": json, "os": os, "Path": Path, "Image": Image, "tqdm": list,
            "defaultdict": defaultdict, "decode": decode, "args": SimpleNamespace(TAO_path=root),
        },
    )  # fmt: skip
    return printed_by(names, results)


def official_vspw(checkout: Path, root: Path, results: Path) -> dict[str, Any]:
    # The official listings are unsorted and paired by place; sorted, they pair by name.
    in_order = lambda path: sorted(os.listdir(path))  # noqa: E731, PTH208 - names are wanted
    sorted_os = SimpleNamespace(path=os.path, listdir=in_order)
    metrics = names_of(checkout / "davis2017/metrics.py", {"db_eval_iou"}, {"np": np})
    names = names_of(
        checkout / "stuff/eval_stuff.py",
        {"stuffname2id", "evaluate"},
        {
            "np": np, "os": sorted_os, "Image": Image, "tqdm": list, "defaultdict": defaultdict,
            "db_eval_iou": metrics["db_eval_iou"], "args": SimpleNamespace(vspw_path=root),
        },
    )  # fmt: skip
    return printed_by(names, results)


def printed_by(names: dict[str, Any], results: Path) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.errstate(all="ignore"):
        names["evaluate"](str(results))
    classes = {name: float(j) for name, j in _CLASS_LINE.findall(out.getvalue())}
    return {"overall": float(_OVERALL.findall(out.getvalue())[0]), "classes": classes}


def write_official_burst(results: Path, drawn: list[Drawn]) -> Path:
    """Write the predictions of ``support.burst`` where the official code looks for them."""
    for each in drawn:
        for category in {found for found, _ in each.tracks.values()}:
            folder = results / each.dataset / each.name / "pred"
            folder /= f"{category}_{CATEGORIES[category]}"
            folder.mkdir(parents=True)
            for place, frame in enumerate(ANNOTATED):
                mask = predicted(each, category, place).astype(np.uint8)
                name = Path(each.file_name(frame)).stem
                Image.fromarray(mask).save(folder / f"{name}.png")
    return results


def write_official_vspw(results: Path) -> Path:
    """Write the predictions of ``support.vspw`` where the official code looks for them."""
    for video, frames in vspw.VIDEOS.items():
        for label in vspw.stuff_of(video):
            folder = results / video / vspw.STUFF[label] / "pred"
            folder.mkdir(parents=True)
            for frame in range(frames):
                mask = vspw.predicted(video, label, frame).astype(np.uint8)
                Image.fromarray(mask).save(folder / f"{vspw.name(frame)}.png")
    return results
