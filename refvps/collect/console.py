"""What the commands of collecting do: progress on stderr, results on stdout."""

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from refvps import atomic, plugins
from refvps.collect import generation, pipeline, removal, upkeep
from refvps.collect.config import CollectConfig, read_config
from refvps.collect.decision_files import export_decisions, import_decisions
from refvps.collect.export import Profile
from refvps.collect.fetch.client import FetchProcess
from refvps.collect.fetch.failures import CLASSES
from refvps.collect.fetch.fetch import STAGE as FETCH
from refvps.collect.fetch.fetch import Fetching, to_fetch
from refvps.collect.funnel import funnel
from refvps.collect.listing import list_source
from refvps.collect.reviewers import review
from refvps.collect.session import open_store, open_to_read, working, working_or_reading
from refvps.collect.sources.source import SourceContext
from refvps.collect.stage import Stage
from refvps.collect.stage_list import stages_of
from refvps.collect.stages.exporting import clips_to_export, export_clips, overtaken_clips
from refvps.collect.store.records import Concept, Decision, Query
from refvps.collect.store.store import Store
from refvps.collect.taxonomy import EXAMPLE, read_taxonomy, store_taxonomy
from refvps.engine import Engine
from refvps.errors import CollectError, ConfigError
from refvps.executor import Executor
from refvps.progress import progress

log = logging.getLogger(__name__)

LIST, EXPORT = "list", "export"
NOT_WHOLE = 3
AGAIN = "to decide again"


def run_collection(
    path: Path,
    only: tuple[str, ...],
    retry: tuple[str, ...],
    *,
    engine: Engine,
    as_json: bool,
) -> None:
    """List, fetch and analyse; say what was done, and exit 6 if too much of it failed.

    The engine looks at videos and writes frames. Listing and fetching are never spread out: a
    host is asked one thing at a time.
    """
    config, base = read_config(path)
    stages = stages_of(config, base)
    _require_known(only, retry, stages)
    _require_usable(only, stages)
    done: dict[str, Counter[str]] = {}
    with working(base / config.folder) as store, FetchProcess(config.fetch) as fetcher:
        store_taxonomy(store, read_taxonomy(config.taxonomy, base))
        if _wanted(LIST, only):
            context = SourceContext(base, lambda: fetcher, _queries(store))
            done[LIST] = _list(store, config, context)
        if _wanted(FETCH, only):
            done[FETCH] = _fetch(store, config, fetcher, frozenset(retry))
        if any(_wanted(name, only) for name in (*(stage.name for stage in stages), EXPORT)):
            with engine.ready() as staff:
                done |= _look(store, config, stages, only, staff.executor(None))
        _say_done(done, as_json=as_json)
    _require_success(done, config.least_success)


def print_funnel(path: Path, plot: Path | None, *, as_json: bool) -> None:
    """Print the funnel, and draw it if a file is given."""
    with _opened(path) as (store, _, _base):
        found = funnel(store)
    click.echo(json.dumps(found.document(), indent=1) if as_json else found.text())
    if plot is not None:
        from refvps.collect.funnel_plot import write_funnel

        write_funnel(found, plot)
        click.echo(f"wrote {plot}", err=True)


def print_reviewers(path: Path, *, as_json: bool) -> None:
    """Print who decided what in how long, and how far they agree."""
    with _opened(path) as (store, _, _base):
        found = review(store.all(Decision))
    click.echo(json.dumps(found.document(), indent=1) if as_json else found.text())


def serve_triage(path: Path, project: Path, options: tuple[str, ...]) -> None:
    """Serve the triage page with the annotator, which is found as any plug-in is."""
    config, base = read_config(path)
    open_store(base / config.folder).close()
    annotate = plugins.load(plugins.COMMANDS, "annotate")
    told = ["serve", str(project), "--page", f"triage.config={path}", *options]
    # A command that runs within another returns its exit code instead of exiting with it.
    code = annotate.main(told, prog_name="refvps annotate", standalone_mode=False)
    click.get_current_context().exit(code or 0)


def write_decisions(path: Path, to: Path) -> None:
    """Write every decision to a file."""
    with _opened(path) as (store, _, _base):
        click.echo(f"{export_decisions(store, to)} decisions written to {to}")


def read_decisions(path: Path, file: Path) -> None:
    """Add the decisions of a file."""
    with _opened(path) as (store, _, _base):
        click.echo(f"{import_decisions(store, file)} new decisions")


