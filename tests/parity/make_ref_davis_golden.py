"""Writes golden/ref_davis.json with the official evaluation of Ref-DAVIS.

Usage: PYTHONPATH=tests python tests/parity/make_ref_davis_golden.py \
    REFEREVERYTHING COMMIT DAVIS2017_EVALUATION COMMIT
with a checkout and its commit each. Needs SciPy and scikit-image. Not run by the tests; they read
its output. See golden/PROVENANCE.md.
"""

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from support.official_davis import official_ref_davis, write_merged, write_official
from support.ref_davis import write_ref_davis

HERE = Path(__file__).parent


def main() -> None:
    checkout, commit, davis, davis_commit = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        root = write_ref_davis(base / "ref-davis")
        separate, merged = write_official(base / "separate"), write_merged(base / "merged")
        found = {
            "separate": official_ref_davis(Path(checkout), root, separate),
            "merged": official_ref_davis(Path(checkout), root, merged, evaluated_by=Path(davis)),
        }
    document = {
        "commits": [commit, davis_commit],
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "scores": found,
    }
    (HERE / "golden/ref_davis.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
