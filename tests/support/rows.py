"""Rows of a record, from the J, and maybe the F, of each frame in hundredths."""

from benchmark.report.record import ContourColumns, FrameCounts, Row


def row(
    clip: str,
    expression: str,
    scores: list[int],
    *,
    video: str | None = None,
    concept: str | None = "smoke",
    groups: tuple[str, ...] = ("motion patterns",),
    f: list[int] | None = None,
) -> Row:
    """A row whose frame ``t`` has ``scores[t]`` of 100 pixels in common, ``f[t]`` of its edge."""
    frames = FrameCounts(
        ids=tuple(f"{4 * index:05}" for index in range(len(scores))),
        intersection=tuple(scores),
        union=(100,) * len(scores),
        predicted=tuple(scores),
        target=(100,) * len(scores),
        void=(0,) * len(scores),
    )
    return Row(
        clip=clip,
        expression=expression,
        target="1",
        text=f"the {concept} {expression}",
        annotator="a1",
        video=video or clip,
        concept=concept,
        groups=groups,
        j=sum(scores) / len(scores) / 100,
        f=None if f is None else sum(f) / len(f) / 100,
        frames=frames,
        contours=None if f is None else _contours(f),
    )


def _contours(scores: list[int]) -> ContourColumns:
    whole, matched = (100,) * len(scores), tuple(scores)
    return ContourColumns(n_pred=whole, n_truth=whole, matched_pred=matched, matched_truth=matched)
