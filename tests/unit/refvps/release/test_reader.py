import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from refvps.errors import DataError
from refvps.mask_png import read_labels, write_labels
from refvps.release.reader import open_release
from refvps.release.schema import META_EXPRESSIONS
from support.releases import FRAMES, SIZE, edit_clip, edit_json, reseal, square, squares


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return squares(tmp_path_factory.mktemp("sound") / "data")


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "data")
    return tmp_path / "data"


def test_queries_come_clip_by_clip_with_all_that_a_method_may_see(root: Path) -> None:
    queries = list(open_release(root).queries())
    assert [query.query_id for query in queries[:5]] == [
        *(f"clip-0/{key}" for key in "0123"),
        "clip-1/0",
    ]
    clip = queries[0].clip
    assert clip.frame_ids == tuple(f"{index:05}" for index in range(FRAMES))
    assert all(path.is_file() for path in clip.frame_paths)
    assert (clip.fps, clip.concept, clip.groups) == (24, "moving square", ("motion patterns",))
    assert queries[2].expression.annotator == "a2"


def test_truth_keeps_target_void_and_empty_apart(root: Path) -> None:
    release = open_release(root)
    track = release.truth("clip-1", "1")
    assert track.frame_ids == ("00000", "00004", "00008")
    masks, voids = track.dense()
    void = np.zeros(SIZE, bool)
    void[:, 16:20] = True
    assert np.array_equal(voids, [void] * 3)
    assert np.array_equal(masks, [square(0) & ~void, square(4) & ~void, np.zeros(SIZE)])
    assert release.truth("clip-0", "1").voids == (None,) * 3


def test_other_targets_are_background(root: Path) -> None:
    labels = read_labels(root / "Annotations/clip-0/00000.png").labels.copy()
    labels[0, 0] = 2
    write_labels(root / "Annotations/clip-0/00000.png", labels)
    reseal(root)
    release = open_release(root)
    assert release.truth("clip-0", "1").masks[0].area == square(0).sum()
    assert release.truth("clip-0", "2").masks[0].area == 1


def test_a_frame_without_mask_is_not_annotated(root: Path) -> None:
    (root / "Annotations/clip-0/00004.png").unlink()
    reseal(root)
    assert open_release(root).truth("clip-0", "1").frame_ids == ("00000", "00008")


def test_a_mask_that_has_gone_is_told_from_one_never_made(root: Path) -> None:
    (root / "Annotations/clip-0/00004.png").unlink()
    with pytest.raises(DataError, match=r"00004\.png: file is missing, but listed"):
        open_release(root).truth("clip-0", "1")


def test_expressions_changed_afterwards_are_refused(root: Path) -> None:
    edit_clip(root, "clip-0", lambda entry: entry["expressions"]["0"].update(exp="the thing"))
    with pytest.raises(DataError, match=r"meta_expressions\.json: was changed after"):
        open_release(root)


def test_a_plain_ref_youtube_vos_folder_opens_too(root: Path) -> None:
    for name in ("release.json", "checksums.sha256", "provenance.jsonl"):
        (root / name).unlink()

    def plain(document: dict) -> None:
        for entry in document["videos"].values():
            for extra in ("video", "concept", "groups", "fps", "annotation_stride"):
                del entry[extra]
            for expression in entry["expressions"].values():
                del expression["annotator"]

    edit_json(root, META_EXPRESSIONS, plain)
    release = open_release(root)
    assert (release.name, release.version) == ("data", "unversioned")
    (query, *_) = release.queries()
    assert (query.clip.concept, query.clip.video) == (None, "clip-0")
    assert release.truth("clip-0", "1").masks[0].area == square(0).sum()
    assert len(release.digest) == 64


def test_the_digest_is_of_the_data_and_not_of_its_place(root: Path, sound: Path) -> None:
    assert open_release(root).digest == open_release(sound).digest
    edit_clip(root, "clip-0", lambda entry: entry["expressions"]["0"].update(exp="the thing"))
    reseal(root)
    assert open_release(root).digest != open_release(sound).digest


