"""Ref-VPS in layouts unlike ours, through mapping files."""

import csv
import json
import pickle
import re
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.console import ScoringChoice, evaluate_method
from benchmark.datasets.console import check_dataset
from benchmark.datasets.mapping_file import Mapping
from benchmark.datasets.open import open_dataset
from benchmark.datasets.ref_vps import load
from benchmark.harness.predict import MethodChoice
from refvps.errors import DataError
from refvps.protocols import DatasetSource

SIZE = (12, 20)
CLIPS = {"wave 01": 9, "smoke_2": 5}
"""Frames of each clip; a name with a space, as people give them."""

NESTED = """\
version = "2025"
fps = "24000/1001"
frames = "videos/{clip}/rgb/frame{frame:05d}.jpg"
masks = "labels/{clip}/{frame}.png"
annotation_stride = 4

[labels]
target = 255
ignore = 128

[expressions]
file = "meta/expressions.json"
annotator = "worker"
concept = "concept"
groups = "groups"
"""

TABLE = """\
fps = 24
frames = "videos/{clip}/rgb/frame{frame:05d}.jpg"
masks = "labels/{clip}/{frame}.png"
numbering = "annotated"
annotation_stride = 4
first_mask = 1

[labels]
target = 255
ignore = 128

[expressions]
file = "expressions.csv"
form = "table"
clip = "video_name"
text = "caption"
video = "source"
"""


def values(clip: str, frame: int) -> np.ndarray:
    """Grey values of a mask: 255 the target, 128 where it is unclear, 0 elsewhere."""
    image = np.zeros(SIZE, np.uint8)
    image[2:6, frame : frame + 4] = 255
    image[6, frame : frame + 4] = 128
    return image if clip != "smoke_2" or frame else np.zeros(SIZE, np.uint8)


def write(root: Path, mapping: str) -> Path:
    nested = mapping == NESTED
    for clip, frames in CLIPS.items():
        shown, drawn = root / "videos" / clip / "rgb", root / "labels" / clip
        shown.mkdir(parents=True)
        drawn.mkdir(parents=True)
        (shown / "Thumbs.db").touch()
        for frame in range(frames):
            # Frames are counted from 1, masks by frame or from 1 by themselves.
            Image.new("RGB", SIZE[::-1]).save(shown / f"frame{frame + 1:05d}.jpg")
            if frame % 4 == 0:
                number = frame + 1 if nested else 1 + frame // 4
                Image.fromarray(values(clip, frame)).save(drawn / f"{number}.png")
    (root / "map.toml").write_text(mapping)
    write_expressions(root, nested=nested)
    return root


