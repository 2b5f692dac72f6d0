"""Why a person leaves a candidate out: one code, one key and one sentence each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason.

    Attributes:
        code: in the store.
        key: on the triage page.
        text: for people.
        before: whether it belongs to the paper's first step, from over 1,000 to 342; the others
            belong to the second, from 342 to 145.
    """

    code: str
    key: str
    text: str
    before: bool = False


REASONS = {
    reason.code: reason
    for reason in (
        Reason("no-change", "1", "nothing changes enough (first criterion of the paper)"),
        Reason("too-rapid", "2", "over too soon to label enough frames (second criterion)"),
        Reason("shot-changes", "3", "cut too often for one continuous clip (third criterion)"),
        Reason("off-concept", "q", "shows something else: the query was ambiguous", before=True),
        Reason("long-span", "w", "takes too long to be seen in one video", before=True),
        Reason("duplicate", "d", "shows what another candidate shows"),
        Reason("unsafe", "x", "not fit to be shown"),
        Reason("privacy", "v", "shows people or places that are private"),
        Reason("technical", "z", "cannot be used: damaged, too small, covered by text"),
    )
}
