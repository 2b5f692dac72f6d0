"""The stand-in for the compiled deformable attention against the operator's definition."""

import math

import numpy as np
import pytest
import torch

from support.adapters import adapter_module

operator = adapter_module("deformable_attention")
SHAPES = ((5, 7), (3, 4), (1, 2))


def given(batch: int = 2, seed: int = 0) -> tuple[torch.Tensor, ...]:
    """Return inputs whose points lie inside, on the border and outside."""
    made = torch.Generator().manual_seed(seed)
    positions = sum(height * width for height, width in SHAPES)
    value = torch.randn(batch, positions, 2, 3, generator=made)
    locations = torch.rand(batch, 4, 2, len(SHAPES), 2, 2, generator=made) * 1.6 - 0.3
    weights = torch.rand(batch, 4, 2, len(SHAPES), 2, generator=made)
    starts = torch.tensor([0, 35, 47])
    return value, torch.tensor(SHAPES), starts, locations, weights


def bilinear(level: np.ndarray, x: float, y: float) -> np.ndarray:
    """Return a level ``[height, width, channels]`` at a point in 0..1; zero is all around it."""
    height, width = level.shape[:2]
    across, down = x * width - 0.5, y * height - 0.5
    left, top = math.floor(across), math.floor(down)
    found = np.zeros(level.shape[2])
    for row in (top, top + 1):
        for column in (left, left + 1):
            if 0 <= row < height and 0 <= column < width:
                share = (1 - abs(across - column)) * (1 - abs(down - row))
                found += share * level[row, column]
    return found


def by_definition(
    value: torch.Tensor, starts: torch.Tensor, locations: torch.Tensor, weights: torch.Tensor
) -> np.ndarray:
    batch, queries, heads, _, points, _ = locations.shape
    out = np.zeros((batch, queries, heads, value.shape[-1]))
    for b, q, h in np.ndindex(batch, queries, heads):
        for index, (height, width) in enumerate(SHAPES):
            start = int(starts[index])
            level = value[b, start : start + height * width, h].reshape(height, width, -1)
            for p in range(points):
                x, y = locations[b, q, h, index, p].tolist()
                share = float(weights[b, q, h, index, p])
                out[b, q, h] += share * bilinear(level.double().numpy(), x, y)
    return out.reshape(batch, queries, -1)


@pytest.mark.parametrize("seed", range(3))
def test_it_computes_what_the_operator_is_defined_to(seed: int) -> None:
    value, shapes, starts, locations, weights = given(seed=seed)
    made = operator.attend(value, shapes, starts, locations, weights, 64)
    expected = by_definition(value, starts, locations, weights)
    assert np.allclose(made.numpy(), expected, atol=1e-5)


def test_a_batch_in_parts_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = given(batch=5)
    whole = operator.attend(*inputs, 64)
    monkeypatch.setattr(operator, "SAMPLES", 1)
    assert torch.equal(operator.attend(*inputs, 64), whole)


def test_it_stands_in_under_the_name_that_official_code_imports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operator, "_compiled", lambda: None)
    monkeypatch.setitem(operator.sys.modules, operator.MODULE, None)
    assert operator.install("cpu") == "shim"
    assert operator.sys.modules[operator.MODULE].ms_deform_attn_forward is operator.attend
