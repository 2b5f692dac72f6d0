"""Queries over clips whose frames need not exist."""

from fractions import Fraction
from pathlib import Path

from refvps.packed import PackedMask, pack
from refvps.types import Clip, Expression, Prediction, Query
from support.ascii_masks import mask


def clip(clip_id: str = "fire", frames: int = 9) -> Clip:
    paths = tuple(Path(f"JPEGImages/{clip_id}/{index:05}.jpg") for index in range(frames))
    return Clip(clip_id, paths, Fraction(24), video=clip_id, concept="flame")


def query(clip_id: str = "fire", expression_id: str = "0", target: str = "1") -> Query:
    return Query(clip(clip_id), Expression(expression_id, "the flame", target))


def packed(text: str) -> PackedMask:
    return pack(mask(text))


def prediction(asked: Query, text: str = "##./...", frames: int | None = None) -> Prediction:
    ids = asked.clip.frame_ids[:frames]
    return Prediction(asked, ids, (packed(text),) * len(ids))
