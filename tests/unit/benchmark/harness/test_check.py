"""What is wrong is found before the work, for every data set."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmark.console import ScoringChoice, evaluate_method
from benchmark.datasets.open import open_dataset
from benchmark.harness.check import check_masks, check_truth
from benchmark.harness.predict import MethodChoice
from benchmark.harness.query_scores import truth_of
from benchmark.harness.truth_cache import TruthCache, truth_cache
from refvps.errors import DataError, UnreadablePredictionsError
from refvps.executor import InlineExecutor
from refvps.mask_png import write_labels
from refvps.packed import Size, full
from refvps.predictions.png_trees import ExpressionFolders
from refvps.predictions.source import PredictionSource
from refvps.predictions.store import PredictionStore
from refvps.protocols import Dataset, ForeseenTruth
from refvps.types import Prediction, Query
from support import burst, referring, vspw
from support.releases import squares

MAKERS: dict[str, Callable[[Path], Path]] = {
    "burst": lambda root: burst.write_burst(root, burst.sequences()),
    "vspw": vspw.write_vspw,
    "ref-davis:videos=2": referring.ref_davis,
    "ref-youtube-vos:split=train,videos=2": referring.ref_youtube_vos,
    "mevis:videos=2,expressions=6": referring.mevis,
    "refcoco:expressions=6": referring.refcoco,
    "release": squares,
}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def opened(name: str, root: Path) -> Dataset:
    MAKERS[name](root)
    return open_dataset(name, root)


@pytest.fixture(params=MAKERS)
def dataset(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    return opened(request.param, tmp_path / "data")


@pytest.fixture(params=["burst", "mevis:videos=2,expressions=6"])
def broken_later(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    return opened(request.param, tmp_path / "data")


def stored(dataset: Dataset, folder: Path) -> PredictionStore:
    """Every query answered with full frames."""
    store = PredictionStore(folder)
    for query in dataset.queries():
        assert isinstance(dataset, ForeseenTruth)
        mask = full(dataset.annotated(query).size)
        ids = query.clip.frame_ids
        store.write(Prediction(query, ids, (mask,) * len(ids)))
    return store


def as_images(dataset: Dataset, folder: Path) -> ExpressionFolders:
    """The same as images of the annotated frames."""
    for query in dataset.queries():
        truth = dataset.annotated(query)
        place = folder / query.clip.clip_id / query.expression.expression_id
        for frame_id in truth.frame_ids:
            write_labels(place / f"{frame_id}.png", np.ones(truth.size, np.uint8))
    return ExpressionFolders(folder)


def problems(dataset: Dataset, source: PredictionSource) -> list[str]:
    found = check_masks(dataset, source, list(dataset.queries()))
    return [problem for each in found for problem in each]


def test_what_a_data_set_foresees_is_its_truth(dataset: Dataset) -> None:
    assert isinstance(dataset, ForeseenTruth)
    for query in dataset.queries():
        foreseen, truth = dataset.annotated(query), dataset.truth(query)
        assert foreseen.frame_ids == truth.frame_ids
        assert {mask.size for mask in truth.masks} == {foreseen.size}


def test_sound_masks_have_no_problems(dataset: Dataset, tmp_path: Path) -> None:
    assert problems(dataset, stored(dataset, tmp_path / "runs")) == []
    assert problems(dataset, as_images(dataset, tmp_path / "images")) == []


def _last(dataset: Dataset) -> Query:
    return list(dataset.queries())[-1]


def _rewritten(path: Path, edit: Callable[[dict], object]) -> None:
    document = json.loads(gzip.decompress(path.read_bytes()))
    edit(document)
    path.write_bytes(gzip.compress(json.dumps(document).encode()))


STORED = {
    "cut-short": (lambda p: p.write_bytes(p.read_bytes()[:-9]), "gzip data is damaged"),
    "a-flipped-bit": (
        lambda p: p.write_bytes((c := p.read_bytes())[:-12] + bytes([c[-12] ^ 1]) + c[-11:]),
        "gzip data is damaged",
    ),
    "no-first-frame": (lambda p: _rewritten(p, lambda d: d["masks"].pop(0)), "no mask for frame"),
    "another-size": (
        lambda p: _rewritten(
            p, lambda d: d.update(size=[3, 4], masks=[[k, "<"] for k, _ in d["masks"]])
        ),
        "masks are 4x3; the truth is",
    ),
    "of-another-clip": (lambda p: _rewritten(p, lambda d: d.update(clip="x")), "holds the masks"),
}


@pytest.mark.parametrize(("broken", "text"), STORED.values(), ids=STORED)
def test_a_stored_mask_that_cannot_be_scored_is_named(
    broken: Callable[[Path], object], text: str, broken_later: Dataset, tmp_path: Path
) -> None:
    store = stored(broken_later, tmp_path)
    path = store.path(_last(broken_later))
    broken(path)
    (problem,) = problems(broken_later, store)
    assert problem.startswith(f"{path}: ")
    assert text in problem


IMAGES = {
    "missing": (Path.unlink, "is missing"),
    "cut-short": (lambda p: p.write_bytes(p.read_bytes()[:-40]), "image"),
    "empty": (lambda p: p.write_bytes(b""), "file is empty"),
    "no-image": (lambda p: p.write_bytes(b"x" * 99), "not an image file"),
    "another-size": (
        lambda p: write_labels(p, np.ones((3, 4), np.uint8)),
        "mask is 4x3; the truth is",
    ),
}


@pytest.mark.parametrize(("broken", "text"), IMAGES.values(), ids=IMAGES)
def test_an_image_that_cannot_be_scored_is_named(
    broken: Callable[[Path], object], text: str, broken_later: Dataset, tmp_path: Path
) -> None:
    source, query = as_images(broken_later, tmp_path), _last(broken_later)
    frame_id = broken_later.annotated(query).frame_ids[-1]
    path = tmp_path / query.query_id / f"{frame_id}.png"
    broken(path)
    (problem,) = problems(broken_later, source)
    assert problem.startswith(f"{path}: ")
    assert text in problem


def test_masks_made_elsewhere_are_read_since_nothing_vouches_for_them(tmp_path: Path) -> None:
    dataset = open_dataset("release", squares(tmp_path / "data"))
    path = tmp_path / "preds/clip-2/3.json"
    for query in dataset.queries():
        place = path.parents[1] / f"{query.query_id}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        size = dataset.annotated(query).size
        masks = {
            frame_id: {"size": list(size), "counts": "Pf0"}
            for frame_id in dataset.annotated(query).frame_ids
        }
        place.write_text(json.dumps(masks))
    found = problems(dataset, PredictionStore(path.parents[1]))
    assert len(found) == 12
    assert f"{path}: frame 00000: " in found[-1]


DAMAGED_TRUTH = {
    "burst": (
        lambda root: burst.write_annotations(
            root, "test", _with_damaged_runs(burst.annotations(root, "test"))
        ),
        "all_classes.json: ",
    ),
    "vspw": (
        lambda root: write_labels(
            root / "data/30_three/mask/00000002.png", np.ones((3, 4), np.uint8)
        ),
        "30_three/mask/00000002.png: mask is 4x3",
    ),
    "ref-davis:videos=2": (
        lambda root: _cut(root / "DAVIS/Annotations_unsupervised/480p/judo/00010.png"),
        "judo/00010.png: image is damaged",
    ),
    "ref-youtube-vos:split=train,videos=2": (
        lambda root: _cut(root / "train/Annotations/t1/00010.png"),
        "t1/00010.png: image is damaged",
    ),
    "release": (
        lambda root: _cut(root / "Annotations/clip-2/00004.png"),
        "clip-2/00004.png: was changed after the release was made",
    ),
}


def _with_damaged_runs(document: dict) -> dict:
    document["sequences"][-1]["segmentations"][-1]["2"]["rle"] = "11"
    return document


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("name", DAMAGED_TRUTH)
def test_truth_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    root, (damage, text) = tmp_path / "data", DAMAGED_TRUTH[name]
    MAKERS[name](root)
    damage(root)
    dataset = open_dataset(name, root)
    outcomes = check_truth(dataset, None, list(dataset.queries()), InlineExecutor())
    found = [problem for outcome in outcomes for problem in outcome.value]
    assert found
    assert all(text in problem for problem in found)


def test_truth_that_cannot_be_read_stops_predicting_before_it_starts(tmp_path: Path) -> None:
    damage, text = DAMAGED_TRUTH["release"]
    root = squares(tmp_path / "data")
    damage(root)
    with pytest.raises(DataError, match=text):
        evaluate_method(
            MethodChoice("full-frame", {}),
            tmp_path / "preds",
            data=("release", root),
            run=True,
            scoring=ScoringChoice(workers=1),
        )
    assert list((tmp_path / "preds").rglob("*.gz")) == []


def test_a_server_that_keeps_the_truth_is_said_before_predicting(tmp_path: Path) -> None:
    root = referring.ref_youtube_vos(tmp_path / "data")
    with pytest.raises(DataError, match=r"truth of Ref-YouTube-VOS is not public.* submit"):
        evaluate_method(
            MethodChoice("full-frame", {}),
            tmp_path / "preds",
            data=("ref-youtube-vos:videos=3", root),
            run=True,
            scoring=ScoringChoice(workers=1),
        )
    assert list((tmp_path / "preds").rglob("*.gz")) == []


def test_truth_that_was_checked_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = open_dataset("release", squares(tmp_path / "data"))
    cache = truth_cache(tmp_path, dataset)
    queries = list(dataset.queries())
    found = [outcome.value for outcome in check_truth(dataset, cache, queries, InlineExecutor())]
    assert found == [(), (), ()]
    monkeypatch.setattr(TruthCache, "keep", lambda *_: pytest.fail("read again"))
    for query in queries:
        truth_of(dataset, cache, query)


def test_no_clip_is_scored_when_a_mask_of_the_last_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = open_dataset("release", squares(tmp_path / "data"))
    store = stored(dataset, tmp_path / "preds/some/squares")
    STORED["cut-short"][0](store.path(_last(dataset)))
    monkeypatch.setattr("benchmark.console.score", lambda *_: pytest.fail("scored"))
    with pytest.raises(UnreadablePredictionsError, match=r"clip-2/3.json.gz: gzip data is damaged"):
        evaluate_method(
            MethodChoice("some", {}),
            tmp_path / "preds",
            data=("release", tmp_path / "data"),
            run=False,
            scoring=ScoringChoice(workers=1),
        )


def test_an_odd_but_sound_image_is_not_refused(tmp_path: Path) -> None:
    dataset = open_dataset("release", squares(tmp_path / "data"))
    source = as_images(dataset, tmp_path / "images")
    for path in (tmp_path / "images/clip-0/0").iterdir():
        path.write_bytes(path.read_bytes() + b"more")
    assert problems(dataset, source) == []
    assert dataset.annotated(_last(dataset)).size == Size(24, 32)
