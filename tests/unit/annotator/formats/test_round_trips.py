"""Masks go out in every format and come back; clips come in at 24 frames a second."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotator.clip import ClipFacts
from annotator.formats.clips_in import import_clip, import_masks
from annotator.formats.mask_readers import read_masks
from annotator.formats.mask_writers import Drawn, write_masks
from annotator.formats.masks_out import Chosen, export_masks, export_release, planes_of
from annotator.keyframe import State
from annotator.planes import Planes, split
from annotator.project import Project
from annotator.store.work import Change
from benchmark.datasets.burst_file import SequenceEntry, index_annotations
from benchmark.datasets.burst_masks import category_track, damaged_masks
from refvps.errors import ConfigError, DataError
from refvps.packed import pack
from refvps.release.reader import open_release
from refvps.types import Size
from support.projects import SIZE, copied_project
from support.videos import evenly, grey_frame, number_of, write_video

WHERE = {
    "davis": "Annotations/clip",
    "youtube-vos": "Annotations/clip",
    "coco": "clip.json",
    "mots": "clip.txt",
    "burst": "clip.json",
}


def masks() -> dict[int, Planes]:
    """A frame with both planes, one with the target alone, one with Ignore alone."""
    both = np.zeros(SIZE, np.uint8)
    both[2:9, 3:12] = 1
    both[4:6, 10:20] = 255
    target = np.zeros(SIZE, np.uint8)
    target[0, 0] = target[-1, -1] = 1
    ignore = np.zeros(SIZE, np.uint8)
    ignore[5:9] = 255
    return {0: split(both), 4: split(target), 8: split(ignore)}


@pytest.mark.parametrize("form", ["davis", "youtube-vos", "coco", "mots", "burst"])
def test_masks_come_back_as_they_went(tmp_path: Path, form: str) -> None:
    write_masks(form, tmp_path, Drawn("clip", masks()))
    found = read_masks(form, tmp_path / WHERE[form], Size(*SIZE))
    assert found.keys() == masks().keys()
    for index, planes in masks().items():
        assert np.array_equal(found[index].composed(), planes.composed()), index


def test_mots_images_are_read(tmp_path: Path) -> None:
    values = np.zeros(SIZE, np.uint16)
    values[2:5, 3:6], values[8:9], values[12:14, 1:3] = 2001, 10_000, 2002
    Image.fromarray(values).save(tmp_path / "000004.png")
    found = read_masks("mots", tmp_path, Size(*SIZE))[4]
    assert (found.target.area, found.ignore.area) == (9, 32)


@pytest.mark.parametrize("form", ["davis", "coco", "mots", "burst"])
def test_what_is_missing_or_no_such_form_is_an_error(tmp_path: Path, form: str) -> None:
    with pytest.raises((DataError, FileNotFoundError), match=r"missing|No such file"):
        read_masks(form, tmp_path / "gone", Size(*SIZE))
    with pytest.raises(ConfigError, match="no form of masks is called 'png'"):
        read_masks("png", tmp_path, Size(*SIZE))
    (tmp_path / "bad").write_text("1 2 x\n")
    with pytest.raises(DataError):
        read_masks(form, tmp_path / "bad", Size(*SIZE))


def test_burst_tells_masks_of_people_from_those_of_a_model_and_its_own_reader_takes_them(
    tmp_path: Path,
) -> None:
    write_masks("burst", tmp_path, Drawn("clip", masks(), 41, frozenset({4})))
    seen: list[SequenceEntry] = []
    file = index_annotations(tmp_path / "clip.json", "val", seen.append)
    (entry,) = seen
    assert (len(entry.all_image_paths), entry.size) == (41, SIZE)
    assert not damaged_masks(entry)
    track = category_track(file.path, entry, 1)
    assert track.frame_ids == ("00000", "00004", "00008")
    scored = [planes.composed() == 1 for planes in masks().values()]
    assert [mask.dense().tolist() for mask in track.masks] == [one.tolist() for one in scored]
    (written,) = json.loads((tmp_path / "clip.json").read_text())["sequences"]
    assert [each.get("1", {}).get("is_gt") for each in written["segmentations"]] == [
        False,
        True,
        None,
    ]


def test_masks_of_another_size_are_an_error(tmp_path: Path) -> None:
    write_masks("davis", tmp_path, Drawn("clip", masks()))
    with pytest.raises(DataError, match="frame 0 is 32x24; the clip is 9x9"):
        read_masks("davis", tmp_path / "Annotations/clip", Size(9, 9))


def test_imported_masks_start_a_job_and_replace_no_work(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "p")
    job = project.job("clip-0-mask-ann")
    work = project.work(job)
    given = {**masks(), 2: masks()[0]}
    assert import_masks(work, given, "davis", "ann") == 3
    states = {k: keyframe.state for k, keyframe in work.head.keyframes.items()}
    assert states == dict.fromkeys(range(3), State.AUTO)
    assert import_masks(work, given, "davis", "ann") == 0
    assert planes_of(project, job, unfinished=True)[0].composed().max() == 255
    with pytest.raises(DataError, match="keyframe 3 has no label"):
        planes_of(project, job, unfinished=False)


@pytest.mark.parametrize("form", ["davis", "youtube-vos", "coco", "mots", "burst"])
def test_a_project_exports_what_was_imported(tmp_path: Path, form: str) -> None:
    project = copied_project(tmp_path / "p")
    import_masks(project.work(project.job("clip-0-mask-ann")), masks(), "davis", "ann")
    count = export_masks(project, tmp_path / "out", form, Chosen(unfinished=True))
    assert count == 1
    where = tmp_path / "out" / WHERE[form].replace("clip", "clip-0")
    found = read_masks(form, where, Size(*SIZE))
    assert {i: p.composed().tolist() for i, p in found.items()} == {
        i: p.composed().tolist() for i, p in masks().items()
    }
    with pytest.raises(DataError, match="no job is handed in"):
        export_masks(project, tmp_path / "other", form, Chosen())
    assert not (tmp_path / "other").exists()


def test_with_nothing_labelled_the_option_that_was_given_is_not_advised(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "p")
    with pytest.raises(DataError, match="nothing is labelled"):
        export_masks(project, tmp_path / "out", "davis", Chosen(unfinished=True))


def test_a_release_is_exported_whole_and_valid(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "p")
    for name, kind in (("ann", "mask"), ("ben", "relabel")):
        work = project.work(project.job(f"clip-0-{kind}-{name}"))
        texts = (f"the square that {name} sees", f"a bright block, says {name}")
        work.commit(Change(expressions=texts))
    import_masks(project.work(project.job("clip-0-mask-ann")), masks(), "davis", "ann")
    export_release(project, tmp_path / "out", "1.0.0", Chosen(unfinished=True))
    release = open_release(tmp_path / "out")
    queries = list(release.queries())
    assert [query.expression.annotator for query in queries] == ["ann", "ann", "ben", "ben"]
    truth = release.truth("clip-0", "1")
    assert truth.frame_ids == ("00000", "00004", "00008")
    assert truth.masks[1] == masks()[4].target
    frame = project.clip("clip-0").frame_path(7).read_bytes()
    assert (tmp_path / "out/JPEGImages/clip-0/00007.jpg").read_bytes() == frame


def test_a_video_comes_in_at_24_frames_a_second(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "p")
    path = tmp_path / "v.mkv"
    # A file of milliseconds holds eighths of a second exactly.
    write_video(path, evenly(8, 8))
    import_clip(project, "eight", path, ClipFacts("v"))
    clip = Project(tmp_path / "p").clip("eight")
    shown = []
    for index in range(clip.schedule.frames):
        with Image.open(clip.frame_path(index)) as image:
            shown.append(number_of(np.asarray(image.convert("RGB"))))
    assert shown == [number for number in range(8) for _ in range(3)][: len(shown)]
    assert len(shown) >= 22


def test_jpeg_frames_of_a_folder_are_kept_byte_for_byte(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "p")
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(5):
        Image.fromarray(grey_frame(number)).save(folder / f"{number}.jpg")
    import_clip(project, "kept", folder, ClipFacts("v"))
    clip = project.clip("kept")
    assert clip.schedule.frames == 5
    assert clip.frame_path(3).read_bytes() == (folder / "3.jpg").read_bytes()
    with pytest.raises(DataError, match="is there already"):
        import_clip(project, "kept", folder, ClipFacts("v"))


def test_overlapping_planes_lose_nothing_inside_the_project(tmp_path: Path) -> None:
    covered = Planes(pack(np.ones(SIZE, bool)), pack(np.ones(SIZE, bool)))
    assert split(covered.composed()) != covered
