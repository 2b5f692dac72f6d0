"""What the commands do: the harness, with progress on stderr and results on stdout."""

import inspect
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from benchmark.datasets.open import open_dataset
from benchmark.harness.check import (
    check_masks,
    check_truth,
    require_sound_masks,
    require_sound_truth,
)
from benchmark.harness.evaluation import Plan, build_record, plan_run, plan_stored
from benchmark.harness.predict import PredictedClip, longest_first, predict
from benchmark.harness.query_scores import ScoredClip, ScoredQuery, Scoring
from benchmark.harness.score import collect_scores, score
from benchmark.harness.truth_cache import TruthCache, truth_cache
from benchmark.report.record import EvalRecord
from benchmark.report.table import format_table
from benchmark.rules.by_name import rule_of
from refvps import plugins
from refvps.engine import Engine, Staff
from refvps.errors import PredictingFailedError, RefvpsError
from refvps.executor import Executor, InlineExecutor, executor_for
from refvps.kernels.backends import NUMPY, kernels_named
from refvps.method_choice import MethodChoice
from refvps.predictions.copies import Copies
from refvps.predictions.find import store_folder
from refvps.predictions.run_file import RUN_FILE
from refvps.predictions.store import PredictionStore
from refvps.progress import Progress, progress
from refvps.settings import read_settings
from refvps.shards import Shard

log = logging.getLogger(__name__)

Data = tuple[str | None, Path | None]
"""A data set as the user named it: its name and its folder, either of which may be left out."""

RECORD_FILE = "record.json"
BUILT_IN = "demo"


@dataclass(frozen=True, slots=True)
class ScoringChoice:
    """How to score, and what; the first three change no score.

    Attributes:
        workers: processes to work in; by default one a core.
        keep_truth: whether truth is read from and kept in the user's cache folder.
        backend: a name of ``refvps.kernels.backends.BACKENDS``.
        contours: whether F is computed beside J.
    """

    workers: int | None = None
    keep_truth: bool = True
    backend: str = NUMPY
    contours: bool = False


def evaluate_method(
    choice: MethodChoice, pred: Path, *, data: Data, run: bool, scoring: ScoringChoice
) -> EvalRecord:
    """Predict what is missing if ``run``, and score everything."""
    dataset = open_dataset(*data)
    choice = choice.on(dataset.name)
    rule = rule_of(dataset)
    if rule.contours and not scoring.contours:
        log.info("F is computed too: the rule %s needs it", rule.part.name)
    folder = read_settings().cache_folder
    kernels = kernels_named(scoring.backend, folder)
    cache = truth_cache(folder, dataset) if scoring.keep_truth else None
    if run:
        plan = plan_run(dataset, choice, pred, kernels)
        _check_stored(plan)
        if plan.missing:
            _check_truth(plan, cache, scoring.workers)
            executor = executor_for(_workers(scoring.workers or plan.workers))
            _predict_missing(plan, choice, executor)
    else:
        plan = plan_stored(dataset, choice.name, pred, kernels)
        _check_stored(plan)
    return build_record(plan, _score_all(plan, scoring, Scoring(cache, kernels, scoring.contours)))


def write_record(record: EvalRecord, pred: Path, path: Path | None) -> Path:
    """Write the record, by default beside the method's predictions; return where."""
    target = path or store_folder(pred, record.method.name, record.dataset.name) / RECORD_FILE
    record.write(target)
    return target


@dataclass(frozen=True, slots=True)
class Where:
    """Where masks go.

    Attributes:
        pred: the folder that the user named.
        copies: an address that has or shall have the same, or None.
    """

    pred: Path
    copies: str | None = None

    def store(self, store: PredictionStore) -> PredictionStore:
        """Return a store below the folder, levelled with its copies and keeping new ones."""
        if self.copies is None:
            return store
        below = store.folder.relative_to(self.pred).as_posix()
        copies = Copies(f"{self.copies.rstrip('/')}/{below}")
        came, went = copies.level(store.folder)
        if came or went:
            log.info("%s: %d files came from there, %d went", copies.address, came, went)
        return replace(store, copies=copies)


def predict_methods(
    choices: Sequence[MethodChoice],
    where: Where,
    *,
    data: Data,
    engine: Engine,
    shard: Shard | None = None,
) -> None:
    """Predict what is missing for each method in turn, and say where it lies."""
    dataset = open_dataset(*data)
    fitted = [choice.on(dataset.name) for choice in choices]
    homes = [
        where.store(PredictionStore(store_folder(where.pred, choice.name, dataset.name)))
        for choice in fitted
    ]
    with engine.ready() as staff:
        plans = [
            (choice, _copying(plan_run(dataset, choice, where.pred, card_of=staff.card), home))
            for choice, home in zip(fitted, homes, strict=True)
        ]
        try:
            _predict_in_turn(plans, staff, shard)
        finally:
            for home in homes:
                where.store(home)


def _copying(plan: Plan, home: PredictionStore) -> Plan:
    """Return a plan whose new masks are copied; those of another folder or layout are not."""
    if isinstance(plan.source, PredictionStore) and plan.source.folder == home.folder:
        if home.copies is not None:
            # Before any mask: masks without it say nothing of what made them.
            home.copies.keep(home.folder, home.folder / RUN_FILE)
        return replace(plan, source=replace(plan.source, copies=home.copies))
    return plan


