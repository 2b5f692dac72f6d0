import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.datasets.burst import BurstDataset, load
from benchmark.report.table import format_table
from refvps.errors import ConfigError, DataError
from refvps.protocols import DatasetSource
from refvps.types import Query
from support.burst import (
    ANNOTATED,
    CATEGORIES,
    annotations,
    predicted,
    sequences,
    truth,
    write_annotations,
    write_burst,
    write_predictions,
)
from support.category_scores import j_of_pixels, mean_over_categories
from support.stored_scores import scored


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_burst(tmp_path / "TAO", sequences())


def opened(root: Path, **options: str) -> BurstDataset:
    return load(DatasetSource(root, root / "no-cache", options))


def query(dataset: BurstDataset, query_id: str) -> Query:
    return next(found for found in dataset.queries() if found.query_id == query_id)


def test_one_query_a_sequence_and_category(root: Path) -> None:
    dataset = opened(root)
    assert [(q.query_id, q.clip.concept, q.expression.text) for q in dataset.queries()] == [
        ("val__AVA__-5KQ66BBWC4_scene_4/211", "cap_(headwear)", "the cap_(headwear)"),
        ("val__LaSOT__zebra-1/211", "cap_(headwear)", "the cap_(headwear)"),
        ("val__LaSOT__zebra-1/805", "zebra", "the zebra"),
        ("test__BDD__b1c66a42-6f7d68ca/211", "cap_(headwear)", "the cap_(headwear)"),
        ("test__BDD__b1c66a42-6f7d68ca/805", "zebra", "the zebra"),
        ("test__YFCC100M__v_25/95", "beer_bottle", "the beer_bottle"),
        ("test__YFCC100M__v_25/805", "zebra", "the zebra"),
    ]
    assert (dataset.name, dataset.version, dataset.rule) == ("burst", "val+test", "per-category")
    assert dataset.clips == 4


def test_names_can_be_written_as_people_do(root: Path) -> None:
    texts = {q.expression.text for q in opened(root, names="clean").queries()}
    assert texts == {"the cap", "the zebra", "the beer bottle"}


def test_truth_is_the_union_of_all_tracks_and_absent_frames_are_empty(root: Path) -> None:
    dataset = opened(root)
    for each in sequences():
        for category in {found for found, _ in each.tracks.values()}:
            track = dataset.truth(query(dataset, f"{each.clip_id}/{category}"))
            assert track.frame_ids == tuple(f"frame{k:04d}" for k in ANNOTATED)
            masks, voids = track.dense()
            assert np.array_equal(masks, truth(each, category))
            assert not voids.any()


def test_frames_are_all_the_annotated_or_those_of_a_list(root: Path, tmp_path: Path) -> None:
    def frames(**options: str) -> list[str]:
        clip = next(opened(root, **options).queries()).clip
        assert all(path.is_file() for path in clip.frame_paths)
        return [*clip.frame_ids, str(clip.fps)]

    assert frames() == ["frame0000", "frame0001", "frame0002", "frame0003", "frame0004", "30"]
    assert frames(frames="annotated") == ["frame0000", "frame0002", "frame0004", "1"]
    names = [f"frame{k:04d}.jpg" for k in (0, 2, 3, 4)]
    listed = {f"{each.dataset}_{each.name}": names for each in sequences()}
    path = tmp_path / "input_frame_paths.json"
    path.write_text(json.dumps(listed))
    chosen = f"list:{path}"
    assert frames(frames=chosen) == ["frame0000", "frame0002", "frame0003", "frame0004", "30"]
    listed["LaSOT_zebra-1"] = names[1:]
    path.write_text(json.dumps(listed))
    with pytest.raises(DataError, match=r"zebra-1: frame frame0000.jpg is annotated, but not"):
        opened(root, frames=chosen)
    del listed["LaSOT_zebra-1"]
    path.write_text(json.dumps(listed))
    with pytest.raises(DataError, match=r"lists no frames of sequence LaSOT/zebra-1"):
        opened(root, frames=chosen)


def test_sequences_of_one_name_stay_apart(tmp_path: Path) -> None:
    drawn = sequences()
    drawn[2].dataset, drawn[2].name = "LaSOT", "zebra-1"
    drawn[3].name = "zebra-1"
    dataset = opened(write_burst(tmp_path / "TAO", drawn))
    assert dataset.clips == 4
    for each in drawn:
        masks, _ = dataset.truth(query(dataset, f"{each.clip_id}/{CATEGORY[each.clip_id]}")).dense()
        assert np.array_equal(masks, truth(each, CATEGORY[each.clip_id]))


