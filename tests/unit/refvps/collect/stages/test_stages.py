"""From a fetched file to exported frames, through the store."""

import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from refvps.collect.config import AnalyseOptions, PreviewOptions
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.export import Profile, verify_clip
from refvps.collect.folder import clip_folder, curve_path, media_path, preview_path, pts_path
from refvps.collect.stage import Stage
from refvps.collect.stages.analysing import AnalyseStage
from refvps.collect.stages.exporting import clips_to_export, export_clips, overtaken_clips
from refvps.collect.stages.previewing import PreviewStage
from refvps.collect.stages.probing import ProbeStage
from refvps.collect.store.records import (
    Boundary,
    Candidate,
    Clip,
    Duplicate,
    Export,
    Fetched,
    Fingerprint,
    Media,
    Probe,
    Score,
)
from refvps.collect.store.store import Store
from refvps.video.source import open_video
from support.coded_videos import at_rate_of, code_of, write_coded
from support.collection import CLOCK, candidate, concept, source_run
from support.detectors import MarkDetector, marked
from support.moving_pictures import dissolve, drifting, write_pictures

PROFILE = Profile()


def fetched(store: Store, native_id: str, made: Path) -> Candidate:
    """Put a file into the collection as fetching does."""
    found, digest = candidate(native_id), hashlib.sha256(made.read_bytes()).hexdigest()
    media = Media(digest, made.stat().st_size)
    path = media_path(store.folder, media)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(made, path)
    with store.transaction():
        store.put(concept(), source_run(), found, media)
        store.put(Fetched(found.candidate_id, digest, "0", None, None, "test", CLOCK))
    return found


def do(stage: Stage, store: Store, subject: Candidate) -> dict[str, object]:
    result = stage.task(store, subject)()
    assert result.status == "ok", result
    with store.transaction():
        result.save(store)
    return dict(result.detail)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with Store(tmp_path / "collection", now=lambda: CLOCK) as opened:
        yield opened


def test_a_video_with_a_cut_goes_all_the_way(store: Store, tmp_path: Path) -> None:
    pictures = [*drifting(1, 60), *drifting(2, 60)]
    one = fetched(store, "one", write_pictures(tmp_path / "a.mp4", pictures))
    do(ProbeStage(), store, one)
    media_id = store.all(Media)[0].media_id
    row = store.get(Probe, media_id=media_id)
    assert row is not None
    assert (row.n_frames, row.uneven, row.codec, row.duration) == (120, False, "h264", 4)
    assert np.load(pts_path(store.folder, media_id)).shape == (120,)
    detail = do(AnalyseStage(), store, one)
    assert detail["shots"] == 2
    (boundary,) = store.all(Boundary)
    base = row.time_base
    assert (boundary.kind, boundary.pts_end * base) == ("cut", 2)
    assert {each.name for each in store.all(Score)} >= {"residual@1s", "bars", "longest-shot"}
    assert len(store.all(Fingerprint)) == 1
    assert len(np.load(curve_path(store.folder, media_id))) == 24
    do(PreviewStage(), store, one)
    assert open_video(preview_path(store.folder, media_id)).facts.duration == 4

    times = [Fraction(2), Fraction(3), Fraction(9, 4), Fraction(11, 4)]
    good = Clip("good", one.candidate_id, media_id, "melting", 0, *times, "accepted")
    across = [Fraction(1), Fraction(3), Fraction(1), Fraction(3)]
    bad = Clip("bad", one.candidate_id, media_id, "melting", 1, *across, "accepted")
    with store.transaction():
        store.put(good, bad)
    steps = {
        step.clip_id: step for step in export_clips(store, clips_to_export(store, PROFILE), PROFILE)
    }
    assert steps["good"].n_frames == 24
    assert "the shot changes at 2 s" in steps["bad"].problem
    folder = clip_folder(store.folder, "good", PROFILE.name)
    verify_clip(folder)
    (row_,) = store.all(Export)
    assert (row_.n_frames, row_.encoder["chroma"]) == (24, "4:4:4")
    assert json.loads((folder / "clip.json").read_text())["event_in"] == "9/4"
    assert [each.clip_id for each in clips_to_export(store, PROFILE)] == ["bad"]
    shutil.rmtree(folder)
    assert {each.clip_id for each in clips_to_export(store, PROFILE)} == {"bad", "good"}


