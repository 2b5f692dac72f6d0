"""Checkpoints: nothing in them runs, and every name is accounted for."""

import argparse
from pathlib import Path

import pytest
import torch

from support.adapters import adapter_module

weights = adapter_module("weights")


def test_a_checkpoint_may_hold_the_arguments_of_its_training(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    torch.save({"model": {"a": torch.ones(2)}, "args": argparse.Namespace(lr=1)}, path)
    assert torch.equal(weights.state_of(str(path))["a"], torch.ones(2))


class Trap:
    """A pickled object that runs something when it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("trap"),)


def test_a_checkpoint_that_would_run_something_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"model": Trap()}, "b.pth")
    with pytest.raises(Exception, match="Weights only load failed"):
        weights.state_of("b.pth")
    assert not Path("trap").exists()


def test_a_checkpoint_of_another_layout_tells_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "c.pth"
    torch.save({"state_dict": {}}, path)
    with pytest.raises(ValueError, match=r"holds no 'model'; it holds \['state_dict'\]"):
        weights.state_of(str(path))


def test_names_on_the_allow_list_may_be_there_and_no_others() -> None:
    model = torch.nn.Linear(2, 1)
    state = {**model.state_dict(), "text.position_ids": torch.ones(1)}
    found = weights.load_into(model, state, ("*.position_ids",))
    assert found == {"missing_allowed": 0, "unexpected_allowed": 1}
    with pytest.raises(ValueError, match=r"1 unexpected \(text.position_ids\)"):
        weights.load_into(model, state)


def test_missing_names_are_counted_and_the_first_told() -> None:
    with pytest.raises(ValueError, match=r"7 missing \(a, b, c, d, e\) and 1 unexpected \(x\)"):
        weights.require_fit("abcdefg", ["x"])


def test_names_of_clip_fit_with_and_without_the_level_that_transformers_took_out() -> None:
    own = {"text_encoder.layer.weight": torch.ones(1), "head.weight": torch.ones(1)}
    stored = {"text_encoder.text_model.layer.weight": torch.zeros(1), "head.weight": torch.ones(1)}
    state, renamed = weights.renamed_like(own, stored)
    assert (set(state), renamed) == (set(own), 1)
    back, renamed = weights.renamed_like(stored, own)
    assert (set(back), renamed) == (set(stored), 1)


def test_frozen_tensors_that_differ_are_counted() -> None:
    own = {"vae.a": torch.ones(2), "vae.b": torch.ones(2), "head.c": torch.ones(2)}
    state = {name: tensor.clone() for name, tensor in own.items()}
    state["vae.b"][0] = 2
    state["head.c"][0] = 2
    assert weights.differing(own, state, ("vae.",)) == 1


@pytest.mark.parametrize("name", ["mutr", "uninext", "vdit", "glus", "sam3"])
def test_an_option_that_an_adapter_does_not_know_is_refused(name: str) -> None:
    values = adapter_module("option_values")
    adapter = adapter_module(name)
    assert values.options_of({}, adapter.DEFAULTS) == adapter.DEFAULTS
    with pytest.raises(ValueError, match="no option is called windows; there are"):
        values.options_of({"windows": 3}, adapter.DEFAULTS)
