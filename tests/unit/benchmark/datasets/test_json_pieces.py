import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.datasets.json_pieces import json_pieces

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(), VALUES, max_size=4),
    st.lists(VALUES, max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.sampled_from([1, 3, 1 << 20]),
)
def test_pieces_are_what_the_standard_reader_reads(
    members: dict, items: list, indent: int | None, ascii_only: bool, at_once: int
) -> None:
    document = {**members, "list": items}
    content = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    file = io.BytesIO(content)
    pieces = list(json_pieces(lambda size: file.read(min(size, at_once)), "list"))
    assert [piece.value for piece in pieces if piece.item] == items
    assert {piece.key: piece.value for piece in pieces if not piece.item} == {
        key: value for key, value in members.items() if key != "list"
    }
    for piece in pieces:
        assert json.loads(content[piece.start : piece.end]) == piece.value


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{", b'{"list": [1, 2', b'{"list": [1,]}', b'{"list": 3}', b'{"a" 1}',
        b'{1: 2}', b'{"a": 1} x', b'{"a": }', b'{"list": [1 2]}', b'{"a": "\xff"}', b'{"a": 1,}',
        b'{"a": ' + b"[" * 100_000, b"\xff\xfe",
    ],
)  # fmt: skip
def test_anything_else_is_an_error_that_says_where(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(json_pieces(io.BytesIO(content).read, "list"))


def test_an_empty_object_has_no_pieces() -> None:
    assert list(json_pieces(io.BytesIO(b" { } ").read, "list")) == []
