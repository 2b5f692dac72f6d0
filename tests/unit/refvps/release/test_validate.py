"""Every finding, each made by breaking a sound release on purpose."""

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import DataError
from refvps.executor import InlineExecutor
from refvps.frames import encode_frame
from refvps.mask_png import write_labels
from refvps.release.schema import META_EXPRESSIONS
from refvps.release.validate import validate_release
from support.releases import SIZE, edit_clip, edit_json, reseal, squares

FRAME = "JPEGImages/clip-0/00003.jpg"
MASK = "Annotations/clip-0/00004.png"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return squares(tmp_path_factory.mktemp("sound") / "data")


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "data")
    return tmp_path / "data"


def check(root: Path) -> list[tuple[str, str, str]]:
    findings = validate_release(root, InlineExecutor())
    assert all("\n" not in finding.message for finding in findings)
    return [(finding.severity, finding.path, finding.code) for finding in findings]


def test_what_the_writer_writes_is_sound(root: Path) -> None:
    assert check(root) == []


def grey(path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros(SIZE, np.uint8)).save(buffer, format="PNG")
    path.write_bytes(buffer.getvalue())


def labelled(label: int, size: tuple[int, int] = SIZE) -> Callable[[Path], None]:
    return lambda path: write_labels(path, np.full(size, label, np.uint8))


def jpeg(height: int, width: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(encode_frame(np.zeros((height, width, 3), np.uint8)))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def moved(name: str) -> Callable[[Path], None]:
    return lambda path: path.rename(path.with_name(name))


def copied(name: str) -> Callable[[Path], object]:
    return lambda path: shutil.copy(path, path.with_name(name))


@pytest.mark.parametrize(
    ("name", "damage", "expected"),
    [
        pytest.param(FRAME, Path.unlink, [(FRAME, "frame-missing")], id="frame-missing"),
        pytest.param(
            FRAME,
            copied("extra.jpg"),
            [("JPEGImages/clip-0/extra.jpg", "frame-unlisted")],
            id="frame-unlisted",
        ),
        pytest.param(FRAME, cut, [(FRAME, "frame-undecodable")], id="frame-cut"),
        pytest.param(FRAME, emptied, [(FRAME, "frame-undecodable")], id="frame-empty"),
        pytest.param(FRAME, jpeg(24, 33), [(FRAME, "frame-size")], id="frame-size"),
        pytest.param(FRAME, jpeg(32, 24), [(FRAME, "frame-size")], id="frame-turned"),
        pytest.param(MASK, cut, [(MASK, "mask-undecodable")], id="mask-cut"),
        pytest.param(MASK, emptied, [(MASK, "mask-undecodable")], id="mask-empty"),
        pytest.param(MASK, grey, [(MASK, "mask-encoding")], id="mask-grey"),
        pytest.param(MASK, labelled(2), [(MASK, "mask-label")], id="mask-label"),
        pytest.param(MASK, labelled(1, (32, 24)), [(MASK, "mask-size")], id="mask-size"),
        pytest.param(
            MASK,
            copied("00005.png"),
            [("Annotations/clip-0/00005.png", "mask-off-grid")],
            id="mask-off-grid",
        ),
        pytest.param(
            MASK,
            copied("00012.png"),
            [("Annotations/clip-0/00012.png", "mask-without-frame")],
            id="mask-without-frame",
        ),
        pytest.param(
            MASK,
            copied("notes.txt"),
            [("Annotations/clip-0/notes.txt", "mask-unlisted")],
            id="mask-unlisted",
        ),
        pytest.param(
            "Annotations/clip-0",
            shutil.rmtree,
            [("Annotations/clip-0", "masks-missing")],
            id="masks-missing",
        ),
        pytest.param(
            "JPEGImages/clip-0",
            lambda path: shutil.copytree(path, path.with_name("clip-9")),
            [("JPEGImages/clip-9", "clip-unlisted")],
            id="clip-unlisted",
        ),
        pytest.param(
            "JPEGImages",
            lambda path: path.with_name("thumbs.db").write_bytes(b"x"),
            [("thumbs.db", "unlisted")],
            id="unlisted",
        ),
        pytest.param(
            "provenance.jsonl",
            lambda path: path.write_text('{"clip_id": "clip-0"}\n{"clip_id": "clip-1"}\n'),
            [("provenance.jsonl", "provenance-missing")],
            id="provenance-missing",
        ),
        pytest.param(
            "provenance.jsonl",
            lambda path: path.write_text(path.read_text() + '{"clip_id": "clip-1"}\n'),
            [("provenance.jsonl", "provenance-twice")],
            id="provenance-twice",
        ),
        pytest.param(
            "provenance.jsonl",
            lambda path: path.write_text(path.read_text() + '{"clip_id": "x"}\nnonsense\n'),
            [("provenance.jsonl", "json"), ("provenance.jsonl", "provenance-unknown")],
            id="provenance-unknown",
        ),
    ],
)
def test_a_damaged_file_is_one_finding(
    name: str, damage: Callable[[Path], object], expected: list[tuple[str, str]], root: Path
) -> None:
    damage(root / name)
    reseal(root)
    assert check(root) == [("error", *finding) for finding in expected]


def expressions(entry: dict) -> dict:
    return entry["expressions"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        pytest.param(lambda e: e.update(concept="a flood"), "unknown-concept", id="concept"),
        pytest.param(lambda e: e.update(groups=[]), "concept-groups", id="groups"),
        pytest.param(lambda e: e.update(fps=30), "fps", id="fps"),
        pytest.param(lambda e: e.update(fps="fast"), "schema", id="fps-type"),
        pytest.param(lambda e: expressions(e).pop("3"), "expression-count", id="three"),
        pytest.param(
            lambda e: expressions(e)["3"].update(annotator="a1"),
            "expression-count",
            id="one-author",
        ),
        pytest.param(
            lambda e: expressions(e)["3"].update(annotator=None), "expression-count", id="no-author"
        ),
        pytest.param(
            lambda e: expressions(e)["3"].update(exp=" \t"), "expression-empty", id="empty"
        ),
        pytest.param(
            lambda e: expressions(e)["3"].update(exp="THE  square of clip-0, said 1"),
            "expression-twice",
            id="same-text",
        ),
        pytest.param(
            lambda e: expressions(e)["3"].update(obj_id="255"), "target-id", id="void-as-target"
        ),
        pytest.param(
            lambda e: expressions(e).update({"../3": expressions(e).pop("3")}),
            "hostile-name",
            id="hostile-expression",
        ),
    ],
)
def test_a_wrong_entry_is_one_finding(
    edit: Callable[[dict], object], code: str, root: Path
) -> None:
    edit_clip(root, "clip-0", edit)
    reseal(root)
    found = check(root)
    if code == "schema":  # the entry cannot be read, so its folders belong to no clip
        found = [finding for finding in found if not finding[2].endswith(("unlisted", "unknown"))]
    assert found == [("error", META_EXPRESSIONS, code)]


