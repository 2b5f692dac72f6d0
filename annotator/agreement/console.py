"""What `refvps agreement` does."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from annotator.agreement.from_folders import folder_pairs
from annotator.agreement.from_project import ProjectPairs
from annotator.project import Project
from benchmark.agreement.console import print_report, report_files, write_files
from benchmark.agreement.labelled import PairSource
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
    folder = to or _folder(asked, source)
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


def report_id(source: PairSource) -> str:
    """Return what names a report, 16 hexadecimal digits: another for anything it would say.

    The same revisions, expressions and facts of clips have the same name.
    """
    said = [
        source.title,
        source.facts,
        sorted(source.concepts.items()),
        [asdict(key) for key in source.pairs()],
        [asdict(note) for note in source.expressions()],
    ]
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _folder(asked: Asked, source: PairSource) -> Path:
    if asked.second is None:
        return asked.first / REPORTS / report_id(source)
    return Path("agreement")
