from pathlib import Path

import pytest

from refvps.errors import DataError
from refvps.json_lines import json_lines, read_json_lines


def test_lines_go_out_and_come_back(tmp_path: Path) -> None:
    objects = [{"text": "a\u2028b\x85c", "n": 1}, {"text": "fumée"}]
    path = tmp_path / "a.jsonl"
    path.write_text(json_lines(objects), "utf-8", newline="\n")
    assert read_json_lines(path) == objects
    assert read_json_lines(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{}\n[]\n", "line 2: expected a JSON object"), (b"{\n", "line 1"), (b"\xff", "UTF-8")],
)
def test_what_is_no_object_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_json_lines(path)
