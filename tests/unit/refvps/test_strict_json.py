import pytest

from refvps.strict_json import parse_json


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ('{"a": 1, "b": 2}', ()),
        ('{"a": 1, "a": 2}', ("a",)),
        ('{"x": {"a": 1, "a": 2}, "y": {"a": 3}}', ("x.a",)),
        ('[{"a": 1}, {"a": 1, "a": 2}]', ("1.a",)),
        ('{"a": 1, "a": 2, "a": 3}', ("a", "a")),
    ],
)
def test_repeated_keys_are_given_with_their_place(text: str, repeated: tuple[str, ...]) -> None:
    assert parse_json(text.encode())[1] == repeated


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Expecting value"),
        (b"\xff", "invalid start byte"),
        (b"[" * 100_000, "nested too deeply"),
        (rb'["\ud800"]', "half of a surrogate pair"),
    ],
)
def test_what_is_no_json_is_said(content: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_json(content)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert parse_json(rb'["\ud83d\udd25"]')[0] == ["\N{FIRE}"]
