"""Words that the small REM was never taught are named, with the nearest known."""

import logging

import pytest

from rem.tiny.phrases import words
from rem.tiny.unknown_words import UnknownWord, unknown_words, warn_of_unknown_words

KNOWN = ("ball", "flame", "smoke", "that", "the")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("the smoke", ()),
        ("The SMOKE!", ()),
        ("42 % 7", ()),
        ("the smoek", (UnknownWord("smoek", ("smoke",)),)),
        ("the zebra, the zebra", (UnknownWord("zebra", ()),)),
        ("the child's ball", (UnknownWord("child's", ()),)),
        ("der \u00dcber the ball", (UnknownWord("der", ()), UnknownWord("\u00fcber", ()))),
    ],
)  # fmt: skip
def test_words_without_training_are_found(text: str, found: tuple[UnknownWord, ...]) -> None:
    assert unknown_words(text, KNOWN) == found


def test_a_sentence_of_known_words_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_unknown_words(["the smoke on the left"])
    assert not caplog.records
    assert "smoke" in words()


def test_one_warning_a_sentence_names_every_unknown_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_unknown_words(["the smoek of a zeppelin", "the smoke"])
    (record,) = caplog.records
    text = record.getMessage()
    assert "2 words" in text
    assert "smoek (nearest known: smoke" in text
    assert "zeppelin" in text