def write_expressions(root: Path, *, nested: bool) -> None:
    if nested:
        path = root / "meta/expressions.json"
        path.parent.mkdir()
        videos = {
            clip: {
                "expressions": {
                    str(k): {"exp": f"{clip} {k}", "obj_id": 1, "worker": k % 2} for k in range(2)
                },
                "concept": "wave",
                "groups": ["fluids", "light"],
            }
            for clip in CLIPS
        }
        path.write_text(json.dumps({"videos": videos}))
        return
    with (root / "expressions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["video_name", "caption", "source"])
        # As people write tables: clips mixed, commas and quotes in texts.
        for k in range(2):
            for clip in CLIPS:
                writer.writerow([clip, f'{clip}, "{k}"', "tape"])


@pytest.fixture(params=[NESTED, TABLE], ids=["nested", "table"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path / "data", request.param)


def opened(root: Path):
    return load(DatasetSource(root, root / "cache", {"mapping": "map.toml"}))


def test_everything_is_read_in_place(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(opened(root)))
    queries = list(dataset.queries())
    clips = {query.clip.clip_id: query.clip for query in queries}
    assert len(queries) == 4
    assert next(iter(clips)) == "smoke_2"
    assert list(clips)[1].startswith("wave_01-")
    for clip, (name, frames) in zip(clips.values(), sorted(CLIPS.items()), strict=True):
        assert clip.frame_ids == tuple(f"frame{k + 1:05d}" for k in range(frames))
        assert all(path.is_file() for path in clip.frame_paths)
        for query in queries:
            if query.clip == clip:
                track = dataset.truth(query)
                masks, voids = track.dense()
                expected = np.stack([values(name, frame) for frame in range(0, frames, 4)])
                np.testing.assert_array_equal(masks, expected == 255)
                np.testing.assert_array_equal(voids, expected == 128)
                assert track.frame_ids == clip.frame_ids[::4]
                assert dataset.annotated(query).frame_ids == track.frame_ids


def test_what_is_said_of_clips_and_expressions_is_kept(tmp_path: Path) -> None:
    nested = list(opened(write(tmp_path / "nested", NESTED)).queries())
    assert nested[0].clip.fps == Fraction(24000, 1001)
    assert (nested[0].clip.concept, nested[0].clip.groups) == ("wave", ("fluids", "light"))
    assert [query.expression.annotator for query in nested[:2]] == ["0", "1"]
    table = list(opened(write(tmp_path / "table", TABLE)).queries())
    assert [query.expression.text for query in table[2:]] == ['wave 01, "0"', 'wave 01, "1"']
    assert {query.clip.video for query in table} == {"tape"}
    assert [query.expression.expression_id for query in table] == ["0", "1"] * 2


def test_it_is_scored_and_checked_as_any_data_set(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    record = evaluate_method(
        MethodChoice("full-frame", {}),
        tmp_path / "preds",
        data=("ref-vps:mapping=map.toml", root),
        run=True,
        scoring=ScoringChoice(workers=1),
    )
    height, width = SIZE
    frames = [16 / (height * width - 4)] * 3, [0.0, 16 / (height * width - 4)]
    assert record.summary.j.mean == pytest.approx((np.mean(frames[0]) + np.mean(frames[1])) / 2)
    check_dataset("ref-vps:mapping=map.toml", root, as_json=False)
    assert "clips" in capsys.readouterr().out


def test_targets_by_label(tmp_path: Path) -> None:
    mapping = NESTED.replace("target = 255\n", "").replace(
        'annotator = "worker"', 'target = "obj_id"'
    )
    root = write(tmp_path / "data", NESTED)
    (root / "map.toml").write_text(mapping)
    for path in (root / "labels").rglob("*.png"):
        image = np.asarray(Image.open(path)).copy()
        image[image == 255] = 1
        Image.fromarray(image).save(path)
    dataset = opened(root)
    for query in dataset.queries():
        assert query.expression.target_id == "1"
        assert dataset.truth(query).dense()[0].any()


MISTAKES = {
    "no-toml": ("version =", "version", "not valid TOML"),
    "unknown-key": ("version =", "colour = 3\nversion =", "colour: Extra inputs"),
    "no-labels": ("[labels]\ntarget = 255\nignore = 128\n", "", "labels: Field required"),
    "no-target": ("target = 255\n", "", "give either labels.target or expressions.target"),
    "two-targets": ('annotator = "worker"', 'target = "obj_id"', "give either labels.target"),
    "same-values": ("ignore = 128", "ignore = 255", "must differ"),
    "no-value": ("ignore = 128", "ignore = 256", "labels.ignore: Input should be less than"),
    "rate": ('"24000/1001"', '"0"', "fps: Input should be greater than 0"),
    "stride": ("annotation_stride = 4", "annotation_stride = 0", "annotation_stride: Input should"),
    "form": ('file = "meta', 'form = "xml"\nfile = "meta', "expressions.form: Input should be"),
    "of-the-other-form": ('file = "meta', 'clip = "c"\nfile = "meta', "clip belongs to form"),
    "above-the-root": ('"labels/', '"../labels/', "no path below the root"),
    "absolute": ('"videos/', '"/videos/', "no path below the root"),
    "hostile-expressions": ('"meta/exp', '"meta/../../exp', "no path below the root"),
    "backslash": ('"labels/{clip}', "'labels\\{clip}", "not valid TOML"),
    "no-clip": ("labels/{clip}/", "labels/all/", "one of the folders must be {clip}"),
    "part-of-a-folder": ("labels/{clip}/", "labels/x{clip}/", "one of the folders must be {clip}"),
    "no-frame": ("{frame}.png", "mask.png", "the file name must hold {frame}"),
    "frame-in-a-folder": ("labels/{clip}/{frame}", "labels/{clip}/{frame}/{frame}", "not {frame}"),
    "unknown-place": ("{frame}.png", "{ordinal}.png", "the file name must hold {frame}"),
    "odd-width": ("{frame:05d}", "{frame:5}", "the file name must hold {frame}"),
    "no-such-clip-folder": ("labels/{clip}", "masks/{clip}", "cannot be read: No such file"),
    "no-such-names": ("frame{frame:05d}.jpg", "f{frame:05d}.jpg", "no file named as f00007.jpg"),
    "no-such-file": ("meta/expressions", "meta/other", "other.json: file is missing"),
    "no-such-key": ('concept = "concept"', 'concept = "process"', "has no 'process'; it has"),
    "no-such-text": ('annotator = "worker"', 'text = "caption"', "expression 0 has no 'caption'"),
    "not-annotated": ("annotation_stride = 4", "annotation_stride = 8", "mask of no frame that is"),
    "not-all-annotated": ("annotation_stride = 4", "annotation_stride = 2", "3.png: file is miss"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "text"), MISTAKES.values(), ids=MISTAKES)
def test_every_mistake_in_a_mapping_file_is_one_line(
    old: str, new: str, text: str, tmp_path: Path
) -> None:
    root = write(tmp_path / "data", NESTED)
    assert old in NESTED
    (root / "map.toml").write_text(NESTED.replace(old, new, 1))
    with pytest.raises(DataError) as raised:
        opened(root)
    assert text in raised.value.message
    assert "\n" not in raised.value.message
    assert str(root) in raised.value.message


def _edit(root: Path, edit: Callable[[dict], object]) -> None:
    path = root / "meta/expressions.json"
    document = json.loads(path.read_text())
    edit(document["videos"])
    path.write_text(json.dumps(document))


DAMAGE = {
    "hostile-clip": (
        lambda r: _edit(r, lambda v: v.update({"../../etc": v["smoke_2"]})),
        "'../../etc' is no name of a clip's folder",
    ),
    "hostile-expression": (
        lambda r: _edit(r, lambda v: v["smoke_2"]["expressions"].update({"../x": {"exp": "a"}})),
        "cannot be used as a expression id",
    ),
    "no-text": (
        lambda r: _edit(r, lambda v: v["smoke_2"]["expressions"]["0"].update(exp=" ")),
        "clip smoke_2, expression 0: 'exp' is ' '; expected a text",
    ),
    "no-expressions": (
        lambda r: _edit(r, lambda v: v["smoke_2"].update(expressions={})),
        "clip smoke_2 has no expressions",
    ),
    "a-clip-without-files": (
        lambda r: _edit(r, lambda v: v.update({"other": v["smoke_2"]})),
        "videos/other/rgb: cannot be read",
    ),
    "a-missing-mask": (lambda r: (r / "labels/wave 01/5.png").unlink(), "5.png: file is missing"),
    "two-of-a-number": (
        lambda r: (r / "labels/wave 01/05.png").write_bytes(b""),
        "has the number 5, as 05.png has",
    ),
    "another-size": (
        lambda r: Image.new("L", (4, 4)).save(r / "labels/wave 01/1.png"),
        "1.png: mask is 4x4; the clip's first frame is 20x12",
    ),
}


@pytest.mark.parametrize(("damage", "text"), DAMAGE.values(), ids=DAMAGE)
def test_what_does_not_fit_is_found_on_opening(
    damage: Callable[[Path], object], text: str, tmp_path: Path
) -> None:
    root = write(tmp_path / "data", NESTED)
    damage(root)
    with pytest.raises(DataError) as raised:
        opened(root)
    assert text in raised.value.message


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("video_name,caption\nsmoke_2\n", "line 2 does not have 2 columns"),
        ("video_name,caption\n", "holds no expressions"),
        ("video_name,video_name\na,b\n", "two columns have one name"),
        ("clip,caption,source\nsmoke_2,a,b\n", "expression 1 of the table has no 'video_name'"),
        ("video_name,caption,source\nsmoke_2,a,b\nsmoke_2,c,d\n", "lines differ in concept, video"),
        ('video_name,caption,source\nsmoke_2,"a,b\n', "not a CSV file in UTF-8"),
    ],
)
def test_a_broken_table_is_one_line(lines: str, text: str, tmp_path: Path) -> None:
    root = write(tmp_path / "data", TABLE)
    (root / "expressions.csv").write_text(lines)
    with pytest.raises(DataError) as raised:
        opened(root)
    assert text in raised.value.message


@pytest.mark.parametrize(("old", "new"), [(255, 254), (0, 7)])
def test_a_value_without_a_meaning_is_named(old: int, new: int, root: Path) -> None:
    path = root / "labels/wave 01/1.png"
    image = np.asarray(Image.open(path)).copy()
    image[image == old] = new
    Image.fromarray(image).save(path)
    dataset = opened(root)
    with pytest.raises(DataError, match=rf"1.png: holds the value {new}, which the mapping file"):
        [dataset.truth(query) for query in dataset.queries()]
    with pytest.raises(DataError, match="holds the value"):
        check_dataset("ref-vps:mapping=map.toml", root, as_json=True)


def test_another_mapping_is_another_digest(tmp_path: Path) -> None:
    root = write(tmp_path / "data", NESTED)
    before = opened(root).digest
    (root / "map.toml").write_text(NESTED.replace("ignore = 128", "ignore = 127"))
    assert opened(root).digest != before
    assert open_dataset("ref-vps:mapping=map.toml", root).name == "ref-vps"


def test_the_documented_mapping_files_are_right() -> None:
    page = (Path(__file__).parents[4] / "docs" / "datasets.md").read_text("utf-8")
    examples = [block for block in re.findall(r"```toml\n(.*?)```", page, re.S) if "masks" in block]
    assert len(examples) == 2
    for place, text in enumerate(examples):
        mapping = Mapping.model_validate(tomllib.loads(text))
        assert mapping.masks.name(7) == ("7.png", "007.png")[place]
