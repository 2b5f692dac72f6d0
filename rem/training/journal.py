"""What a run leaves to read: one JSON line a step and validation, curves, TensorBoard."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import MissingExtraError
from rem.training.loop import StepLog
from rem.training.validation import Validated

LOG_FILE, CURVES_FILE, BOARD_FOLDER = "log.jsonl", "curves.png", "tensorboard"


class Journal:
    """The log of a run, kept by its first process."""

    def __init__(self, run: Path, *, done: int, board: bool) -> None:
        """Go on after ``done`` steps; what was logged beyond them is taken back.

        Raises:
            MissingExtraError: TensorBoard is wanted and not installed.
        """
        self._run = run
        path = run / LOG_FILE
        lines = read_log(path)
        kept = [line for line in lines if line["step"] <= done]
        atomic.write_text(path, "".join(f"{json.dumps(line)}\n" for line in kept))
        self._file = path.open("a", encoding="utf-8")
        self._board = _board(run, done) if board else None

    def step(self, log: StepLog) -> None:
        """Add a step."""
        self._add(asdict(log))
        self._scalar("loss", log.loss, log.step)
        self._scalar("rate", log.rate, log.step)

    def validated(self, step: int, found: Validated) -> None:
        """Add a validation, and draw the curves anew."""
        self._add({"step": step, "validation": asdict(found)})
        self._scalar(f"validation {found.measure}", found.value, step)
        draw_curves(read_log(self._run / LOG_FILE), self._run / CURVES_FILE)

    def close(self) -> None:
        """Close its files."""
        self._file.close()
        if self._board is not None:
            self._board.close()

    def _add(self, line: Mapping[str, Any]) -> None:
        self._file.write(f"{json.dumps(line)}\n")
        self._file.flush()

    def _scalar(self, name: str, value: float, step: int) -> None:
        if self._board is not None:
            self._board.add_scalar(name, value, step)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log; a last one that a kill cut short is left out."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


def draw_curves(lines: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw loss and validation over steps; without matplotlib, nothing is drawn."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        logging.getLogger(__name__).debug("no matplotlib: no curves")
        return
    steps = [line for line in lines if "loss" in line]
    checks = [line for line in lines if "validation" in line]
    with mpl.rc_context({"font.size": 9}):
        figure = Figure(figsize=(7, 3.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.plot([s["step"] for s in steps], [s["loss"] for s in steps], linewidth=0.4, alpha=0.4)
        left.plot([s["step"] for s in steps], _smoothed([s["loss"] for s in steps]))
        left.set(xlabel="step", ylabel="loss", yscale="log")
        measure = checks[-1]["validation"]["measure"] if checks else "J"
        values = [c["validation"]["value"] for c in checks]
        right.plot([c["step"] for c in checks], values, marker="o", markersize=3)
        right.set(xlabel="step", ylabel=f"validation {measure}")
        with atomic.new_file(path) as file:
            figure.savefig(file, format="png", dpi=130)


def _smoothed(values: Sequence[float], share: float = 0.02) -> list[float]:
    """Return the running mean over the last 2 % of the values."""
    width = max(1, round(len(values) * share))
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    return [
        (sums[k] - sums[max(0, k - width)]) / (k - max(0, k - width)) for k in range(1, len(sums))
    ]


def _board(run: Path, done: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise MissingExtraError("--tensorboard", "tensorboard") from error
    return SummaryWriter(run / BOARD_FOLDER, purge_step=done + 1)
