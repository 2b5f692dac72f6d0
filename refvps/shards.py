"""Parts of a data set for jobs that know nothing of each other, such as those of a job array."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from refvps.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts that together are the whole.

    Attributes:
        number: which one, from 1.
        of: how many there are.
    """

    number: int
    of: int

    def share(self, work: Mapping[str, int]) -> frozenset[str]:
        """Return the ids that are this part's.

        Every id is one part's alone, and the parts have about the same work: the largest piece
        goes to the part that has least so far. What is done already plays no role, so jobs that
        start at different times never do the same.

        Args:
            work: how much there is to do by id, such as frames.

        >>> work = {"a": 90, "b": 40, "c": 30, "d": 30}
        >>> [sorted(Shard(number, 2).share(work)) for number in (1, 2)]
        [['a'], ['b', 'c', 'd']]
        """
        loads = [0] * self.of
        own = set()
        for unit in sorted(work, key=lambda unit: (-work[unit], unit)):
            lightest = loads.index(min(loads))
            loads[lightest] += work[unit]
            if lightest == self.number - 1:
                own.add(unit)
        return frozenset(own)


def parse_shard(text: str) -> Shard:
    """Return the part that a text such as ``2/8`` names.

    Raises:
        ConfigError: it names none.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    shard = Shard(int(found[1]), int(found[2])) if found else None
    if shard is None or not 1 <= shard.number <= shard.of:
        raise ConfigError(f"--shard {text!r}: write I/N with I from 1 to N, such as 2/8")
    return shard
