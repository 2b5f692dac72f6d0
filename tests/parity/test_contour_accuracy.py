import json
from pathlib import Path

import pytest

from benchmark.metrics.contour_accuracy import contour_accuracy
from support.ascii_masks import track

GOLDEN = json.loads((Path(__file__).parent / "golden/contour_accuracy.json").read_text())


@pytest.mark.parametrize("name", sorted(GOLDEN["cases"]))
def test_equals_official_davis(name: str) -> None:
    case = GOLDEN["cases"][name]
    ours = contour_accuracy(track(case["pred"]), track(case["truth"]), void=track(case["void"]))
    assert ours.tolist() == case["f"]
