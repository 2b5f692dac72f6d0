"""The small REM's tokenizer: byte pairs of its own sentences, in the files that CLIP's class reads.

Every byte is a token, alone and at the end of a word, so that any text can be written in tokens;
a word of the training sentences is a token of its own.
"""

import json
from itertools import pairwise
from pathlib import Path

from refvps.atomic import write_json, write_text
from rem.tiny.phrases import words

START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
TOKENS = 48
"""Length of a text in tokens; an expression of the demo has at most 18, a caption may have 40."""


def write_tokenizer(folder: Path) -> int:
    """Write the files of a ``CLIPTokenizer`` and return the number of its tokens."""
    merges = _merges(words())
    alphabet = sorted(_bytes())
    tokens = [*alphabet, *(byte + WORD_END for byte in alphabet)]
    known = set(tokens)
    for pair in merges:
        joined = "".join(pair)
        if joined not in known:
            known.add(joined)
            tokens.append(joined)
    tokens += [START, END]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "vocab.json", json.dumps(vocabulary, ensure_ascii=False))
    lines = "\n".join(" ".join(pair) for pair in merges)
    write_text(folder / "merges.txt", f"#version: 0.2\n{lines}\n")
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "CLIPTokenizer",
            "bos_token": START,
            "eos_token": END,
            "unk_token": END,
            "pad_token": END,
            "model_max_length": TOKENS,
        },
    )
    return len(vocabulary)


def _bytes() -> list[str]:
    """Return the 256 bytes as byte-level vocabularies write them: one visible letter each."""
    from tokenizers.pre_tokenizers import ByteLevel

    return list(ByteLevel.alphabet())


def _merges(known: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the pairs to join, in order, until every known word is one token.

    Greedy: the pair that occurs most often in the words not yet whole, the first in the alphabet
    where several do. Each word counts once, so that rare ones become whole too.
    """
    spelled = [[*word[:-1], word[-1] + WORD_END] for word in known]
    merges: list[tuple[str, str]] = []
    while True:
        counts: dict[tuple[str, str], int] = {}
        for letters in spelled:
            for pair in pairwise(letters):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            return merges
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        spelled = [_joined(letters, best) for letters in spelled]


def _joined(letters: list[str], pair: tuple[str, str]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(letters):
        if tuple(letters[at : at + 2]) == pair:
            found.append("".join(pair))
            at += 2
        else:
            found.append(letters[at])
            at += 1
    return found
