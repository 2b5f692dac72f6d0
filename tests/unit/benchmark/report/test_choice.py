"""Which metrics records share, what they are compared by, and how that is said."""

from pathlib import Path

import pytest

from benchmark.report.choice import (
    best_known,
    compared_notes,
    held_by_all,
    held_by_any,
    metrics_compared,
    metrics_left,
    metrics_note,
    metrics_reported,
    void_notes,
)
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric, parse_metrics
from benchmark.report.scores import frame_scores, score_of
from refvps.errors import ConfigError
from support.records import record_of
from support.rows import row

J, F, J_AND_F = Metric


def item(label: str, *, dataset: str = "ref-davis", with_f: bool = True) -> Measured:
    f = [60, 20] if with_f else None
    rows = [row(clip, "0", [40, 20], f=f) for clip in "abcdef"]
    return Measured(Path(f"{label}.json"), label, record_of(rows, method=label, dataset=dataset))


BOTH = [item("a"), item("b")]
MIXED = [item("a"), item("b", with_f=False)]
ALONE = [item("a", with_f=False), item("b", with_f=False)]


@pytest.mark.parametrize(
    ("measured", "by_all", "by_any"),
    [(BOTH, (J, F, J_AND_F), (J, F, J_AND_F)), (MIXED, (J,), (J, F, J_AND_F)), (ALONE, (J,), (J,))],
)
def test_what_records_hold(
    measured: list[Measured], by_all: tuple[Metric, ...], by_any: tuple[Metric, ...]
) -> None:
    assert (held_by_all(measured), held_by_any(measured)) == (by_all, by_any)
    assert metrics_reported(measured, ()) == by_any


@pytest.mark.parametrize(
    ("measured", "chosen"),
    [
        (BOTH, J_AND_F),
        (MIXED, J),
        (ALONE, J),
        ([item("a", dataset="ref-vps")], J),
        ([item("a", dataset="mevis-valid_u")], J_AND_F),
    ],
)
def test_records_are_compared_by_what_the_paper_prints(
    measured: list[Measured], chosen: Metric
) -> None:
    assert metrics_compared(measured, ()) == (chosen,)


def test_what_the_user_names_is_compared() -> None:
    assert metrics_compared(BOTH, (J, F)) == (J, F)
    assert metrics_left(BOTH, (J,)) == (F, J_AND_F)
    assert metrics_compared(MIXED, (J,)) == (J,)
    for measured in (MIXED, ALONE):
        with pytest.raises(ConfigError, match=r"[ab]\.json: holds J alone, so there is no F to"):
            metrics_compared(measured, (J, F))


def test_a_record_with_j_alone_is_said() -> None:
    assert metrics_note(BOTH) is None
    assert metrics_note(ALONE).startswith("J alone: F was not computed; `refvps-eval --metrics J,F")
    assert metrics_note(MIXED).startswith("F was not computed for b, which holds J alone")
    assert compared_notes(BOTH, (J_AND_F,)) == ()
    assert compared_notes(MIXED, (J,))[1] == "compared by J; the paper prints J&F on this data set"
    assert len(compared_notes([item("a", dataset="burst", with_f=False)], (J,))) == 1


def test_the_number_of_a_single_method() -> None:
    assert best_known(BOTH[0]) is J_AND_F
    assert best_known(ALONE[0]) is J
    assert best_known(item("a", dataset="demo")) is J


def test_what_void_does_to_f_is_said_where_both_are() -> None:
    frames = BOTH[0].record.summary.frames.model_copy(update={"with_void": 3})
    summary = BOTH[0].record.summary.model_copy(update={"frames": frames})
    record = BOTH[0].record.model_copy(update={"summary": summary})
    with_void = [Measured(Path("a.json"), "a", record)]
    assert "3 frames hold void" in void_notes(with_void, [J, F])[0]
    assert void_notes(with_void, [J]) == ()
    assert void_notes(BOTH, [J, F]) == ()


@pytest.mark.parametrize(
    ("text", "metrics"),
    [("J", (J,)), ("f,j", (J, F)), ("JF", (J_AND_F,)), ("J&F, j ,J", (J, J_AND_F))],
)
def test_names_of_metrics(text: str, metrics: tuple[Metric, ...]) -> None:
    assert parse_metrics(text) == metrics


@pytest.mark.parametrize("text", ["", "J,", "IoU", "j f", "\n"])
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected J, F or JF"):
        parse_metrics(text)


def test_j_and_f_of_a_record_and_of_a_frame() -> None:
    record = BOTH[0].record
    score = score_of(record, J_AND_F)
    assert score.mean == pytest.approx(record.summary.j_and_f) == pytest.approx(0.35)
    assert score.interval is not None
    assert frame_scores(record.rows[0], J_AND_F) == pytest.approx([0.5, 0.2])
