import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.region_similarity import region_counts
from benchmark.metrics.truth_frame import TruthFrame
from refvps.errors import ShapeError
from refvps.exchange import encode_counts
from refvps.packed import Order, Size, empty, full, pack
from refvps.rle import read_counts

sizes = st.tuples(st.integers(1, 140), st.integers(1, 12))
frames = sizes.flatmap(lambda size: st.tuples(*[arrays(bool, size)] * 3))


@given(frames)
def test_runs_and_bits_give_the_same_counts(masks: tuple[np.ndarray, ...]) -> None:
    pred, truth, void = masks
    prepared = TruthFrame(pack(truth & ~void), pack(void))
    expected = region_counts(pack(pred), pack(truth), pack(void))
    packed = pack(pred)
    assert prepared.counts(packed) == expected
    assert prepared.counts(packed.by(Order.COLUMNS)) == expected
    assert prepared.counts(read_counts(encode_counts(packed), packed.size)) == expected


@pytest.mark.parametrize("height", [1, 63, 64, 65, 576])
def test_full_and_empty_masks_as_runs(height: int) -> None:
    size = Size(height, 3)
    for truth in (full(size), empty(size)):
        for pred in (full(size), empty(size)):
            runs = read_counts(encode_counts(pred), size)
            assert TruthFrame(truth, None).counts(runs) == region_counts(pred, truth, None)


def test_sizes_must_agree() -> None:
    runs = read_counts(encode_counts(full(Size(4, 1))), Size(4, 1))
    with pytest.raises(ShapeError, match="1x4 and 2x2"):
        TruthFrame(full(Size(2, 2)), None).counts(runs)
