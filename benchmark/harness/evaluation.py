"""Plans an evaluation, and puts its scores into a record."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from benchmark.harness.query_scores import ScoredQuery
from benchmark.harness.score import masks_digest
from benchmark.report.record import DatasetPart, EvalRecord, MethodPart
from benchmark.rules.by_name import rule_of
from refvps import plugins
from refvps.errors import (
    ConfigError,
    DataError,
    MissingPredictionsError,
    ResumeError,
    UnknownPluginError,
)
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.method_choice import MethodChoice
from refvps.predictions.find import find_predictions
from refvps.predictions.run_file import (
    RunFile,
    describe_run,
    read_run,
    require_same_run,
    write_run,
)
from refvps.predictions.source import PredictionSource
from refvps.predictions.store import PredictionStore
from refvps.protocols import Dataset, MethodCard, PartlyThere
from refvps.shards import Shard
from refvps.types import Query

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an evaluation will read, and what it must predict first.

    Attributes:
        dataset: the data.
        method: the method's name.
        queries: every query of the data set.
        source: where the masks are.
        missing: queries without stored masks, to be predicted.
        workers: how many processes the method asks for, or None for one a core.
    """

    dataset: Dataset
    method: str
    queries: tuple[Query, ...]
    source: PredictionSource
    missing: tuple[Query, ...]
    workers: int | None = None

    def part(self, shard: Shard) -> "Plan":
        """Return a plan that predicts the clips of a shard alone.

        Clips are shared out by their frames times their expressions.
        """
        work: Counter[str] = Counter()
        for query in self.queries:
            work[query.clip.clip_id] += len(query.clip.frame_paths)
        own = shard.share(work)
        return replace(self, missing=tuple(q for q in self.missing if q.clip.clip_id in own))


def plan_stored(
    dataset: Dataset, method: str, pred: Path, kernels: Kernels = NUMPY_KERNELS
) -> Plan:
    """Plan to score stored masks alone; no method is imported.

    Raises:
        MissingPredictionsError: some queries have no masks; the details name them all.
    """
    plan = _plan(dataset, method, pred, kernels)
    if plan.missing:
        raise _missing_error(plan, "predict them, or leave out --no-run")
    stored = read_run(plan.source.folder)
    if stored is not None and stored.dataset_digest != dataset.digest:
        log.warning(
            "the masks were made on data of digest %s; they are scored on %s",
            stored.dataset_digest[:12],
            dataset.digest[:12],
        )
    return plan


def _own_card(choice: MethodChoice) -> MethodCard:
    return choice.load().card


def plan_run(
    dataset: Dataset,
    choice: MethodChoice,
    pred: Path,
    kernels: Kernels = NUMPY_KERNELS,
    card_of: Callable[[MethodChoice], MethodCard] = _own_card,
) -> Plan:
    """Plan to predict what is missing, after checking that the rest was made the same way.

    Writes ``run.json`` where predicting starts.

    Args:
        dataset: the data.
        choice: the method.
        pred: folder of predictions.
        kernels: decode stored masks.
        card_of: asks the method what it is, where it will run; by default here.

    Raises:
        UnknownPluginError: masks are missing and no such method is installed.
        ResumeError: the stored masks were made with something else.
        MissingPredictionsError: masks made elsewhere are incomplete.
    """
    plan = _plan(dataset, choice.name, pred, kernels)
    if plan.missing and isinstance(dataset, PartlyThere):
        dataset.require_frames()
    source = plan.source
    if not isinstance(source, PredictionStore):
        if plan.missing:
            raise _missing_error(plan, "masks made elsewhere are never added to: complete them")
        if choice.options:
            raise ConfigError(
                f"{source.folder}: these masks were made elsewhere; no option applies"
            )
        return plan
    if plan.missing or choice.name in plugins.names(plugins.METHODS):
        return replace(plan, workers=_require_resumable(plan, source, choice, card_of))
    return plan


