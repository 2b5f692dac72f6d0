"""`refvps submit` from the command line: predicted, packed, one line where it cannot."""

import json
import zipfile
from pathlib import Path

from e2e.commands import failed, run
from support.referring import mevis, ref_youtube_vos

YTVOS = ("--dataset", "ref-youtube-vos:videos=3", "--root", "rvos", "--method", "full-frame")
MEVIS = ("--dataset", "mevis:split=valid,videos=1,expressions=2", "--root", "mevis")
PRED = ("--pred", "preds")


def test_predicted_masks_are_packed(tmp_path: Path) -> None:
    ref_youtube_vos(tmp_path / "rvos")
    assert run("refvps", "predict", *YTVOS, *PRED, cwd=tmp_path).returncode == 0
    done = run("refvps", "submit", *YTVOS, *PRED, "--to", "out.zip", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["videos"], found["expressions"], found["frames"]) == (3, 6, 18)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist()[0] == "Annotations/v0/0/00000.png"


def test_missing_masks_and_truth_kept_by_the_server_are_one_line(tmp_path: Path) -> None:
    mevis(tmp_path / "mevis")
    chosen = (*MEVIS, "--method", "full-frame", *PRED)
    code, line = failed("refvps", "submit", *chosen, "--to", "o.zip", cwd=tmp_path)
    assert code == 3
    assert "masks are missing for 2 of 2 expressions, the first w0/0" in line
    assert not (tmp_path / "o.zip").exists()
    code, line = failed("refvps-eval", *chosen, cwd=tmp_path)
    assert code == 3
    assert "truth of MeViS valid is not public" in line
