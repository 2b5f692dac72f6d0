"""Listing: what sources name becomes candidates, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from refvps import plugins
from refvps.collect.config import SourceEntry
from refvps.collect.digests import value_digest
from refvps.collect.fetch.posted import author_name
from refvps.collect.folder import private_path
from refvps.collect.removal import is_removed
from refvps.collect.sources.source import Found, Page, SourceContext, SourceFactory
from refvps.collect.store.records import Candidate, CandidateHit, Concept, SourceRun
from refvps.collect.store.store import Store
from refvps.collect.text_files import plain, write_private
from refvps.errors import ConfigError

SECRET_WORDS = ("key", "secret", "token", "password", "cookie")


@dataclass(frozen=True, slots=True)
class Listed:
    """How far a listing is."""

    run: SourceRun


def list_source(store: Store, entry: SourceEntry, context: SourceContext) -> Iterator[Listed]:
    """List a source from where it stopped, yielding after every page; a done listing is skipped.

    Raises:
        ConfigError: an option is wrong, or a concept is not in the taxonomy.
        CollectError: the source cannot go on; what was listed is kept.
    """
    run = _opened(store, entry)
    if run.finished:
        yield Listed(run)
        return
    factory: SourceFactory = plugins.load(plugins.SOURCES, entry.kind)
    source = factory(entry.options, context)
    run = replace(run, basis=source.basis)
    while not run.finished:
        page = source.page(run.cursor)
        run = _stored(store, entry, run, page)
        yield Listed(run)


def _opened(store: Store, entry: SourceEntry) -> SourceRun:
    digest = value_digest([entry.kind, entry.concept, entry.options])
    name = f"{entry.name}-{digest[:12]}"
    found = store.get(SourceRun, source_run_id=name)
    return found or SourceRun(name, entry.name, entry.kind, digest, "", store.now())


def _stored(store: Store, entry: SourceEntry, run: SourceRun, page: Page) -> SourceRun:
    concepts = {concept.concept_id for concept in store.all(Concept)}
    wanted = [found for found in page.found if not _unwanted(store, found)]
    for found in wanted:
        _require_concept(entry, found, concepts)
        if found.raw:
            path = private_path(store.folder, f"{found.platform}:{found.native_id}")
            if not path.exists():
                write_private(path, found.raw)
    with store.transaction():
        new = 0
        store.put(run)
        for place, found in enumerate(page.found, run.seen):
            if found in wanted:
                new += _add(store, entry, run, found, place)
        after = replace(
            run,
            cursor=page.cursor,
            seen=run.seen + len(page.found),
            new=run.new + new,
            finished=None if page.cursor else store.now(),
            note="; ".join(filter(None, (run.note, page.note))),
        )
        store.put(after)
        store.log("list", "page listed", run.source_run_id, seen=len(page.found), new=new)
    return after


def _add(store: Store, entry: SourceEntry, run: SourceRun, found: Found, place: int) -> bool:
    name, concept = f"{found.platform}:{found.native_id}", found.concept or entry.concept or ""
    added = store.add(
        Candidate(
            name,
            found.platform,
            found.native_id,
            found.url,
            concept,
            run.source_run_id,
            place,
            plain(found.title),
            plain(found.author),
            found.duration_ms,
            found.posted_at,
            found.flags,
            store.now(),
        )
    )
    store.add(CandidateHit(name, run.source_run_id, plain(found.query), concept, place))
    return added


def _unwanted(store: Store, found: Found) -> bool:
    if is_removed(store, "candidate", f"{found.platform}:{found.native_id}"):
        return True
    author = author_name(found.platform, plain(found.author))
    return bool(author) and is_removed(store, "author", author)


def _require_concept(entry: SourceEntry, found: Found, concepts: set[str]) -> None:
    concept = found.concept or entry.concept
    if concept is None:
        raise ConfigError(
            f"source {entry.name}: {found.url} has no concept; give the source a `concept`, "
            "or each of its finds one"
        )
    if concept not in concepts:
        raise ConfigError(f"source {entry.name}: concept {concept!r} is not in the taxonomy")
