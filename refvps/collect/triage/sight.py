"""What one person may see of what others decided.

A share of the candidates is decided twice. Of these nobody sees any decision but their own, in
either pass and whatever their role, so that the second is blind however the page is used.
"""

import hashlib
from dataclasses import dataclass

from refvps.collect.store.records import Decision


@dataclass(frozen=True, slots=True)
class Sight:
    """One person in one pass.

    Attributes:
        name: who.
        second: whether this is the blind second pass.
        salt: the collection's; chooses the sample.
        share: of candidates in the sample, 0 to 1.
    """

    name: str
    second: bool
    salt: str
    share: float

    def in_sample(self, candidate_id: str) -> bool:
        """Return whether a candidate is decided twice; the same for everybody."""
        return in_sample(self.salt, self.share, candidate_id)

    def sees(self, candidate_id: str, decision: Decision | None) -> bool:
        """Return whether the person may see a decision of the first pass."""
        if decision is None or decision.reviewer == self.name:
            return True
        return not self.in_sample(candidate_id)


def in_sample(salt: str, share: float, candidate_id: str) -> bool:
    """Return whether a candidate is decided twice.

    >>> in_sample("salt", 1.0, "test:1"), in_sample("salt", 0.0, "test:1")
    (True, False)
    """
    digest = hashlib.sha256(f"{salt}\0second\0{candidate_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64
