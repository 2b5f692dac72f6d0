"""``refvps segment`` as a user runs it."""

import csv
import json
import os
import signal
import subprocess
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from baselines.motion_masks import MotionOptions, motion_masks
from e2e.commands import BIN, failed, run
from refvps.exchange import from_coco
from refvps.frames import decode_frame, encode_frame
from refvps.types import Size
from refvps.video.source import open_video
from support.videos import evenly, write_video

HEIGHT, WIDTH = 45, 61
FILES = ["overlay.mp4", "sheet.png", "area.png", "area.csv", "masks", "rle", "segment.json"]


def moving(count: int) -> list[np.ndarray]:
    """A textured square that moves over a textured ground."""
    random = np.random.default_rng(5)
    ground = random.integers(60, 120, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    square = random.integers(150, 255, (16, 16, 3), dtype=np.uint8)
    frames = [ground.copy() for _ in range(count)]
    for place, frame in enumerate(frames):
        frame[12:28, 3 + 3 * place : 19 + 3 * place] = square
    return frames


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of an odd size with sound."""
    path = tmp_path_factory.mktemp("clip") / "ball.mkv"
    return write_video(path, evenly(12), form="bgr0", frames=moving(12), sound=True)


@pytest.fixture(scope="module")
def done(clip: Path) -> Path:
    """Its results for two sentences."""
    made = run(
        *("refvps", "segment", clip.name, "the square", "what is left of it"),
        *("--method", "motion", "--start", "0.2", "--end", "1", "--option", "least_motion=0.003"),
        cwd=clip.parent,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.split() == [f"ball-motion/{name}" for name in FILES]
    assert "predict motion" in made.stderr
    assert "frames/s" in made.stderr
    return clip.parent / "ball-motion"


def expected_masks() -> list[np.ndarray]:
    frames = [decode_frame(Path("x.jpg"), encode_frame(each)) for each in moving(12)[2:10]]
    return list(motion_masks(frames, MotionOptions(least_motion=0.003)))


def test_masks_are_those_of_the_method_in_both_forms(done: Path) -> None:
    masks = expected_masks()
    assert any(mask.any() for mask in masks)
    for expression in "01":
        made = run(
            *(
                "python",
                "-c",
                "import gzip,sys; sys.stdout.write(gzip.open(sys.argv[1],'rt').read())",
            ),
            str(done / f"rle/ball/{expression}.json.gz"),
            cwd=done,
        )
        document = json.loads(made.stdout)
        assert document["size"] == [HEIGHT, WIDTH]
        for place, (frame_id, counts) in enumerate(document["masks"]):
            assert frame_id == f"{place:05}"
            stored = from_coco(Size(HEIGHT, WIDTH), counts.encode()).dense()
            assert (stored == masks[place]).all()
            with Image.open(done / f"masks/ball/{expression}/{frame_id}.png") as image:
                assert image.mode == "L"
                assert (np.asarray(image) == 255 * masks[place]).all()


def test_areas_are_exact_over_the_times_of_the_video(done: Path) -> None:
    with (done / "area.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 8
    for place, mask in enumerate(expected_masks()):
        for row, text in zip(rows[2 * place :], ("the square", "what is left of it"), strict=False):
            assert row["time_s"] == f"{(place + 2) / 10:.1f}".removesuffix(".0")
            assert (row["expression"], int(row["pixels"])) == (text, mask.sum())
            assert row["share"] == f"{mask.sum() / (HEIGHT * WIDTH):.6f}"


def test_the_overlay_plays_with_sound_at_the_same_times(done: Path) -> None:
    content = (done / "overlay.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(done / "overlay.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.width % 2, context.height % 2, context.width) == (0, 0, 610)
        assert len(container.streams.audio) == 1
    frames = list(open_video(done / "overlay.mp4").frames())
    assert [frame.time for frame in frames] == evenly(8)
    shown, mask = frames[4].pixels()[: HEIGHT * 10, : WIDTH * 10], expected_masks()[4]
    bare = moving(12)[6].repeat(10, 0).repeat(10, 1)
    changed = np.abs(shown.astype(int) - bare).mean(axis=2)[5::10, 5::10] > 25
    assert np.mean(changed == mask) > 0.9, "masks are where they belong"


def test_the_record_says_what_made_it(done: Path) -> None:
    record = json.loads((done / "segment.json").read_text())
    assert record["schema"] == "refvps-segment/1"
    assert (record["start"], record["end"], record["ends"]) == ("1/5", "1", "1")
    assert record["frames"][1] == {"id": "00001", "time": "3/10", "pts": 300}
    assert record["method"]["options_given"] == {"least_motion": "0.003"}
    assert record["method"]["options"]["work_side"] == "320"
    assert [each["text"] for each in record["expressions"]] == ["the square", "what is left of it"]
    assert len(record["video"]["sha256"]) == 64
    assert sorted(path.name for path in done.iterdir()) == sorted(FILES)


def test_pictures_are_whole(done: Path) -> None:
    for name in ("sheet.png", "area.png"):
        with Image.open(done / name) as image:
            image.load()
            assert min(image.size) > 300


def test_a_result_is_replaced_only_when_asked(done: Path, clip: Path) -> None:
    again = ("refvps", "segment", clip.name, "other", "--method", "full-frame", "--to", done.name)
    code, line = failed(*again, cwd=clip.parent)
    assert (code, "exists already; --force replaces it" in line) == (3, True)
    copy = clip.parent / "copy"
    subprocess.run(["cp", "-r", done, copy], check=True)
    made = run(*again[:-1], "copy", "--force", "--end", "0.3", "--json", cwd=clip.parent)
    assert made.returncode == 0, made.stderr
    summary = json.loads(made.stdout)
    assert summary["expressions"] == [{"id": "0", "text": "other", "mean_share": 1.0}]
    assert summary["files"]["overlay"] == "copy/overlay.mp4"
    assert not (copy / "masks/ball/1").exists()
    (copy / "notes.txt").write_text("mine")
    code, line = failed(*again[:-1], "copy", "--force", cwd=clip.parent)
    assert (code, "holds other files than a segmentation, such as notes.txt" in line) == (3, True)
    assert not list(clip.parent.glob(".partial-*"))


def test_one_frame_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "still").mkdir()
    Image.fromarray(moving(1)[0]).save(tmp_path / "still/a.png")
    made = run("refvps", "segment", "still", "it", "--method", "full-frame", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert len(list(open_video(tmp_path / "still-full-frame/overlay.mp4").frames())) == 1
    assert (tmp_path / "still-full-frame/masks/still/0/a.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone.mp4", "x", "--method", "motion"], 3, "gone.mp4: is missing"),
        (["text.mp4", "x", "--method", "motion"], 3, "text.mp4: cannot be read as a video"),
        (["text.mp4", "x"], 2, "name a method with --method; installed: "),
        (["text.mp4", "--method", "motion"], 2, "say what to segment"),
        (["ball.mkv", "x", "--method", "motoin"], 2, "did you mean 'motion'?"),
        (["ball.mkv", "x", "--method", "motion", "--device", "cuda"], 2, "unknown option 'device'"),
        (["ball.mkv", "x", "--method", "motion", "--start", "9"], 2, "no frame lies from 9 s"),
        (["ball.mkv", "x", "--method", "motion", "--fps", "no"], 2, "'no' is no frame rate"),
        (["ball.mkv", "x", "--method", "motion", "--to", "text.mp4/a"], 3, "cannot be written to"),
    ],
)
def test_wrong_words_are_one_line_and_leave_nothing(
    arguments: list[str], code: int, said: str, clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "ball.mkv").symlink_to(clip)
    found, line = failed("refvps", "segment", *arguments, cwd=tmp_path)
    assert (found, said in line) == (code, True), line
    assert {path.name for path in tmp_path.iterdir()} <= {"text.mp4", "ball.mkv", "cache"}


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    write_video(tmp_path / "long.mkv", evenly(300), frames=moving(12) * 25)
    command = [str(BIN / "refvps"), "segment", "long.mkv", "it", "--method", "motion"]
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None and not list(tmp_path.glob(".partial-*/frames/*")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        stderr = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert [path.name for path in tmp_path.iterdir()] == ["long.mkv"]


def test_rotated_video_of_uneven_rate_stays_so(tmp_path: Path) -> None:
    times = [Fraction(each, 100) for each in (0, 10, 15, 70, 71, 100)]
    write_video(
        tmp_path / "phone.mp4",
        times,
        codec="libx264",
        frames=[frame[:44, :60] for frame in moving(6)],
        rotation=90,
        form="yuv420p",
    )
    made = run("refvps", "segment", "phone.mp4", "it", "--method", "full-frame", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "phone-full-frame"
    assert [frame.time for frame in open_video(folder / "overlay.mp4").frames()] == times
    with Image.open(folder / "masks/phone/0/00000.png") as image:
        assert image.size == (44, 60)
    assert json.loads((folder / "segment.json").read_text())["video"]["rotation"] == 90