def test_a_gradual_change_is_one_span_and_no_clip_holds_any_of_it(
    store: Store, tmp_path: Path
) -> None:
    first, second = drifting(1, 60), drifting(2, 60)
    pictures = [*first, *map(marked, dissolve(first, second, 12)), *second]
    one = fetched(store, "one", write_pictures(tmp_path / "a.mp4", pictures))
    do(ProbeStage(), store, one)
    (media,) = store.all(Media)
    frame = Fraction(1, 30)
    for name, start, end in (("old-across", 50, 80), ("old-beside", 80, 100)):
        times = [start * frame, end * frame, start * frame, end * frame]
        store.put(Clip(name, one.candidate_id, media.media_id, "melting", 0, *times, "accepted"))
    assert not any(each.problem for each in export_clips(store, store.all(Clip), PROFILE))
    assert list(overtaken_clips(store, PROFILE)) == []
    both = AnalyseStage(AnalyseOptions(faces=False), (PySceneDetect(), MarkDetector()))
    detail = do(both, store, one)
    assert [(each["name"], each["threshold"]) for each in detail["detectors"]] == [
        ("pyscenedetect", 27.0),
        ("marks", 0.5),
    ]
    assert all(each["version"] for each in detail["detectors"])
    assert both.options["detectors"] != AnalyseStage().options["detectors"]
    assert "version" not in str(both.options), "an upgrade alone does not look at everything again"
    (found,) = store.all(Boundary)
    base = store.get(Probe, media_id=media.media_id).time_base
    assert (found.kind, found.pts_start * base * 30, found.pts_end * base * 30) == (
        "gradual",
        59,
        72,
    )
    assert "marks" in found.detectors
    (overtaken,) = overtaken_clips(store, PROFILE)
    assert overtaken.clip_id == "old-across"
    assert overtaken.problem.endswith("found since its frames were written: decide on it again")
    # A clip of a few frames, wherever in the span, is refused; beside it, it is written.
    for name, start, end in (
        ("a", 40, 60),
        ("b", 50, 62),
        ("c", 62, 70),
        ("d", 71, 90),
        ("e", 72, 90),
    ):
        times = [start * frame, end * frame, start * frame, end * frame]
        store.put(Clip(name, one.candidate_id, media.media_id, "melting", 0, *times, "accepted"))
    steps = {
        step.clip_id: step.problem
        for step in export_clips(store, clips_to_export(store, PROFILE), PROFILE)
    }
    assert {name for name, problem in steps.items() if not problem} == {"a", "e"}
    assert all("the shot changes at 2.4 s" in steps[name] for name in "bcd")


def test_half_written_clips_are_removed_by_the_next_run(store: Store) -> None:
    left = store.folder / "clips" / PROFILE.name / ".partial-1234"
    left.mkdir(parents=True)
    assert list(export_clips(store, (), PROFILE)) == []
    assert not left.exists()


def test_a_mirrored_copy_is_proposed_as_a_duplicate(store: Store, tmp_path: Path) -> None:
    pictures = drifting(3, 60)
    mirrored = [each[:, ::-1] for each in pictures]
    for name, frames in (("one", pictures), ("two", mirrored), ("other", drifting(4, 60))):
        subject = fetched(store, name, write_pictures(tmp_path / f"{name}.mp4", frames))
        do(ProbeStage(), store, subject)
        do(AnalyseStage(), store, subject)
    (pair,) = store.all(Duplicate)
    assert pair.relation == "flip"
    assert pair.media_id > pair.of_media_id


def test_what_is_no_whole_video_fails_with_one_line(store: Store, tmp_path: Path) -> None:
    whole = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 60))
    assert code_of(next(iter(open_video(whole).frames())).pixels()) == 0
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    result = ProbeStage().task(store, fetched(store, "cut", cut))()
    assert (result.status, result.reason) == ("failed", "unreadable")
    assert "\n" not in str(result.detail["message"])


def test_thresholds_are_options_and_another_one_runs_the_stage_again(
    store: Store, tmp_path: Path
) -> None:
    pictures = [*drifting(1, 60), *drifting(2, 60)]
    one = fetched(store, "one", write_pictures(tmp_path / "a.mp4", pictures))
    do(ProbeStage(), store, one)
    usual = AnalyseStage()
    assert [each["reason"] for each in do(usual, store, one)["proposals"]] == [
        "no-change",
        "shot-changes",
    ]
    given = AnalyseOptions(no_change=0.0, least_shot=1.5, compilation=2, faces=False)
    other = AnalyseStage(given, (PySceneDetect(20.0),))
    assert other.options != usual.options
    assert [each["reason"] for each in do(other, store, one)["proposals"]] == ["split"]
    assert store.get(Score, name="faces") is None
    blind = AnalyseStage(detectors=(PySceneDetect(250.0),))
    assert do(blind, store, one)["shots"] == 1
    preview = PreviewStage(PreviewOptions(side=64, rate=4))
    assert do(preview, store, one) == {"width": 64, "height": 36}
    path = preview_path(store.folder, store.all(Media)[0].media_id)
    assert len(list(open_video(path).frames())) == 16