def build_record(plan: Plan, scored: Sequence[ScoredQuery]) -> EvalRecord:
    """Return the record of a finished evaluation.

    Args:
        plan: what was evaluated.
        scored: every query of the plan, in the order of their ids.
    """
    from importlib.metadata import version

    dataset, rule = plan.dataset, rule_of(plan.dataset)
    rows = tuple(query.row for query in scored)
    return EvalRecord(
        tool={"refvps": version("refvps")},
        dataset=DatasetPart(
            name=dataset.name,
            version=dataset.version,
            digest=dataset.digest,
            fps=str(plan.queries[0].clip.fps),
            coverage=dataset.coverage if isinstance(dataset, PartlyThere) else None,
        ),
        method=MethodPart(
            name=plan.method,
            run=read_run(plan.source.folder),
            layout=plan.source.layout,
            encodings=tuple(sorted(frozenset().union(*(query.encodings for query in scored)))),
            masks_digest=masks_digest(scored),
            frame_rate=_frame_rate(plan.queries[0].clip.fps, scored),
        ),
        rule=rule.part,
        summary=rule.summarise(rows),
        rows=rows,
    )


def _plan(dataset: Dataset, method: str, pred: Path, kernels: Kernels) -> Plan:
    rule = rule_of(dataset)
    queries = tuple(dataset.queries())
    if not queries:
        raise DataError(dataset.name, "the data set has no expressions to evaluate")
    if rule.require is not None:
        rule.require(dataset, queries)
    source = find_predictions(pred, method, dataset.name, queries, kernels)
    missing = tuple(query for query in queries if not source.has(query))
    return Plan(dataset, method, queries, source, missing)


def _missing_error(plan: Plan, advice: str) -> MissingPredictionsError:
    first = plan.missing[0].query_id
    return MissingPredictionsError(
        f"{plan.source.folder}: masks are missing for {len(plan.missing)} of "
        f"{len(plan.queries)} expressions, the first {first}{_of_failures(plan)}; {advice}",
        details=[query.query_id for query in plan.missing],
    )


def _of_failures(plan: Plan) -> str:
    """Return how many missing queries failed when they were predicted, and how the first did."""
    store = plan.source
    if not isinstance(store, PredictionStore):
        return ""
    told = [(query, store.failure(query)) for query in plan.missing]
    failed = [(query.query_id, reason) for query, reason in told if reason is not None]
    if not failed:
        return ""
    return f"; {len(failed)} of them failed when predicted, {failed[0][0]}: {failed[0][1]}"


def _require_resumable(
    plan: Plan,
    store: PredictionStore,
    choice: MethodChoice,
    card_of: Callable[[MethodChoice], MethodCard],
) -> int | None:
    """Check that predicting may go on; return how many processes the method asks for."""
    try:
        card = card_of(choice)
    except UnknownPluginError as error:
        raise UnknownPluginError(
            f"masks are missing for {len(plan.missing)} of {len(plan.queries)} expressions below "
            f"{store.folder}, and {error.message}",
            details=error.details,
        ) from error
    planned = describe_run(
        choice.name,
        card,
        plan.dataset,
        given=dict(choice.options),
        frame_rate=str(plan.queries[0].clip.fps),
    )
    stored = read_run(store.folder)
    if stored is not None:
        require_same_run(store.folder, stored, planned)
        _warn_of_versions(stored, planned)
    elif len(plan.missing) == len(plan.queries):
        write_run(store.folder, planned)
    elif plan.missing or choice.options:
        raise ResumeError(
            f"{store.folder}: holds predictions but no run.json, so what made them is not known; "
            "use another --pred folder, or --no-run to score them as they are"
        )
    return card.workers


def _warn_of_versions(stored: RunFile, planned: RunFile) -> None:
    for name in sorted(set(stored.versions) | set(planned.versions)):
        before, now = stored.versions.get(name), planned.versions.get(name)
        if before != now:
            log.warning("stored masks were made with %s %s; this is %s", name, before, now)


def _frame_rate(fps: Fraction, scored: Sequence[ScoredQuery]) -> str:
    """Return the rate of the stored masks, in frames a second, in words that fit a table."""
    if all(query.stored_frames == query.clip_frames for query in scored):
        return str(fps)
    if all(query.stored_frames == len(query.row.frames.ids) for query in scored):
        annotated = sum(len(query.row.frames.ids) for query in scored)
        rate = fps * annotated / sum(query.clip_frames for query in scored)
        return f"about {float(rate):.0f} (annotated frames only; the clips run at {fps})"
    stored = sum(query.stored_frames for query in scored)
    whole = sum(query.clip_frames for query in scored)
    return f"{fps} in part ({stored} of {whole} frames)"
