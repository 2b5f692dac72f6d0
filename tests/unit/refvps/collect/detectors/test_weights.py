"""A file of weights is taken whole or not at all."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from refvps.collect.detectors.weights import load_weights
from refvps.errors import DataError


def network(wide: int = 3) -> nn.Module:
    torch.manual_seed(wide)
    return nn.Sequential(nn.Linear(2, wide), nn.BatchNorm1d(wide))


def test_weights_that_fit_are_taken(tmp_path: Path) -> None:
    torch.manual_seed(9)
    other = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    torch.save(other.state_dict(), tmp_path / "w.pth")
    ours = network()
    load_weights(ours, tmp_path / "w.pth")
    for name, tensor in other.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[name], tensor)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda state: state.pop("0.bias"), "0.bias is missing"),
        (lambda state: state.update(extra=torch.zeros(1)), "extra is not known"),
        (lambda state: state.update({"0.bias": torch.zeros(4)}), "0.bias has the shape [4]; exp"),
        (lambda state: state.update({"0.bias": 3}), "expected a state dict: names with tensors"),
    ],
)
def test_wrong_weights_are_named_and_none_are_taken(tmp_path: Path, change, said: str) -> None:
    state = dict(network().state_dict())
    change(state)
    torch.save(state, tmp_path / "w.pth")
    ours = network()
    before = {name: each.clone() for name, each in ours.state_dict().items()}
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        load_weights(ours, tmp_path / "w.pth")
    assert "\n" not in caught.value.message
    assert all((ours.state_dict()[name] == each).all() for name, each in before.items())


def test_every_problem_is_in_the_details(tmp_path: Path) -> None:
    torch.save(network(4).state_dict(), tmp_path / "w.pth")
    with pytest.raises(DataError) as caught:
        load_weights(network(3), tmp_path / "w.pth")
    assert len(caught.value.details) == 6


class Harm:
    def __reduce__(self):
        return (Path.touch, (Path("harmed"),))


@pytest.mark.parametrize("content", [b"", b"\0" * 40, b"PK\3\4 cut short"])
def test_a_damaged_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.pth").write_bytes(content)
    with pytest.raises(DataError, match=r"w.pth: is no file of weights, or is damaged"):
        load_weights(network(), tmp_path / "w.pth")


def test_a_file_that_would_run_code_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"0.bias": Harm()}, tmp_path / "w.pth")
    with pytest.raises(DataError, match="is no file of weights"):
        load_weights(network(), tmp_path / "w.pth")
    assert not Path("harmed").exists()
