"""Lock files that pin and hash everything, and the commands that build from them."""

import ast
import re
from pathlib import Path

import pytest

from baselines.doctor.sources import SOURCES
from baselines.envs.create import ENVIRONMENTS, Planned, create_environment, plan
from baselines.worker.adapter_file import ADAPTERS
from refvps.errors import ConfigError, DataError, RefvpsError

NAMES = sorted(ENVIRONMENTS)
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[0-9][^\s;\\]*)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(path: Path) -> list[str]:
    text = path.read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def pins(path: Path) -> dict[str, str]:
    found = [PIN.match(entry) for entry in entries(path)]
    return {match["name"]: match["version"] for match in found if match}


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    found = entries(ENVIRONMENTS[name].lock)
    assert len(found) > 30
    for entry in found:
        assert PIN.match(entry), entry
        rest = PIN.sub("", entry, count=1).split()
        assert rest, entry
        assert all(HASH.fullmatch(piece) for piece in rest), entry


@pytest.mark.parametrize("name", NAMES)
def test_the_lock_holds_what_was_asked_for(name: str) -> None:
    lock = ENVIRONMENTS[name].lock
    asked = pins(lock.with_suffix(".in"))
    assert asked
    assert asked.items() <= pins(lock).items()


@pytest.mark.parametrize("method", sorted(m for m in SOURCES if SOURCES[m].environment))
def test_the_lock_holds_what_the_doctor_asks_for(method: str) -> None:
    """Or the doctor would miss a package and send the user to an environment without it."""
    tree = ast.parse((ADAPTERS / f"{method}.py").read_text())
    assigned = {
        ast.unparse(node.targets[0]): node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    wanted = ast.literal_eval(assigned["VERSIONS"])
    assert wanted.keys() <= pins(ENVIRONMENTS[SOURCES[method].environment].lock).keys()


@pytest.mark.parametrize("name", NAMES)
def test_no_package_is_locked_twice(name: str) -> None:
    found = [PIN.match(entry)["name"] for entry in entries(ENVIRONMENTS[name].lock)]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_recipe_for_conda_and_docker(name: str) -> None:
    folder = ENVIRONMENTS[name].lock.parent
    assert "- -r requirements.txt" in (folder / "environment.yml").read_text()
    assert "--require-hashes" in (folder / "Dockerfile").read_text()


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_uv_is_used_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "uv", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    first, second = plan("glus", tmp_path / "env", "auto").commands
    assert first == (str(tmp_path / "bin/uv"), "venv", "--python", "3.10", str(tmp_path / "env"))
    assert second[1:4] == ("pip", "sync", "--require-hashes")


def test_without_uv_the_right_python_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "python3.10", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    first, second = plan("glus", tmp_path / "env", "auto").commands
    assert first[1:] == ("-m", "venv", str(tmp_path / "env"))
    assert "--require-hashes" in second
    assert "--no-deps" in second


@pytest.mark.parametrize(
    ("tool", "message"), [("uv", "pip install uv"), ("venv", "needs Python 3.10"), ("auto", "uv")]
)
def test_what_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, message: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefvpsError, match=message):
        plan("glus", tmp_path / "env", tool)


def test_an_unknown_environment_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="there are rvos-compat, glus"):
        plan("gls", None, "auto")


def test_the_commands_are_run_in_order(tmp_path: Path) -> None:
    place = tmp_path / "env"
    program(tmp_path, "make", f"mkdir -p {place}/bin")
    program(tmp_path, "fill", f"touch {place}/bin/python")
    commands = ((str(tmp_path / "make"),), (str(tmp_path / "fill"),))
    assert create_environment(Planned(place / "bin/python", commands)).is_file()


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    place = tmp_path / "env"
    program(tmp_path, "make", f"mkdir -p {place}/bin; exit 3")
    with pytest.raises(RefvpsError, match="exit code 3"):
        create_environment(Planned(place / "bin/python", ((str(tmp_path / "make"),),)))
    assert not place.exists()


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env/mine").touch()
    with pytest.raises(DataError, match="is there already"):
        create_environment(Planned(tmp_path / "env/bin/python", ()))
