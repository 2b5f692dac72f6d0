import pytest
from hypothesis import given
from hypothesis import strategies as st

from refvps.errors import ConfigError
from refvps.shards import Shard, parse_shard

WORK = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(1, 500), max_size=40)


@given(WORK, st.integers(1, 9))
def test_every_unit_is_one_shards_alone(work: dict[str, int], count: int) -> None:
    shares = [Shard(number, count).share(work) for number in range(1, count + 1)]
    assert sorted(unit for share in shares for unit in share) == sorted(work)


@given(WORK, st.integers(1, 9))
def test_no_shard_has_more_than_its_part_and_one_unit(work: dict[str, int], count: int) -> None:
    for number in range(1, count + 1):
        load = sum(work[unit] for unit in Shard(number, count).share(work))
        assert load <= sum(work.values()) / count + max(work.values(), default=0)


def test_a_shard_is_the_same_whatever_the_order_of_the_work() -> None:
    work = {"a": 3, "b": 3, "c": 2, "d": 1}
    turned = dict(reversed(work.items()))
    assert Shard(2, 3).share(work) == Shard(2, 3).share(turned)


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/4/2", "½/2"])
def test_what_names_no_shard_is_one_line(text: str) -> None:
    with pytest.raises(ConfigError, match="write I/N with I from 1 to N, such as 2/8"):
        parse_shard(text)


def test_a_shard_is_read() -> None:
    assert parse_shard("2/8") == Shard(2, 8)
