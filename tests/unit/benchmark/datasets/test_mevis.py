"""MeViS: truth is the union of annotations, scored against plain arithmetic."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco

from benchmark.console import ScoringChoice, evaluate_method
from benchmark.datasets.mevis import load
from refvps.errors import DataError
from refvps.method_choice import MethodChoice
from refvps.strict_json import read_json
from support.referring import FRAMES, SIZE, edit_json, mevis, source

JSON = "valid_u/meta_expressions.json"
MASKS = "valid_u/mask_dict.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return mevis(tmp_path / "mevis")


def opened(root: Path, **options: str):
    return load(source(root, **{"videos": "2", "expressions": "6", **options}))


def plain_truth(root: Path, video: str, expression: str) -> np.ndarray:
    """bool [T, H, W], by adding decoded masks, as the official evaluation describes."""
    entry = read_json(root / JSON)["videos"][video]["expressions"][expression]
    masks = read_json(root / MASKS)
    total = np.zeros((len(FRAMES), *SIZE), int)
    for annotation in entry["anno_id"]:
        for place, encoded in enumerate(masks[str(annotation)]):
            if encoded:
                total[place] += coco.decode(encoded)
    return total > 0


def test_truth_is_the_union_and_empty_where_nothing_is_drawn(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(opened(root)))
    for query in dataset.queries():
        track = dataset.truth(query)
        expected = plain_truth(root, query.clip.clip_id, query.expression.expression_id)
        np.testing.assert_array_equal(track.dense()[0], expected)
        assert track.frame_ids == FRAMES
        assert track.voids == (None,) * 3


def test_scores_are_means_over_frames_then_expressions(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    record = evaluate_method(
        MethodChoice("full-frame", {}),
        tmp_path / "preds",
        data=("mevis:videos=2,expressions=6", root),
        run=True,
        scoring=ScoringChoice(workers=1),
    )
    pixels = SIZE[0] * SIZE[1]
    means = [
        np.mean([truth.sum() / pixels for truth in plain_truth(root, video, str(k))])
        for video in ("m0", "m1")
        for k in range(3)
    ]
    assert [row.j for row in record.rows] == pytest.approx(means)
    assert record.summary.j.mean == pytest.approx(np.mean(means))


def test_the_server_keeps_the_truth_of_valid(root: Path) -> None:
    dataset = load(source(root, split="valid", videos="1", expressions="2"))
    assert dataset.name == "mevis-valid"
    with pytest.raises(DataError, match="truth of MeViS valid is not public"):
        dataset.truth(next(dataset.queries()))


def entry(found: dict) -> dict:
    return found["videos"]["m0"]["expressions"]["0"]


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        (JSON, lambda f: f["videos"].pop("m1"), "leaves 1 videos; expected 2"),
        (JSON, lambda f: f["videos"]["m0"]["expressions"].pop("0"), "leaves 5 expressions; exp"),
        (JSON, lambda f: entry(f)["anno_id"].append(77), "m0/0: anno_id 77 is not in mask_dict"),
        (JSON, lambda f: entry(f)["anno_id"].append(0), "m0/0 names an anno_id twice"),
        (JSON, lambda f: entry(f).pop("anno_id"), "m0/0 has no anno_id"),
        (JSON, lambda f: f["videos"]["m0"].pop("frames"), "videos.m0.frames: Field required"),
        (MASKS, lambda f: f["0"].pop(), "anno_id 0 has 2 frames; video m0 has 3"),
        (MASKS, lambda f: f["0"][1].update(counts="Q"), "annotation 0, frame 1: run-length"),
        (MASKS, lambda f: f["0"][1].update(counts="0"), "annotation 0, frame 1: run-length"),
        (MASKS, lambda f: f["0"][1].update(counts=7), "annotation 0, frame 1: expected null or"),
        (MASKS, lambda f: f["0"][1].update(size=[30, 20]), "annotation 0 has masks of"),
        (MASKS, lambda f: f["0"][1].update(size=[10**6, 10**6]), "is not right"),
        (MASKS, lambda f: f.update({"0": 3}), "annotation 0: expected a list of masks"),
    ],
)
def test_what_is_wrong_is_named_when_opening(root: Path, name: str, edit, said: str) -> None:
    edit_json(root / name, edit)
    with pytest.raises(DataError) as error:
        opened(root)
    assert said in error.value.message
    assert "\n" not in error.value.message


def test_official_counts_are_expected(root: Path) -> None:
    with pytest.raises(DataError, match="leaves 2 videos; expected 50"):
        load(source(root))
