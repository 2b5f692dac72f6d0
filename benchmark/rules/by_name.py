"""The rules by name; a data set says which one its benchmark averages by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmark.report.record import Row, RulePart, Summary
from benchmark.rules import per_category, per_expression
from benchmark.rules.paired import PairedRule
from refvps.errors import ConfigError
from refvps.protocols import Dataset


@dataclass(frozen=True, slots=True)
class Rule:
    """How the scores of queries become those of a data set.

    Attributes:
        part: what the record says of it.
        summarise: averages rows, at least one.
        paired: how methods are compared under it, its own module; None where that is not defined.
    """

    part: RulePart
    summarise: Callable[[Sequence[Row]], Summary]
    paired: PairedRule | None = None


RULES: Mapping[str, Rule] = {
    rule.part.name: rule
    for rule in (
        Rule(per_expression.RULE, per_expression.summarise, paired=per_expression),
        Rule(per_category.RULE, per_category.summarise, paired=per_category),
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
