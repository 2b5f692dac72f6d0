"""What the referring data sets say about how to come by them, and their options."""

import dataclasses
from pathlib import Path

import pytest

from benchmark.datasets import mevis, ref_davis, ref_vps, ref_youtube_vos, refcoco
from benchmark.datasets.console import check_dataset
from support.referring import mevis as small_mevis

MODULES = (mevis, ref_davis, ref_vps, ref_youtube_vos, refcoco)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NAME)
def test_every_option_is_explained(module) -> None:
    known = [field.name for field in dataclasses.fields(module.Options)]
    assert list(module.GUIDE.options) == known
    assert module.GUIDE.source
    assert module.GUIDE.layout


def test_a_data_set_is_checked_with_options_in_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small_mevis(tmp_path / "mevis")
    check_dataset("mevis:videos=2,expressions=6", root, as_json=False)
    printed = capsys.readouterr().out
    assert "valid_u/mask_dict.json" in printed
    assert "read mevis-valid_u 2023" in printed
