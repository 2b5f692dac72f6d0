"""A report on a project whose numbers are computed again from the masks, with NumPy alone."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotator.agreement.from_folders import folder_pairs
from annotator.agreement.from_project import ProjectPairs
from annotator.formats.masks_out import Chosen, export_masks
from annotator.jobs import Kind
from annotator.project import Project
from benchmark.agreement.console import JSON, KEYFRAMES, PAGE, PAIRS, report_files
from benchmark.metrics.bootstrap import bootstrap_interval
from refvps.errors import DataError
from support.labelled import drawn, label, labelled_project

COUNT, KEYFRAMES_A_CLIP = 21, 6


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return labelled_project(tmp_path_factory.mktemp("agreement") / "p", count=COUNT)


@pytest.fixture(scope="module")
def files(project: Project) -> dict[str, str]:
    return report_files(ProjectPairs(project))[1]


def expected_iou(clip: int, k: int) -> float | None:
    one, other = (drawn(person, clip, k, (24, 32)) for person in ("ann", "ben"))
    valid = (one != 255) & (other != 255)
    union = ((one == 1) | (other == 1)) & valid
    both = (one == 1) & (other == 1) & valid
    if not valid.any():
        return None
    return float(both.sum() / union.sum()) if union.any() else 1.0


def test_the_headline_is_the_mean_over_keyframes_then_clips(files: dict[str, str]) -> None:
    found = json.loads(files[JSON])
    clips = [
        math.fsum(expected_iou(clip, k) for k in range(KEYFRAMES_A_CLIP)) / KEYFRAMES_A_CLIP
        for clip in range(3)
    ]
    assert found["headline"]["mean"] == pytest.approx(sum(clips) / 3, abs=1e-12)
    low, high = bootstrap_interval([[value] for value in clips])
    assert (found["headline"]["low"], found["headline"]["high"]) == (low, high)
    by_concept = {each["name"]: each["mean"] for each in found["concepts"]}
    assert by_concept["smoke rising"] == pytest.approx(clips[1])
    by_group = {each["name"]: each["mean"] for each in found["groups"]}
    assert by_group["motion patterns"] == pytest.approx(clips[1])


def test_every_keyframe_stands_in_the_csv(files: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(files[KEYFRAMES])))
    assert len(rows) == 3 * KEYFRAMES_A_CLIP
    for row in rows:
        clip, k = int(row["clip"].removeprefix("clip-")), int(row["frame"]) // 4
        assert float(row["iou_union"]) == pytest.approx(expected_iou(clip, k))
        one, other = (drawn(person, clip, k, (24, 32)) for person in ("ann", "ben"))
        assert int(row["target_ignore"]) == int(((one == 1) & (other == 255)).sum())
        assert row["made"] == "hand"


def test_rows_name_the_revisions(project: Project, files: dict[str, str]) -> None:
    for row in csv.DictReader(io.StringIO(files[PAIRS])):
        assert (row["first_revision"], row["second_revision"]) == ("r2", "r2")
        assert len(row["first_digest"]) == 64
    again = report_files(ProjectPairs(Project(project.root)))[1]
    assert again == files, "the same revisions gave another report"


def test_onset_and_coverage_are_reported(files: dict[str, str]) -> None:
    found = json.loads(files[JSON])
    late = next(pair for pair in found["pairs"] if pair["clip"] == "clip-2")
    assert late["shift"]["onset"] == 1
    assert found["covered"]["glass shattering"] == [1, 1]
    seen = found["guards"]["presence"]
    assert seen == [3 * KEYFRAMES_A_CLIP - 3, 1, 0, 2]


def test_expressions_are_compared_across_people(files: dict[str, str]) -> None:
    notes = json.loads(files[JSON])["expressions"]
    assert [len(note["texts"]) for note in notes] == [4, 4, 4]
    assert all(0.5 < note["distinctness"] < 1 for note in notes)
    assert all(note["problems"] == [] for note in notes)


def test_the_page_holds_everything_and_fetches_nothing(files: dict[str, str]) -> None:
    page = files[PAGE]
    assert "default-src &#x27;none&#x27;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/png;base64,") >= 2 * 3
    assert "<script>" in page


def test_folders_give_what_the_project_gives(
    project: Project, files: dict[str, str], tmp_path: Path
) -> None:
    wanted = json.loads(files[JSON])
    for form in ("davis", "youtube-vos", "coco"):
        for kind, name in ((Kind.MASK, "one"), (Kind.RELABEL, "two")):
            export_masks(project, tmp_path / form / name, form, Chosen(kind))
        source = folder_pairs(tmp_path / form / "one", tmp_path / form / "two", None)
        found = json.loads(report_files(source)[1][JSON])
        assert found["headline"]["mean"] == wanted["headline"]["mean"], form
        assert found["guards"] == wanted["guards"], form


def test_folders_without_a_clip_in_common_are_refused(tmp_path: Path) -> None:
    for name, clip in (("one", "a"), ("two", "b")):
        folder = tmp_path / name / clip
        folder.mkdir(parents=True)
        Image.fromarray(np.zeros((4, 4), np.uint8)).save(folder / "00000.png")
    with pytest.raises(DataError, match="name folders whose clips have the same names"):
        folder_pairs(tmp_path / "one", tmp_path / "two", None)
    with pytest.raises(DataError, match="folder is missing"):
        folder_pairs(tmp_path / "one", tmp_path / "gone", None)


def test_grey_masks_are_no_ignore(tmp_path: Path) -> None:
    for name, left in (("one", 0), ("two", 1)):
        folder = tmp_path / name / "clip"
        folder.mkdir(parents=True)
        mask = np.zeros((4, 8), np.uint8)
        mask[:, left : left + 2] = 255
        Image.fromarray(mask).save(folder / "00000.png")
    source = folder_pairs(tmp_path / "one", tmp_path / "two", None)
    found = json.loads(report_files(source)[1][JSON])
    assert found["headline"]["mean"] == pytest.approx(1 / 3)


def test_a_project_nobody_labelled_twice_has_nothing_to_compare(tmp_path: Path) -> None:
    project = labelled_project(tmp_path / "p", clips=0)
    with pytest.raises(DataError, match="nothing to compare"):
        report_files(ProjectPairs(project))


def test_three_people_are_compared_pairwise(tmp_path: Path) -> None:
    project = labelled_project(tmp_path / "p", clips=1, count=9)
    project.users.put("cleo", "correct horse", ["annotator"])
    job = project.assign(Kind.RELABEL, "clip-0", "cleo")
    label(project, job, {k: drawn("ann", 0, k, (24, 32)) for k in range(3)}, model=True)
    found = json.loads(report_files(ProjectPairs(project, unfinished=True))[1][JSON])
    people = {each["name"]: each["mean"] for each in found["people"]}
    assert people["ann / cleo"] == 1.0
    assert people.keys() == {"ann / ben", "ann / cleo", "ben / cleo"}
    assert found["headline"]["mean"] == pytest.approx(sum(people.values()) / 3)
    assert {each["made"] for each in found["made"]} == {"hand", "mixed"}
