"""RefCOCO: one-frame clips, outlines as COCO rasterises them, pickles that run nothing."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco

from benchmark.datasets.refcoco import load
from refvps.errors import ConfigError, DataError
from refvps.strict_json import read_json
from support.referring import SIZE, edit_json, refcoco, source

REFS = "refcoco/refs(unc).p"
INSTANCES = "refcoco/instances.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return refcoco(tmp_path / "coco")


def opened(root: Path, **options: str):
    return load(source(root, **{"expressions": "6", **options}))


def test_expressions_of_an_image_are_the_queries_of_one_clip(root: Path) -> None:
    dataset = opened(root)
    assert dataset.name == "refcoco-unc-val"
    assert [query.query_id for query in dataset.queries()] == [
        f"COCO_train2014_00000000000{image}/{sentence}"
        for image, sentence in ((1, 0), (1, 1), (1, 2), (1, 3), (2, 4), (2, 5))
    ]
    assert opened(root, split="testA", expressions="2").name == "refcoco-unc-testA"


def test_truth_is_the_sum_of_the_parts(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(opened(root)))
    outlines = {entry["id"]: entry for entry in read_json(root / INSTANCES)["annotations"]}
    for query in dataset.queries():
        number = int(query.expression.text.split()[1])
        encoded = coco.frPyObjects(outlines[number]["segmentation"], *SIZE)
        decoded = coco.decode(encoded)
        # refer.py adds up the parts of an object.
        plain = decoded.sum(axis=2) > 0 if decoded.ndim == 3 else decoded > 0
        np.testing.assert_array_equal(dataset.truth(query).dense()[0][0], plain)
        assert plain.any()


def test_official_counts_are_expected(root: Path) -> None:
    with pytest.raises(DataError, match="leaves 6 expressions; expected 10834"):
        load(source(root))


def test_a_split_that_does_not_exist_is_refused(root: Path) -> None:
    with pytest.raises(ConfigError, match="refcoco by unc has no split 'test'; there are"):
        opened(root, split="test")


def test_texts_written_by_python_2_are_read(root: Path) -> None:
    content = (
        b"(lp0\n(dp1\nS'ref_id'\nI0\nsS'ann_id'\nI10\nsS'image_id'\nI1\nsS'split'\nS'val'\n"
        b"sS'sentences'\n(lp2\n(dp3\nS'sent_id'\nI0\nsS'sent'\nS'the man'\nsasa."
    )
    (root / REFS).write_bytes(content)
    assert [query.expression.text for query in opened(root, expressions="1").queries()] == [
        "the man"
    ]


class Calls:
    """Would make a folder when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_calls_something_is_refused_and_not_run(root: Path, protocol: int) -> None:
    made = root / "made"
    (root / REFS).write_bytes(pickle.dumps([Calls(made)], protocol))
    with pytest.raises(DataError, match=r"refs\(unc\)\.p: names .*mkdir to be loaded"):
        opened(root)
    assert not made.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no pickle",
        b"(lp0\n",
        b"cos\nsystem\n(S'false'\ntR.",
        b"(S'false'\nios\nsystem\n.",
        b"Pouter\n.",
        b"\x80\x02\x82\x01.",
        b"\x80\x04r\xff\xff\xff\xff.",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"S'x'\nS'y'\nR.",
        pickle.dumps({"a": 1}),
        pickle.dumps([1, 2]),
    ],
)
def test_hostile_and_damaged_pickles_are_one_line(root: Path, content: bytes) -> None:
    (root / REFS).write_bytes(content)
    with pytest.raises(DataError) as error:
        opened(root)
    assert "refs(unc).p" in error.value.message


def refs(edit: Callable[[list], object]) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        found = pickle.loads((root / REFS).read_bytes())
        edit(found)
        (root / REFS).write_bytes(pickle.dumps(found))

    return damage


def instances(edit: Callable[[dict], object]) -> Callable[[Path], None]:
    return lambda root: edit_json(root / INSTANCES, edit)


def outline(value: object) -> Callable[[Path], None]:
    return instances(lambda found: found["annotations"][0].update(segmentation=value))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda root: (root / REFS).unlink(), "refs(unc).p: file is missing"),
        (lambda root: (root / INSTANCES).unlink(), "instances.json: file is missing"),
        (lambda root: (root / "train2014/COCO_train2014_000000000002.jpg").unlink(), "2.jpg: file"),
        (refs(lambda f: f[0].update(image_id=2)), "reference 0 is about image 2; its annotation"),
        (refs(lambda f: f[0].update(ann_id=99)), "has no annotation 99"),
        (refs(lambda f: f[0].pop("ann_id")), "0.ann_id: Field required"),
        (refs(lambda f: f[1]["sentences"][0].update(sent_id=0)), "expression 0 occurs twice"),
        (refs(lambda f: f[1]["sentences"][0].update(sent="")), "expression 2 has no text"),
        (refs(lambda f: f[1]["sentences"].clear()), "leaves 4 expressions; expected 6"),
        (instances(lambda f: f["images"].pop(0)), "in image 1, which is not listed"),
        (instances(lambda f: f["images"].append(f["images"][0])), "image 1 occurs twice"),
        (instances(lambda f: f["annotations"].append(f["annotations"][0])), "10 occurs twice"),
        (instances(lambda f: f.pop("images")), "not the instances of COCO (KeyError"),
        (instances(lambda f: f["images"][0].update(width=10**9)), "size 1000000000x20"),
        (outline([]), "annotation 10: expected polygons"),
        (outline([[1, 1, 2, 2]]), "annotation 10: expected polygons"),
        (outline([[1, 1, 2, 2, 3]]), "annotation 10: expected polygons"),
        (outline([[1, 1, 2, 2, 3, 1e9]]), "annotation 10: expected polygons"),
        (outline([[1, 1, 2, 2, 3, float("nan")]]), "annotation 10: expected polygons"),
        (outline({"size": [20, 30], "counts": [1, 2]}), "run lengths do not cover 30x20"),
        (outline({"size": [20, 30], "counts": [-1, 601]}), "a run length is negative"),
        (outline("x"), "not the instances of COCO (ValueError"),
    ],
)
def test_what_is_wrong_is_named_when_opening(root: Path, damage, said: str) -> None:
    damage(root)
    with pytest.raises(DataError) as error:
        opened(root)
    assert said in error.value.message
    assert "\n" not in error.value.message
