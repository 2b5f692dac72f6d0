"""Wheel and sdist: what is in them, and that they install and work in a clean environment.

Installing asks a package index: ``REFVPS_PACKAGE_INDEX=1 pytest tests/packaging``, or
``make package``; with ``whole`` in place of ``1``, or by ``make extras``, every extra is installed
alone in an environment of its own, and used.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from support.small_demo import small_demo

ROOT = Path(__file__).parents[2]
PACKAGES = ("refvps", "annotator", "benchmark", "baselines", "rem")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = sorted(set(PROJECT["optional-dependencies"]) - {"dev"})
INDEX = pytest.mark.skipif(
    not os.environ.get("REFVPS_PACKAGE_INDEX"),
    reason="asks a package index: set REFVPS_PACKAGE_INDEX=1",
)
WHOLE = pytest.mark.skipif(
    os.environ.get("REFVPS_PACKAGE_INDEX") != "whole",
    reason="installs every extra: set REFVPS_PACKAGE_INDEX=whole",
)
pytestmark = pytest.mark.slow

SCORE = "refvps-eval --method motion --pred preds/"
USES = {
    "all": "refvps collect doctor && refvps doctor annotate && refvps methods",
    "annotate": "refvps doctor annotate",
    "collect": "refvps collect doctor",
    "docs": f"mkdocs build --strict --config-file {ROOT}/mkdocs.yml --site-dir site",
    "models": "refvps-eval --method rem --pred preds/",
    "plots": f"{SCORE} && refvps figure lava-early --methods motion --pred preds/ --to f.png",
    "ray": "refvps predict --method motion --pred preds/ --engine ray --workers 2",
    "release": "python -c 'import mlcroissant'",
    "remote": "refvps predict --method motion --pred preds/ --copies file://$PWD/bucket",
    "sam2": "python -c 'import hydra, iopath.common.file_io'",
    "tensorboard": "python -c 'import tensorboard'",
    "transnetv2": "refvps collect doctor | grep 'sees the cut of a small clip'",
    "video": f"{SCORE} && refvps figure lava-early --methods motion --pred preds/ --to f.mp4",
    "web": "python -c 'import refvps.segment.page, gradio'",
}
"""What is done with each extra where nothing else is installed."""


def checked(*command: str, cwd: Path, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env={**environment, **more}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clean_environment(folder: Path, *wanted: str) -> Path:
    """Make a virtual environment with what is wanted, and return its folder of programs."""
    checked(sys.executable, "-m", "venv", "clean", cwd=folder)
    python = folder / "clean/bin/python"
    checked(str(python), "-m", "pip", "install", "--quiet", *wanted, cwd=folder)
    return python.parent


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's cache, in which a demo release of a few clips is rendered already."""
    folder = tmp_path_factory.mktemp("cache")
    small_demo(folder / "refvps")
    return folder


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
def test_the_wheel_installs_and_scores_in_a_clean_environment(
    built: Path, cache: Path, tmp_path: Path
) -> None:
    programs = clean_environment(tmp_path, str(wheel_in(built)))
    told = checked(str(programs / "refvps"), "--version", cwd=tmp_path)
    assert PROJECT["version"] in told
    listed = checked(str(programs / "refvps"), "methods", cwd=tmp_path)
    assert "motion" in listed
    assert "cannot be loaded" not in listed
    command = [str(programs / "refvps-eval"), "--pred", "preds/", "--method"]
    scored = checked(*command, "motion", cwd=tmp_path, XDG_CACHE_HOME=str(cache))
    assert "all clips " in scored
    refused = subprocess.run([*command, "rem", "--root", "."], capture_output=True, cwd=tmp_path)
    assert refused.returncode != 0
    assert b"Traceback" not in refused.stderr
    assert len(re.findall(rb"^error: ", refused.stderr, re.MULTILINE)) == 1
    where = checked(
        str(programs / "python"), "-c", "import refvps; print(refvps.__file__)", cwd=tmp_path
    )
    assert "clean/lib" in where


@INDEX
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_can_be_had(extra: str, built: Path) -> None:
    """Resolved beside what is installed here; what is not is looked up and not fetched whole."""
    target = f"{wheel_in(built)}[{extra}]"
    checked(*(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", target), cwd=built)


def test_every_extra_has_a_use() -> None:
    assert sorted(USES) == EXTRAS


@WHOLE
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_alone_is_enough_for_its_use(
    extra: str, built: Path, cache: Path, tmp_path: Path
) -> None:
    programs = clean_environment(tmp_path, f"{wheel_in(built)}[{extra}]")
    path = f"{programs}:{os.environ['PATH']}"
    checked("bash", "-ec", USES[extra], cwd=tmp_path, PATH=path, XDG_CACHE_HOME=str(cache))
    shutil.rmtree(programs.parent)  # gigabytes, which pytest would keep
