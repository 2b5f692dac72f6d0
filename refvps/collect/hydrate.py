"""A release without pixels gets them: fetched from where they were posted, cut, and checked."""

import json
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from refvps import atomic
from refvps.collect.cut import Part
from refvps.collect.digests import file_digest
from refvps.collect.duplicates import SAME, Fingerprint, compare, fingerprint
from refvps.collect.export import Exported, Profile, export_clip
from refvps.collect.fetch.client import Fetcher
from refvps.collect.fetch.job import Job
from refvps.collect.geometry import find_bars
from refvps.collect.probe import Probed, probe
from refvps.collect.sketch import sketch
from refvps.errors import DataError, RefvpsError
from refvps.json_lines import read_json_lines
from refvps.mask_png import read_file
from refvps.release.digest import format_checksums, hash_files, parse_checksums
from refvps.release.reader import Release, open_release
from refvps.release.schema import COVERAGE, FRAME_SUMS, FRAMES, IDS_ONLY, PROVENANCE
from refvps.types import Size
from refvps.video.times import Span

log = logging.getLogger(__name__)

State = Literal["exact", "alike", "different", "failed"]
GOOD = ("exact", "alike")

WORK = ".partial-hydrate"
"""Where downloads are until their frames are whole; removed afterwards."""

SAME_SECONDS = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Hydrated:
    """What became of a clip.

    Attributes:
        clip_id: which.
        state: "exact" bytes; "alike", another encoding of the same pictures, by fingerprint,
            length and size; "different", not used; "failed", nothing came.
        detail: why, in words or as a class of failure.
    """

    clip_id: str
    state: State
    detail: str = ""


def hydrate(
    root: Path, fetcher: Fetcher, on_clip: Callable[[Hydrated], None] = lambda _: None
) -> dict[str, Hydrated]:
    """Fetch the frames of every clip that has none yet; return what is known of each clip.

    Run again it goes on: clips that are whole are not asked for, those that failed are.

    Args:
        root: a release of kind ``ids-only``.
        fetcher: downloads, one address at a time.
        on_clip: is told of each clip.

    Raises:
        DataError: it is no such release.
    """
    release = open_release(root)
    if release.header.kind != IDS_ONLY:
        raise DataError(root, "holds its frames already; only releases of kind ids-only need them")
    lines = _lines(release)
    known = _before(release)
    work = root / WORK
    shutil.rmtree(work, ignore_errors=True)
    try:
        for url, clips in _by_address(release, lines, known).items():
            for found in _video(release, lines, (url, clips), (fetcher, work)):
                known[found.clip_id] = found
                on_clip(found)
            _write(release, known)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _write(release, known)
    return known


def coverage_text(found: Mapping[str, Hydrated]) -> str:
    """Return how much was had, in one line."""
    counts = Counter(each.state for each in found.values())
    good = sum(each.state in GOOD for each in found.values())
    listed = ", ".join(f"{number} {state}" for state, number in counts.most_common())
    share = 100 * good / len(found) if found else 0.0
    return f"{good} of {len(found)} clips have frames ({share:.1f} %): {listed}"


