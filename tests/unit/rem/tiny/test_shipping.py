"""The folder that ships is made of a finished training, in half the size."""

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from refvps.errors import DataError
from rem.tiny.shipped import shipped_weights
from rem.tiny.shipping import write_shipped


def test_network_and_text_are_narrowed_and_nothing_else_of_a_training_is_kept(
    tmp_path: Path,
) -> None:
    run = tmp_path / "run"
    shutil.copytree(shipped_weights(), run)
    (run / "optimiser.safetensors").write_bytes(b"much")
    size = write_shipped(run, tmp_path / "to")
    written = {path.relative_to(tmp_path / "to") for path in (tmp_path / "to").rglob("*.*")}
    assert Path("optimiser.safetensors") not in written
    assert size < 12_000_000
    narrowed = load_file(tmp_path / "to/unet/diffusion_pytorch_model.safetensors")
    assert {value.dtype for value in narrowed.values()} == {torch.float16}
    whole = load_file(tmp_path / "to/vae/diffusion_pytorch_model.safetensors")
    assert {value.dtype for value in whole.values()} == {torch.float32}


@pytest.mark.parametrize("make", [lambda run: None, lambda run: run.mkdir()])
def test_what_is_no_checkpoint_of_the_small_rem_is_refused(make, tmp_path: Path) -> None:
    make(tmp_path / "run")
    with pytest.raises(DataError, match="no checkpoint of the small REM"):
        write_shipped(tmp_path / "run", tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is there already"):
        write_shipped(shipped_weights(), tmp_path)
