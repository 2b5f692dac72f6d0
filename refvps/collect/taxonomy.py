"""The taxonomy: five groups of dynamic processes, concepts within them, words to look for them."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from refvps.collect.config import checked
from refvps.collect.digests import value_digest
from refvps.collect.store.records import Concept, Query
from refvps.collect.store.store import Store
from refvps.errors import ConfigError
from refvps.names import is_safe_name
from refvps.release.schema import Group
from refvps.release.taxonomy import GROUPS

DEFINITIONS = dict(
    zip(
        GROUPS,
        (
            "A thing passes from one state or shape into another while one watches: it melts, "
            "swells, burns down, wilts.",
            "A region without a fixed outline keeps moving: water that ripples, a flame that "
            "flickers, cloth or smoke that sways.",
            "The surroundings change over a part of the picture: clouds cross the sky, fog comes "
            "in, a wave rises, a shadow wanders.",
            "Things act on one another and something comes of it: a ball breaks a pane, a drop "
            "falls into a glass, two fronts meet.",
            "A pattern or texture develops step by step: ink spreads, frost grows, light pulses, "
            "smoke thins out.",
        ),
        strict=True,
    )
)
"""The groups of ``refvps.release.taxonomy`` in our own words, after supplement A.1."""

EXAMPLE = "example"


class ConceptEntry(BaseModel):
    """One ``[[concept]]`` of a taxonomy file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    groups: list[Group] = Field(min_length=1)
    definition: str = Field(min_length=1)
    queries: list[str] = Field(min_length=1)
    language: str = "en"
    status: Literal["proposed", "active", "dropped"] = "active"


class Taxonomy(BaseModel):
    """A taxonomy file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = "written by hand"
    """Who or what wrote it; a generation names its record."""
    concept: list[ConceptEntry]


def read_taxonomy(name: str, base: Path) -> Taxonomy:
    """Return the built-in taxonomy ``example``, or that of a TOML file.

    Raises:
        ConfigError: missing, malformed, an unsafe or repeated id; every problem is named.
    """
    path = base / name
    where = str(path)
    try:
        if name == EXAMPLE:
            text = (files("refvps.collect") / "profiles" / "example.toml").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    taxonomy = checked(Taxonomy, values, where)
    _require_good_ids([entry.id for entry in taxonomy.concept], where)
    return taxonomy


def store_taxonomy(store: Store, taxonomy: Taxonomy) -> None:
    """Put concepts and queries into the store; those that left the file become "dropped"."""
    kept = {entry.id for entry in taxonomy.concept}
    with store.transaction():
        for concept in store.all(Concept):
            if concept.concept_id not in kept and concept.status != "dropped":
                store.execute(
                    "UPDATE concept SET status = 'dropped' WHERE concept_id = ?",
                    (concept.concept_id,),
                )
                store.log("taxonomy", "concept dropped", concept.concept_id)
        for entry in taxonomy.concept:
            found = Concept(
                entry.id, entry.name, tuple(entry.groups), entry.definition, entry.status,
                taxonomy.origin,
            )  # fmt: skip
            if store.get(Concept, concept_id=entry.id) != found:
                store.put(found)
                store.log("taxonomy", "concept set", entry.id)
            store.replace(Query, queries_of(entry, taxonomy.origin), concept_id=entry.id)


def queries_of(entry: ConceptEntry, origin: str) -> tuple[Query, ...]:
    """Return the queries of a concept."""
    return tuple(
        Query(
            value_digest([entry.id, text])[:16], entry.id, text, entry.language, _kind(text), origin
        )
        for text in dict.fromkeys(entry.queries)
    )


def _kind(text: str) -> Literal["keyword", "hashtag", "sentence"]:
    if text.startswith("#"):
        return "hashtag"
    return "sentence" if len(text.split()) > 4 else "keyword"


def _require_good_ids(ids: Sequence[str], where: str) -> None:
    problems = [
        f"concept id {name!r} is not safe as a file name" for name in ids if not is_safe_name(name)
    ]
    problems += [
        f"concept id {name!r} is given twice" for name in sorted(set(ids)) if ids.count(name) > 1
    ]
    if problems:
        raise ConfigError(f"{where}: {problems[0]}", details=problems)