def _by_address(
    release: Release, lines: Mapping[str, Mapping[str, str]], known: Mapping[str, Hydrated]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for clip_id in release.clip_ids:
        if clip_id in known and known[clip_id].state in GOOD:
            continue
        found.setdefault(lines.get(clip_id, {}).get("url", ""), []).append(clip_id)
    return found


def _video(
    release: Release,
    lines: Mapping[str, Mapping[str, str]],
    wanted: tuple[str, Sequence[str]],
    how: tuple[Fetcher, Path],
) -> Iterator[Hydrated]:
    """Fetch one address and cut all clips that come from it."""
    (url, clips), (fetcher, work) = wanted, how
    work.mkdir(parents=True, exist_ok=True)
    if not url.startswith(("http://", "https://")):
        yield from (Hydrated(clip, "failed", "has no address") for clip in clips)
        return
    answer = fetcher.do(Job("download", url, str(work)))
    if answer.error_class:
        yield from (Hydrated(clip, "failed", answer.error_class) for clip in clips)
    else:
        path = Path(answer.path)
        for clip_id in clips:
            try:
                yield _clip(release, lines[clip_id], path, clip_id)
            except RefvpsError as error:
                # Whatever a strange file does, the other clips are still wanted.
                yield Hydrated(clip_id, "different", error.message.rpartition(": ")[2])
    shutil.rmtree(work, ignore_errors=True)


def _clip(release: Release, line: Mapping[str, str], path: Path, clip_id: str) -> Hydrated:
    probed = probe(path)
    exact = file_digest(path) == line.get("sha256_media")
    if not exact and (problem := _unlike(probed, line)):
        return Hydrated(clip_id, "different", problem)
    part = _part(line)
    folder = path.parent / f"cut-{clip_id}"
    done = export_clip(probed, part, folder, profile=_profile(line))
    problem = _unfit(release, clip_id, done)
    if problem:
        return Hydrated(clip_id, "different", problem)
    target = release.root / FRAMES / clip_id
    with atomic.new_folder(target, replace=True) as fresh:
        for frame in sorted(folder.glob("*.jpg")):
            frame.rename(fresh / frame.name)
    same = done.frames_digest == line.get("frames_digest")
    detail = "" if same or not exact else "the same video, frames encoded otherwise"
    return Hydrated(clip_id, "exact" if exact else "alike", detail)


def _unlike(probed: Probed, line: Mapping[str, str]) -> str:
    """Return why a file of other bytes does not show what was annotated; empty if it does."""
    if not line.get("fingerprint"):
        return "other bytes, and the release has no fingerprint to compare with"
    seen = sketch(probed)
    own = fingerprint(seen.stills, find_bars(seen.stills))
    likeness = compare(own, Fingerprint.from_bytes(bytes.fromhex(line["fingerprint"])))
    if likeness is None or likeness.relation != "same" or likeness.distance > SAME:
        how = "no likeness" if likeness is None else f"{likeness.relation} {likeness.distance:g}"
        return f"other pictures: {how}"
    if Fraction(line["out"]) > probed.timeline.end + SAME_SECONDS:
        return "shorter than the clip"
    return ""


def _unfit(release: Release, clip_id: str, done: Exported) -> str:
    """Return why masks do not fit these frames; empty if they do."""
    wanted, size = len(release.videos[clip_id].frames), release.annotated(clip_id).size
    if done.n_frames != wanted:
        return f"{done.n_frames} frames; masks are for {wanted}"
    if done.size != size:
        return f"frames of {Size(*done.size)}; masks are {size}"
    return ""


def _part(line: Mapping[str, str]) -> Part:
    start, end = Fraction(line["in"]), Fraction(line["out"])
    event = Span(Fraction(line.get("event_in") or start), Fraction(line.get("event_out") or end))
    return Part(Span(start, end), event)


def _profile(line: Mapping[str, str]) -> Profile:
    _, _, rest = line.get("profile", "jpeg-keep").partition("-")
    sizes, _, hdr = rest.partition("-")
    return Profile("jpeg", "fit" if sizes == "fit" else "keep", hdr=bool(hdr))


def _lines(release: Release) -> dict[str, dict[str, str]]:
    lines = read_json_lines(release.root / PROVENANCE)
    return {str(line.get("clip_id")): line for line in lines}


def _before(release: Release) -> dict[str, Hydrated]:
    path = release.root / COVERAGE
    if not path.is_file():
        return {}
    sums = parse_checksums(release.root / FRAME_SUMS)
    try:
        stored = json.loads(read_file(path))["clips"]
        found = {clip: Hydrated(**each) for clip, each in stored.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(path, "is damaged; delete it and run the same command again") from error
    whole = {clip for clip in found if _is_whole(release, clip, sums)}
    return {
        clip: each
        for clip, each in found.items()
        if clip in release.videos and (each.state not in GOOD or clip in whole)
    }


def _is_whole(release: Release, clip_id: str, sums: Mapping[str, str]) -> bool:
    if clip_id not in release.videos:
        return False
    names = [f"{FRAMES}/{clip_id}/{each}.jpg" for each in release.videos[clip_id].frames]
    return all(name in sums and (release.root / name).is_file() for name in names)


def _write(release: Release, known: Mapping[str, Hydrated]) -> None:
    """Write which clips are there, after the checksums of their frames."""
    good = {clip for clip, each in known.items() if each.state in GOOD}
    sums = {
        name: digest
        for name, digest in hash_files(release.root).items()
        if name.startswith(f"{FRAMES}/") and name.split("/")[1] in good
    }
    atomic.write_bytes(release.root / FRAME_SUMS, format_checksums(sums))
    document = {
        "schema": "refvps-coverage/1",
        "covered": len(good),
        "clips_in_release": len(release.videos),
        "clips": {clip: asdict(each) for clip, each in sorted(known.items())},
    }
    atomic.write_json(release.root / COVERAGE, document)
