"""The same masks in every layout that is read: compared with one another they agree fully."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotator.agreement.from_folders import folder_pairs
from annotator.agreement.layouts import units
from annotator.formats.mask_writers import Drawn, write_masks
from annotator.planes import split
from benchmark.agreement.report import agreement
from refvps.errors import DataError
from refvps.mask_png import encode_labels
from refvps.packed import pack
from refvps.predictions.track_file import encode_track
from refvps.types import Clip, Expression, Prediction, Query
from support.burst import Drawn as Sequence

FRAMES = (0, 4, 8)
CLIP = "walk"


def labels(index: int, *, ignore: bool = False) -> np.ndarray:
    found = np.zeros((12, 20), np.uint8)
    found[2:8, index : index + 6] = 1
    if ignore:
        found[8:10, index : index + 6] = 255
    return found


def palette(root: Path, *, target: int = 1, ignore: bool = False) -> Path:
    for index in FRAMES:
        found = labels(index, ignore=ignore)
        found[found == 1] = target
        put(root / CLIP / f"{index:05}.png", encode_labels(found))
    return root


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def grey(root: Path) -> Path:
    (root / CLIP).mkdir(parents=True)
    for index in FRAMES:
        Image.fromarray(labels(index) * 255).save(root / CLIP / f"{index:05}.png")
    return root


def written(root: Path, form: str, *, ignore: bool) -> Path:
    root.mkdir()
    masks = {index: split(labels(index, ignore=ignore)) for index in FRAMES}
    write_masks(form, root, Drawn(CLIP, masks))
    return root


@pytest.mark.parametrize("form", ["davis", "youtube-vos", "coco", "mots", "burst"])
@pytest.mark.parametrize("ignore", [False, True])
def test_exports_agree_with_a_palette_tree(tmp_path: Path, form: str, ignore: bool) -> None:
    one = palette(tmp_path / "one", ignore=ignore)
    other = written(tmp_path / "other", form, ignore=ignore)
    found = agreement(folder_pairs(one, other, None))
    assert found.headline.mean == 1.0
    assert found.guards.ignore_iou == (1.0 if ignore else None)


def test_grey_masks_agree_with_a_palette_tree(tmp_path: Path) -> None:
    source = folder_pairs(palette(tmp_path / "one"), grey(tmp_path / "other"), None)
    assert agreement(source).headline.mean == 1.0


def test_predictions_are_read_by_clip_and_expression(tmp_path: Path) -> None:
    clip = Clip(CLIP, tuple(Path(f"{index:05}.jpg") for index in range(9)), 24, CLIP)
    ids = tuple(f"{index:05}" for index in FRAMES)
    masks = tuple(pack(labels(index) == 1) for index in FRAMES)
    for name in ("0", "1"):
        made = Prediction(Query(clip, Expression(name, "x", "1")), ids, masks)
        put(tmp_path / "one" / CLIP / f"{name}.json.gz", encode_track(made))
        for index in FRAMES:
            path = tmp_path / "other" / CLIP / name / f"{index:05}.png"
            put(path, encode_labels(labels(index)))
    found = agreement(folder_pairs(tmp_path / "one", tmp_path / "other", None))
    assert [pair.key.clip for pair in found.pairs] == [f"{CLIP}/0", f"{CLIP}/1"]
    assert found.headline.mean == 1.0


def test_several_targets_are_compared_one_by_one(tmp_path: Path) -> None:
    for name in ("one", "other"):
        for index in FRAMES:
            found = labels(index)
            found[9:, 2:6] = 2
            put(tmp_path / name / CLIP / f"{index:05}.png", encode_labels(found))
    found = agreement(folder_pairs(tmp_path / "one", tmp_path / "other", None))
    assert [pair.key.clip for pair in found.pairs] == [f"{CLIP}/1", f"{CLIP}/2"]


def test_a_burst_file_of_several_sequences_and_tracks(tmp_path: Path) -> None:
    sequences = []
    for name, lent in ((CLIP, "refvps"), ("run", "HACS")):
        found = Sequence("val", lent, name, (12, 20))
        shown = [labels(index) == 1 for index in FRAMES]
        found.tracks["1"] = (805, list(shown))
        if name == "run":
            found.tracks["3"] = (211, [None, shown[1], None])
        sequences.append(found.entry())
    for folder in ("one", "other"):
        put(tmp_path / folder / "all.json", json.dumps({"sequences": sequences}).encode())
    assert sorted(units(tmp_path / "one")) == ["HACS__run/1", "HACS__run/3", CLIP]
    found = agreement(folder_pairs(tmp_path / "one", tmp_path / "other", None))
    assert found.headline.mean == 1.0
    assert found.headline.keyframes == 9
    assert sorted(units(tmp_path / "one")[CLIP].read()) == ["00000", "00002", "00004"]
    broken = [{**sequences[0], "segmentations": []}, {"seq_name": "x"}]
    put(tmp_path / "broken/a.json", json.dumps({"sequences": broken[:1]}).encode())
    with pytest.raises(DataError, match=r"a\.json: holds a damaged BURST sequence"):
        units(tmp_path / "broken")[CLIP].read()
    put(tmp_path / "broken/a.json", json.dumps({"sequences": broken[1:]}).encode())
    with pytest.raises(DataError, match="is no BURST file: a sequence lacks"):
        units(tmp_path / "broken")


def test_frames_of_one_folder_alone_are_counted_and_not_scored(tmp_path: Path) -> None:
    one, other = palette(tmp_path / "one"), palette(tmp_path / "other")
    (other / CLIP / "00004.png").unlink()
    found = agreement(folder_pairs(one, other, None))
    assert (found.headline.keyframes, found.pairs[0].left_out) == (2, 1)


def test_mistakes_name_the_file(tmp_path: Path) -> None:
    one, other = palette(tmp_path / "one"), palette(tmp_path / "other")
    path = other / CLIP / "00004.png"
    whole = path.read_bytes()
    path.write_bytes(whole[:60])
    with pytest.raises(DataError, match=r"00004\.png"):
        agreement(folder_pairs(one, other, None))
    path.write_bytes(encode_labels(np.zeros((6, 6), np.uint8)))
    with pytest.raises(DataError, match=r"frame 4 is 6x6|00004: mask is 6x6"):
        agreement(folder_pairs(one, other, None))
    path.write_bytes(whole)
    for found in (other / CLIP).iterdir():
        found.rename(found.with_name(f"1{found.name}"))
    with pytest.raises(DataError, match="none is the same"):
        agreement(folder_pairs(one, other, None))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no masks in a layout we read"):
        units(tmp_path / "empty")
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange/notes.json").write_text(json.dumps({"a": 1}))
    with pytest.raises(DataError, match="holds no masks"):
        units(tmp_path / "strange")
