"""Ref-DAVIS: four expressions an object, truth of the unsupervised annotations."""

import logging
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.ref_davis import load
from refvps.errors import DataError
from support.referring import FRAMES, box, edit_json, ref_davis, source, write_labels

JSON = "meta_expressions/valid/meta_expressions.json"
MASKS = "DAVIS/Annotations_unsupervised/480p"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return ref_davis(tmp_path / "ref-davis")


def opened(root: Path, **options: str):
    return load(source(root, **{"videos": "2", **options}))


def test_every_expression_is_a_query_of_its_object_and_set(root: Path) -> None:
    dataset = opened(root)
    found = [
        (query.query_id, query.expression.target_id, query.expression.annotator)
        for query in dataset.queries()
    ]
    sets = ("annot1-first", "annot1-full", "annot2-first", "annot2-full")
    assert found == [
        (f"{video}/{4 * target + k}", str(target + 1), sets[k])
        for video in ("dogs", "judo")
        for target in (0, 1)
        for k in range(4)
    ]
    assert dataset.rule == "davis-unsupervised"


def test_truth_is_every_frame_with_void_left_out(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(opened(root)))
    for query in dataset.queries():
        track = dataset.truth(query)
        masks, voids = track.dense()
        assert track.frame_ids == FRAMES
        for place, name in enumerate(FRAMES):
            with Image.open(root / MASKS / query.clip.clip_id / f"{name}.png") as image:
                plain = np.asarray(image)
            np.testing.assert_array_equal(masks[place], plain == int(query.expression.target_id))
            np.testing.assert_array_equal(voids[place], plain == 255)


def test_targets_are_those_of_the_first_frame(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = root / MASKS / "dogs" / f"{FRAMES[1]}.png"
    with Image.open(path) as image:
        changed = np.array(image)
    changed[box(12, 20)] = 3
    Image.fromarray(changed).save(path)
    image = Image.fromarray(changed)
    image.putpalette([0] * 768)
    image.save(path)
    dataset = opened(root)
    assert dataset.target_counts == {"dogs": 2, "judo": 2}
    with caplog.at_level(logging.WARNING):
        assert set(dataset.truths("dogs")) == {"1", "2"}
    assert "1 later frames hold labels above 2" in caplog.text


def test_targets_without_expressions_are_given_to_the_rule(root: Path) -> None:
    folder = root / MASKS / "judo"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    write_labels(folder, objects=2)
    edit_json(
        root / JSON,
        lambda found: [found["videos"]["judo"]["expressions"].pop(str(k)) for k in range(4, 8)],
    )
    dataset = opened(root)
    assert len(list(dataset.queries())) == 12
    assert set(dataset.truths("judo")) == {"1", "2"}


def test_annotations_the_converter_moved_are_found(root: Path) -> None:
    digest = opened(root).digest
    (root / MASKS).rename(root / "valid/Annotations")
    assert opened(root).digest == digest


def break_json(edit):
    return lambda root: edit_json(root / JSON, lambda found: edit(found["videos"]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda root: (root / JSON).unlink(), "meta_expressions.json: file is missing"),
        (lambda root: (root / "DAVIS/ImageSets/2017/val.txt").unlink(), "val.txt: file is missing"),
        (break_json(lambda v: v.pop("judo")), "leaves 1 videos; expected 2"),
        (break_json(lambda v: v["judo"]["frames"].clear()), "video judo has no frames"),
        (break_json(lambda v: v["judo"]["frames"].append("00000")), "judo lists a frame twice"),
        (break_json(lambda v: v["judo"]["frames"].append("00015")), "00015.jpg: file is missing"),
        (break_json(lambda v: v["judo"]["frames"].append("../x")), "cannot be used as a frame id"),
        (break_json(lambda v: v["judo"]["expressions"].pop("3")), "has 7 expressions; expected 4"),
        (break_json(lambda v: v["judo"]["expressions"].clear()), "judo has no expressions"),
        (break_json(lambda v: v["judo"]["expressions"]["3"].update(exp=" ")), "judo/3 has no text"),
        (
            break_json(lambda v: v["judo"]["expressions"]["3"].update(obj_id="2")),
            "expressions 0 to 3 of judo must be about one object; their obj_id is 1, 2",
        ),
        (
            break_json(
                lambda v: [v["judo"]["expressions"][str(k)].update(obj_id="9") for k in range(4)]
            ),
            "holds labels up to 2; expression judo/0 is about object 9",
        ),
        (
            break_json(
                lambda v: [v["judo"]["expressions"][str(k)].update(obj_id="2") for k in range(4)]
            ),
            "video judo: object 2 has expressions twice",
        ),
        (
            lambda root: (root / "DAVIS/ImageSets/2017/val.txt").write_text("dogs\nkarate\n"),
            "has no video 'karate'",
        ),
        (lambda root: (root / MASKS / "dogs/00005.png").unlink(), "00005.png: file is missing"),
        (lambda root: (root / MASKS / "dogs/00000.png").write_bytes(b"x"), "00000.png: not an im"),
    ],
)
def test_what_is_wrong_is_named_when_opening(root: Path, damage, said: str) -> None:
    damage(root)
    with pytest.raises(DataError) as error:
        opened(root)
    assert said in error.value.message
    assert "\n" not in error.value.message


def test_the_digest_follows_annotations_and_frame_names(root: Path) -> None:
    before = opened(root).digest
    (root / "valid/JPEGImages/dogs/00000.jpg").write_bytes(b"another picture")
    assert opened(root).digest == before
    path = root / MASKS / "dogs/00005.png"
    path.write_bytes((root / MASKS / "dogs/00000.png").read_bytes())
    assert opened(root).digest != before
