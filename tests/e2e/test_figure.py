"""``refvps figure`` as a user runs it."""

import re
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from e2e.commands import failed, run
from refvps.frames import encode_frame, read_frame
from refvps.mask_png import write_labels
from refvps.overlay import TARGET, overlay
from refvps.release.reader import open_release
from support.releases import FRAMES, edit_clip, reseal, square, squares

METHODS = ("--root", "data", "--pred", "preds", "--methods", "full-frame,motion")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release and the masks of two methods."""
    folder = tmp_path_factory.mktemp("made")
    squares(folder / "data")
    done = run(
        *("refvps", "predict", "--method", "full-frame,motion"),
        *("--root", "data", "--pred", "preds", "--workers", "1"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be broken."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def drawn(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> tuple[list[Path], str]:
    """Run the command; return the files it says it wrote, and what it said on stderr."""
    done = run("refvps", "figure", *arguments, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return [cwd / line for line in done.stdout.splitlines()], done.stderr


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def picture(page: np.ndarray, row: int, column: int) -> np.ndarray:
    """A picture cut out of a page of 72 dpi, 7 inches and three columns, at its own 32 by 24."""
    top, left = 3 + row * 122, 3 + 12 + column * 162
    enlarged = page[top : top + 120, left : left + 160]
    assert (enlarged == enlarged[::5, ::5].repeat(5, 0).repeat(5, 1))[:60].all()
    return enlarged[::5, ::5]


def test_a_png_holds_frames_truth_and_masks_pixel_by_pixel(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "figure.png"
    files, said = drawn("clip-1", *METHODS, "--dpi", "72", "--to", str(out), cwd=made)
    assert files == [out]
    assert "figure  1/1" in said
    with Image.open(out) as image:
        assert (image.mode, image.width) == ("RGB", 2 * 3 + 12 + 3 * 160 + 2 * 2)
        assert set(image.info) <= {"dpi"}, "no date and no program"
    page = pixels(out)
    release = open_release(made / "data")
    clip, truth = release.clip("clip-1"), release.truth("clip-1", "1")
    for column, (frame_id, mask, void) in enumerate(truth.frames()):
        frame = read_frame(made / f"data/JPEGImages/clip-1/{frame_id}.jpg")
        assert (picture(page, 0, column) == frame).all()
        shown = overlay(frame, mask.dense(), void=void.dense())
        assert (picture(page, 1, column) == shown).all()
        full = overlay(frame, np.ones_like(square(0)))
        # The corner at the lower right holds J.
        assert (picture(page, 2, column)[:12] == full[:12]).all()
        assert not (picture(page, 2, column)[12:] == full[12:]).all()
    assert len(clip.frame_ids) == FRAMES


def test_a_pdf_has_text_fonts_and_pictures_at_their_own_size(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "figure.pdf"
    drawn("clip-0", "clip-1/2", *METHODS, "--to", str(out), cwd=made)
    content = out.read_bytes()
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"/FontFile2" in content, "TrueType, embedded"
    assert b"/Subtype /Type3" not in content
    sizes = re.findall(rb"/Subtype /Image\n?.*?/Width (\d+)\s*/Height (\d+)", content, re.DOTALL)
    assert sizes == [(b"32", b"24")] * (2 * 4 * 3)
    assert content.count(b"/Type /Page ") == 1


def test_the_same_inputs_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    names = ("figure.png", "figure.pdf", "figure.mp4")
    for seed in "12":
        folder = tmp_path / seed
        outputs = [part for name in names for part in ("--to", str(folder / name))]
        env = {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": f"{seed}00000000"}
        files, _ = drawn("clip-0", *METHODS, *outputs, cwd=made, env=env)
        assert [path.name for path in files] == list(names)
        assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert b"Date" not in (tmp_path / "1/figure.pdf").read_bytes()


def test_the_users_own_plot_settings_change_nothing(made: Path, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("savefig.dpi: 20\nfont.size: 40\naxes.facecolor: red\n")
    arguments = ("clip-0", *METHODS, "--dpi", "72", "--to")
    drawn(*arguments, str(tmp_path / "a.png"), cwd=made)
    env = {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
    drawn(*arguments, str(tmp_path / "b.png"), cwd=made, env=env)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_video_plays_every_frame_with_truth_held(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "figure.mp4"
    drawn(
        *("clip-0", "--root", "data", "--pred", "preds", "--methods", "full-frame"),
        *("--to", str(out)),
        cwd=made,
    )
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "plays before it is all there"
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.width, context.height) == (992, 312)
        assert stream.average_rate == Fraction(24)
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
    assert len(frames) == FRAMES
    for index in range(FRAMES):
        held = square(index - index % 4) if index < 8 else np.zeros((24, 32), bool)
        for place, mask in enumerate((np.zeros((24, 32), bool), held, np.ones((24, 32), bool))):
            shown = frames[index][21 : 21 + 240, 8 + 328 * place : 8 + 328 * place + 320]
            source = read_frame(made / f"data/JPEGImages/clip-0/{index:05}.jpg")
            expected = overlay(source, mask, outline=1)
            # The middle of every enlarged pixel; chroma is at half resolution and compressed.
            found = shown[5::10, 5::10].astype(int)
            assert np.abs(found - expected).mean() < 4


def test_masks_of_annotated_frames_alone_are_held(work: Path) -> None:
    for index in range(0, FRAMES, 4):
        for clip in range(3):
            path = work / f"preds/sparse/clip-{clip}/{index:05}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_labels(path, square(index).astype(np.uint8))
    arguments = ("--root", "data", "--pred", "preds", "--methods", "sparse")
    files, _ = drawn("clip-0", *arguments, "--to", "a.mp4", "--to", "a.png", cwd=work)
    assert [path.name for path in files] == ["a.png", "a.mp4"]
    with av.open(str(work / "a.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES
    code, line = failed(
        *("refvps", "figure", "clip-0", *arguments, "--no-truth", "--to", "b.mp4"), cwd=work
    )
    assert code == 3
    assert "00001.png: mask of clip-0/0 is missing (and 5 more" in line
    assert not (work / "b.mp4").exists()


def test_frames_asked_for_may_lack_truth(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "figure.png"
    arguments = ("clip-0", *METHODS, "--dpi", "72", "--at", "00002,00004,00008", "--to", str(out))
    drawn(*arguments, cwd=made)
    page = pixels(out)
    bare = picture(page, 0, 0)
    assert (bare == read_frame(made / "data/JPEGImages/clip-0/00002.jpg")).all()
    assert (picture(page, 1, 0)[:12] == bare[:12]).all(), "no truth is drawn"
    assert not (picture(page, 1, 1)[:12] == picture(page, 0, 1)[:12]).all()


def test_without_truth_none_is_needed(work: Path) -> None:
    shutil.rmtree(work / "data/Annotations")
    (work / "data/release.json").unlink()
    (work / "data/checksums.sha256").unlink()
    files, _ = drawn(
        *("clip-0", "--root", "data", "--no-truth", "--frames", "2"),
        *("--to", "a.png", "--to", "a.mp4"),
        cwd=work,
    )
    assert len(files) == 2
    code, line = failed("refvps", "figure", "clip-0", "--root", "data", "--to", "b.png", cwd=work)
    assert code == 3
    assert "Annotations/clip-0: clip has no masks" in line


def test_many_clips_take_several_pages(made: Path, tmp_path: Path) -> None:
    outputs = ("--to", str(tmp_path / "f.png"), "--to", str(tmp_path / "f.pdf"))
    clips = [f"clip-{clip}/{expression}" for clip in range(3) for expression in range(4)]
    files, _ = drawn(*clips, *METHODS, *outputs, "--per-page", "5", "--columns", "2", cwd=made)
    assert [path.name for path in files] == ["f-1.png", "f-2.png", "f-3.png", "f.pdf"]
    assert (tmp_path / "f.pdf").read_bytes().count(b"/Type /Page ") == 3
    heights = [len(pixels(tmp_path / f"f-{page}.png")) for page in (1, 2, 3)]
    assert heights[0] == heights[1] > heights[2]


def test_several_clips_become_several_videos(made: Path, tmp_path: Path) -> None:
    files, _ = drawn(
        "clip-0", "clip-2/3", "clip-0", "--root", "data", "--to", str(tmp_path / "v.mp4"), cwd=made
    )
    assert [path.name for path in files] == ["v-clip-0-0.mp4", "v-clip-2-3.mp4"]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        pytest.param("die glühende Lava – «été» ½, дым, $5 & $x^2_$", False, id="covered"),
        pytest.param("الدخان الأبيض", False, id="upright-alone"),
        pytest.param("a\nb\tc", False, id="line-break"),
        pytest.param("before \U000f0000 after", True, id="no-font-has-it"),
    ],
)
def test_any_expression_can_be_drawn(text: str, warned: bool, work: Path) -> None:
    def rewrite(entry: dict) -> None:
        entry["expressions"]["0"]["exp"] = text

    edit_clip(work / "data", "clip-0", rewrite)
    reseal(work / "data")
    outputs = ("--to", "a.png", "--to", "a.pdf", "--to", "a.mp4")
    files, said = drawn("clip-0", "--root", "data", *outputs, cwd=work)
    assert len(files) == 3
    assert ("no installed font has" in said) == warned
    assert "UserWarning" not in said


def test_a_clip_of_one_frame(work: Path) -> None:
    edit_clip(work / "data", "clip-0", lambda entry: entry.update(frames=["00000"]))
    for name in range(1, FRAMES):
        (work / f"data/JPEGImages/clip-0/{name:05}.jpg").unlink()
        (work / f"data/Annotations/clip-0/{name:05}.png").unlink(missing_ok=True)
    reseal(work / "data")
    drawn("clip-0", "--root", "data", "--to", "a.png", "--to", "a.mp4", cwd=work)
    with av.open(str(work / "a.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        pytest.param(["clip-00"], 2, "has no clip 'clip-00'; did you mean 'clip-0'", id="clip"),
        pytest.param(["zebra"], 2, "it has clip-0, clip-1, clip-2", id="nothing-near"),
        pytest.param(["clip-0/9"], 2, "has no expression '9'; it has 0, 1, 2, 3", id="expression"),
        pytest.param(["clip-0", "--at", "00009"], 2, "are 00000 to 00008", id="frame"),
        pytest.param(["clip-0", "--at", "00000", "--frames", "2"], 2, "give one", id="both"),
        pytest.param(["clip-0", "--methods", "rem"], 3, "of method 'rem' for clip-0/0", id="masks"),
        pytest.param(["clip-0", "--methods", "motion,motion"], 2, "given twice", id="twice"),
        pytest.param(["clip-0", "--to", "a.gif"], 2, "a.gif: cannot write .gif", id="suffix"),
        pytest.param(["clip-0", "--to", "figure"], 2, "cannot write no suffix", id="no-suffix"),
        pytest.param(["clip-0", "--to", "data/release.json/a.png"], 3, "is no folder", id="file"),
        pytest.param(["clip-0", "--to", "folder.png"], 3, "is a folder", id="folder"),
        pytest.param(["clip-0", "--root", "nowhere"], 3, "nowhere", id="no-release"),
        pytest.param(["clip-0", "--width", "1", "--frames", "24"], 0, "", id="narrow-enough"),
        pytest.param(["clip-0", "--width", "1", "--columns", "6"], 0, "", id="one-clip-one-column"),
        pytest.param(
            ["clip-0", "clip-1", "clip-2", "--width", "1", "--columns", "6"],
            2,
            "do not fit in 1 inches",
            id="too-narrow",
        ),
    ],
)
def test_wrong_words_are_one_line_and_leave_nothing(
    arguments: list[str], code: int, problem: str, work: Path
) -> None:
    (work / "folder.png").mkdir()
    before = outside_cache(work)
    command = ("refvps", "figure", "--root", "data", "--pred", "preds", "--to", "out/f.png")
    if code == 0:
        assert run(*command, *arguments, cwd=work).returncode == 0
        return
    assert failed(*command, *arguments, cwd=work)[0] == code
    assert problem in failed(*command, *arguments, cwd=work)[1]
    assert outside_cache(work) == before


def outside_cache(work: Path) -> list[Path]:
    """Matplotlib keeps its list of fonts in the cache."""
    return sorted(path for path in work.rglob("*") if not path.is_relative_to(work / "cache"))


def test_masks_or_frames_of_other_sizes_are_named(work: Path) -> None:
    for index in range(FRAMES):
        path = work / f"preds/small/clip-0/{index:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_labels(path, np.ones((12, 16), np.uint8))
    command = ("refvps", "figure", "clip-0", "--root", "data", "--pred", "preds")
    for suffix in ("png", "mp4"):
        code, line = failed(*command, "--methods", "small", "--to", f"a.{suffix}", cwd=work)
        assert code == 3
        assert "clip-0/0: the mask of method 'small' on frame 00000 is 16x12" in line
    large = encode_frame(np.zeros((48, 64, 3), np.uint8))
    (work / "data/JPEGImages/clip-0/00008.jpg").write_bytes(large)
    for suffix in ("png", "mp4"):
        code, line = failed(*command, "--to", f"a.{suffix}", cwd=work)
        assert code == 3
        assert "clip-0/00008.jpg: frame is 64x48" in line
    assert not list(work.glob("a.*"))
    assert not list(work.glob(".partial-*"))


def test_masks_right_in_pred_cannot_be_two_methods(work: Path) -> None:
    for index in range(FRAMES):
        path = work / f"masks/clip-0/{index:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_labels(path, square(index).astype(np.uint8))
    command = ("refvps", "figure", "clip-0", "--root", "data", "--pred", "masks", "--to", "a.png")
    code, line = failed(*command, "--methods", "mine,yours", cwd=work)
    assert code == 2
    assert "'mine' and 'yours' would both be the masks in this folder" in line
    drawn(*command[2:], "--methods", "mine", cwd=work)


@pytest.mark.parametrize(
    ("module", "to", "extra"),
    [("matplotlib", "a.png", "plots"), ("av", "a.mp4", "video"), ("matplotlib", "a.mp4", "video")],
)
def test_a_missing_package_is_one_line_with_its_command(
    module: str, to: str, extra: str, made: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked" / module
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ImportError('not installed')\n")
    done = run(
        *("refvps", "figure", "clip-0", "--root", "data", "--to", str(tmp_path / to)),
        cwd=made,
        env={"PYTHONPATH": str(tmp_path / "blocked")},
    )
    assert done.returncode == 4
    assert done.stderr.startswith("error: ")
    assert f"pip install 'refvps[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_pink_stays_pink_in_a_video(made: Path, tmp_path: Path) -> None:
    """Colours are said in the file, so that no player has to guess."""
    out = tmp_path / "figure.mp4"
    drawn("clip-1", "--root", "data", "--to", str(out), cwd=made)
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_range, context.colorspace) == (1, 1)
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    swatches = frame[-30:].reshape(-1, 3).astype(int)
    assert np.abs(swatches - np.array(TARGET)).max(axis=1).min() < 25
