"""Writes golden/category_scores.json with the official evaluation of BURST and VSPW.

Usage: PYTHONPATH=tests python tests/parity/make_category_scores_golden.py CHECKOUT COMMIT
where CHECKOUT is one of miccooper9/ReferEverything. Not run by the tests; they read its output.
See golden/PROVENANCE.md.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from support.burst import sequences, sequences_of_one_name, write_burst
from support.official_categories import (
    official_burst,
    official_vspw,
    write_official_burst,
    write_official_vspw,
)
from support.vspw import write_vspw

HERE = Path(__file__).parent


def main() -> None:
    checkout, commit = Path(sys.argv[1]), sys.argv[2]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name, drawn in (("burst", sequences()), ("burst-clash", sequences_of_one_name())):
            root = write_burst(base / name, drawn)
            results = write_official_burst(base / f"{name}-results", drawn)
            found[name] = official_burst(checkout, root, results)
        root = write_vspw(base / "vspw")
        found["vspw"] = official_vspw(checkout, root, write_official_vspw(base / "vspw-results"))
    document = {"commit": commit, "numpy": np.__version__, "scores": found}
    (HERE / "golden/category_scores.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