def remove_for_good(path: Path, kind: str, value: str, reason: str) -> None:
    """Remove something for good, also if it was never collected."""
    config, base = read_config(path)
    with working(base / config.folder) as store:
        count = removal.remove(store, kind, value, reason)  # type: ignore[arg-type]
    click.echo(f"{count} candidates removed; {kind} is on the list of what is never collected")
    click.echo(
        "lists of your own that name it are yours to edit: a source's file, a taxonomy", err=True
    )


def print_liveness(path: Path, grace: int, *, as_json: bool) -> None:
    """Look at every fetched post and print what is no longer there."""
    config, base = read_config(path)
    with working(base / config.folder) as store, FetchProcess(config.fetch) as fetcher:
        with progress("look", 0, item="posts") as shown:
            found = []
            for each in upkeep.check_liveness(store, fetcher):
                found.append(each)
                shown.reach(len(found), len(found))
        proposed = upkeep.proposed_removals(store, grace)
    if as_json:
        document = {
            "posts": [asdict(each) for each in found],
            "remove": [each.candidate_id for each in proposed],
        }
        click.echo(json.dumps(document, indent=1))
        return
    for state, count in Counter(each.state for each in found).most_common():
        click.echo(f"{count:>6}  {state}")
    for each in proposed:
        click.echo(f"refvps collect remove {each.candidate_id} --reason {each.state}")


def print_files(path: Path, *, again: bool, as_json: bool) -> None:
    """Compare every file with its digest, and fetch again what is not whole, if asked to."""
    config, base = read_config(path)
    opened = working if again else working_or_reading
    with opened(base / config.folder) as store, FetchProcess(config.fetch) as fetcher:
        checks = list(upkeep.check_files(store))
        if again:
            checks = [
                check if check.state == "whole" else upkeep.fetch_again(store, fetcher, check)
                for check in checks
            ]
    bad = [check for check in checks if check.state not in {"whole", "fetched"}]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        for check in bad:
            click.echo(f"{check.candidate_id}: {check.state} {check.text}".rstrip())
        click.echo(f"{len(checks) - len(bad)} of {len(checks)} files are whole")
    if bad:
        click.get_current_context().exit(NOT_WHOLE)


def write_provenance(path: Path, to: Path) -> None:
    """Write where every exported clip comes from."""
    from refvps.collect.provenance import write_provenance as write

    with _opened(path) as (store, _, _base):
        click.echo(f"{write(store, to)} clips in {to}")


def hydrate_release(root: Path, path: Path | None) -> bool:
    """Fetch the frames of a release; return whether any clip has some."""
    from refvps.collect.fetch.job import FetchOptions
    from refvps.collect.hydrate import GOOD, coverage_text, hydrate

    options = FetchOptions() if path is None else read_config(path)[0].fetch
    with FetchProcess(options) as fetcher, progress("hydrate", 0, item="clips") as shown:
        done: list[str] = []

        def tell(found: Any) -> None:  # noqa: ANN401 - Hydrated, imported when it runs
            done.append(found.clip_id)
            shown.reach(len(done), len(done))
            if found.state not in GOOD:
                log.warning("%s: %s, %s", found.clip_id, found.state, found.detail)

        found = hydrate(root, fetcher, tell)
    click.echo(coverage_text(found))
    return any(each.state in GOOD for each in found.values())


def generate_concepts(
    asked: tuple[str, str, str | None], count: int, record: Path, to: Path
) -> None:
    """Ask a language model for a taxonomy; the answer is kept before it is read."""
    endpoint, model, variable = asked
    key = os.environ.get(variable) if variable else None
    if variable and not key:
        raise ConfigError(f"environment variable {variable} is not set; it should hold the key")
    found = generation.ask(endpoint, model, generation.prompt_for(count), key)
    generation.write_record(found, record)
    replay_concepts(record, to)


def replay_concepts(record: Path, to: Path) -> None:
    """Write the taxonomy that a record holds."""
    taxonomy = generation.taxonomy_of(generation.read_record(record), str(record))
    atomic.write_text(to, generation.taxonomy_toml(taxonomy))
    click.echo(f'{len(taxonomy.concept)} concepts proposed in {to}; set status = "active" to use')


def write_example(to: Path) -> None:
    """Write the built-in taxonomy."""
    taxonomy = read_taxonomy(EXAMPLE, Path())
    atomic.write_text(to, generation.taxonomy_toml(taxonomy))
    click.echo(f"{len(taxonomy.concept)} concepts in {to}")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Store, CollectConfig, Path]]:
    config, base = read_config(path)
    with open_to_read(base / config.folder) as store:
        yield store, config, base


