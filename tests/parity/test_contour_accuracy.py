import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.contour_accuracy import contour_accuracy

GOLDEN = json.loads((Path(__file__).parent / "golden/contour_accuracy.json").read_text())


def array(rows: list[list[str]] | None) -> np.ndarray | None:
    if rows is None:
        return None
    return np.array([[[pixel == "#" for pixel in row] for row in frame] for frame in rows])


@pytest.mark.parametrize("name", sorted(GOLDEN["cases"]))
def test_equals_official_davis(name: str) -> None:
    case = GOLDEN["cases"][name]
    ours = contour_accuracy(array(case["pred"]), array(case["truth"]), void=array(case["void"]))
    assert ours.tolist() == case["f"]
