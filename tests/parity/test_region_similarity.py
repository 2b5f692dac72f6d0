import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.region_similarity import region_similarity

GOLDEN = json.loads((Path(__file__).parent / "golden/region_similarity.json").read_text())


def array(rows: list[list[str]] | None) -> np.ndarray | None:
    if rows is None:
        return None
    return np.array([[[pixel == "#" for pixel in row] for row in frame] for frame in rows])


@pytest.mark.parametrize("name", sorted(GOLDEN["cases"]))
def test_equals_official_davis(name: str) -> None:
    case = GOLDEN["cases"][name]
    ours = region_similarity(array(case["pred"]), array(case["truth"]), void=array(case["void"]))
    np.testing.assert_allclose(ours, case["j"], rtol=0, atol=1e-12)