def _predict_in_turn(
    plans: Sequence[tuple[MethodChoice, Plan]], staff: Staff, shard: Shard | None
) -> None:
    problems: list[str] = []
    for choice, plan in plans:
        own = plan if shard is None else plan.part(shard)
        try:
            _predict_missing(own, choice, staff.executor(plan.workers))
        except PredictingFailedError as error:
            if len(plans) == 1:
                raise
            # A night's queue does not stop at the first method that has trouble.
            log.warning("%s: %s", choice.name, error.message)
            problems += [f"{choice.name}: {detail}" for detail in error.details]
        click.echo(plan.source.folder)
    _require_no_problems(problems)


def print_record(record: EvalRecord, path: Path, *, as_json: bool) -> None:
    """Print the table, or the whole record as JSON."""
    if as_json:
        click.echo(json.dumps(record.document(), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{format_table(record)}\nrecord             {path}")


def print_methods(*, as_json: bool) -> None:
    """Print the installed methods with the first line of what each says it is."""
    names = plugins.names(plugins.METHODS)
    _print_listed([{"name": n, "summary": _summary(plugins.METHODS, n)} for n in names], as_json)


def print_datasets(*, as_json: bool) -> None:
    """Print the installed data sets, what each says it is, and where this machine has it."""
    settings = read_settings()
    listed = []
    for name in plugins.names(plugins.DATASETS):
        entry = settings.datasets.get(name)
        root = str(entry.root) if entry and entry.root else None
        default = " (used when none is named)" if name == settings.dataset else ""
        place = f"at {root}" if root else "no folder in refvps.toml"
        listed.append(
            {
                "name": name,
                "summary": f"{_summary(plugins.DATASETS, name)}{default}",
                "place": "" if name == BUILT_IN else place,
            }
        )
    _print_listed(listed, as_json)


def _print_listed(found: Sequence[dict[str, str]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    width = max((len(item["name"]) for item in found), default=0)
    for item in found:
        place = f"  [{item['place']}]" if item.get("place") else ""
        click.echo(f"{item['name']:<{width}}  {item['summary']}{place}")


def _check_stored(plan: Plan) -> None:
    """Look at all stored masks before an hour is spent on scoring some of them."""
    missing = {query.query_id for query in plan.missing}
    stored = [query for query in plan.queries if query.query_id not in missing]
    if not stored:
        return
    problems: list[str] = []
    with progress("check masks", len(stored)) as shown:
        for found in check_masks(plan.dataset, plan.source, stored):
            problems += found
            shown.step()
    require_sound_masks(problems)


def _check_truth(plan: Plan, cache: TruthCache | None, workers: int | None) -> None:
    """Read all truth before hours are spent on predicting what it then cannot score."""
    executor = executor_for(_workers(workers))
    problems: list[str] = []
    with progress("read truth", len({query.clip.clip_id for query in plan.queries})) as shown:
        for outcome in check_truth(plan.dataset, cache, plan.queries, executor):
            problems += outcome.value
            shown.step()
    require_sound_truth(problems)


def _predict_missing(plan: Plan, choice: MethodChoice, executor: Executor) -> None:
    if not plan.missing or not isinstance(plan.source, PredictionStore):
        return
    left = len(plan.queries) - len(plan.missing)
    if left:
        log.info(
            "%s: %d of %d stored already, or another shard's",
            *(choice.name, left, len(plan.queries)),
        )
    problems: list[str] = []
    with progress(f"predict {choice.name}", len(plan.missing)) as shown:
        within = _WithinClip(shown)
        alone = isinstance(executor, InlineExecutor)
        queries = plan.missing if alone else longest_first(plan.missing)
        made = within.made if alone else None
        for outcome in predict(choice, plan.source, queries, executor, made):
            problems += outcome.value.problems
            within.clip_done(outcome.value)
    _require_no_problems(problems)


def _require_no_problems(problems: Sequence[str]) -> None:
    """Raise ``PredictingFailedError`` if there are any; one that many clips share is told once."""
    found = sorted(set(problems))
    if found:
        count = "" if len(found) == 1 else f" ({len(found)} failures in all)"
        raise PredictingFailedError(f"{found[0]}{count}", details=found)


def _score_all(plan: Plan, scoring: ScoringChoice, how: Scoring) -> list[ScoredQuery]:
    scored: list[ScoredClip] = []
    executor = executor_for(_workers(scoring.workers))
    with progress(f"score {plan.method}", len(plan.queries)) as shown:
        outcomes = score(plan.dataset, plan.source, plan.queries, executor, how)
        for outcome in outcomes:
            scored.append(outcome.value)
            queries = outcome.value.queries
            shown.step(
                units=len(queries), items=sum(len(query.row.frames.ids) for query in queries)
            )
    return collect_scores(scored)


class _WithinClip:
    """Moves a bar inside a clip, and never counts a mask twice."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._ahead = 0

    def made(self, masks: int) -> None:
        self._ahead += masks
        self._shown.step(units=0, items=masks)

    def clip_done(self, clip: PredictedClip) -> None:
        left = max(0, clip.frames - self._ahead)
        self._shown.step(units=clip.queries, items=left)
        self._ahead = 0


def _workers(given: int | None) -> int:
    return given or os.cpu_count() or 1


def _summary(group: str, name: str) -> str:
    """Return the first line of a plug-in module's docstring, or why it cannot be imported."""
    try:
        factory = plugins.load(group, name)
    except (ImportError, AttributeError, RefvpsError) as error:
        return f"cannot be loaded: {type(error).__name__}: {error}"
    module = inspect.getmodule(factory)
    text = inspect.getdoc(module) if module else None
    return (text or "no description").splitlines()[0].replace("``", "")
