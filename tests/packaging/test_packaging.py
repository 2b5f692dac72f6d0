"""Wheel and sdist: what is in them, and that they install and work in a clean environment.

Installing asks a package index: ``REFVPS_PACKAGE_INDEX=1 pytest tests/packaging``, or
``make package``.
"""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("refvps", "annotator", "benchmark", "baselines", "rem")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = sorted(set(PROJECT["optional-dependencies"]) - {"dev"})
INDEX = pytest.mark.skipif(
    not os.environ.get("REFVPS_PACKAGE_INDEX"),
    reason="asks a package index: set REFVPS_PACKAGE_INDEX=1",
)
pytestmark = pytest.mark.slow


def checked(*command: str, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the sdist, and the wheel that was built from it and not from the tree."""
    folder = tmp_path_factory.mktemp("dist")
    checked(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)),
        cwd=folder,
    )
    return folder


def wheel_in(folder: Path) -> Path:
    (found,) = folder.glob("*.whl")
    return found


def tracked() -> set[str]:
    listed = checked("git", "ls-files", *PACKAGES, cwd=ROOT)
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(wheel_in(built)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names >= tracked()
    assert {name.partition("/")[0] for name in names} == set(PACKAGES)
    assert not any("__pycache__" in name for name in names)


def test_the_sdist_holds_the_sources_and_their_licence(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= {*tracked(), "LICENSE", "README.md", "pyproject.toml"}


def test_versions_agree(built: Path) -> None:
    version = PROJECT["version"]
    assert f"refvps-{version}-" in wheel_in(built).name
    cited = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {version}\n" in cited


def test_the_images_copy_what_the_package_is_made_of() -> None:
    for path in sorted((ROOT / "docker").glob("*.Dockerfile")):
        text = path.read_text("utf-8")
        assert set(re.findall(r"^COPY (\w+) /src/", text, re.MULTILINE)) == set(PACKAGES)
        (extras,) = re.findall(r"'/src\[([\w,]+)\]'", text)
        assert set(extras.split(",")) <= set(EXTRAS)


@INDEX
def test_the_wheel_installs_and_scores_in_a_clean_environment(built: Path, tmp_path: Path) -> None:
    checked(sys.executable, "-m", "venv", "clean", cwd=tmp_path)
    python = tmp_path / "clean/bin/python"
    checked(str(python), "-m", "pip", "install", "--quiet", str(wheel_in(built)), cwd=tmp_path)
    told = checked(str(python.with_name("refvps")), "--version", cwd=tmp_path)
    assert PROJECT["version"] in told
    listed = checked(str(python.with_name("refvps")), "methods", cwd=tmp_path)
    assert "motion" in listed
    assert "cannot be loaded" not in listed
    command = [python.with_name("refvps-eval"), "--method", "rem", "--pred", "p", "--root", "."]
    refused = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert len([line for line in refused.stderr.splitlines() if line.startswith("error: ")]) == 1
    where = checked(str(python), "-c", "import refvps; print(refvps.__file__)", cwd=tmp_path)
    assert "clean/lib" in where


@INDEX
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_can_be_had(extra: str, built: Path) -> None:
    """Resolved beside what is installed here; what is not is looked up and not fetched whole."""
    target = f"{wheel_in(built)}[{extra}]"
    checked(*(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", target), cwd=built)