def test_frames_out_of_order_are_named(root: Path) -> None:
    edit_clip(root, "clip-0", lambda entry: entry["frames"].reverse())
    reseal(root)
    assert ("error", META_EXPRESSIONS, "frame-ids") in check(root)


@pytest.mark.parametrize("clip_id", ["../../etc", "a/b", "", "a\x00b", "con", "-x", ".x", "é"])
def test_hostile_clip_ids_are_named_and_never_opened(clip_id: str, root: Path) -> None:
    def rename(document: dict) -> None:
        document["videos"][clip_id] = document["videos"].pop("clip-0")

    edit_json(root, META_EXPRESSIONS, rename)
    reseal(root)
    assert ("error", META_EXPRESSIONS, "hostile-name") in check(root)


def test_a_clip_id_that_occurs_twice_is_named(root: Path) -> None:
    path = root / META_EXPRESSIONS
    path.write_text(path.read_text().replace('"clip-1"', '"clip-0"'))
    reseal(root)
    assert ("error", META_EXPRESSIONS, "duplicate-id") in check(root)


def test_a_grid_frame_without_mask_is_a_counted_warning(root: Path) -> None:
    for frame in ("00004", "00008"):
        (root / f"Annotations/clip-0/{frame}.png").unlink()
    reseal(root)
    (finding,) = validate_release(root, InlineExecutor())
    assert (finding.severity, finding.code) == ("warning", "mask-missing")
    assert "2 of 3 frames of the grid have no mask: 00004" in finding.message


