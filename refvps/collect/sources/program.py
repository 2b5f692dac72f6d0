"""Anything else: a program that prints one JSON object a line."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, found_at
from refvps.errors import CollectError


class ProgramOptions(BaseModel):
    """Options of ``program``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    command: list[str] = Field(min_length=1)
    """The program and its arguments; no shell is used."""
    basis: str
    """On what ground its finds may be collected."""
    seconds: float = Field(600.0, gt=0)
    """It is ended after so long."""


@dataclass(frozen=True, slots=True)
class Program:
    """Runs the program once and reads ``url``, ``concept``, ``query``, ``platform`` and ``id``."""

    options: ProgramOptions
    base: Path

    @property
    def basis(self) -> str:
        """See ``Source.basis``."""
        return self.options.basis

    def page(self, cursor: str | None) -> Page:  # noqa: ARG002 - there is one page
        """See ``Source.page``; there is one page."""
        name = self.options.command[0]
        try:
            done = subprocess.run(
                self.options.command,
                capture_output=True,
                cwd=self.base,
                timeout=self.options.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            most = self.options.seconds
            raise CollectError(f"source program: {name} took longer than {most:g} s") from None
        except OSError as error:
            raise CollectError(f"source program: {name} cannot be run: {error}") from error
        if done.returncode:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise CollectError(f"source program: {name} exits {done.returncode}: {' '.join(last)}")
        lines = enumerate(done.stdout.splitlines(), 1)
        return Page(tuple(_found(name, n, line) for n, line in lines if line.strip()), None)


def load(options: Mapping[str, Any], context: SourceContext) -> Program:
    """Return the source ``program``."""
    return Program(checked(ProgramOptions, options, "source program"), context.base)


def _found(name: str, number: int, line: bytes) -> Found:
    try:
        row = json.loads(line)
        url = row["url"]
    except (ValueError, KeyError, TypeError, RecursionError):
        shown = line[:60].decode(errors="replace")
        raise CollectError(
            f"source program: {name}: line {number}: expected an object with a url; found {shown}"
        ) from None
    more = {"concept": row.get("concept"), "query": str(row.get("query") or ""), "raw": row}
    try:
        if row.get("platform") and row.get("id"):
            return Found(str(row["platform"]), str(row["id"]), str(url), **more)
        return found_at(str(url), **more)
    except CollectError as error:
        raise CollectError(f"source program: {name}: line {number}: {error.message}") from None
