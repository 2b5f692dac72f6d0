import logging

import pytest
import torch

from refvps.errors import RefvpsError
from rem.placement import Placement
from rem.text import ClipText, TokenLimits, Umt5Text
from support.rem_models import TEXTS, Toy

PLACE = Placement(torch.device("cpu"), torch.float32)
LONG = "a " * 90


def clip_text(toy: Toy, long_text: str = "truncate") -> ClipText:
    return ClipText(toy.tokenizer, toy.text_encoder, TokenLimits(77, 77, long_text), PLACE)


def umt5_text(toy: Toy, long_text: str = "refuse") -> Umt5Text:
    return Umt5Text(toy.tokenizer, toy.text_encoder, TokenLimits(77, 512, long_text), PLACE)


def test_clip_states_are_those_of_the_padded_text_without_a_mask(ms: Toy) -> None:
    tokens = ms.tokenizer(
        TEXTS[0], padding="max_length", max_length=77, truncation=True, return_tensors="pt"
    )
    expected = ms.text_encoder(tokens.input_ids)[0]
    found = clip_text(ms).encode(TEXTS)
    assert found.shape == (2, 77, 16)
    assert torch.equal(found[:1], expected)


def test_umt5_states_end_with_the_text_and_are_followed_by_zeros(wan: Toy) -> None:
    found = umt5_text(wan).encode(TEXTS)
    assert found.shape == (2, 77, 32)
    for row, text in zip(found, TEXTS, strict=True):
        length = len(wan.tokenizer(text)["input_ids"])
        assert not row[length:].any()
        assert row[:length].abs().sum(dim=1).min() > 0
        tokens = wan.tokenizer(text, return_tensors="pt")
        alone = wan.text_encoder(tokens.input_ids, tokens.attention_mask).last_hidden_state[0]
        torch.testing.assert_close(row[:length], alone)


def test_texts_encoded_together_are_as_alone(ms: Toy, wan: Toy) -> None:
    for encoder in (clip_text(ms), umt5_text(wan)):
        together = encoder.encode(TEXTS)
        for row, text in zip(together, TEXTS, strict=True):
            torch.testing.assert_close(row, encoder.encode([text])[0])


def test_a_text_of_too_many_tokens_is_refused_in_one_line(wan: Toy) -> None:
    with pytest.raises(RefvpsError) as refused:
        umt5_text(wan).encode([LONG])
    assert "tokens; at most 77: shorten it, or cut it with the option long_text=truncate" in (
        refused.value.message
    )
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 200


def test_a_text_of_exactly_77_tokens_is_not_too_long(wan: Toy) -> None:
    text = " ".join(["a"] * 76)
    assert len(wan.tokenizer(text)["input_ids"]) == 77
    assert umt5_text(wan).encode([text]).shape == (1, 77, 32)
    with pytest.raises(RefvpsError, match="has 78 tokens"):
        umt5_text(wan).encode([f"{text} a"])


def test_a_long_text_is_cut_where_asked_and_said(
    ms: Toy, wan: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "rem")
    assert umt5_text(wan, "truncate").encode([LONG]).shape == (1, 77, 32)
    assert clip_text(ms).encode([LONG]).shape == (1, 77, 16)
    said = [record.getMessage() for record in caplog.records if record.name == "rem.text"]
    assert len(said) == 2
    assert all(line.endswith("the rest is cut") for line in said)


def test_clip_too_refuses_where_asked(ms: Toy) -> None:
    with pytest.raises(RefvpsError, match="has 92 tokens; at most 77"):
        clip_text(ms, "refuse").encode([LONG])
