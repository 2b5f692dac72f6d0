"""Looking at videos and writing frames here, in processes and on a cluster gives the same."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")
pytest.importorskip("ray", reason="the engine 'ray' is not installed")

from e2e.commands import failed, run
from e2e.test_collect import TAXONOMY, made_videos
from support.collection import CLOCK, CLOCKS, collection_files, everything_stored

pytestmark = pytest.mark.slow

CONFIG = """
taxonomy = "taxonomy.toml"

[[source]]
name = "videos"
kind = "folder"
concept = "melting"
options = { path = "../videos" }
"""
COUNT = 5
ENGINES = {
    "one": (),
    "processes": ("--workers", "2"),
    "ray": ("--engine", "ray", "--workers", "2"),
}
NUMBERED = {**CLOCKS, "event": {*CLOCKS["event"], "event_id"}}
"""Events are numbered as they come, which is as workers are done."""


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection whose videos were fetched, one of them damaged, and nothing looked at."""
    folder = tmp_path_factory.mktemp("engines")
    (folder / "videos").mkdir()
    made_videos(folder / "videos", COUNT)
    cut = folder / "videos/0.mp4"
    cut.write_bytes(cut.read_bytes()[:-3000])
    here = folder / "fetched"
    here.mkdir()
    (here / "collect.toml").write_text(CONFIG)
    (here / "taxonomy.toml").write_text(TAXONOMY)
    done("--only", "list", "--only", "fetch", cwd=here)
    return folder


def done(*arguments: str, cwd: Path) -> None:
    found = run("refvps", "collect", "run", *arguments, cwd=cwd)
    assert found.returncode == 0, found.stderr


def finished(folder: Path, engine: str) -> tuple[dict[str, list[tuple]], dict[str, str]]:
    """Go on with a copy by an engine, decide, export, and return all that is stored."""
    here = folder / engine
    shutil.copytree(folder / "fetched", here)
    done(*ENGINES[engine], cwd=here)
    names = [row[0] for row in everything_stored(here / "collection")["fetched"]]
    rows = [f"{name},accept,,cora,{CLOCK},0,1/2" for name in names]
    decided = here / "decided.csv"
    decided.write_text("\n".join(["subject,verdict,reason,reviewer,at,start,end", *rows]) + "\n")
    assert run("refvps", "collect", "decide", "decided.csv", cwd=here).returncode == 0
    run("refvps", "collect", "run", *ENGINES[engine], cwd=here)
    stored = everything_stored(here / "collection", NUMBERED)
    stored["event"].sort(key=repr)
    return stored, collection_files(here / "collection")


def test_every_engine_leaves_the_same_rows_and_the_same_bytes(fetched: Path) -> None:
    one, files = finished(fetched, "one")
    assert [len(one[name]) for name in ("probe", "export")] == [COUNT - 1, COUNT - 1]
    assert sum(name.startswith("clips/") and name.endswith(".jpg") for name in files) == 12 * 4
    for engine in ("processes", "ray"):
        stored, made = finished(fetched, engine)
        assert made == files
        for table, rows in one.items():
            assert stored[table] == rows, table


def test_an_address_is_of_the_engine_ray(tmp_path: Path) -> None:
    code, line = failed("refvps", "collect", "run", "--address", "auto", cwd=tmp_path)
    assert code == 2
    assert "of the engine 'ray'" in line
