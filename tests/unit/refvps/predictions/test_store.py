from pathlib import Path

import pytest

from refvps.errors import DataError
from refvps.predictions.store import PredictionStore
from refvps.types import Expression, Query
from support.queries import clip, packed, prediction, query

IDS = ("00000", "00004", "00008")


def test_reads_back_the_frames_asked_for(tmp_path: Path) -> None:
    store = PredictionStore(tmp_path)
    assert not store.has(query())
    store.write(prediction(query()))
    assert store.has(query())
    found = store.read(query(), IDS)
    assert found.packed() == (packed("##./..."),) * 3
    assert found.stored_frames == 9
    assert found.encodings == {"run-length encoding"}
    assert len(found.digest) == 64


def test_lies_where_the_contract_says(tmp_path: Path) -> None:
    PredictionStore(tmp_path).write(prediction(query("melt", "2")))
    assert [p.relative_to(tmp_path) for p in tmp_path.rglob("*.gz")] == [Path("melt/2.json.gz")]


def test_annotated_frames_alone_are_enough(tmp_path: Path) -> None:
    store = PredictionStore(tmp_path)
    store.write(prediction(query(), frames=5))
    assert store.read(query(), IDS[:2]).stored_frames == 5
    with pytest.raises(DataError, match=r"no mask for frame 00008; it holds 5 frames"):
        store.read(query(), IDS)


def test_a_file_in_the_wrong_place_is_noticed(tmp_path: Path) -> None:
    store = PredictionStore(tmp_path)
    store.write(prediction(query("melt")))
    (tmp_path / "melt").rename(tmp_path / "fire")
    with pytest.raises(DataError, match=r"holds the masks of melt/0, not of fire/0"):
        store.read(query(), IDS)


def test_frames_the_clip_does_not_have_are_noticed(tmp_path: Path) -> None:
    store = PredictionStore(tmp_path)
    store.write(prediction(query()))
    shorter = Query(clip(frames=5), query().expression)
    with pytest.raises(DataError, match=r"mask for frame '00005', which clip fire does not have"):
        store.read(shorter, IDS[:1])


@pytest.mark.parametrize(
    "name", ["../x", "", "a/b", ".hidden", "con", "-rf", "a\0b", "é", "x" * 200]
)
def test_hostile_ids_never_become_paths(name: str, tmp_path: Path) -> None:
    store = PredictionStore(tmp_path)
    with pytest.raises(DataError, match="cannot be used as a clip id"):
        store.path(query(name))
    with pytest.raises(DataError, match="cannot be used as a expression id"):
        store.path(Query(clip(), Expression(name, "x", "1")))
