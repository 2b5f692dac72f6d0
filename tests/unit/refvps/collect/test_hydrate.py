"""Frames of an ids-only release, fetched again: exact, alike, different, failed; resumed."""

import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scenedetect", reason="the extra `collect` is not installed")

from refvps.collect.cut import Part
from refvps.collect.digests import file_digest
from refvps.collect.duplicates import KIND, fingerprint
from refvps.collect.export import export_clip
from refvps.collect.fetch.job import Answer, Job
from refvps.collect.geometry import find_bars
from refvps.collect.hydrate import coverage_text, hydrate
from refvps.collect.probe import probe
from refvps.collect.sketch import sketch
from refvps.errors import DataError
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.schema import ReleaseHeader
from refvps.release.validate import validate_release
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression
from refvps.video.times import Span
from support.videos import write_video

GROUPS = ("motion patterns",)
FRAMES = 12


class Shelf:
    """Answers with files that are told; a fetcher as ``Fetcher`` has it."""

    def __init__(self, files: dict[str, Path | str]) -> None:
        self.files, self.asked = files, []

    def tool(self) -> str:
        return "shelf 1"

    def do(self, job: Job) -> Answer:
        self.asked.append(job.url)
        found = self.files[job.url]
        if isinstance(found, str):
            return Answer(found, "as told")
        path = Path(job.folder) / "video.mp4"
        shutil.copyfile(found, path)
        return Answer(path=str(path))