def _wanted(name: str, only: tuple[str, ...]) -> bool:
    return not only or name in only


def _require_known(
    only: tuple[str, ...], retry: tuple[str, ...], stages: tuple[Stage, ...]
) -> None:
    known = [LIST, FETCH, *(stage.name for stage in stages), EXPORT]
    for name in only:
        if name not in known:
            raise ConfigError(f"no stage is called {name!r}; known: {', '.join(known)}")
    for name in retry:
        if name not in CLASSES:
            raise ConfigError(f"no class of failures is called {name!r}: {', '.join(CLASSES)}")


def _require_usable(only: tuple[str, ...], stages: tuple[Stage, ...]) -> None:
    """Say what a stage lacks now, not after hours of fetching: its options name what it uses."""
    for stage in stages:
        if _wanted(stage.name, only):
            dict(stage.options)


def _queries(store: Store) -> tuple[tuple[str, str], ...]:
    active = {c.concept_id for c in store.all(Concept) if c.status == "active"}
    return tuple((q.text, q.concept_id) for q in store.all(Query) if q.concept_id in active)


def _list(store: Store, config: CollectConfig, context: SourceContext) -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry in config.source:
        with progress(f"list {entry.name}", 0, item="videos") as shown:
            try:
                for listed in list_source(store, entry, context):
                    shown.reach(listed.run.seen, listed.run.seen)
            except CollectError as error:
                log.warning("%s", error.message)
                counts["failed"] += 1
            else:
                counts["ok"] += 1
                if not listed.run.seen:
                    log.warning("source %s names no video", entry.name)
    return counts


def _fetch(
    store: Store, config: CollectConfig, fetcher: FetchProcess, retry: frozenset[str]
) -> Counter[str]:
    counts: Counter[str] = Counter()
    candidates = to_fetch(store, config.fetch, retry)
    with progress("fetch", len(candidates), item="kB") as shown:
        for step in Fetching(store, config.fetch, fetcher).run(candidates):
            counts[step.status] += 1
            shown.step(items=step.bytes // 1000)
            if step.status == "failed":
                advice = CLASSES[step.reason].advice
                log.info("%s: %s%s", step.candidate_id, step.reason, advice and f" ({advice})")
    return counts


def _look(
    store: Store,
    config: CollectConfig,
    stages: tuple[Stage, ...],
    only: tuple[str, ...],
    executor: Executor,
) -> dict[str, Counter[str]]:
    done: dict[str, Counter[str]] = {}
    before = FETCH
    for stage in stages:
        if _wanted(stage.name, only):
            done[stage.name] = _analyse(store, stage, before, executor)
        before = stage.name
    if _wanted(EXPORT, only):
        done[EXPORT] = _export(store, config, executor)
    return done


def _analyse(store: Store, stage: Stage, before: str, executor: Executor) -> Counter[str]:
    counts: Counter[str] = Counter()
    with progress(stage.name, pipeline.open_count(store, stage, before), item="videos") as shown:
        for step in pipeline.run_stage(store, stage, before, executor):
            counts[step.status] += 1
            shown.step(items=1)
    return counts


def _export(store: Store, config: CollectConfig, executor: Executor) -> Counter[str]:
    counts: Counter[str] = Counter()
    profile = Profile(**config.export.model_dump())
    clips = clips_to_export(store, profile)
    with progress(EXPORT, len(clips)) as shown:
        for step in export_clips(store, clips, profile, executor):
            counts["failed" if step.problem else "ok"] += 1
            shown.step(items=step.n_frames)
            if step.problem:
                log.warning("%s: %s", step.clip_id, step.problem)
    for step in overtaken_clips(store, profile):
        counts[AGAIN] += 1
        log.warning("%s: %s", step.clip_id, step.problem)
    return counts


def _say_done(done: dict[str, Counter[str]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({name: dict(counts) for name, counts in done.items()}, indent=1))
        return
    for name, counts in done.items():
        said = ", ".join(f"{count} {status}" for status, count in counts.most_common())
        click.echo(f"{name}: {said or 'nothing to do'}")


def _require_success(done: dict[str, Counter[str]], least: float) -> None:
    if done.get(LIST, Counter())["failed"]:
        raise CollectError("a source could not be listed; what the others named is kept")
    for name, counts in done.items():
        tried = sum(counts.values()) - counts[AGAIN]
        good = counts["ok"] + counts["excluded"]
        if tried and good / tried < least:
            raise CollectError(
                f"{name}: {good} of {tried} succeeded, less than least_success = {least}; "
                "see `refvps collect funnel` and `refvps collect doctor`"
            )
