"""Rendered videos: the same pixels every time, sensible masks, other seeds too."""

import numpy as np
import pytest

from refvps.demo.catalogue import read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import clip_digest, committed_digests, frames_digest, part_labels
from refvps.demo.render import render
from refvps.demo.scenes import SCENES
from refvps.demo.video import STRIDE
from refvps.errors import ConfigError

CHEAP = ("coffee", "panes")
CLIPS = read_catalogue()
VIDEOS = sorted({(clip.scene, clip.seed) for clip in CLIPS})


def rendered_digests(scene, seed):
    video = render(scene, seed)
    frames = frames_digest(video)
    return {
        clip.clip_id: clip_digest(frames, part_labels(video.part(clip.part)))
        for clip in CLIPS
        if (clip.scene, clip.seed) == (scene, seed)
    }


def expected_digests(scene, seed):
    digests = committed_digests()
    return {c.clip_id: digests[c.clip_id] for c in CLIPS if (c.scene, c.seed) == (scene, seed)}


@pytest.mark.parametrize("video", [video for video in VIDEOS if video[0] in CHEAP])
def test_cheap_videos_have_the_committed_digests(video):
    assert rendered_digests(*video) == expected_digests(*video)


@pytest.mark.slow
@pytest.mark.parametrize("video", [video for video in VIDEOS if video[0] not in CHEAP])
def test_all_other_videos_have_the_committed_digests(video):
    assert rendered_digests(*video) == expected_digests(*video)


@pytest.fixture(scope="module")
def video():
    return render("coffee", 1001)


def test_every_fourth_frame_has_a_mask_of_the_frame_size(video):
    count = -(-len(video.frames) // STRIDE)

    for part in video.parts:
        assert len(part.masks) == len(part.voids) == count
        assert {mask.size for mask in part.masks + part.voids} == {video.frames.shape[1:3]}


def test_targets_of_one_video_do_not_overlap_and_void_is_no_target(video):
    for at in range(len(video.parts[0].masks)):
        claims = np.stack([part.masks[at].dense() for part in video.parts])
        assert np.sum(claims, axis=0).max() <= 1
        for part in video.parts:
            assert not np.any(part.masks[at].words & part.voids[at].words)


def test_concepts_of_parts_are_declared(video):
    assert {part.words.concept for part in video.parts} <= set(CONCEPTS)


def test_frames_are_read_only_uint8(video):
    assert video.frames.dtype == np.uint8
    assert not video.frames.flags.writeable


def test_another_seed_is_another_video(video):
    other = render("coffee", 1002)

    assert other.frames.shape[0] != len(video.frames) or np.any(other.frames != video.frames)


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_other_seeds_show_every_part_for_a_good_while(scene):
    for part in render(scene, 2024).parts:
        areas = np.array([mask.area for mask in part.masks]) / (240 * 320)
        assert np.mean(areas > 0.0005) >= 0.4
        assert 0.005 < areas.max() < 0.5


def test_an_unknown_scene_is_one_line_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"no demo scene is called nowhere; known: balloons, .*"):
        render("nowhere", 1)
