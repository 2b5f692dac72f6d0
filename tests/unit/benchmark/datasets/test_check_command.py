import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmark.commands import datasets
from support.burst import annotations, sequences, write_annotations, write_burst
from support.releases import squares


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_burst(tmp_path / "TAO", sequences())


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(datasets, arguments)


def test_says_where_to_get_it_and_what_it_must_look_like_without_a_folder() -> None:
    done = ran("--check", "burst")
    assert done.exit_code == 2
    assert "https://motchallenge.net/tao_download.php" in done.stdout
    assert "annotations_burst/val/all_classes.json" in done.stdout
    assert done.stderr.startswith("error: the folder of data set 'burst' is not known: give --root")


def test_reads_all_and_counts(root: Path) -> None:
    done = ran("--check", "burst:split=val", "--root", str(root))
    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert {"sequences 2", "masks 9", "queries 3", "no problem found"} <= set(lines)
    found = json.loads(ran("--check", "burst", "--root", str(root), "--json").stdout)
    assert found["counts"]["sequences"] == 4


def test_problems_are_counted_and_named(root: Path) -> None:
    document = annotations(root, "val")
    for masks in document["sequences"][0]["segmentations"]:
        masks["1"]["rle"] = "zz"
    write_annotations(root, "val", document)
    done = ran("--check", "burst", "--root", str(root), "--verbose")
    assert done.exit_code == 3
    assert "frame0000.jpg, track 1" in done.stderr
    assert "(3 problems in all)" in done.stderr
    assert "frame0004.jpg, track 1" in done.stderr
    found = json.loads(ran("--check", "burst", "--root", str(root), "--json").stdout)
    assert len(found["error"]["details"]) == 3


def test_a_data_set_without_a_check_is_opened(tmp_path: Path) -> None:
    done = ran("--check", "release", "--root", str(squares(tmp_path / "release")))
    assert done.exit_code == 0, done.stderr
    assert "it has no check of its own" in done.stdout
    assert "no problem" not in done.stdout


def test_a_folder_alone_checks_nothing() -> None:
    assert ran("--root", "x").exit_code == 2
