"""Copies at an address: an object store in memory, and a folder."""

import uuid
from pathlib import Path

import pytest

from refvps.errors import ConfigError, DataError, ResumeError
from refvps.predictions.copies import Copies
from refvps.predictions.run_file import RunFile, write_run
from refvps.predictions.store import PredictionStore
from support.queries import prediction, query

fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")


@pytest.fixture(params=["memory", "file"])
def address(request, tmp_path: Path) -> str:
    if request.param == "file":
        return f"file://{tmp_path}/bucket/preds"
    return f"memory://{uuid.uuid4().hex}/preds"


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def run(share: str = "0.5") -> RunFile:
    return RunFile(
        method="left-half",
        dataset="squares",
        dataset_version="1",
        dataset_digest="d",
        options_given={},
        options={"share": share},
        checkpoint=None,
        device="cpu",
        seed=None,
        window=None,
        frame_rate="24",
        versions={},
    )


def test_what_is_stored_is_there_at_once_and_comes_to_another_machine(
    tmp_path: Path, address: str
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    store = PredictionStore(here, copies=Copies(address))
    store.write(prediction(query()))
    write_run(here, run())
    assert Copies(address).level(there) == (1, 0)
    assert names(there) == {"fire/0.json.gz"}
    assert Copies(address).level(here) == (0, 1)
    assert Copies(address).level(there) == (1, 0)
    assert names(there) == {"fire/0.json.gz", "run.json"} == names(here)
    assert (there / "fire/0.json.gz").read_bytes() == (here / "fire/0.json.gz").read_bytes()
    assert Copies(address).level(there) == Copies(address).level(here) == (0, 0)


def test_both_sides_get_what_the_other_has(tmp_path: Path, address: str) -> None:
    for number in range(2):
        store = PredictionStore(tmp_path / str(number))
        store.write(prediction(query("fire", str(number))))
    assert Copies(address).level(tmp_path / "0") == (0, 1)
    assert Copies(address).level(tmp_path / "1") == (1, 1)
    assert names(tmp_path / "1") == {"fire/0.json.gz", "fire/1.json.gz"}


def test_other_predictions_are_never_mixed(tmp_path: Path, address: str) -> None:
    write_run(tmp_path / "0", run())
    write_run(tmp_path / "1", run(share="0.25"))
    Copies(address).level(tmp_path / "0")
    with pytest.raises(ResumeError, match=r"option share was 0\.5, is 0\.25"):
        Copies(address).level(tmp_path / "1")


def test_a_damaged_account_of_the_run_is_never_overruled(tmp_path: Path) -> None:
    address = f"memory://{uuid.uuid4().hex}"
    system, root = fsspec.core.url_to_fs(address)
    system.pipe_file(f"{root}/run.json", b"{}")
    write_run(tmp_path, run())
    with pytest.raises(DataError, match=r"run\.json: .*required"):
        Copies(address).level(tmp_path)


@pytest.mark.parametrize("name", ["fire/0.json.gz", "run.json", ".facts/fire/0.json"])
@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08\x00cut", b'{"half": '])
def test_a_damaged_copy_is_left_out(
    tmp_path: Path, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"memory://{uuid.uuid4().hex}"
    system, root = fsspec.core.url_to_fs(address)
    system.pipe_file(f"{root}/{name}", content)
    assert Copies(address).level(tmp_path) == (0, 0)
    assert "is damaged" in caplog.text
    assert names(tmp_path) == set()


def test_nothing_but_predictions_comes_or_goes(tmp_path: Path, address: str) -> None:
    hostile = ("../out.json", "a/../../out.json", "a/b/c.json", ".hidden/x.json", "a/.x.json")
    system, root = fsspec.core.url_to_fs(address)
    for name in (*hostile, "record.json", "a/notes.txt", ".failed/a/0.json"):
        system.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{root}/{name}", b"{}")
    assert Copies(address).level(tmp_path / "preds") == (0, 0)
    for name in ("record.json", ".failed/a/0.json", ".partial-x/0.json", "a/.partial-x"):
        (tmp_path / "preds" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "preds" / name).write_text("{}")
    assert Copies(address).level(tmp_path / "preds") == (0, 0)


def test_an_address_that_nobody_reads_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere://bucket"):
        Copies("nowhere://bucket/x").level(tmp_path)


def test_a_copy_that_fails_stops_nothing_and_is_made_up_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bucket").write_text("a file where the folder should be")
    copies = Copies(f"file://{tmp_path}/bucket")
    PredictionStore(tmp_path / "preds", copies=copies).write(prediction(query()))
    assert "cannot be copied" in caplog.text
    assert names(tmp_path / "preds") == {"fire/0.json.gz"}
    (tmp_path / "bucket").unlink()
    assert copies.level(tmp_path / "preds") == (0, 1)
