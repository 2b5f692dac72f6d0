"""The examination of a method in a worker: a level is looked at when all before it are well."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from baselines.doctor.at_work import loading, operators, smoke
from baselines.doctor.files import static
from baselines.doctor.patient import Patient
from baselines.doctor.running import imports, interpreter, weights
from baselines.doctor.sources import SOURCES
from baselines.worker.adapter_file import ADAPTERS, AdapterFile, read_adapter
from baselines.worker.options import choose
from baselines.worker.process import RequestError, WorkerLostError
from refvps.doctor.findings import Diagnosis, Finding
from refvps.errors import ConfigError, RefvpsError

Level = Callable[[Patient], Iterator[Finding]]

LEVELS: tuple[tuple[str, Level], ...] = (
    ("files", static),
    ("interpreter", interpreter),
    ("imports", imports),
    ("weights", weights),
    ("loading", loading),
    ("operators", operators),
    ("prediction", smoke),
)


def examine(name: str, options: Mapping[str, str], last: int) -> Diagnosis:
    """Return what is there and what is not, up to a level; nothing is downloaded.

    Args:
        name: of the method; "worker" for the adapter that the options name.
        options: of the method, as for predicting; those that are missing are findings.
        last: the last level to look at, 0 to 6.

    Raises:
        ConfigError: an option is unknown.
        DataError: the adapter cannot be read.
    """
    given = dict(options)
    adapter = _adapter(name, given)
    absent: dict[str, Path] = {
        key: Path(given.pop(key))
        for key in ("python", "checkout", "checkpoint", "assets")
        if key in given and not Path(given[key]).exists()
    }
    choice = choose(adapter, given, f"method {name!r}")
    with TemporaryDirectory(prefix="refvps-doctor-", ignore_cleanup_errors=True) as folder:
        patient = Patient(choice, absent, SOURCES.get(name), Path(folder))
        try:
            findings, reached = _look(patient, last)
        finally:
            patient.end()
    facts = {"level": reached, "adapter": str(adapter.path), **patient.facts}
    return Diagnosis(name, tuple(findings), facts=facts)


def _look(patient: Patient, last: int) -> tuple[list[Finding], int]:
    """Return the findings, and the last level where all is well; -1 for none."""
    findings: list[Finding] = []
    for number, (title, level) in enumerate(LEVELS[: last + 1]):
        found = list(_safely(title, level, patient))
        findings += found
        if any(finding.state == "missing" for finding in found):
            rest = ", ".join(name for name, _ in LEVELS[number + 1 : last + 1])
            if rest:
                reason = f"not examined, because of {title}: {rest}"
                findings.append(Finding("further levels", "note", reason))
            return findings, number - 1
    return findings, last


def _safely(title: str, level: Level, patient: Patient) -> Iterator[Finding]:
    try:
        yield from level(patient)
    except (RequestError, WorkerLostError) as error:
        # The last lines of the traceback, or of the log, for --json.
        patient.facts["trouble"] = list(error.details)
        log = f"; it said last: {error.details[-1].strip()}" if error.details else ""
        lost = isinstance(error, WorkerLostError)
        yield Finding(title, "missing", f"{error.message}{log if lost else ''}")
    except RefvpsError as error:
        yield Finding(title, "missing", error.message)


def _adapter(name: str, given: dict[str, str]) -> AdapterFile:
    if name in SOURCES:
        return read_adapter(ADAPTERS / f"{name}.py")
    path = given.pop("adapter", None)
    if path is None:
        raise ConfigError("which adapter? give --adapter FILE")
    return read_adapter(Path(path))
