"""The learning rate of every step, and how many steps there are."""

import math

from rem.training.recipe import Schedule


def total_steps(schedule: Schedule, steps_an_epoch: float) -> int:
    """Return the steps of a run; a part of a batch at the end counts as one.

    >>> total_steps(Schedule(epochs=2.0), 2.25)
    5
    """
    if schedule.steps is not None:
        return schedule.steps
    assert schedule.epochs is not None  # noqa: S101 - the recipe holds one of the two
    return math.ceil(schedule.epochs * steps_an_epoch)


def rate_at(schedule: Schedule, base: float, step: int, total: int) -> float:
    """Return the learning rate of a step, counted from 0.

    >>> [rate_at(Schedule(steps=4, warm_up=2), 1.0, step, 4) for step in range(4)]
    [0.5, 1.0, 1.0, 1.0]
    >>> rate_at(Schedule(steps=9, drop_after=3), 1.0, 3, 9)
    0.1
    """
    rate = base
    if schedule.shape == "cosine":
        rate *= 0.5 * (1 + math.cos(math.pi * step / total))
    if schedule.drop_after is not None and step >= schedule.drop_after:
        rate *= schedule.drop_factor
    if step < schedule.warm_up:
        rate *= (step + 1) / schedule.warm_up
    return rate
