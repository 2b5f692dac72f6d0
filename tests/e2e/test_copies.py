"""``refvps predict --copies``: a job on another machine goes on with what lies at an address."""

from pathlib import Path

import pytest

from e2e.commands import failed, run
from support.releases import squares

pytest.importorskip("fsspec", reason="the extra `remote` is not installed")

PREDICT = ("refvps", "predict", "--method", "full-frame", "--root", "data", "--workers", "1")


def masks(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json.gz"))}


def test_a_second_machine_goes_on_where_the_first_was_lost(tmp_path: Path) -> None:
    squares(tmp_path / "data")
    copies = ("--copies", f"file://{tmp_path}/bucket")
    first = run(*PREDICT, "--pred", "one", "--shard", "1/2", *copies, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    there = tmp_path / "bucket/full-frame/squares"
    some = masks(there)
    assert some == masks(tmp_path / "one/full-frame/squares") != {}
    assert (there / "run.json").is_file()
    second = run(*PREDICT, "--pred", "two", *copies, "-v", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert f"{len(some) + 1} files came from there" in second.stderr
    alone = run(*PREDICT, "--pred", "alone", cwd=tmp_path)
    assert alone.returncode == 0, alone.stderr
    whole = masks(tmp_path / "alone/full-frame/squares")
    assert masks(there) == masks(tmp_path / "two/full-frame/squares") == whole
    assert len(whole) > len(some)


def test_an_address_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    squares(tmp_path / "data")
    code, line = failed(*PREDICT, "--pred", "preds", "--copies", "nowhere://b", cwd=tmp_path)
    assert code == 2
    assert "nowhere://b" in line
    (tmp_path / "plain").write_text("a file")
    address = f"file://{tmp_path}/plain"
    code, line = failed(*PREDICT, "--pred", "preds", "--copies", address, cwd=tmp_path)
    assert code == 3
    assert "plain" in line
