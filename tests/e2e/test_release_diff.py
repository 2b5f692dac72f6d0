"""``refvps release diff`` and ``refvps agreement`` as a user runs them."""

import json
from pathlib import Path

import numpy as np
import pytest

from e2e.commands import evaluated, failed, run
from refvps.mask_png import encode_labels
from support.releases import reseal, squares


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two releases: one mask and one clip apart."""
    squares(tmp_path / "old")
    squares(tmp_path / "new", clips=2)
    labels = np.zeros((24, 32), np.uint8)
    labels[6:14, 0:4] = 1
    (tmp_path / "new/Annotations/clip-0/00000.png").write_bytes(encode_labels(labels))
    reseal(tmp_path / "new")
    return tmp_path


def test_a_diff_names_what_changed_and_what_it_does_to_scores(two: Path) -> None:
    scored = ("--method", "full-frame", "--pred", "preds")
    evaluated(*scored, "--root", "old", cwd=two)
    found = run("refvps", "release", "diff", "old", "new", *scored, cwd=two)
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert "1 clip removed" in lines
    assert "1 clip with changed masks: clip-0" in lines
    assert "  clip-0: J with the old masks 83.3" in lines
    assert any(line.startswith("J ") and "->" in line for line in lines)
    document = json.loads(
        run("refvps", "release", "diff", "old", "new", *scored, "--json", cwd=two).stdout
    )
    assert document["step"] == "minor"
    assert set(document["scores"]["clips"]) == {"clip-0", "clip-2"}


def test_two_folders_are_compared_on_the_command_line(two: Path) -> None:
    found = run("refvps", "agreement", "old", "new", "--to", "report", cwd=two)
    assert found.returncode == 0, found.stderr
    assert "moving square" in found.stdout
    assert {p.name for p in (two / "report").iterdir()} == {
        "agreement.html",
        "agreement.json",
        "pairs.csv",
        "keyframes.csv",
    }
    code, line = failed("refvps", "agreement", "old", "old/JPEGImages", cwd=two)
    assert code == 3
    assert "JPEGImages: holds no masks in a layout we read" in line
    code, line = failed("refvps", "agreement", "old", cwd=two)
    assert (code, "is no project" in line) == (3, True)
