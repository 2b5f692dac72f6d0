"""Which metrics records share, and by which of them they are compared."""

from collections.abc import Sequence

from benchmark.report.document import count
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric, held_by
from benchmark.report.paper import main_metric
from refvps.errors import ConfigError

HOW_TO_GET_F = "`refvps-eval --metrics J,F` computes it"


def without_f(measured: Sequence[Measured]) -> tuple[Measured, ...]:
    """Return the records that hold J alone."""
    return tuple(item for item in measured if item.record.summary.f is None)


def held_by_all(measured: Sequence[Measured]) -> tuple[Metric, ...]:
    """Return the metrics that every record holds."""
    return tuple(m for m in Metric if all(m in held_by(item.record) for item in measured))


def held_by_any(measured: Sequence[Measured]) -> tuple[Metric, ...]:
    """Return the metrics that at least one record holds."""
    return tuple(m for m in Metric if any(m in held_by(item.record) for item in measured))


def best_known(item: Measured) -> Metric:
    """Return the main metric of a record's benchmark, or J where that was not computed."""
    wanted = main_metric(item.record.dataset.name)
    return wanted if wanted in held_by(item.record) else Metric.J


def metrics_compared(measured: Sequence[Measured], named: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return what to compare records by: what the user named, else the benchmark's main metric.

    Where a record holds J alone it is J.

    Raises:
        ConfigError: the user named a metric that a record does not hold.
    """
    _require_held(measured, named)
    main = main_metric(measured[0].record.dataset.name)
    return tuple(named) or ((Metric.J,) if without_f(measured) else (main,))


def metrics_reported(measured: Sequence[Measured], named: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return what to report: what the user named, else all that one of the records holds.

    Raises:
        ConfigError: the user named a metric that a record does not hold.
    """
    _require_held(measured, named)
    return tuple(named) or held_by_any(measured)


def _require_held(measured: Sequence[Measured], named: Sequence[Metric]) -> None:
    lacking = without_f(measured)
    needs_f = [metric for metric in named if metric is not Metric.J]
    if lacking and needs_f:
        raise ConfigError(
            f"{lacking[0].path}: holds J alone, so there is no {needs_f[0]} to show: evaluate it "
            "again with `refvps-eval --metrics J,F`, or leave out --metrics"
        )


def metrics_note(measured: Sequence[Measured]) -> str | None:
    """Return which records hold J alone, in words; None if every one holds F as well."""
    lacking = without_f(measured)
    if not lacking:
        return None
    if len(lacking) == len(measured):
        return f"J alone: F was not computed; {HOW_TO_GET_F}"
    labels = ", ".join(item.label for item in lacking)
    hold = "hold" if len(lacking) > 1 else "holds"
    return f"F was not computed for {labels}, which {hold} J alone; {HOW_TO_GET_F}"


def compared_notes(measured: Sequence[Measured], chosen: Sequence[Metric]) -> tuple[str, ...]:
    """Return why records are compared by less than the benchmark asks for, if they are.

    Args:
        measured: records on the same data.
        chosen: what they are compared by.
    """
    main, note = main_metric(measured[0].record.dataset.name), metrics_note(measured)
    less = (f"compared by {chosen[0]}; the paper prints {main} on this data set",)
    return (*((note,) if note else ()), *(less if note and main not in chosen else ()))


def metrics_left(measured: Sequence[Measured], chosen: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return the metrics that records could be compared by as well."""
    return tuple(metric for metric in held_by_all(measured) if metric not in chosen)


def void_notes(measured: Sequence[Measured], shown: Sequence[Metric]) -> tuple[str, ...]:
    """Return what void does to F, where F is shown and there is void."""
    with_void = measured[0].record.summary.frames.with_void
    if not with_void or tuple(shown) == (Metric.J,) or Metric.F not in held_by_any(measured):
        return ()
    return (
        f"F: {count(with_void, 'frame')} hold void, whose edge is a boundary of both masks, as in "
        "the official code; where void surrounds the target, F is high for any mask",
    )
