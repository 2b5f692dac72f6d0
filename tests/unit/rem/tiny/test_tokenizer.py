"""The small REM's tokenizer: a known word is one token, and any text can be written."""

from pathlib import Path

import pytest

from rem.tiny.phrases import words
from rem.tiny.tokenizer import END, START, TOKENS, write_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> object:
    from transformers import CLIPTokenizer

    folder: Path = tmp_path_factory.mktemp("tokenizer")
    count = write_tokenizer(folder)
    found = CLIPTokenizer.from_pretrained(folder)
    assert len(found) == count
    return found


def test_a_known_word_is_one_token(tokenizer: object) -> None:
    for word in words():
        if "'" not in word:
            assert len(tokenizer(word)["input_ids"]) == 3, word


@pytest.mark.parametrize("text", ['a "blazing" thing!', "Zürich 日本", "", "…", "x" * 40])
def test_any_text_can_be_written(tokenizer: object, text: str) -> None:
    tokens = tokenizer.convert_ids_to_tokens(tokenizer(text)["input_ids"])
    assert (tokens[0], tokens[-1]) == (START, END)
    assert END not in tokens[1:-1]


def test_the_demo_s_sentences_are_not_cut(tokenizer: object) -> None:
    from refvps.demo.catalogue import read_catalogue

    lengths = [
        len(tokenizer(expression.text)["input_ids"])
        for clip in read_catalogue()
        for expression in clip.expressions
    ]
    assert max(lengths) < TOKENS
