from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.datasets.categories import prompt, safe_id, showing
from refvps.names import is_safe_name
from refvps.types import Clip

PARTS = st.lists(st.text("ab_.-/ é", min_size=1, max_size=60), min_size=1, max_size=3)


@given(PARTS, PARTS)
def test_ids_are_safe_and_tell_parts_apart(parts: list[str], others: list[str]) -> None:
    first, second = safe_id(*parts), safe_id(*others)
    assert is_safe_name(first)
    assert (first == second) == (parts == others)


@pytest.mark.parametrize(
    "parts", [("a", "b__c"), ("a__b", "c"), ("a_", "b__c"), ("a", "_b__c"), ("a__b__c",), ("NUL",)]
)
def test_ids_of_parts_with_underscores(parts: tuple[str, ...]) -> None:
    assert is_safe_name(safe_id(*parts))


@pytest.mark.parametrize(
    ("category", "clean"),
    [
        ("zebra", "the zebra"),  # as it is
        ("cap_(headwear)", "the cap"),
        ("Mobile_phone", "the Mobile phone"),  # letter case is kept
        ("gun_(weapon)_(old)", "the gun"),
        ("(x)", "the (x)"),  # nothing else would be left
    ],
)
def test_prompts(category: str, clean: str) -> None:
    assert prompt(category, clean=False) == f"the {category}"
    assert prompt(category, clean=True) == clean


def test_a_clip_that_shows_something_else_shares_its_frames() -> None:
    clip = Clip("c", (Path("0.jpg"), Path("1.jpg")), Fraction(15), video="c")
    found = showing(clip, "water")
    assert (found.concept, clip.concept) == ("water", None)
    assert found.frame_paths is clip.frame_paths
    assert found == Clip("c", clip.frame_paths, Fraction(15), video="c", concept="water")
