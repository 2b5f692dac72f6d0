from pathlib import Path

import pytest

from refvps.atomic import new_file, new_folder, write_bytes, write_json, write_within
from refvps.errors import DataError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_bytes(tmp_path / "sub/a", b"old")
    write_bytes(tmp_path / "sub/a", b"new")
    assert (tmp_path / "sub/a").read_bytes() == b"new"
    assert names(tmp_path / "sub") == ["a"]


def test_json_keeps_non_ascii_readable(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"ё": "炎"})
    assert (tmp_path / "a.json").read_text("utf-8") == '{\n "ё": "炎"\n}\n'


def test_unwritable_place_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"file/a: cannot be written"):
        write_bytes(tmp_path / "file/a", b"")


def test_folder_appears_whole(tmp_path: Path) -> None:
    with new_folder(tmp_path / "made") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "made").exists()
    assert names(tmp_path) == ["made"]
    assert names(tmp_path / "made") == ["a"]


def test_folder_of_a_failed_block_is_gone(tmp_path: Path) -> None:
    def fail() -> None:
        with new_folder(tmp_path / "made") as folder:
            (folder / "a").write_text("1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(tmp_path) == []


def test_folder_made_by_another_meanwhile_stays(tmp_path: Path) -> None:
    with new_folder(tmp_path / "made") as folder:
        (folder / "a").write_text("mine")
        (tmp_path / "made").mkdir()
        (tmp_path / "made/a").write_text("theirs")
    assert (tmp_path / "made/a").read_text() == "theirs"
    assert names(tmp_path) == ["made"]


def test_a_file_written_piece_by_piece_appears_whole(tmp_path: Path) -> None:
    with new_file(tmp_path / "sub/a") as temporary:
        temporary.write_bytes(b"new")
        assert names(tmp_path / "sub") == [temporary.name]
    assert (tmp_path / "sub/a").read_bytes() == b"new"
    assert names(tmp_path / "sub") == ["a"]


def test_a_file_given_up_leaves_the_old_one(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")

    def interrupted() -> None:
        with new_file(tmp_path / "a") as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_file_that_was_never_written_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a: cannot be written"), new_file(tmp_path / "a"):
        pass
    assert names(tmp_path) == []


def test_a_folder_is_replaced_in_one_step_or_stays(tmp_path: Path) -> None:
    place = tmp_path / "out"
    for text in ("old", "new"):
        with new_folder(place, replace=True) as folder:
            (folder / text).write_text(text)
            assert (place / "old").exists() == (text == "new"), "the old one stays until the end"
    assert [path.name for path in place.iterdir()] == ["new"]

    def failing() -> None:
        with new_folder(place, replace=True):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "new"]


def test_a_file_within_a_new_folder_is_written_once(tmp_path: Path) -> None:
    write_within(tmp_path, "frames/0.jpg", b"one")
    assert (tmp_path / "frames/0.jpg").read_bytes() == b"one"
    for name in ("frames/0.jpg", "frames/0.jpg/1"):
        with pytest.raises(DataError, match=f"{name}: cannot be written: File exists"):
            write_within(tmp_path, name, b"two")
    assert (tmp_path / "frames/0.jpg").read_bytes() == b"one"
