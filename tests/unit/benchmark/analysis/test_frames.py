from pathlib import Path

import pytest

from benchmark.analysis.frames import frame_facts, frames_analysis
from benchmark.metrics.frame_scores import Share
from benchmark.report.measured import Measured
from benchmark.report.record import FrameCounts, Row
from support.records import record_of
from support.rows import row


def with_frames(clip: str, *frames: tuple[int, int, int]) -> Row:
    """A row whose frames have (intersection, predicted, target) pixels."""
    common, predicted, target = zip(*frames, strict=True)
    counts = FrameCounts(
        ids=tuple(f"{4 * index:05}" for index in range(len(frames))),
        intersection=common,
        union=tuple(p + t - c for c, p, t in frames),
        predicted=predicted,
        target=target,
        void=(0,) * len(frames),
    )
    j = sum(counts.j()) / len(frames)
    return row(clip, "0", [0]).model_copy(update={"frames": counts, "j": j})


SEEN = with_frames("a", (5, 5, 10), (0, 0, 0), (0, 3, 0))  # J 0.5, 1, 0
ABSENT = with_frames("b", (0, 0, 0), (0, 8, 0))  # J 1, 0
MISSED = with_frames("c", (0, 0, 4), (4, 4, 4))  # J 0, 1


def test_by_hand() -> None:
    found = frame_facts(record_of([SEEN, ABSENT, MISSED]))
    assert found.j == pytest.approx(0.5)
    assert found.with_target.mean == pytest.approx((0.5 + 0.5) / 2)
    assert (found.with_target.clips, found.with_target.left_out) == (2, 1)
    assert found.false_positives == Share(2, 4)
    assert found.empty_predictions == Share(3, 7)
    assert found.recall.mean == pytest.approx((1 / 3 + 1 / 2 + 1 / 2) / 3)
    assert found.decay.mean == pytest.approx((0.75 + 1 - 1) / 3)


def test_the_table_says_what_it_counted() -> None:
    measured = [Measured(Path("r.json"), "m", record_of([SEEN, ABSENT, MISSED]))]
    found = frames_analysis(measured)
    (table,) = found.document.tables
    assert [cell.text for cell in table.rows[0].cells][:5] == ["m", "50.0", "50.0", "50.0", "42.9"]
    assert any("of the 4 frames without a target" in note for note in table.notes)
    assert any("1 expression whose target is never shown" in note for note in table.notes)
    assert found.csv.splitlines()[1].startswith("m,0.5,0.5,4,2,7,3,")


def test_where_every_frame_shows_the_target_there_are_no_false_positives_to_count() -> None:
    measured = [Measured(Path("r.json"), "m", record_of([MISSED]))]
    (table,) = frames_analysis(measured).document.tables
    assert table.rows[0].cells[3].text == "-"
    assert any("every frame shows the target" in note for note in table.notes)


def test_recall_and_decay_of_f_where_it_was_computed() -> None:
    rows = [row("a", "0", [0] * 4, f=[90, 80, 40, 30]), row("b", "0", [0] * 4, f=[10, 20, 60, 20])]
    with_f = Measured(Path("r.json"), "m", record_of(rows))
    contours = frame_facts(with_f.record).contours
    assert contours.f == pytest.approx((0.6 + 0.275) / 2)
    assert contours.recall.mean == pytest.approx((2 / 4 + 1 / 4) / 2)
    # A quarter of four frames is two: it holds the first frame of the next one too.
    assert contours.decay.mean == pytest.approx(((0.85 - 0.35) + (0.15 - 0.4)) / 2)
    alone = Measured(Path("s.json"), "n", record_of([row(c, "0", [9] * 4) for c in "ab"]))
    (table,) = frames_analysis([with_f, alone]).document.tables
    assert [column.heading for column in table.columns][-3:] == ["F", "recall of F", "decay of F"]
    assert [cell.text for cell in table.rows[0].cells][-3:] == ["43.8", "37.5", "12.5"]
    assert [cell.text for cell in table.rows[1].cells][-3:] == ["-", "-", "-"]
    (table,) = frames_analysis([alone]).document.tables
    assert table.columns[-1].heading == "decay"
