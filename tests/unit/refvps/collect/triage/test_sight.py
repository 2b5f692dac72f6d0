from hypothesis import given
from hypothesis import strategies as st

from refvps.collect.store.records import Decision
from refvps.collect.triage.sight import Sight, in_sample


def test_the_sample_has_the_share_that_was_asked_for() -> None:
    chosen = [in_sample("salt", 0.1, f"test:{k}") for k in range(5000)]
    assert 430 < sum(chosen) < 570
    assert chosen != [in_sample("other", 0.1, f"test:{k}") for k in range(5000)]


@given(st.text(), st.floats(0, 1), st.text(), st.text(min_size=1))
def test_of_the_sample_nobody_sees_a_decision_but_their_own(salt, share, name, other) -> None:
    sight = Sight(name, False, salt, share)
    said = Decision("x", "accept", "", other, "")
    assert sight.sees("x", None)
    assert sight.sees("x", said) == (other == name or not sight.in_sample("x"))
