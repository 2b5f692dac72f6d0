import torch

from rem.stitching import Stitcher
from rem.windows import WindowPlan


def frames(values: list[float]) -> torch.Tensor:
    return torch.tensor(values)[:, None, None, None].expand(-1, 3, 1, 1)


def stitched(plan: WindowPlan, total: int, answers: list[list[float]]) -> list[list[float]]:
    stitcher = Stitcher(plan.windows(total), plan.overlap)
    return [
        [float(frame[0, 0, 0]) for part in stitcher.add(frames(answer)) for frame in part]
        for answer in answers
    ]


def test_without_overlap_frames_come_as_they_were_decoded() -> None:
    plan = WindowPlan("consecutive", (2,))
    assert stitched(plan, 5, [[0.1, 0.2], [0.3, 0.4], [0.5]]) == [
        [float(torch.tensor(x)) for x in row] for row in ([0.1, 0.2], [0.3, 0.4], [0.5])
    ]


def test_shared_frames_are_blended_by_a_ramp_and_come_when_they_are_complete() -> None:
    plan = WindowPlan("consecutive", (4,), overlap=2)
    # Weights of both windows are 1 2 2 1: frames 2 and 3 are (2*0 + 1*9)/3 and (1*0 + 2*9)/3.
    assert stitched(plan, 6, [[0, 0, 0, 0], [9, 9, 9, 9]]) == [[0, 0], [3, 6, 9, 9]]


def test_windows_that_agree_are_not_changed_by_blending() -> None:
    plan = WindowPlan("shifted", (5,), overlap=3)
    found = stitched(plan, 8, [[2.0] * 5] * len(plan.windows(8)))
    assert [value for row in found for value in row] == [2.0] * 8


def test_interleaved_windows_give_frames_in_the_order_of_the_clip() -> None:
    plan = WindowPlan("interleaved", (3,))
    assert [window.frames for window in plan.windows(5)] == [(0, 2, 4), (1, 3)]
    assert stitched(plan, 5, [[0, 2, 4], [1, 3]]) == [[0], [1, 2, 3, 4]]
