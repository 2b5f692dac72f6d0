"""Expressions as the network attends to them: 77 tokens, for both text encoders."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refvps.errors import RefvpsError
from rem.options import LongText
from rem.placement import Placement

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """How long a text may be.

    Attributes:
        tokens: length of what the network sees.
        padded: length that the encoder sees.
        long_text: whether a longer one is cut or refused.
    """

    tokens: int
    padded: int
    long_text: LongText

    def check(self, text: str, tokens: int) -> None:
        """Refuse a text of too many tokens, or say that it is cut.

        Raises:
            RefvpsError: it is too long and not to be cut.
        """
        if tokens <= self.tokens:
            return
        problem = f"expression {shortened(text)!r} has {tokens} tokens; at most {self.tokens}"
        if self.long_text == "refuse":
            raise RefvpsError(
                f"{problem}: shorten it, or cut it with the option long_text=truncate"
            )
        log.warning("%s: the rest is cut", problem)


class ClipText:
    """CLIP's last hidden states, padding included: no attention mask.

    Official: ``infer_sample_MS.py`` and its siblings compute a mask and do not use it.
    """

    def __init__(
        self,
        tokenizer: Any,
        encoder: "Module",
        limits: TokenLimits,
        placement: Placement,
    ) -> None:
        self._tokenizer = tokenizer
        self._encoder = placement.settle(encoder)
        self._limits = limits
        self._placement = placement

    def encode(self, texts: Sequence[str]) -> "Tensor":
        """See ``TextEncoder``."""
        for text in texts:
            self._limits.check(text, len(self._tokenizer(text)["input_ids"]))
        tokens = self._tokenizer(
            list(texts),
            padding="max_length",
            max_length=self._limits.padded,
            truncation=True,
            return_tensors="pt",
        )
        with self._placement.at_work(self._encoder):
            states: Tensor = self._encoder(tokens["input_ids"].to(self._placement.device))[0]
        return states[:, : self._limits.tokens]


class Umt5Text:
    """UMT5's hidden states of the text alone, then zeros up to the network's length.

    The network attends to the zeros, so their number is part of the model. Official:
    ``infer_sample_wan.py``; without the clean-up of texts that Wan's own pipeline does.
    """

    def __init__(
        self,
        tokenizer: Any,
        encoder: "Module",
        limits: TokenLimits,
        placement: Placement,
    ) -> None:
        self._tokenizer = tokenizer
        self._encoder = placement.settle(encoder)
        self._limits = limits
        self._placement = placement

    def encode(self, texts: Sequence[str]) -> "Tensor":
        """See ``TextEncoder``."""
        tokens = self._tokenizer(
            list(texts),
            padding="max_length",
            max_length=self._limits.padded,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        ids, mask = tokens["input_ids"], tokens["attention_mask"]
        lengths = [int(length) for length in mask.gt(0).sum(dim=1)]
        for text, length in zip(texts, lengths, strict=True):
            self._limits.check(text, length)
        device = self._placement.device
        with self._placement.at_work(self._encoder):
            states = self._encoder(ids.to(device), mask.to(device)).last_hidden_state
        found = states.new_zeros(len(texts), self._limits.tokens, states.shape[-1])
        for row, (state, length) in enumerate(zip(states, lengths, strict=True)):
            used = min(length, self._limits.tokens)
            found[row, :used] = state[:used]
        cut: Tensor = found.to(self._placement.dtype)
        return cut


def shortened(text: str, most: int = 60) -> str:
    """Return a text that fits a line.

    >>> shortened("a b", 3), shortened("abcdef", 4)
    ('a b', 'abc…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"