def test_checksums_are_those_of_sha256sum(root: Path) -> None:
    import subprocess

    command = ["sha256sum", "--check", "--quiet", "checksums.sha256"]
    assert subprocess.run(command, cwd=root).returncode == 0


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        pytest.param(shutil.rmtree, "folder is missing", id="no-folder"),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).unlink(), "file is missing", id="no-expressions"
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_text(""), "file is empty", id="empty"
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_text("{"), "not valid JSON", id="cut"
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_bytes(b"\xff"), "not valid", id="binary"
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_text('{"videos": {"a": {}}}'),
            r"videos\.a\.expressions: Field required",
            id="schema",
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_text(
                (root / META_EXPRESSIONS).read_text().replace("clip-1", "clip-0")
            ),
            r"key 'videos\.clip-0' occurs twice",
            id="duplicate-clip",
        ),
        pytest.param(
            lambda root: (root / META_EXPRESSIONS).write_text(
                (root / META_EXPRESSIONS).read_text().replace('"clip-1"', '"../clip-1"')
            ),
            "cannot be used as a clip id",
            id="hostile-clip",
        ),
        pytest.param(
            lambda root: edit_clip(root, "clip-0", lambda e: e["frames"].append("../x")),
            "cannot be used as a frame id of clip clip-0",
            id="hostile-frame",
        ),
        pytest.param(
            lambda root: edit_clip(root, "clip-0", lambda e: e["frames"].append("00000")),
            "clip clip-0 needs frames, each listed once",
            id="frame-twice",
        ),
        pytest.param(
            lambda root: edit_clip(
                root, "clip-0", lambda e: e["expressions"]["0"].update(obj_id="smoke")
            ),
            "obj_id is 'smoke'; expected a label from 1 to 254",
            id="target",
        ),
        pytest.param(
            lambda root: (root / "release.json").write_text('{"schema": "refvps-release/7"}'),
            "release.json: schema: Input should be 'refvps-release/1'",
            id="newer",
        ),
        pytest.param(
            lambda root: edit_json(root, "release.json", lambda d: d.update(name="../x")),
            "cannot be used as a release name",
            id="hostile-name",
        ),
        pytest.param(
            lambda root: edit_json(root, "release.json", lambda d: d.update(digest="0" * 64)),
            "digest is 000000000000…",
            id="digest",
        ),
        pytest.param(
            lambda root: (root / "checksums.sha256").write_text("nonsense\n"),
            "line 1: expected 'SHA256  PATH'",
            id="checksums",
        ),
    ],
)
def test_a_release_that_cannot_be_right_is_one_line(
    damage: object, problem: str, root: Path
) -> None:
    damage(root)
    with pytest.raises(DataError, match=problem) as caught:
        open_release(root)
    assert str(root) in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("00004.png", b"", "00004.png: was changed after the release was made"),
        ("00012.png", None, "00012.png: clip clip-0 has no such frame"),
    ],
)
def test_a_mask_that_does_not_belong_is_never_scored(
    name: str, content: bytes | None, problem: str, root: Path
) -> None:
    folder = root / "Annotations/clip-0"
    (folder / name).write_bytes((folder / "00000.png").read_bytes() if content is None else content)
    release = open_release(root)
    with pytest.raises(DataError, match=problem):
        release.truth("clip-0", "1")


def test_masks_of_two_sizes_are_named(root: Path) -> None:
    write_labels(root / "Annotations/clip-0/00004.png", np.zeros((3, 3), np.uint8))
    reseal(root)
    with pytest.raises(DataError, match=r"00004.png: mask is 3x3; the first one is 32x24"):
        open_release(root).truth("clip-0", "1")


def test_a_clip_without_masks_is_named(root: Path) -> None:
    shutil.rmtree(root / "Annotations/clip-0")
    reseal(root)
    with pytest.raises(DataError, match="clip has no masks"):
        open_release(root).truth("clip-0", "1")


def test_non_ascii_words_come_back(root: Path) -> None:
    text = "дым над чашкой — 湯気 🔥"
    edit_clip(root, "clip-0", lambda entry: entry["expressions"]["0"].update(exp=text))
    reseal(root)
    assert next(open_release(root).queries()).expression.text == text
    assert text in (root / META_EXPRESSIONS).read_text("utf-8")
    assert json.loads((root / META_EXPRESSIONS).read_text("utf-8"))
