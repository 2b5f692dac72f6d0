from pathlib import Path

import pytest

from refvps.errors import ConfigError
from refvps.settings import read_settings


def test_without_a_file_the_demo_is_the_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    settings = read_settings()
    assert settings.dataset == "demo"
    assert settings.cache_folder == Path("/somewhere/refvps")


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conf.toml").write_text(
        'dataset = "ref-vps"\ncache = "c"\n[datasets.ref-vps]\nroot = "data/Ref-VPS"\n'
    )
    monkeypatch.setenv("REFVPS_CONFIG", str(tmp_path / "conf.toml"))
    settings = read_settings()
    assert settings.datasets["ref-vps"].root == tmp_path / "data/Ref-VPS"
    assert settings.cache_folder == tmp_path / "c"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("dataset = ", "not valid TOML", id="malformed"),
        pytest.param('datset = "x"', "datset: extra inputs", id="unknown-key"),
        pytest.param("[datasets.a]\nroot = 3", r"datasets.a.root", id="wrong-type"),
    ],
)
def test_a_wrong_file_is_one_line(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "refvps.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=problem):
        read_settings()


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFVPS_CONFIG", "/nowhere/refvps.toml")
    with pytest.raises(ConfigError, match="REFVPS_CONFIG names it"):
        read_settings()
