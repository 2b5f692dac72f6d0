"""The folder that a worker works in."""

from pathlib import Path

import pytest

from baselines.worker.adapter_file import AdapterFile
from baselines.worker.launch import Launch
from baselines.worker.sandbox import fill_sandbox
from refvps.errors import ConfigError, DataError


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    (tmp_path / "checkout/lib/sub").mkdir(parents=True)
    (tmp_path / "checkout/lib/sub/code.py").write_text("x = 1")
    (tmp_path / "assets/lib/model").mkdir(parents=True)
    (tmp_path / "assets/lib/model/config.json").write_text("{}")
    adapter = AdapterFile(tmp_path / "adapter.py", "toy")
    python = Path("python")
    return Launch(adapter, python, tmp_path / "checkout", None, tmp_path / "assets")


def test_an_asset_lies_inside_a_mirrored_folder_and_the_checkout_stays(
    launch: Launch, tmp_path: Path
) -> None:
    sandbox = tmp_path / "sandbox"
    found = fill_sandbox(sandbox, launch, {"lib/model": "weights"}, ["lib"])
    assert found == {"lib/model": str(tmp_path / "assets/lib/model")}
    assert (sandbox / "lib/model/config.json").read_text() == "{}"
    assert (sandbox / "lib/sub/code.py").read_text() == "x = 1"
    assert not (sandbox / "lib").is_symlink()
    assert not (tmp_path / "checkout/lib/model").exists()


def test_an_asset_that_is_missing_is_named_with_what_it_is(launch: Launch, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"needs roberta-base \(the text encoder\); looked in"):
        fill_sandbox(tmp_path / "sandbox", launch, {"roberta-base": "the text encoder"}, [])


@pytest.mark.parametrize("name", ["../escape", "/etc", ""])
def test_an_asset_never_leads_out_of_the_sandbox(launch: Launch, name: str) -> None:
    with pytest.raises(DataError, match="is no path inside the sandbox"):
        fill_sandbox(Path("sandbox"), launch, {name: "something"}, [])


def test_a_mirrored_folder_that_is_not_there_is_named(launch: Launch, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no folder gone"):
        fill_sandbox(tmp_path / "sandbox", launch, {}, ["gone"])
