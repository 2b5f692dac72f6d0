"""Ref-YouTube-VOS: validation videos by subtraction, training videos with truth."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.open import open_dataset
from benchmark.datasets.ref_youtube_vos import load
from refvps.errors import ConfigError, DataError
from support.referring import FRAMES, edit_json, ref_youtube_vos, source

VALID = "meta_expressions/valid/meta_expressions.json"
TRAIN = "meta_expressions/train/meta_expressions.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return ref_youtube_vos(tmp_path / "rvos")


def test_test_videos_are_taken_away(root: Path) -> None:
    queries = list(load(source(root, videos="3")).queries())
    assert [query.query_id for query in queries] == [f"v{v}/{e}" for v in range(3) for e in "01"]
    assert queries[0].clip.frame_ids == FRAMES


def test_another_number_of_videos_is_refused_and_named(root: Path) -> None:
    with pytest.raises(DataError, match=r"leaves 3 videos; expected 202.* videos=3"):
        load(source(root))


def test_without_test_videos_no_second_file_is_needed(root: Path) -> None:
    edit_json(root / VALID, lambda found: [found["videos"].pop(f"v{k}") for k in (3, 4)])
    (root / "meta_expressions/test/meta_expressions.json").unlink()
    assert len(list(load(source(root, videos="3")).queries())) == 6


def test_a_missing_test_file_is_named(root: Path) -> None:
    (root / "meta_expressions/test/meta_expressions.json").unlink()
    with pytest.raises(DataError, match=r"test/meta_expressions\.json: file is missing"):
        load(source(root, videos="3"))


def test_truth_of_validation_videos_is_with_the_server(root: Path) -> None:
    dataset = load(source(root, videos="3"))
    with pytest.raises(DataError, match="its server scores what `refvps submit"):
        dataset.truth(next(dataset.queries()))


def test_truth_of_training_videos_is_the_object_of_the_expression(root: Path) -> None:
    dataset = load(source(root, split="train", videos="2"))
    assert dataset.name == "ref-youtube-vos-train"
    for query in dataset.queries():
        masks, voids = dataset.truth(query).dense()
        for place, name in enumerate(FRAMES):
            folder = root / "train/Annotations" / query.clip.clip_id
            with Image.open(folder / f"{name}.png") as image:
                plain = np.asarray(image)
            np.testing.assert_array_equal(masks[place], plain == int(query.expression.target_id))
            np.testing.assert_array_equal(voids[place], plain == 255)


def test_options_in_the_name_choose_the_split(root: Path) -> None:
    dataset = open_dataset("ref-youtube-vos:split=train,videos=2", root)
    assert len(list(dataset.queries())) == 6
    with pytest.raises(ConfigError, match="unknown option 'spilt'"):
        open_dataset("ref-youtube-vos:spilt=train", root)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda r: edit_json(
                r / TRAIN, lambda f: f["videos"]["t0"]["expressions"]["0"].pop("obj_id")
            ),
            "expression t0/0: obj_id is None",
        ),
        (
            lambda r: edit_json(
                r / TRAIN, lambda f: f["videos"]["t0"]["expressions"]["0"].update(obj_id="255")
            ),
            "obj_id is '255'; expected a label from 1 to 254",
        ),
        (lambda r: (r / "train/Annotations/t1/00010.png").unlink(), "t1/00010.png: file is miss"),
        (lambda r: (r / "train/JPEGImages/t1/00010.jpg").unlink(), "t1/00010.jpg: file is miss"),
        (lambda r: (r / TRAIN).write_text('{"videos": {"a": {}, "a": {}}}'), "'videos.a' occurs"),
        (
            lambda r: edit_json(
                r / TRAIN, lambda f: f["videos"].update({"../t1": f["videos"].pop("t1")})
            ),
            "cannot be used as a video id",
        ),
    ],
)
def test_what_is_wrong_is_named_when_opening(root: Path, damage, said: str) -> None:
    damage(root)
    with pytest.raises(DataError) as error:
        load(source(root, split="train", videos="2"))
    assert said in error.value.message
    assert "\n" not in error.value.message
