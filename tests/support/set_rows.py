"""Rows of a rule that compares predictions with every target, from pixels that are shared."""

from benchmark.report.record import ContourColumns, FrameCounts, OtherTarget, Row
from benchmark.rules.davis_matching import find_matches, rows_by_set
from benchmark.rules.per_expression import mean

PIXELS = 100


def set_row(
    clip: str, annotator: str, target: str, shared: dict[str, list[int]], *, video: str = ""
) -> Row:
    """A row whose prediction and targets have 100 pixels on every frame, all in the boundary.

    ``shared`` is by target what it shares with the prediction on each frame; a target of which
    nothing can be shared on a frame, -1, is not there.
    """
    frames = len(shared[target])
    full = (PIXELS,) * frames
    counted = {name: counts_with(values) for name, values in shared.items()}
    own, pixels = counted[target]
    columns = FrameCounts(
        ids=tuple(f"{index:05}" for index in range(frames)),
        intersection=own,
        union=tuple(PIXELS + area - both for both, area in zip(own, pixels, strict=True)),
        predicted=full,
        target=pixels,
        void=(0,) * frames,
    )
    contours = ContourColumns(n_pred=full, n_truth=pixels, matched_pred=own, matched_truth=own)
    return Row(
        clip=clip,
        expression=f"{target}{annotator}",
        target=target,
        text="it",
        annotator=annotator,
        video=video or clip,
        concept=None,
        groups=(),
        j=mean(columns.j()),
        f=mean(contours.f()),
        frames=columns,
        contours=contours,
        others=tuple(
            OtherTarget(
                target=name,
                intersection=both,
                pixels=area,
                n_truth=area,
                matched_pred=both,
                matched_truth=both,
            )
            for name, (both, area) in counted.items()
            if name != target
        ),
    )


def counts_with(shared: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The pixels shared, and those of the target."""
    both = tuple(max(value, 0) for value in shared)
    return both, tuple(0 if value < 0 else PIXELS for value in shared)


def matched(rows: list[Row]) -> list[Row]:
    """The rows with what they are matched with."""
    return [
        row.model_copy(update={"matched": target})
        for together in rows_by_set(rows)
        for row, target in zip(together, find_matches(together), strict=True)
    ]
