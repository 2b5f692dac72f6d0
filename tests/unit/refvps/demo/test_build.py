"""The demo as a release on disk."""

from dataclasses import replace

import pytest

from refvps.demo import build, digest
from refvps.demo.catalogue import read_catalogue
from refvps.errors import DataError

COFFEE = tuple(clip for clip in read_catalogue() if clip.scene == "coffee")


@pytest.fixture
def only_coffee(monkeypatch):
    monkeypatch.setattr(build, "read_catalogue", lambda: COFFEE)


def test_demo_root_builds_once_and_reads_as_a_release(tmp_path, only_coffee):
    from refvps.release.reader import open_release

    root = build.demo_root(tmp_path)
    written = (root / "release.json").stat().st_mtime_ns

    assert build.demo_root(tmp_path) == root
    assert (root / "release.json").stat().st_mtime_ns == written
    assert open_release(root).header.name == "demo"
    assert [path.name for path in tmp_path.iterdir()] == [root.name]


def test_the_one_long_wait_is_announced(tmp_path, only_coffee, monkeypatch, caplog):
    monkeypatch.setattr(build, "LINE_EVERY", 0.0)
    caplog.set_level("INFO")

    root = build.demo_root(tmp_path)
    build.demo_root(tmp_path)

    assert caplog.messages == [
        f"rendering the demo release once into {root} …",
        f"{len(COFFEE)} of {len(COFFEE)} demo clips rendered",
    ]


def test_clips_of_one_video_share_its_encoded_frames():
    first, *others = build._drafted(COFFEE)

    assert all(frame.startswith(b"\xff\xd8") for frame in first.frames)
    assert others
    assert all(other.frames is first.frames for other in others)


def test_a_digest_mismatch_names_the_clip_and_leaves_nothing(tmp_path, only_coffee, monkeypatch):
    wrong = {clip.clip_id: "0" * 64 for clip in COFFEE}
    monkeypatch.setattr(digest, "committed_digests", lambda: wrong)

    with pytest.raises(DataError, match=rf"demo clip {COFFEE[0].clip_id}: rendered pixels have"):
        build.build_demo(tmp_path / "demo", workers=1)
    assert list(tmp_path.iterdir()) == []


def test_a_mismatch_in_a_worker_process_is_the_same_error(tmp_path, monkeypatch):
    unlisted = replace(COFFEE[0], clip_id="unlisted")
    monkeypatch.setattr(build, "read_catalogue", lambda: (unlisted,))

    with pytest.raises(DataError, match=r"demo clip unlisted: .* expected none; NumPy"):
        build.build_demo(tmp_path / "demo", workers=2)
    assert list(tmp_path.iterdir()) == []
