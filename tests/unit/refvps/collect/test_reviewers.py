import pytest

from refvps.collect.reviewers import Pair, kappa, review
from refvps.collect.store.records import Decision


def said(who: str, subject: str, label: str, *, ms: int = 0, blind: bool = False) -> Decision:
    verdict = label if label in {"accept", "split", "undo"} else "exclude"
    reason = label if verdict == "exclude" else ""
    return Decision(subject, verdict, reason, who, "", ms, blind)


def test_people_and_how_far_they_agree() -> None:
    decisions = [
        said("ann", "x", "accept", ms=2000),
        said("ann", "y", "unsafe", ms=4000),
        said("ann", "z", "accept", ms=9000),
        said("ann", "z", "undo", ms=100),
        said("ann", "z", "technical"),
        said("ben", "x", "accept", ms=1000, blind=True),
        said("ben", "y", "privacy", ms=1000, blind=True),
        said("ben", "z", "accept", ms=1000, blind=True),
        said("ben", "w", "accept", ms=1000, blind=True),
    ]
    found = review(decisions)
    ann, ben = found.reviewers
    assert (ann.decisions, ann.undone, ann.blind, ann.median_seconds, ann.mean_seconds) == (
        4, 1, 0, 4.0, 5.0,
    )  # fmt: skip
    assert (ben.decisions, ben.blind) == (4, 4)
    verdict, whole = found.agreement
    assert (verdict.pairs, verdict.same, whole.same) == (3, 2, 1)
    assert verdict.kappa == pytest.approx(0.4)
    assert found.disagreements == (
        Pair("y", "unsafe", "ann", "privacy", "ben"),
        Pair("z", "technical", "ann", "accept", "ben"),
    )
    assert "verdict: 2 of 3 agree, kappa 0.40" in found.text()
    assert "z: technical (ann), accept (ben)" in found.text()


def test_kappa_is_that_of_a_published_table() -> None:
    """Cohen's kappa of 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no is 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([]) is None


def test_nothing_decided_is_no_error() -> None:
    assert review([]).document() == {"reviewers": (), "agreement": (), "disagreements": ()}
    assert "decisions" in review([]).text()
