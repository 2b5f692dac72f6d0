"""Writes golden/frame_scores.json with the official DAVIS code.

Usage: python make_frame_scores_golden.py CHECKOUT_OF_DAVIS2017_EVALUATION COMMIT
Not run by the tests; they read its output. See golden/PROVENANCE.md.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 26, 41, 80, 200, 255)


def cases() -> dict[str, list[float]]:
    """Return J of frames by name; hundredths, so that the file is exact and small."""
    random = np.random.default_rng(11)
    found = {
        f"random-{length}": [int(x) / 100 for x in random.integers(0, 101, length)]
        for length in LENGTHS
    }
    found["halves"] = [0.5] * 6 + [0.51] * 6
    found["constant"] = [1.0] * 12
    found["falling"] = [1 - frame / 20 for frame in range(21)]
    return found


def main() -> None:
    checkout, commit = Path(sys.argv[1]), sys.argv[2]
    sys.path.insert(0, str(checkout))
    statistics = importlib.import_module("davis2017.utils").db_statistics
    golden = {}
    for name, scores in cases().items():
        mean, recall, decay = map(float, statistics(np.array(scores)))
        golden[name] = {"scores": scores, "mean": mean, "recall": recall, "decay": decay}
    document = {"commit": commit, "numpy": np.__version__, "cases": golden}
    (HERE / "golden/frame_scores.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
