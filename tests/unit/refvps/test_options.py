from dataclasses import dataclass

import pytest

from refvps.errors import ConfigError
from refvps.options import parse_options, resolved_options, split_options


@dataclass(frozen=True, slots=True)
class Options:
    threshold: float = 0.5
    steps: int = 3
    name: str = "x"


def test_text_becomes_typed_values() -> None:
    assert parse_options(Options, {"threshold": "0.25", "steps": "7"}, "m") == Options(0.25, 7)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_options(Options, {"steps": "many", "stps": "1"}, "method 'm'")
    assert caught.value.message.startswith("method 'm': unknown option 'stps'; known: threshold")
    assert len(caught.value.details) == 2
    assert "steps='many'" in caught.value.details[1]


def test_resolved_options_name_every_default() -> None:
    assert resolved_options(Options(steps=4)) == {"threshold": "0.5", "steps": "4", "name": "x"}


@pytest.mark.parametrize(
    ("pairs", "text"), [(["a"], "key=value"), (["=1"], "key=value"), (["a=1", "a=2"], "twice")]
)
def test_malformed_pairs_are_refused(pairs: list[str], text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        split_options(pairs)


def test_a_value_may_hold_an_equals_sign() -> None:
    assert split_options(["a=b=c"]) == {"a": "b=c"}
