"""What Ref-DAVIS costs as a whole, beside the official evaluation on the same masks.

    python benchmarks/matching.py --masks FOLDER --refereverything CHECKOUT --folder SET \
        [--peer-python PYTHON] [--sequences N]

FOLDER holds ``osvos`` and ``rvos``, one folder of palette PNG a sequence: results of
davis2017-evaluation. OSVOS' masks are the truth, RVOS' first proposals the predictions, one an
object and set, each set moved a little. SET is made once. PYTHON runs the official code and needs
NumPy, SciPy, scikit-image, OpenCV, pandas, tqdm, Matplotlib and Pillow.

Figures are CPU seconds of whole processes and peak resident memory, the least of the rounds. J&F
of every set is compared.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from scoring import EVAL, cost

from refvps.mask_png import encode_labels, read_labels

METHOD = "rvos"
SETS = 4
PEER = """
import contextlib, io, json, sys
import numpy as np
from davis2017.evaluation import DAVISEvaluation
found = []
for chosen in range(4):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        evaluation = DAVISEvaluation(davis_root=sys.argv[1], task="unsupervised", gt_set="val")
        scores = evaluation.evaluate(f"{sys.argv[2]}/anno_{chosen}")
    found.append((np.mean(scores["J"]["M"]) + np.mean(scores["F"]["M"])) / 2)
print(json.dumps([float(np.mean(found))]))
"""


def make_set(masks: Path, root: Path, most: int | None) -> list[str]:
    """Write the data set, our predictions and the official ones; return the sequences."""
    sequences = sorted(path.name for path in (masks / "osvos").iterdir())[:most]
    entries = {name: _sequence(masks, root, name) for name in sequences}
    listed = root / "data/DAVIS/ImageSets/2017/val.txt"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text("".join(f"{name}\n" for name in sequences))
    path = root / "data/meta_expressions/valid/meta_expressions.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"videos": entries}))
    return sequences


def _sequence(masks: Path, root: Path, name: str) -> dict[str, object]:
    frames = sorted(path.stem for path in (masks / "osvos" / name).glob("*.png"))
    davis = root / "data/DAVIS"
    truth, pictures = (
        davis / kind / "480p" / name for kind in ("Annotations_unsupervised", "JPEGImages")
    )
    for folder in (truth, pictures):
        folder.mkdir(parents=True)
    first = read_labels(masks / "osvos" / name / f"{frames[0]}.png").labels
    objects = int(first.max())
    for frame in frames:
        shutil.copy(masks / "osvos" / name / f"{frame}.png", truth / f"{frame}.png")
        Image.new("L", first.shape[::-1]).save(pictures / f"{frame}.jpg", quality=1)
        proposed = read_labels(masks / "rvos" / name / f"{frame}.png").labels
        for place in range(objects):
            for chosen in range(SETS):
                mask = np.roll(proposed == place + 1, 3 * chosen, axis=1).astype(np.uint8)
                for folder in (
                    root / "preds" / METHOD / "ref-davis" / name / str(SETS * place + chosen),
                    root / "official" / f"anno_{chosen}" / name / str(place + 1),
                ):
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / f"{frame}.png").write_bytes(encode_labels(mask))
    labels = [str(place + 1) for place in range(objects) for _ in range(SETS)]
    expressions = {
        str(k): {"exp": f"object {label}", "obj_id": label} for k, label in enumerate(labels)
    }
    return {"expressions": expressions, "frames": frames}


def main() -> None:
    """Make the set, run the official evaluation and ours, and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--masks", type=Path, required=True)
    parser.add_argument("--refereverything", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sequences", type=int, help="how many; by default all")
    given = parser.parse_args()
    root = given.folder.resolve()
    shutil.rmtree(root, ignore_errors=True)
    videos = len(make_set(given.masks, root, given.sequences))
    path = f"{given.refereverything}:{os.environ.get('PYTHONPATH', '')}"
    command = [given.peer_python, "-c", PEER, str(root / "data/DAVIS"), str(root / "official")]
    official = cost(command, 1, PYTHONPATH=path, MPLBACKEND="agg")
    (expected,) = json.loads(official.answer)
    print(f"official                 {official.cpu:8.2f} s  {official.megabytes:6.0f} MB")
    for more in ((), ("--backend", "compiled")):
        record = root / "record.json"
        command = [
            *(EVAL, "--method", METHOD, "--no-run", "--pred", str(root / "preds")),
            *("--dataset", f"ref-davis:videos={videos}", "--root", str(root / "data")),
            *("--workers", "1", "--no-cache", "--record", str(record), *more),
        ]
        ours = cost(command, given.rounds, XDG_CACHE_HOME=str(root / "cache"))
        found = json.loads(record.read_text())["summary"]["j_and_f"]
        label = f"ours, {more[1] if more else 'numpy'}"
        print(
            f"{label:<24} {ours.cpu:8.2f} s  {ours.megabytes:6.0f} MB  "
            f"{official.cpu / ours.cpu:5.1f}x  J&F differs by {abs(found - expected):.1e}"
        )
    print(f"record {record.stat().st_size / 1e6:.1f} MB, {videos} videos")


if __name__ == "__main__":
    main()
