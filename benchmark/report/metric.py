"""The metrics that a record can hold, J, F and J&F: their names, in order."""

from collections.abc import Sequence
from enum import StrEnum

from benchmark.report.document import plain
from benchmark.report.record import EvalRecord
from refvps.errors import ConfigError


class Metric(StrEnum):
    """A number between 0 and 1 that every frame has and a rule averages; as papers print it."""

    J = "J"
    F = "F"
    J_AND_F = "J&F"

    @property
    def key(self) -> str:
        """Its name in files for machines: j, f or j_and_f."""
        return self.name.lower()


IN_WORDS = {
    Metric.J: "region similarity J",
    Metric.F: "contour accuracy F",
    Metric.J_AND_F: "J&F",
}


def held_by(record: EvalRecord) -> tuple[Metric, ...]:
    """Return the metrics of a record: J alone, or all three."""
    return (Metric.J,) if record.summary.f is None else tuple(Metric)


def parse_metrics(text: str) -> tuple[Metric, ...]:
    """Return metrics that a user named, each once, in the order J, F, J&F.

    J&F may be written JF, which no shell takes for a command to run in the background.

    Raises:
        ConfigError: a name is not one of them.

    >>> parse_metrics("jf,J")
    (<Metric.J: 'J'>, <Metric.J_AND_F: 'J&F'>)
    """
    known = {metric.replace("&", ""): metric for metric in Metric}
    named = set()
    for part in text.split(","):
        metric = known.get(part.strip().upper().replace("&", ""))
        if metric is None:
            raise ConfigError(
                f"--metrics {plain(text)}: expected J, F or JF (their mean J&F), or several of "
                "them with commas between"
            )
        named.add(metric)
    return tuple(metric for metric in Metric if metric in named)


def in_words(metrics: Sequence[Metric]) -> str:
    """Return metrics in words, as a title starts; J&F goes without saying beside J and F.

    >>> in_words([Metric.J]), in_words([Metric.J_AND_F])
    ('Region similarity J', 'J&F')
    >>> in_words([Metric.J, Metric.F, Metric.J_AND_F])
    'Region similarity J and contour accuracy F'
    """
    shown = tuple(metrics)[:2] if len(metrics) == len(Metric) else metrics
    *first, last = (IN_WORDS[metric] for metric in shown)
    text = f"{', '.join(first)} and {last}" if first else last
    return text[0].upper() + text[1:]
