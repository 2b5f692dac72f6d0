import pytest

from refvps.latest import Latest


def test_what_was_made_last_is_kept_and_nothing_else() -> None:
    made: list[str] = []
    latest: Latest[str, str] = Latest()

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    assert [latest.of(key, lambda key=key: make(key)) for key in "aabba"] == list("AABBA")
    assert made == ["a", "b", "a"]


def test_a_failure_is_not_kept() -> None:
    latest: Latest[str, int] = Latest()
    with pytest.raises(ZeroDivisionError):
        latest.of("a", lambda: 1 // 0)
    assert latest.of("a", lambda: 7) == 7
