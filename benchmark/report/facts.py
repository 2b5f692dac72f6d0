"""What a record says about how its scores came to be, in words."""

from collections.abc import Sequence

from benchmark.report.beside import beside_facts
from benchmark.report.document import Fact, count, plain
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric, in_words
from benchmark.report.record import EvalRecord
from benchmark.rules import per_category


def title(record: EvalRecord, metrics: Sequence[Metric]) -> str:
    """Return what was measured on what."""
    return f"{in_words(metrics)} in percent on {data_name(record)}"


def data_name(record: EvalRecord) -> str:
    """Return the data set's name and version."""
    return plain(f"{record.dataset.name} {record.dataset.version}")


def class_noun(record: EvalRecord) -> str:
    """Return what a class of the record's data is called: a concept, or a category."""
    return "category" if record.rule.name == per_category.RULE.name else "concept"


def extent(record: EvalRecord) -> str:
    """Return how much was scored, with the categories if the rule averages by them."""
    score = record.summary.j
    parts = [f"{count(score.clips, 'clip')} from {count(score.videos, 'video')}"]
    parts.append(count(score.expressions, "expression"))
    if class_noun(record) == "category":
        number = len(record.summary.concepts)
        parts.append(f"{number} {'category' if number == 1 else 'categories'}")
    return ", ".join(parts)


def short_facts(measured: Sequence[Measured]) -> tuple[str, ...]:
    """Return lines for the top of a page: the data, then each method in one line."""
    record = measured[0].record
    data = f"{extent(record)}; data digest {record.dataset.digest[:12]}; rule {record.rule.name}"
    return (plain(data), *(plain(_short_method(item)) for item in measured))


def _short_method(item: Measured) -> str:
    method = item.record.method
    if method.run is None:
        made = "what made them is not written down"
    else:
        given = _pairs(method.run.options_given)
        weights = f", checkpoint {method.run.checkpoint[:12]}" if method.run.checkpoint else ""
        made = (f"options {given}" if given else "default options") + weights
    return f"{item.label}: masks at {method.frame_rate} fps, {made}"


def data_facts(record: EvalRecord) -> tuple[Fact, ...]:
    """Return what all records on the same data share."""
    score, frames = record.summary.j, record.summary.frames
    facts = [
        ("data", extent(record)),
        *beside_facts(record),
        (
            "annotated frames",
            f"{frames.annotated}: {frames.with_target} with the target, {frames.empty} annotated "
            f"as empty; {frames.with_void} hold void, which is left out",
        ),
        ("averaged", f"{plain(record.rule.order)} (rule {plain(record.rule.name)})"),
    ]
    if score.interval is not None:
        drawn = score.interval
        facts.append(
            (
                "intervals",
                f"95 % percentile bootstrap over videos, {drawn.resamples} resamples, "
                f"seed {drawn.seed}",
            )
        )
    return (*facts, ("data digest", plain(record.dataset.digest)))


def method_facts(item: Measured) -> tuple[Fact, ...]:
    """Return what made a method's masks, as far as it was written down."""
    method, run = item.record.method, item.record.method.run
    facts = [
        ("masks", f"{method.frame_rate} fps; {method.layout}; {', '.join(method.encodings)}"),
        ("masks digest", method.masks_digest),
    ]
    if run is None:
        facts.append(("made by", "not written down: there was no run.json beside the masks"))
    else:
        facts += [
            ("options", _pairs(run.options) or "none"),
            ("options given", _pairs(run.options_given) or "none, all are defaults"),
            ("checkpoint", run.checkpoint or "none"),
            ("device, seed", f"{run.device}, {'none' if run.seed is None else run.seed}"),
            ("versions", ", ".join(f"{name} {text}" for name, text in run.versions.items())),
        ]
        if run.note is not None:
            facts.append(("note", run.note))
    facts.append(("scored by", ", ".join(f"{k} {v}" for k, v in item.record.tool.items())))
    return tuple((term, plain(text)) for term, text in facts)


def all_facts(measured: Sequence[Measured]) -> tuple[Fact, ...]:
    """Return the facts about the data, then those of each method under its label."""
    several = len(measured) > 1
    return (
        *data_facts(measured[0].record),
        *(
            (f"{item.label}: {term}" if several else term, text)
            for item in measured
            for term, text in method_facts(item)
        ),
    )


def _pairs(options: dict[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(options.items()))
