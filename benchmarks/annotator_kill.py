"""kill -9 of the annotator's server at random moments while two people paint, many rounds.

python benchmarks/annotator_kill.py --rounds 200
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def main() -> None:
    """Run the rounds and print what was lost, which should be nothing."""
    from support.annotator_kills import Tally, run_rounds
    from support.projects import project

    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        began, tally = time.monotonic(), Tally()
        for done in range(0, given.rounds, 20):
            run_rounds(root, min(20, given.rounds - done), tally)
            print(f"{tally}, {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(bool(tally.missing or tally.torn))


if __name__ == "__main__":
    main()
