"""A real package of a third party: installed, found, run, scored."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from refvps.collect.store.records import Candidate
from refvps.collect.store.store import Store

PACKAGE = Path(__file__).parents[1] / "plugin_package"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the plug-in package is installed, without any network.

    What ``pip install`` would put there, the code and its entry points, is laid in a folder of
    its own, so that the tests' own environment stays as it is.
    """
    import tomllib

    site = tmp_path_factory.mktemp("site")
    (site / "refvps_plugin_example").symlink_to(PACKAGE / "refvps_plugin_example")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    info = site / f"refvps_plugin_example-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return {**os.environ, "PYTHONPATH": str(site)}


def refvps(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("refvps")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd)


def test_its_command_is_a_command(installed: dict[str, str], tmp_path: Path) -> None:
    done = refvps("hello", env=installed, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "hello from a plug-in\n")
    assert "hello" in refvps("--help", env=installed, cwd=tmp_path).stdout


def test_its_method_and_data_set_are_evaluated(installed: dict[str, str], tmp_path: Path) -> None:
    env = {**installed, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = refvps(
        *("eval", "--method", "left-half", "--dataset", "two-squares", "--pred", "preds"),
        *("--option", "share=0.25", "--json"),
        env=env,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    scores = {row["expression"]: row["j"] for row in record["rows"]}
    assert scores == {"the-left": 0.5, "the-right": 0.0}
    assert record["method"]["run"]["options"] == {"share": "0.25"}
    assert record["method"]["run"]["checkpoint"] == "feed"
    assert record["method"]["run"]["seed"] == 3


def test_it_is_listed(installed: dict[str, str], tmp_path: Path) -> None:
    done = refvps("methods", "--json", env=installed, cwd=tmp_path)
    listed = {item["name"]: item["summary"] for item in json.loads(done.stdout)}
    assert listed["left-half"] == "A method that answers with the left part of the frame."
    assert "two-squares" in refvps("datasets", env=installed, cwd=tmp_path).stdout


CONFIG = """
taxonomy = "taxonomy.toml"

[[source]]
name = "counted"
kind = "numbered"
concept = "wax-candle-melting"
options = {{ address = "https://videos.example/{{}}.mp4", first = 1, last = {last} }}
"""


def test_its_source_lists_candidates(installed: dict[str, str], tmp_path: Path) -> None:
    made = ("collect", "concepts", "example", "--to", "taxonomy.toml")
    assert refvps(*made, env=installed, cwd=tmp_path).returncode == 0
    (tmp_path / "collect.toml").write_text(CONFIG.format(last=5))
    done = refvps("collect", "run", "--only", "list", env=installed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with Store(tmp_path / "collection") as store:
        listed = sorted(each.url for each in store.all(Candidate))
    assert listed == [f"https://videos.example/{number}.mp4" for number in range(1, 6)]


def test_wrong_options_of_its_source_are_one_line(
    installed: dict[str, str], tmp_path: Path
) -> None:
    refvps("collect", "concepts", "example", "--to", "taxonomy.toml", env=installed, cwd=tmp_path)
    (tmp_path / "collect.toml").write_text(CONFIG.format(last='"many"'))
    done = refvps("collect", "run", "--only", "list", env=installed, cwd=tmp_path)
    assert done.returncode in (2, 3)
    assert "last" in done.stderr
    assert "Traceback" not in done.stderr
