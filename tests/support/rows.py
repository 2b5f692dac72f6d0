"""Rows of a record, from the J of each frame in hundredths."""

from benchmark.report.record import FrameCounts, Row


def row(
    clip: str,
    expression: str,
    scores: list[int],
    *,
    video: str | None = None,
    concept: str | None = "smoke",
    groups: tuple[str, ...] = ("motion patterns",),
) -> Row:
    """A row whose frame ``t`` has ``scores[t]`` of 100 pixels in common."""
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
        f=None,
        frames=frames,
        contours=None,
    )
