"""The rules by name; a data set says which one its benchmark averages by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmark.report.record import Row, RulePart, Summary
from benchmark.rules import (
    davis_direct,
    davis_matching,
    davis_sets,
    davis_unsupervised,
    per_category,
    per_expression,
)
from benchmark.rules.paired import PairedRule
from refvps.errors import ConfigError
from refvps.protocols import Dataset
from refvps.types import Query


@dataclass(frozen=True, slots=True)
class Matching:
    """How the predictions of a clip and set are matched with the clip's targets.

    Attributes:
        find: the target of every row, each of which has all targets; None for none.
        first_wins: whether a pixel predicted several times is left to the first expression.
    """

    find: Callable[[Sequence[Row]], Sequence[str | None]]
    first_wins: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """How the scores of queries become those of a data set.

    Attributes:
        part: what the record says of it.
        summarise: averages rows, at least one.
        contours: whether it needs F, which is then computed whatever the user asks for.
        matching: how predictions are matched with targets; None if each has its own.
        require: raises an error if a data set's queries cannot be averaged by it.
        find_wrong_rows: the first place where rows contradict each other by it.
        scored_rows: a record's rows as they are averaged: each with the target it was matched with.
        paired: how methods are compared under it, its own module; None where that is not defined.
    """

    part: RulePart
    summarise: Callable[[Sequence[Row]], Summary]
    contours: bool = False
    matching: Matching | None = None
    require: Callable[[Dataset, Sequence[Query]], None] | None = None
    find_wrong_rows: Callable[[Sequence[Row]], str | None] | None = None
    scored_rows: Callable[[Sequence[Row]], tuple[Row, ...]] = tuple
    paired: PairedRule | None = None


def _matched(part: RulePart, matching: Matching) -> Rule:
    return Rule(
        part,
        davis_unsupervised.summarise,
        contours=True,
        matching=matching,
        require=davis_sets.require_sets,
        find_wrong_rows=davis_sets.find_wrong_rows,
        scored_rows=davis_matching.matched_rows,
        paired=davis_unsupervised,
    )


RULES: Mapping[str, Rule] = {
    rule.part.name: rule
    for rule in (
        Rule(per_expression.RULE, per_expression.summarise, paired=per_expression),
        Rule(per_category.RULE, per_category.summarise, paired=per_category),
        _matched(davis_unsupervised.RULE, Matching(davis_matching.find_matches)),
        _matched(
            davis_unsupervised.FIRST_WINS, Matching(davis_matching.find_matches, first_wins=True)
        ),
        Rule(
            davis_direct.RULE,
            davis_direct.summarise,
            contours=True,
            require=davis_sets.require_sets,
            paired=davis_direct,
            find_wrong_rows=davis_sets.find_wrong_own_rows,
        ),
    )
}


def rule_of(dataset: Dataset) -> Rule:
    """Return the rule that a data set names in its attribute ``rule``, by default per expression.

    Raises:
        ConfigError: this version does not know it.
    """
    name = getattr(dataset, "rule", per_expression.RULE.name)
    if name not in RULES:
        known = ", ".join(sorted(RULES))
        raise ConfigError(
            f"data set {dataset.name} is averaged by the rule {name!r}, which this version does "
            f"not know; known are {known}"
        )
    return RULES[name]