def video(path: Path, seed: int, *, rate: int = 24, quality: str = "12") -> Path:
    noise = np.random.default_rng(seed).integers(0, 200, (4, 4, 3)).repeat(16, 0).repeat(16, 1)
    frames = [(noise + 2 * k).astype(np.uint8) for k in range(24)]
    times = [Fraction(k, rate) for k in range(24)]
    write_video(path, times, codec="libx264", form="yuv420p", frames=frames)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of three clips from two videos, and the videos."""
    here = tmp_path_factory.mktemp("hydrate")
    drafts = []
    for number, source in enumerate((0, 0, 1)):
        path = here / f"{source}.mp4"
        if not path.exists():
            video(path, source)
        probed = probe(path)
        start = Fraction(number % 2, 4)
        span = Span(start, start + Fraction(FRAMES, 24))
        done = export_clip(probed, Part(span, span), here / f"cut-{number}")
        seen = sketch(probed)
        print_ = fingerprint(seen.stills, find_bars(seen.stills))
        mask = np.zeros(done.size, np.uint8)
        mask[4:20, 4:20] = 1
        drafts.append(
            ClipDraft(
                f"clip-{number}",
                sorted((here / f"cut-{number}").glob("*.jpg")),
                {0: mask, 4: mask, 8: mask},
                tuple(
                    Expression(str(k), f"the block of {number}, said {k}", "1", f"a{k // 2}")
                    for k in range(4)
                ),
                f"video-{source}",
                "drifting",
                GROUPS,
                {
                    "platform": "test",
                    "video_id": str(source),
                    "url": f"https://example.org/{source}",
                    "source": "test",
                    "licence": "CC0-1.0",
                    "in": str(span.start),
                    "out": str(span.end),
                    "profile": "jpeg-keep",
                    "sha256_media": file_digest(path),
                    "frames_digest": done.frames_digest,
                    "fingerprint_kind": KIND,
                    "fingerprint": print_.to_bytes().hex(),
                },
            )
        )
    header = ReleaseHeader(
        name="blocks",
        version="1.0.0",
        licence="CC0-1.0",
        description="Blocks.",
        concepts={"drifting": GROUPS},
        kind="ids-only",
    )
    write_release(here / "release", header, drafts)
    return here


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "release", tmp_path / "release")
    return tmp_path


def test_the_same_bytes_give_the_same_frames(here: Path, made: Path) -> None:
    shelf = Shelf({f"https://example.org/{n}": made / f"{n}.mp4" for n in (0, 1)})
    root = here / "release"
    digest = open_release(root).digest
    found = hydrate(root, shelf)
    assert {each.state for each in found.values()} == {"exact"}
    assert shelf.asked == ["https://example.org/0", "https://example.org/1"], "a video once"
    for number in range(3):
        for path in (made / f"cut-{number}").glob("*.jpg"):
            assert (
                root / f"JPEGImages/clip-{number}" / path.name
            ).read_bytes() == path.read_bytes()
    release = open_release(root)
    assert release.digest == digest, "frames that were fetched again are no part of the data"
    assert release.coverage == "3 of 3 clips (100.0 %) could be fetched"
    assert validate_release(root, InlineExecutor()) == ()
    release.require_frame(root / "JPEGImages/clip-0/00000.jpg")
    assert hydrate(root, Shelf({})) == found, "what is whole is not asked for again"


def test_what_is_gone_is_counted_and_asked_for_again(here: Path, made: Path) -> None:
    root = here / "release"
    shelf = Shelf({"https://example.org/0": "gone", "https://example.org/1": made / "1.mp4"})
    found = hydrate(root, shelf)
    assert [found[f"clip-{n}"].state for n in range(3)] == ["failed", "failed", "exact"]
    assert coverage_text(found) == "1 of 3 clips have frames (33.3 %): 2 failed, 1 exact"
    release = open_release(root)
    assert {query.clip.clip_id for query in release.queries()} == {"clip-2"}
    assert validate_release(root, InlineExecutor()) == ()
    again = Shelf({"https://example.org/0": made / "0.mp4"})
    assert {each.state for each in hydrate(root, again).values()} == {"exact"}
    assert again.asked == ["https://example.org/0"]


def test_other_bytes_of_the_same_pictures_will_do(here: Path, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mkv"
    frames = [frame.pixels() for frame in _frames(made / "0.mp4")]
    times = [Fraction(k, 24) for k in range(len(frames))]
    write_video(other, times, codec="mpeg4", form="yuv420p", frames=frames)
    shelf = Shelf({"https://example.org/0": other, "https://example.org/1": made / "0.mp4"})
    found = hydrate(here / "release", shelf)
    assert [found[f"clip-{n}"].state for n in range(3)] == ["alike", "alike", "different"]
    assert "other pictures" in found["clip-2"].detail


def _frames(path: Path):
    from refvps.video.file import VideoFile

    return VideoFile.open(path).frames()


def test_a_frame_that_was_changed_afterwards_is_found(here: Path, made: Path) -> None:
    root = here / "release"
    hydrate(root, Shelf({f"https://example.org/{n}": made / f"{n}.mp4" for n in (0, 1)}))
    path = root / "JPEGImages/clip-0/00000.jpg"
    path.write_bytes(path.with_name("00001.jpg").read_bytes())
    (finding,) = validate_release(root, InlineExecutor())
    assert (finding.path, finding.code) == ("JPEGImages/clip-0/00000.jpg", "checksum-mismatch")
    path.unlink()
    found = hydrate(root, Shelf({"https://example.org/0": made / "0.mp4"}))
    assert {each.state for each in found.values()} == {"exact"}


def test_damaged_files_and_missing_addresses_stop_nothing(here: Path, made: Path) -> None:
    root = here / "release"
    (here / "bad.mp4").write_bytes(b"no video")
    shelf = Shelf({"https://example.org/0": here / "bad.mp4", "https://example.org/1": "private"})
    found = hydrate(root, shelf)
    assert {each.state for each in found.values()} == {"different", "failed"}
    (root / "coverage.json").write_text(json.dumps({"clips": 3}))
    with pytest.raises(DataError, match="delete it"):
        hydrate(root, shelf)


def test_a_full_release_needs_nothing(tmp_path: Path) -> None:
    from support.releases import squares

    with pytest.raises(DataError, match="holds its frames already"):
        hydrate(squares(tmp_path / "r"), Shelf({}))
