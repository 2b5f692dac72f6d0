from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.harness.truth_cache import TruthCache, decode_truth, encode_truth, truth_cache
from benchmark.metrics.truth_track import TruthTrack
from refvps.packed import pack
from refvps.types import MaskTrack
from support.queries import packed, query
from unit.benchmark.harness.test_score import TRUTH, Data

shapes = st.tuples(st.integers(1, 3), st.integers(1, 70), st.integers(1, 70))


@given(shapes.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))))
def test_what_is_kept_comes_back(pair: tuple[np.ndarray, np.ndarray]) -> None:
    masks, voids = pair
    track = MaskTrack(
        tuple(f"frame-{index}" for index in range(len(masks))),
        tuple(pack(mask & ~void) for mask, void in zip(masks, voids, strict=True)),
        tuple(pack(void) if void.any() else None for void in voids),
    )
    found = decode_truth(encode_truth(TruthTrack.of_track(track), "s"), "s")
    assert found.frame_ids == track.frame_ids
    assert found.bits == tuple(zip(track.masks, track.voids, strict=True))


def test_each_target_of_each_data_set_is_kept_apart(tmp_path: Path) -> None:
    cache = truth_cache(tmp_path, Data(digest="a" * 64))
    cache.keep(query("fire", "0", "1"), "s", TruthTrack.of_track(TRUTH))
    found = cache.get(query("fire", "3", "1"), "s")
    assert found is not None
    assert found.frame_ids == TRUTH.frame_ids
    assert found.bits[0] == (packed("##/.."), None)
    assert cache.get(query("fire", "0", "2"), "s") is None
    assert cache.get(query("melt", "0", "1"), "s") is None
    assert truth_cache(tmp_path, Data(digest="b" * 64)).get(query("fire", "0", "1"), "s") is None
    assert cache.get(query("fire", "0", "1"), "t") is None


def test_no_damage_gets_through(tmp_path: Path) -> None:
    whole = encode_truth(TruthTrack.of_track(TRUTH), "s")
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="not a file of kept truth"):
            decode_truth(whole[:length], "s")
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 4
        with pytest.raises(ValueError, match="not a file of kept truth"):
            decode_truth(bytes(broken), "s")


def test_damage_is_as_good_as_nothing_kept(tmp_path: Path) -> None:
    cache = TruthCache(tmp_path / "cache")
    cache.keep(query(), "s", TruthTrack.of_track(TRUTH))
    (file,) = cache.folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.get(query(), "s") is None
    cache.keep(query(), "s", TruthTrack.of_track(TRUTH))
    assert cache.get(query(), "s") is not None


def test_what_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = TruthCache(tmp_path / "file" / "cache")
    cache.keep(query(), "s", TruthTrack.of_track(TRUTH))
    assert cache.get(query(), "s") is None