CATEGORY = {
    "val__LaSOT__zebra-1": 805,
    "val__AVA__-5KQ66BBWC4_scene_4": 211,
    "test__LaSOT__zebra-1": 805,
    "test__BDD__zebra-1": 805,
}


def test_says_where_a_category_is_not_exhaustively_annotated(root: Path) -> None:
    dataset = opened(root)
    found = [q.query_id for q in dataset.queries() if not dataset.exhaustive(q)]
    assert found == ["val__LaSOT__zebra-1/211"]


def test_digest_follows_the_annotations_and_what_is_asked(root: Path) -> None:
    digests = {
        opened(root).digest,
        opened(root, split="val").digest,
        opened(root, names="clean").digest,
        opened(root, frames="annotated").digest,
    }
    assert len(digests) == 4
    document = annotations(root, "val")
    document["sequences"][0]["id"] = 8
    write_annotations(root, "val", document)
    assert opened(root).digest not in digests


def test_travels_to_workers_without_its_masks(root: Path) -> None:
    dataset = opened(root)
    asked = query(dataset, "val__LaSOT__zebra-1/805")
    dataset.truth(asked)
    copied = pickle.loads(pickle.dumps(dataset))
    assert copied.truth(asked) == dataset.truth(asked)


def test_scores_as_the_rule_written_down_plainly(root: Path, tmp_path: Path) -> None:
    drawn = sequences()
    write_predictions(tmp_path / "preds", drawn)
    frames: dict[tuple[str, str], list[float]] = {}
    for each in drawn:
        for category in {found for found, _ in each.tracks.values()}:
            masks = truth(each, category)
            frames[CATEGORIES[category], each.clip_id] = [
                j_of_pixels(masks[place], predicted(each, category, place)) for place in range(3)
            ]
    record = scored(opened(root), tmp_path / "preds")
    assert record.rule.name == "per-category"
    assert record.summary.j.mean == pytest.approx(mean_over_categories(frames), abs=1e-12)
    # In the first sequence caps are annotated in part.
    first = (CATEGORIES[211], drawn[0].clip_id)
    assert {(row.concept, row.clip) for row in record.rows if not row.exhaustive} == {first}
    rest = {pair: scores for pair, scores in frames.items() if pair != first}
    found = record.summary.exhaustive
    assert found is not None
    assert found.j.mean == pytest.approx(mean_over_categories(rest), abs=1e-12)
    assert (found.j.clips, found.j.expressions, found.categories) == (4, len(rest), 3)
    assert (
        f"annotated exhaustively: {len(rest)} (clip, category) pairs, 3 categories, 4 clips"
        in format_table(record)
    )


Break = Callable[[dict[str, Any]], None]


def sequence(change: Callable[[dict[str, Any]], object]) -> Break:
    return lambda document: (change(document["sequences"][0]), None)[1]


BROKEN: list[tuple[str, Break, str]] = [
    ("no sequences", lambda d: d.update(sequences=[]), r"holds no sequences"),
    ("no list", lambda d: d.update(sequences={}), r"not valid JSON: expected '\['"),
    (
        "another split",
        lambda d: d.update(split="train"),
        r"holds the split 'train'; expected 'val'",
    ),
    ("no categories", lambda d: d.update(categories=[]), r"lists no categories"),
    ("a nameless one", lambda d: d["categories"][0].pop("name"), r"has no id and name"),
    (
        "two names",
        lambda d: d["categories"].append({"id": 805, "name": "x"}),
        r"category 805 has two names",
    ),
    (
        "unknown category",
        lambda d: d["categories"].pop(0),
        r"LaSOT/zebra-1 has tracks of category 805, which 'categories' does not list",
    ),
    ("twice", lambda d: d["sequences"].append(d["sequences"][0]), r"LaSOT/zebra-1 occurs twice"),
    ("no size", sequence(lambda s: s.pop("height")), r"sequences.0.height: field required"),
    (
        "no frames",
        sequence(lambda s: s.update(annotated_image_paths=[])),
        r"sequences.0.annotated_image_paths",
    ),
    (
        "masks cut",
        sequence(lambda s: s["segmentations"].pop()),
        r"3 annotated .* segmentations of 2",
    ),
    (
        "frame not listed",
        sequence(lambda s: s["all_image_paths"].pop()),
        r"frame0004.jpg is annotated, but not listed in all_image_paths",
    ),
    (
        "a path for a name",
        sequence(lambda s: s["all_image_paths"].append("../../x.jpg")),
        r"'../../x.jpg' is no file name",
    ),
    (
        "one stem twice",
        sequence(lambda s: s["all_image_paths"].append("frame0001.png")),
        r"lists frame frame0001 twice",
    ),
    (
        "a track of none",
        sequence(lambda s: s["track_category_ids"].pop("2")),
        r"frame frame0000.jpg: track '2' has no category",
    ),
    (
        "an empty mask text",
        sequence(lambda s: s["segmentations"][0]["1"].update(rle="")),
        r"sequences.0.segmentations.0.1.rle",
    ),
    ("another size", sequence(lambda s: s.update(width=41)), r"frame0000.jpg is 40x24; .* 41x24"),
]


