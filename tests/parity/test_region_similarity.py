import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.region_similarity import region_similarity
from support.ascii_masks import track

GOLDEN = json.loads((Path(__file__).parent / "golden/region_similarity.json").read_text())


@pytest.mark.parametrize("name", sorted(GOLDEN["cases"]))
def test_equals_official_davis(name: str) -> None:
    case = GOLDEN["cases"][name]
    ours = region_similarity(track(case["pred"]), track(case["truth"]), void=track(case["void"]))
    np.testing.assert_allclose(ours, case["j"], rtol=0, atol=1e-12)
