import gzip
import json
from pathlib import Path

import pytest

from refvps.errors import DataError
from refvps.predictions import track_file
from refvps.predictions.track_file import encode_track, read_track
from refvps.types import Size
from support.queries import packed, prediction, query


def write(path: Path, content: bytes | str | dict | list) -> Path:
    if isinstance(content, dict | list):
        content = json.dumps(content)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


GOOD = {
    "schema": "refvps-prediction/1",
    "clip": "fire",
    "expression": "0",
    "size": [2, 3],
    "masks": [["00000", "041M"], ["00004", "6"]],
}


def test_round_trip(tmp_path: Path) -> None:
    path = write(tmp_path / "0.json.gz", encode_track(prediction(query())))
    track = read_track(path)
    assert track.size == Size(2, 3)
    assert list(track.counts) == [f"{index:05}" for index in range(9)]
    assert track.masks(["00008"]).packed(0) == packed("##./...")
    assert track.names == ("fire", "0")


def test_the_same_prediction_gives_the_same_bytes() -> None:
    assert encode_track(prediction(query())) == encode_track(prediction(query()))


def test_plain_json_is_read(tmp_path: Path) -> None:
    track = read_track(write(tmp_path / "0.json", GOOD))
    assert track.masks(["00004"]).areas().tolist() == [0]


def test_coco_objects_by_frame_are_read(tmp_path: Path) -> None:
    content = {"00000": {"size": [2, 3], "counts": "041M"}}
    track = read_track(write(tmp_path / "0.json", content))
    assert track.names is None
    assert track.masks(["00000"]).areas().tolist() == [4 + 1]


BAD = [
    pytest.param("0.json", b"", "file is empty", id="empty"),
    pytest.param("0.json", "{", "not valid JSON", id="cut-json"),
    pytest.param("0.json", b"\xff\xfe", "not valid JSON", id="not-text"),
    pytest.param("0.json", [1], "expected a JSON object", id="list"),
    pytest.param("0.json", {}, "no mask at all", id="no-masks"),
    pytest.param("0.json", "[" * 100_000, "not valid JSON", id="deep"),
    pytest.param("0.json", {**GOOD, "schema": "refvps-prediction/2"}, "upgrade refvps", id="newer"),
    pytest.param("0.json", {**GOOD, "size": [2]}, "not in a form", id="size"),
    pytest.param("0.json", {**GOOD, "size": [2, True]}, "not in a form", id="size-type"),
    pytest.param("0.json", {**GOOD, "size": [10**9, 10**9]}, "cannot be right", id="size-huge"),
    pytest.param("0.json", {**GOOD, "size": [0, 3]}, "cannot be right", id="size-zero"),
    pytest.param("0.json", {**GOOD, "masks": [["00000", "é"]]}, "not in a form", id="non-ascii"),
    pytest.param("0.json", {**GOOD, "masks": [["00000", 7]]}, "not in a form", id="number"),
    pytest.param(
        "0.json", {**GOOD, "masks": [["a", "6"], ["a", "6"]]}, "a occurs twice", id="twice"
    ),
    pytest.param(
        "0.json",
        '{"00000": {"size": [2, 3], "counts": "6"}, "00000": {"size": [2, 3], "counts": "6"}}',
        "'00000' occurs twice",
        id="twice-coco",
    ),
    pytest.param(
        "0.json",
        {"0": {"size": [2, 3], "counts": "6"}, "1": {"size": [3, 2], "counts": "6"}},
        "masks of one size; found 2x3 and 3x2",
        id="sizes",
    ),
    pytest.param("0.json.gz", b"plain", "gzip data is damaged", id="not-gzip"),
    pytest.param("0.json.gz", gzip.compress(b"{}")[:-5], "gzip data is damaged", id="cut-gzip"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BAD)
def test_bad_files_are_one_line_that_names_them(
    name: str, content: bytes | str | dict, problem: str, tmp_path: Path
) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(DataError, match=problem) as caught:
        read_track(path)
    assert caught.value.message.startswith(f"{path}: ")
    assert "\n" not in caught.value.message


def test_damaged_run_lengths_name_their_frame(tmp_path: Path) -> None:
    track = read_track(
        write(tmp_path / "0.json", {**GOOD, "masks": [["00000", "6"], ["00004", "5"]]})
    )
    with pytest.raises(DataError, match="frame 00004: run-length counts cover 5 pixels"):
        track.masks(["00000", "00004"])


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_file, "MOST_BYTES", 1 << 20)
    path = write(tmp_path / "0.json.gz", gzip.compress(b" " * (1 << 21)))
    with pytest.raises(DataError, match="inflates to more than 1 MiB"):
        read_track(path)


def test_every_cut_of_a_file_is_noticed(tmp_path: Path) -> None:
    whole = encode_track(prediction(query()))
    for length in range(len(whole)):
        with pytest.raises(DataError):
            read_track(write(tmp_path / "0.json.gz", whole[:length]))
