"""How the expressions that several people wrote of one clip go together."""

import itertools
from collections.abc import Mapping

from annotator.clip import ClipFacts
from annotator.expressions import MOST_ALIKE, alike, problems
from benchmark.agreement.labelled import ExpressionNote
from benchmark.metrics.agreement_means import mean


def expression_note(
    clip: str, texts: Mapping[str, tuple[str, ...]], facts: ClipFacts
) -> ExpressionNote:
    """Return how distinct the texts are, and what leaked.

    People write without seeing one another's texts; two that nearly say the same were either not
    independent or are useless as two. A text that repeats the target card, or only names the
    concept, was copied from what annotators are shown.

    Args:
        clip: its id.
        texts: what each person wrote, by name.
        facts: of the clip.
    """
    written = [(who, text) for who in sorted(texts) for text in texts[who]]
    across = [
        (one, other) for one, other in itertools.combinations(written, 2) if one[0] != other[0]
    ]
    found = [f"{who}: {line}" for who in sorted(texts) for line in problems(texts[who])]
    found += [
        f"{one[0]} and {other[0]} nearly say the same: {one[1]!r}"
        for one, other in across
        if alike(one[1], other[1]) >= MOST_ALIKE
    ]
    shown = [text for text in (facts.card, facts.concept or "") if text]
    found += [
        f"{who} repeats what annotators are shown: {text!r}"
        for who, text in written
        if any(alike(text, given) >= MOST_ALIKE for given in shown)
    ]
    overlap = mean(alike(one[1], other[1]) for one, other in across)
    distinct = None if overlap is None else 1 - overlap
    return ExpressionNote(clip, tuple(written), distinct, tuple(found))