def test_a_link_that_leaves_the_release_is_named(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes((root / FRAME).read_bytes())
    (root / FRAME).unlink()
    (root / FRAME).symlink_to(tmp_path / "secret.jpg")
    assert check(root) == [("error", FRAME, "link-outside")]


def test_a_link_that_leads_nowhere_is_named(root: Path) -> None:
    (root / FRAME).unlink()
    (root / FRAME).symlink_to("gone.jpg")
    assert ("error", FRAME, "link-broken") in check(root)


def test_a_pipe_under_the_name_of_a_frame_is_not_waited_for(root: Path) -> None:
    (root / FRAME).unlink()
    os.mkfifo(root / FRAME)
    assert ("error", FRAME, "frame-undecodable") in check(root)


def test_ids_that_differ_in_case_only_are_named(root: Path) -> None:
    path = root / META_EXPRESSIONS
    path.write_text(path.read_text().replace('"clip-1"', '"Clip-0"'))
    reseal(root)
    assert ("error", META_EXPRESSIONS, "duplicate-id") in check(root)


def test_one_odd_frame_is_one_finding_even_if_it_is_the_first(root: Path) -> None:
    first = "JPEGImages/clip-0/00000.jpg"
    jpeg(24, 33)(root / first)
    reseal(root)
    assert check(root) == [("error", first, "frame-size")]


def test_a_frame_left_out_of_the_list_does_not_move_the_grid(root: Path) -> None:
    edit_clip(root, "clip-0", lambda entry: entry["frames"].pop(1))
    (root / "JPEGImages/clip-0/00001.jpg").unlink()
    reseal(root)
    assert check(root) == [("error", META_EXPRESSIONS, "frame-ids")]


def test_an_unreadable_list_of_clips_is_no_reason_to_disown_every_clip(root: Path) -> None:
    (root / META_EXPRESSIONS).write_text("{")
    reseal(root)
    assert check(root) == [("error", META_EXPRESSIONS, "json")]


def test_documents_of_a_data_set_are_part_of_it(root: Path) -> None:
    (root / "LICENSE").write_text("CC0")
    reseal(root)
    assert check(root) == []


def test_names_with_line_breaks_stay_on_one_line(root: Path) -> None:
    (root / "JPEGImages/clip-0/a\nb.jpg").write_bytes(b"")
    findings = validate_release(root, InlineExecutor())
    assert any(finding.path.endswith(r"a\nb.jpg") for finding in findings)
    assert not any("\n" in str(finding) for finding in findings)


def test_unicode_line_separators_in_provenance_end_no_line(root: Path) -> None:
    path = root / "provenance.jsonl"
    path.write_text(path.read_text("utf-8").replace("drawn", "dra\u2028wn"), "utf-8")
    reseal(root)
    assert check(root) == []


@pytest.mark.parametrize("name", ["release.json", META_EXPRESSIONS])
@pytest.mark.parametrize(
    ("text", "code"),
    [("", "json"), ("{", "json"), ("[]", "schema"), ('{"a": 1}', "schema"), (None, "missing-file")],
)
def test_malformed_json_is_named_with_its_place(
    name: str, text: str | None, code: str, root: Path
) -> None:
    if text is None:
        (root / name).unlink()
    else:
        (root / name).write_text(text)
    assert ("error", name, code) in check(root)


def test_the_place_of_a_syntax_error_is_said(root: Path) -> None:
    (root / "release.json").write_text('{\n "name": }')
    findings = validate_release(root, InlineExecutor())
    assert "line 2 column 10" in next(f.message for f in findings if f.code == "json")


def test_a_change_after_sealing_is_named(root: Path) -> None:
    write_labels(root / MASK, np.zeros(SIZE, np.uint8))
    assert check(root) == [("error", MASK, "checksum-mismatch")]


def test_a_changed_header_no_longer_fits_the_digest(root: Path) -> None:
    edit_json(root, "release.json", lambda document: document.update(version="2.0.0"))
    assert check(root) == [("error", "release.json", "digest-mismatch")]


def test_checksums_of_other_files_are_named(root: Path) -> None:
    path = root / "checksums.sha256"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[1:]) + f"{'0' * 64}  gone.txt\n")
    found = {code for _, _, code in check(root)}
    assert found == {"checksum-file-missing", "checksum-unlisted", "digest-mismatch"}


def test_what_a_cut_short_write_left_is_named(root: Path) -> None:
    (root / "Annotations/.partial-12ab").write_bytes(b"")
    assert ("error", "Annotations/.partial-12ab", "unfinished") in check(root)


def test_everything_is_listed_at_once(root: Path) -> None:
    (root / FRAME).unlink()
    labelled(7)(root / MASK)
    cut(root / "Annotations/clip-2/00000.png")
    edit_clip(root, "clip-1", lambda entry: entry.update(concept="?"))
    reseal(root)
    assert check(root) == [
        ("error", MASK, "mask-label"),
        ("error", "Annotations/clip-2/00000.png", "mask-undecodable"),
        ("error", FRAME, "frame-missing"),
        ("error", META_EXPRESSIONS, "unknown-concept"),
    ]


def test_a_missing_folder_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="folder is missing"):
        validate_release(tmp_path / "nowhere", InlineExecutor())


def test_progress_counts_clips(root: Path) -> None:
    seen: list[tuple[int, int]] = []
    validate_release(root, InlineExecutor(), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_findings_are_plain_json(root: Path) -> None:
    (root / FRAME).unlink()
    for finding in validate_release(root, InlineExecutor()):
        assert json.dumps(str(finding))
