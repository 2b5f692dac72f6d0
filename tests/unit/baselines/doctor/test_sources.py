"""The commands that get what is missing."""

import shlex

import pytest

from baselines.doctor.sources import SOURCES
from support.adapters import adapter_module


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_asset_of_an_adapter_has_a_command_that_gets_it(name: str) -> None:
    for asset in adapter_module(name).assets({}):
        command = SOURCES[name].download(asset, "assets")
        assert command is not None, asset
        assert shlex.split(command)[:2] == ["hf", "download"]


def test_a_file_of_a_repository_lands_where_it_is_looked_for() -> None:
    assert SOURCES["glus"].download("sam2_hiera_large.pt", "assets") == (
        "hf download facebook/sam2-hiera-large sam2_hiera_large.pt --local-dir assets"
    )
    assert SOURCES["mutr"].download("roberta-base", "assets") == (
        "hf download FacebookAI/roberta-base --local-dir assets/roberta-base"
    )
    assert SOURCES["mutr"].download("another", "assets") is None


def test_a_method_of_an_installed_package_is_got_with_pip() -> None:
    assert SOURCES["sam3"].install() == "pip install 'refvps[models]'"
    assert SOURCES["glus"].install() == "refvps env create glus"
