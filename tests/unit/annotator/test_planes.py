from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annotator.planes import Planes, decode_plane, encode_plane, from_wire, split
from refvps.errors import DataError, ShapeError
from refvps.packed import pack
from refvps.types import Size
from support.ascii_masks import mask

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 70))
LABELS = SHAPES.flatmap(
    lambda shape: arrays.arrays(np.uint8, shape, elements=st.sampled_from([0, 1, 254, 255]))
)


def test_ignore_wins_and_what_is_below_it_stays() -> None:
    planes = Planes(pack(mask("##..")), pack(mask(".##.")))
    assert planes.composed().tolist() == [[1, 255, 255, 0]]
    assert planes.wire() == bytes([1, 254, 255, 0])


@given(LABELS)
def test_the_wire_keeps_both_planes(labels: np.ndarray) -> None:
    planes = split(labels)
    assert from_wire(planes.wire(), Size(*labels.shape)) == planes
    assert planes.wire() == labels.tobytes()


@given(LABELS)
def test_a_stored_plane_is_read_back(labels: np.ndarray) -> None:
    target = split(labels).target
    assert decode_plane(Path("x"), encode_plane(target)) == target
    assert encode_plane(target) == encode_plane(target)


def test_a_strange_label_and_a_wrong_length_are_refused() -> None:
    with pytest.raises(ShapeError, match="label 7 is not one of"):
        split(np.array([[0, 7]], np.uint8))
    with pytest.raises(ShapeError, match="of 3x2 has 6 bytes; got 5"):
        from_wire(bytes(5), Size(2, 3))


def test_damage_is_an_error() -> None:
    content = encode_plane(pack(mask("##..")))
    with pytest.raises(DataError, match=r"damaged|not an image|empty"):
        decode_plane(Path("x.png"), content[: len(content) // 2])
