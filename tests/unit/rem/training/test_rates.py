import pytest

from rem.training.rates import rate_at, total_steps
from rem.training.recipe import Schedule, read_recipe


def test_wan_officially_drops_to_a_tenth_after_3500_steps() -> None:
    recipe = read_recipe("wan-official")
    rates = [rate_at(recipe.schedule, recipe.optimiser.lr, s, 80000) for s in (0, 3499, 3500)]
    assert rates == pytest.approx([1e-5, 1e-5, 1e-6])


def test_a_cosine_falls_from_the_base_towards_nothing() -> None:
    schedule = Schedule(steps=100, shape="cosine")
    rates = [rate_at(schedule, 1.0, step, 100) for step in range(100)]
    assert rates[0] == 1.0
    assert rates[50] == pytest.approx(0.5)
    assert rates[-1] < 0.001
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize(("epochs", "steps"), [(1.0, 3), (2.0, 5), (0.1, 1)])
def test_epochs_are_rounded_up_to_whole_steps(epochs: float, steps: int) -> None:
    assert total_steps(Schedule(epochs=epochs), 2.5) == steps
