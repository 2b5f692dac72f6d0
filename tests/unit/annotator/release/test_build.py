"""A project becomes a release and a release a project: nothing is lost, nothing slips in."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from annotator.jobs import JobState, Kind
from annotator.project import Project, create_project
from annotator.release.build import Asked, build_release
from annotator.release.from_release import import_release
from refvps.errors import ConfigError, DataError
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.statistics import release_statistics
from refvps.release.validate import validate_release
from refvps.release.version import bumped, parse_version
from support.labelled import copied_labelled, drawn, label

ATTESTED = """
[[attestation]]
source = "drawn by the tests"
basis = "drawn by us and given to everybody"
by = "the tests"
on = "2026-11-27"
"""


def accept(project: Project, *clips: str, freeze: bool = False) -> None:
    for job in project.jobs():
        if job.kind is Kind.MASK and (not clips or job.clip in clips):
            project.move(job.job_id, JobState.ACCEPTED)
            if freeze:
                project.move(job.job_id, JobState.FROZEN)


def lines(clips: int = 3, **changed: str) -> str:
    found = []
    for number in range(clips):
        line = {
            "clip_id": f"clip-{number}",
            "platform": "test",
            "video_id": f"v{number}",
            "url": f"https://example.org/{number}.mp4",
            "in": "0",
            "out": "9/24",
            "sha256_media": f"{number}" * 64,
        }
        found.append(json.dumps({**line, **changed}))
    return "\n".join(found) + "\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copied_labelled(tmp_path / "p", count=9)


def full(tmp_path: Path, **more) -> Asked:
    path = tmp_path / "attested.toml"
    path.write_text(ATTESTED)
    return Asked("squares", "1.0.0", "CC0-1.0", kind="full", attestations=path, **more)


def ids_only(tmp_path: Path, **more) -> Asked:
    path = tmp_path / "where.jsonl"
    path.write_text(lines())
    return Asked("squares", "1.0.0", "CC0-1.0", provenance=path, **more)


def test_a_full_release_is_sound_and_says_who_attests(project: Project, tmp_path: Path) -> None:
    accept(project, freeze=True)
    built = build_release(project, tmp_path / "r", full(tmp_path))
    assert (built.clips, built.left_out, built.changes) == (3, (), None)
    assert validate_release(tmp_path / "r", InlineExecutor()) == ()
    (line, *_) = (tmp_path / "r/provenance.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert (found["attested_by"], found["licence"]) == ("the tests", "CC0-1.0")
    assert (found["masks_state"], len(found["masks_digest"])) == ("frozen", 64)
    assert found["masks_digest"] == project.job("clip-0-mask-ann").frozen_digest
    sheet = (tmp_path / "r/DATASHEET.md").read_text()
    assert "3 were accepted by a reviewer and 3 frozen" in sheet
    assert "first release" in (tmp_path / "r/CHANGELOG.md").read_text()


def test_without_an_attestation_no_pixels_are_published(project: Project, tmp_path: Path) -> None:
    accept(project)
    with pytest.raises(ConfigError, match="nobody attests that pixels may be published"):
        build_release(project, tmp_path / "r", Asked("squares", "1.0.0", kind="full"))
    assert not (tmp_path / "r").exists()


def test_an_ids_only_release_has_no_pixel_and_opens(project: Project, tmp_path: Path) -> None:
    accept(project)
    build_release(project, tmp_path / "r", ids_only(tmp_path))
    root = tmp_path / "r"
    assert not list(root.rglob("*.jpg"))
    assert validate_release(root, InlineExecutor()) == ()
    release = open_release(root)
    assert (release.header.kind, release.coverage) == ("ids-only", None)
    assert len(list(release.queries())) == 12
    assert release_statistics(release).frames == 27
    assert "release hydrate" in (root / "README.md").read_text()


def test_what_cannot_be_fetched_again_is_no_ids_only_release(
    project: Project, tmp_path: Path
) -> None:
    accept(project)
    with pytest.raises(ConfigError, match="cannot be fetched again: its provenance lacks 'url'"):
        build_release(project, tmp_path / "r", Asked("squares", "1.0.0"))


def test_a_path_of_this_machine_is_no_address_and_is_not_published(
    project: Project, tmp_path: Path
) -> None:
    accept(project)
    where = tmp_path / "where.jsonl"
    where.write_text(lines(url="file:///home/me/0.mp4", platform="drawn by the tests"))
    with pytest.raises(ConfigError, match="its provenance lacks 'url'"):
        build_release(project, tmp_path / "r", Asked("squares", "1.0.0", provenance=where))
    build_release(project, tmp_path / "r", full(tmp_path, provenance=where))
    assert not any("/home/me" in path.read_text() for path in (tmp_path / "r").glob("*.json*"))


def test_only_what_a_reviewer_accepted_is_published(project: Project, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no clip was accepted"):
        build_release(project, tmp_path / "r", full(tmp_path))
    accept(project, "clip-1")
    built = build_release(project, tmp_path / "r", full(tmp_path))
    assert (built.clips, built.left_out) == (1, ("clip-0", "clip-2"))
    everything = full(tmp_path, unreviewed=True)
    assert build_release(project, tmp_path / "all", everything).clips == 3


def test_an_adjudication_goes_before_the_first_labels(project: Project, tmp_path: Path) -> None:
    accept(project)
    project.users.put("judith", "correct horse", ["annotator"])
    job = project.assign(Kind.ADJUDICATE, "clip-0", "judith")
    planes = {k: drawn("ben", 0, k, (24, 32)) for k in range(3)}
    label(project, job, planes)
    for state in (JobState.SUBMITTED, JobState.ACCEPTED):
        project.move(job.job_id, state)
    build_release(project, tmp_path / "r", full(tmp_path))
    track = open_release(tmp_path / "r").truth("clip-0", "1")
    assert np.array_equal(track.masks[1].dense(), planes[1] == 1)


def test_a_release_through_a_project_is_the_same_release(project: Project, tmp_path: Path) -> None:
    accept(project)
    build_release(project, tmp_path / "one", full(tmp_path))
    again = create_project(tmp_path / "q", "again")
    assert import_release(again, tmp_path / "one") == 3
    build_release(again, tmp_path / "two", full(tmp_path))
    for kind in ("Annotations", "JPEGImages", "meta_expressions"):
        first, second = (
            {p.relative_to(tmp_path / r / kind): p.read_bytes() for p in files(tmp_path / r / kind)}
            for r in ("one", "two")
        )
        assert first == second, kind


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_demo_goes_through_a_project_unchanged(tmp_path: Path) -> None:
    from support.releases import squares

    squares(tmp_path / "one")
    again = create_project(tmp_path / "q", "again")
    import_release(again, tmp_path / "one")
    build_release(again, tmp_path / "two", full(tmp_path, unreviewed=False))
    for kind in ("Annotations", "meta_expressions"):
        for path in files(tmp_path / "one" / kind):
            assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == (
                path.read_bytes()
            )


def test_a_next_version_says_what_changed(project: Project, tmp_path: Path) -> None:
    accept(project, "clip-0", "clip-1")
    build_release(project, tmp_path / "one", full(tmp_path))
    accept(project, "clip-2")
    for wrong in ("1.0.0", "0.9.9", "2.0", "v2.0.0"):
        asked = Asked("squares", wrong, kind="full", previous=tmp_path / "one")
        with pytest.raises(ConfigError, match="version"):
            build_release(project, tmp_path / "two", asked)
    path = tmp_path / "attested.toml"
    asked = Asked("squares", "1.1.0", kind="full", attestations=path, previous=tmp_path / "one")
    built = build_release(project, tmp_path / "two", asked)
    assert built.changes.added == ("clip-2",)
    text = (tmp_path / "two/CHANGELOG.md").read_text()
    assert text == (
        "# Changelog\n\n## 1.1.0\n\n- 1 clip added: clip-2\n\n## 1.0.0\n\n- first release\n"
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_croissant_metadata_is_valid_and_reads_back(project: Project, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    accept(project)
    build_release(project, tmp_path / "r", full(tmp_path))
    dataset = mlcroissant.Dataset(tmp_path / "r/croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    records = list(dataset.records("clips"))
    assert [record["clips/clip_id"] for record in records] == [b"clip-0", b"clip-1", b"clip-2"]
    assert records[1]["clips/concept"] == b"smoke rising"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[attestation]]\nsource = 'x'\n", "basis: Field required"),
        ("nonsense", "cannot be read as TOML"),
        (ATTESTED.replace("2026-11-27", "yesterday"), "attestation.0.on"),
    ],
)
def test_an_attestation_lacks_nothing(
    project: Project, tmp_path: Path, text: str, said: str
) -> None:
    accept(project)
    asked = full(tmp_path)
    (tmp_path / "attested.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        build_release(project, tmp_path / "r", asked)


def test_versions() -> None:
    assert parse_version("10.0.3") == (10, 0, 3)
    assert bumped("0.9.9", "patch") == "0.9.10"
    for wrong in ("1", "01.0.0", "1.0.0-rc1", ""):
        with pytest.raises(ConfigError, match="MAJOR"):
            parse_version(wrong)


def test_what_was_removed_is_not_brought_in_under_any_name(
    project: Project, tmp_path: Path
) -> None:
    from annotator.clip import ClipFacts
    from annotator.formats.clips_in import import_clip
    from annotator.release.place import load
    from refvps.takedown.place import Name, Removal

    frames = project.clip("clip-0").folder / "frames"
    copy = tmp_path / "copy"
    shutil.copytree(frames, copy)
    removal = Removal(frozenset({Name("clip", "clip-0")}), "asked", "2026-11-27T00:00:00Z")
    load().remove(project.root, removal)
    left = Project(project.root)
    for name in ("clip-0", "another"):
        with pytest.raises(DataError, match="removed on request"):
            import_clip(left, name, copy, ClipFacts("v"))
        assert left.clip_ids == Project(project.root).clip_ids