@pytest.mark.parametrize(("change", "message"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_wrong_annotations_are_named_at_opening(root: Path, change: Break, message: str) -> None:
    document = annotations(root, "val")
    change(document)
    write_annotations(root, "val", document)
    with pytest.raises(DataError, match=message) as caught:
        opened(root)
    assert "\n" not in caught.value.message


def test_what_is_missing_is_named_at_opening(root: Path) -> None:
    frame = root / "frames/test/BDD/b1c66a42-6f7d68ca/frame0003.jpg"
    frame.unlink()
    with pytest.raises(DataError, match=r"frame0003.jpg: file is missing, one of 1 missing"):
        opened(root)
    assert opened(root, frames="annotated").clips == 4
    frame.parent.rename(frame.parent.with_name("away"))
    with pytest.raises(DataError, match=r"BDD/b1c66a42-6f7d68ca: cannot be read"):
        opened(root)
    (root / "annotations_burst/test/all_classes.json").unlink()
    with pytest.raises(DataError, match=r"test/all_classes.json: file is missing"):
        opened(root)
    assert opened(root, split="val").clips == 2
    with pytest.raises(ConfigError, match=r"folder of data set 'burst' is not known"):
        load(DatasetSource(None, root))


@pytest.mark.parametrize("option", [{"split": "train"}, {"frames": "some"}, {"masks": "x"}])
def test_wrong_options_are_refused(root: Path, option: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        opened(root, **option)


def test_splits_agree_on_names(root: Path) -> None:
    document = annotations(root, "test")
    document["categories"][0]["name"] = "horse"
    write_annotations(root, "test", document)
    with pytest.raises(DataError, match=r"category 805 is horse, but zebra in .*val"):
        opened(root)


@pytest.mark.parametrize("rle", ["zz", "0" * 9, "é1", "P"])
def test_a_damaged_mask_is_named_when_read_and_when_checked(root: Path, rle: str) -> None:
    document = annotations(root, "val")
    document["sequences"][0]["segmentations"][2]["2"]["rle"] = rle
    write_annotations(root, "val", document)
    dataset = opened(root)
    named = r"sequence LaSOT/zebra-1, frame frame0004.jpg, track 2: "
    with pytest.raises(DataError, match=named):
        dataset.truth(query(dataset, "val__LaSOT__zebra-1/805"))
    problems = [problem for clip in dataset.check() for problem in clip.problems]
    assert len(problems) == 1
    assert named in problems[0]


def test_a_file_changed_meanwhile_is_refused(root: Path) -> None:
    dataset = opened(root)
    asked = next(dataset.queries())
    write_annotations(root, "val", {**annotations(root, "val"), "more": 1})
    with pytest.raises(DataError, match=r"was changed while it was in use"):
        dataset.truth(asked)


def test_check_counts_and_compares_every_frame(root: Path) -> None:
    found = list(opened(root).check())
    assert all(not clip.problems for clip in found)
    total = {name: sum(clip.counts[name] for clip in found) for name in found[0].counts}
    assert total == {
        "sequences": 4,
        "frames": 20,
        "annotated frames": 12,
        "masks": 16,
        "queries": 7,
        "queries not exhaustively annotated": 1,
        "sequences without a track": 0,
    }
    broken = root / "frames/val/LaSOT/zebra-1/frame0004.jpg"
    broken.write_bytes(b"no image")
    problems = [problem for clip in opened(root).check() for problem in clip.problems]
    assert problems == [f"{broken}: not an image file that can be decoded; expected a frame"]


def test_check_finds_a_track_that_a_frame_lists_twice(root: Path) -> None:
    path = root / "annotations_burst/val/all_classes.json"
    first = json.dumps(annotations(root, "val")["sequences"][0]["segmentations"][0]["1"])
    twice = path.read_text().replace(f'"1": {first}', f'"1": {first}, "1": {first}', 1)
    path.write_text(twice)
    problems = [problem for clip in opened(root).check() for problem in clip.problems]
    assert problems == [
        f"{path}: sequence LaSOT/zebra-1: key 'segmentations.0.1' occurs twice",
    ]
