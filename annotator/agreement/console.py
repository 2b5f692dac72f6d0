"""What `refvps agreement` does."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotator.agreement.from_folders import folder_pairs
from annotator.agreement.from_project import ProjectPairs
from annotator.project import Project
from benchmark.agreement.console import print_report, report_files, write_files
from benchmark.agreement.labelled import PairKey, PairSource
from benchmark.agreement.report import Agreement
from refvps.errors import ConfigError

REPORTS = "iaa"
"""The folder of a project for its reports, one a set of revisions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared.

    Attributes:
        first: a project, or a folder of masks.
        second: another folder of masks; None for a project.
        root: a release to take concepts and frames from.
        unfinished: of a project, also what was not handed in.
        pictures: whether the page is made.
    """

    first: Path
    second: Path | None = None
    root: Path | None = None
    unfinished: bool = False
    pictures: bool = True


def report_agreement(asked: Asked, to: Path | None, *, as_json: bool) -> None:
    """Compare, write the report, and print it."""
    source = source_of(asked)
    report, files = report_files(source, pictures=asked.pictures)
    folder = to or _folder(asked, report)
    write_files(files, folder)
    print_report(report, folder if asked.pictures else None, as_json=as_json)


def source_of(asked: Asked) -> PairSource:
    """Return where the labels come from.

    Raises:
        ConfigError: options that do not go together.
        DataError: a folder is none of what is expected.
    """
    if asked.second is None:
        if asked.root is not None:
            raise ConfigError("--root goes with two folders; a project knows its own concepts")
        return ProjectPairs(Project(asked.first), asked.unfinished)
    if asked.unfinished:
        raise ConfigError("--unfinished goes with a project, not with two folders")
    return folder_pairs(asked.first, asked.second, asked.root)


def report_id(keys: Iterable[PairKey]) -> str:
    """Return what names a report: the same for the same labels, 16 hexadecimal digits."""
    lines = [f"{key.clip} {key.first.digest} {key.second.digest}\n" for key in keys]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def _folder(asked: Asked, report: Agreement) -> Path:
    if asked.second is None:
        return asked.first / REPORTS / report_id(pair.key for pair in report.pairs)
    return Path("agreement")
