"""Videos are decoded in a child, and whatever becomes of it is one line."""

import io
import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotator.formats import decoding
from annotator.formats.decoding import Limits, decoded_frames
from refvps.errors import DataError
from refvps.video.times import WHOLE, Span
from support.videos import evenly, number_of, write_video

LIMITS = Limits(frames=1440, side=4096)


def shown(path: Path, span: Span = WHOLE, limits: Limits = LIMITS) -> list[int]:
    found = []
    for content in decoded_frames(path, 24, span, limits):
        with Image.open(io.BytesIO(content)) as image:
            found.append(number_of(np.asarray(image.convert("RGB"))))
    return found


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("v") / "v.mkv"
    write_video(path, evenly(8, 8))
    return path


def test_frames_come_at_the_rate_and_from_the_span(video: Path) -> None:
    assert shown(video)[:21] == [number for number in range(7) for _ in range(3)]
    assert shown(video, Span(Fraction(1, 4), Fraction(1, 2))) == [2, 2, 2, 3, 3, 3]


def refused(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(DataError) as caught:
        shown(path, WHOLE, limits)
    assert caught.value.path == path
    assert "\n" not in caught.value.message
    return caught.value.problem


def test_what_is_no_video_is_refused_as_without_a_child(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"")
    assert refused(path) == "file is empty; expected a video"
    path.write_bytes(os.urandom(4096))
    assert "cannot be read as a video" in refused(path)


def test_a_video_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    write_video(path, evenly(8, 24))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "cannot be read as a video" in refused(path)


def test_limits_of_length_and_size_hold(video: Path) -> None:
    longer = refused(video, Limits(frames=12, side=4096))
    assert longer == "is longer than 1/2 s; cut it with --start and --end"
    assert "are too large; at most 8 a side" in refused(video, Limits(frames=99, side=8))


def test_too_little_memory_is_one_line(video: Path) -> None:
    found = refused(video, Limits(frames=99, side=4096, memory=48 << 20))
    assert "memory" in found or "crash" in found


def test_a_frame_that_is_too_large_a_file_is_refused(video: Path) -> None:
    assert "gives a frame of" in refused(video, Limits(frames=99, side=4096, file=10))


PROGRAMS = {
    "hangs": ("import time; time.sleep(60)", "gives no frame for 1 s"),
    "crashes": ("import os; os.kill(os.getpid(), 11)", "makes the decoder crash (SIGSEGV)"),
    "ends": ("raise SystemExit(7)", "makes the decoder crash (exit code 7)"),
    "computes": (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 3))\nwhile True: pass",
        "takes more than 1800 s of computing",
    ),
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_a_decoder_that_goes_wrong_is_one_line(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    program, problem = PROGRAMS[what]
    (tmp_path / "wrong_decoder.py").write_text(program)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(decoding, "CHILD", "wrong_decoder")
    silence = 1 if what == "hangs" else 60
    assert problem in refused(video, Limits(frames=99, side=4096, silence=silence))


def test_a_reader_that_stops_ends_the_child(video: Path) -> None:
    frames = decoded_frames(video, 24, WHOLE, LIMITS)
    next(frames)
    frames.close()
    found = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True)
    mine = [line for line in found.stdout.splitlines() if line.split()[0] == str(os.getpid())]
    assert not [line for line in mine if decoding.CHILD in line]


def test_a_child_ends_when_its_parent_is_killed(video: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from refvps.video.times import WHOLE\n"
        "from annotator.formats.decoding import Limits, decoded_frames, _child\n"
        "with _child('{}'.replace('{}', '{\"path\": 1}')) as child:\n"
        "    print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        child = int(one.stdout.readline())
        one.kill()
    until = time.monotonic() + 20
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()
