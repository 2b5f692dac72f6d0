"""The demo as a release on disk."""

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


def test_a_digest_mismatch_names_the_clip_and_leaves_nothing(tmp_path, only_coffee, monkeypatch):
    wrong = {clip.clip_id: "0" * 64 for clip in COFFEE}
    monkeypatch.setattr(digest, "committed_digests", lambda: wrong)

    with pytest.raises(DataError, match=rf"demo clip {COFFEE[0].clip_id}: rendered pixels have"):
        build.build_demo(tmp_path / "demo", workers=1)
    assert list(tmp_path.iterdir()) == []
