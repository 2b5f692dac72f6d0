import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets import vspw as module
from benchmark.datasets.vspw import VspwDataset, load
from benchmark.datasets.vspw_classes import vspw_classes
from refvps.errors import ConfigError, DataError
from refvps.protocols import DatasetSource
from refvps.types import Query
from support.category_scores import j_of_pixels, mean_over_categories
from support.stored_scores import scored
from support.vspw import (
    STUFF,
    VIDEOS,
    labels,
    name,
    predicted,
    stuff_of,
    write_classes,
    write_predictions,
    write_vspw,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_vspw(tmp_path / "VSPW")


def opened(root: Path, **options: str) -> VspwDataset:
    return load(DatasetSource(root, root.parent / "cache", options))


def query(dataset: VspwDataset, query_id: str) -> Query:
    return next(found for found in dataset.queries() if found.query_id == query_id)


def test_the_table_has_66_kinds_of_stuff_and_58_things() -> None:
    classes = vspw_classes()
    assert (len(classes.stuff), len(classes.things)) == (66, 58)
    assert sorted({*classes.stuff, *classes.things}) == list(range(1, 125))
    assert classes.stuff.items() >= STUFF.items()
    assert classes.things[61] == "person"


def test_one_query_a_video_and_kind_of_stuff(root: Path) -> None:
    dataset = opened(root)
    assert [(q.query_id, q.clip.concept, q.expression.text) for q in dataset.queries()] == [
        ("127_-hIVCYO4C90/wall", "wall", "the wall"),
        ("127_-hIVCYO4C90/sky", "sky", "the sky"),
        ("127_-hIVCYO4C90/water", "water", "the water"),
        ("2_two/wall", "wall", "the wall"),
        ("2_two/handrail_or_fence", "handrail_or_fence", "the handrail_or_fence"),
        ("2_two/sky", "sky", "the sky"),
        ("2_two/water", "water", "the water"),
        ("30_three/wall", "wall", "the wall"),
        ("30_three/sky", "sky", "the sky"),
        ("30_three/water", "water", "the water"),
    ]
    clip = query(dataset, "2_two/sky").clip
    assert clip.frame_ids == ("00000001", "00000002", "00000003", "00000004")
    assert all(path.is_file() for path in clip.frame_paths)
    assert (dataset.name, dataset.version, dataset.rule) == ("vspw", "val", "per-category")
    texts = {q.expression.text for q in opened(root, names="clean").queries()}
    assert "the handrail or fence" in texts


@pytest.mark.parametrize("void", ["published", "excluded"])
def test_truth_is_the_class_on_every_frame_and_void_is_an_option(root: Path, void: str) -> None:
    dataset = opened(root, void=void)
    for asked in dataset.queries():
        video, label = asked.clip.clip_id, int(asked.expression.target_id)
        track = dataset.truth(asked)
        images = np.stack([labels(video, frame) for frame in range(VIDEOS[video])])
        masks, voids = track.dense()
        assert track.frame_ids == tuple(map(name, range(VIDEOS[video])))
        assert np.array_equal(masks, images == label)
        ignored = np.isin(images, (0, 255)) & (void == "excluded")
        assert np.array_equal(voids, ignored)


def test_masks_of_a_video_are_decoded_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = module.read_masks

    def counted(*arguments: object, **named: object) -> object:
        read.append(1)
        return original(*arguments, **named)

    monkeypatch.setattr(module, "read_masks", counted)
    dataset = opened(root)
    for asked in dataset.queries():
        dataset.truth(asked)
    assert len(read) == len(VIDEOS)


def test_without_the_list_classes_are_those_of_the_masks_and_remembered(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_list = opened(root)
    (root / "val_vid2classes.json").unlink()
    found = opened(root)
    assert found.stuff == with_list.stuff == {video: tuple(stuff_of(video)) for video in VIDEOS}
    assert found.digest == with_list.digest
    monkeypatch.setattr(module, "stuff_in", lambda masks: pytest.fail("masks are read again"))
    assert opened(root).stuff == found.stuff


def test_digest_follows_masks_by_name_and_size_and_what_is_asked(root: Path) -> None:
    digests = {
        opened(root).digest,
        opened(root, void="excluded").digest,
        opened(root, names="clean").digest,
    }
    assert len(digests) == 3
    before = opened(root)
    asked = next(before.queries())
    stamp = before.truth_stamp(asked)
    assert opened(root, void="excluded").truth_stamp(asked) != stamp
    mask = root / "data" / asked.clip.clip_id / "mask" / "00000001.png"
    Image.open(mask).rotate(180).save(mask, compress_level=1)
    assert opened(root).digest not in digests
    assert opened(root).truth_stamp(asked) != stamp


def test_travels_to_workers(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(opened(root)))
    assert len(dataset.truth(next(dataset.queries())).masks) == 3


@pytest.mark.parametrize("void", ["published", "excluded"])
def test_scores_as_the_rule_written_down_plainly(root: Path, tmp_path: Path, void: str) -> None:
    write_predictions(tmp_path / "preds")
    frames: dict[tuple[str, str], list[float]] = {}
    for video, count in VIDEOS.items():
        for label in stuff_of(video):
            scores = []
            for frame in range(count):
                image = labels(video, frame)
                ignored = np.isin(image, (0, 255)) if void == "excluded" else None
                scores.append(j_of_pixels(image == label, predicted(video, label, frame), ignored))
            frames[STUFF[label], video] = scores
    record = scored(opened(root, void=void), tmp_path / "preds")
    assert record.summary.j.mean == pytest.approx(mean_over_categories(frames), abs=1e-12)


def wrong_size(root: Path) -> None:
    Image.fromarray(np.zeros((9, 17), np.uint8)).save(root / "data/30_three/mask/00000001.png")


def one_more_mask(root: Path) -> None:
    (root / "data/2_two/mask/00000009.png").write_bytes(b"x")


def no_frames(root: Path) -> None:
    for path in (root / "data/2_two/origin").iterdir():
        path.unlink()


BROKEN: list[tuple[str, Callable[[Path], object], str]] = [
    ("no list", lambda r: (r / "val.txt").unlink(), r"val.txt: file is missing"),
    ("empty list", lambda r: (r / "val.txt").write_text("\n"), r"val.txt: names no videos"),
    ("twice", lambda r: (r / "val.txt").write_text("2_two\n2_two"), r"names video 2_two twice"),
    ("a path", lambda r: (r / "val.txt").write_text("../x"), r"'../x' is no name of a video"),
    ("no video", lambda r: (r / "val.txt").write_text("9_x\n"), r"data/9_x: folder is missing"),
    ("no frames", no_frames, r"2_two/origin: holds no frames"),
    (
        "no masks",
        lambda r: (r / "data/2_two/mask").rename(r / "data/2_two/away"),
        r"2_two/mask: cannot be read",
    ),
    (
        "a mask missing",
        lambda r: (r / "data/2_two/mask/00000002.png").unlink(),
        r"mask/00000002.png: file is missing, the mask of a frame",
    ),
    ("a frame missing", one_more_mask, r"origin/00000009.jpg: file is missing; it has a mask"),
    ("another size", wrong_size, r"00000001.png: mask is 17x9; its frame is 16x9"),
    ("no video in classes", lambda r: write_classes(r, {}), r"lists no classes of video"),
    (
        "classes of another form",
        lambda r: (r / "val_vid2classes.json").write_text(
            json.dumps({video: ["x"] for video in VIDEOS})
        ),
        r"expected a list of class numbers",
    ),
]


@pytest.mark.parametrize(("change", "message"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_wrong_folder_is_named_at_opening(
    root: Path, change: Callable[[Path], object], message: str
) -> None:
    change(root)
    with pytest.raises(DataError, match=message) as caught:
        opened(root)
    assert "\n" not in caught.value.message


def test_no_folder_and_wrong_options_are_refused(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"folder of data set 'vspw' is not known"):
        load(DatasetSource(None, root))
    with pytest.raises(DataError, match=r"folder is missing; expected VSPW"):
        opened(root / "nowhere")
    with pytest.raises(ConfigError):
        opened(root, void="some")


def test_check_reads_every_mask(root: Path) -> None:
    found = list(opened(root).check())
    assert all(not clip.problems and not clip.notes for clip in found)
    total = {key: sum(clip.counts[key] for clip in found) for key in found[0].counts}
    assert total == {
        "videos": 3,
        "frames": 9,
        "masks with void": 9,
        "queries": 10,
        "videos without stuff": 0,
    }


def test_check_names_what_is_wrong_and_what_differs_from_the_list(root: Path) -> None:
    masks = root / "data/2_two/mask"
    Image.fromarray(np.full((70, 130), 200, np.uint8)).save(masks / "00000002.png")
    Image.fromarray(np.full((7, 13), 1, np.uint8)).save(masks / "00000003.png")
    (masks / "00000004.png").write_bytes(b"no image")
    write_classes(root, {**{video: stuff_of(video) for video in VIDEOS}, "30_three": [1, 8, 40]})
    by_clip = {clip.clip_id: clip for clip in opened(root).check()}
    problems = "\n".join(by_clip["2_two"].problems)
    assert "00000002.png: label 200 is not of VSPW" in problems
    assert "00000003.png: mask is 13x7; its frame is 130x70" in problems
    assert "00000004.png: not an image file" in problems
    assert "masks differ in size" in problems
    assert by_clip["30_three"].notes == (
        "30_three: listed, but in no mask: handrail_or_fence",
        "30_three: in masks, but not listed: sky",
    )
    dataset = opened(root)
    with pytest.raises(DataError, match=r"00000003.png: mask is 13x7; the video's first one is"):
        dataset.truth(query(dataset, "2_two/sky"))
