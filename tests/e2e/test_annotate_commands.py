"""A project from an empty folder to an export, as its owner makes it on the command line."""

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from e2e.commands import BIN, failed, run
from support.coded_videos import write_coded
from support.projects import PASSWORD, copied_project

JOB = "walk-mask-ann"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A coded video of 25 frames, and nine frames with masks, in the manner of DAVIS."""
    write_coded(tmp_path / "Clip 1.mp4", [Fraction(index, 24) for index in range(25)])
    frames, masks = tmp_path / "JPEGImages/walk", tmp_path / "Annotations/walk"
    frames.mkdir(parents=True)
    masks.mkdir(parents=True)
    for index in range(9):
        mask = np.zeros((48, 64), np.uint8)
        mask[10:20, 5 + index : 20 + index] = 1
        Image.fromarray(mask).save(masks / f"{index:05d}.png")
        Image.fromarray(np.dstack([90 + 100 * mask] * 3)).save(frames / f"{index:05d}.jpg")
    return tmp_path


def annotated(*arguments: str, cwd: Path, stdin: str = "") -> str:
    """Run `refvps annotate`, which must succeed, and return what it prints."""
    command = [str(BIN / "refvps"), "annotate", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, input=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*arguments: str, cwd: Path) -> tuple[int, str]:
    return failed("refvps", "annotate", *arguments, cwd=cwd)


def with_masks(here: Path) -> None:
    annotated("create", "p", cwd=here)
    annotated("user", "p", "ann", "--password-stdin", cwd=here, stdin=f"{PASSWORD}\n")
    annotated("import", "p", "JPEGImages/walk", "--concept", "walking", cwd=here)
    assert annotated("assign", "p", "walk", "ann", cwd=here) == f"{JOB}\n"
    told = annotated("masks", "p", "Annotations/walk", "--job", JOB, cwd=here)
    assert told == f"{JOB}: 3 keyframes start from 9 masks\n"


def test_masks_that_were_imported_come_out_as_they_went_in(here: Path) -> None:
    with_masks(here)
    again = annotated("masks", "p", "Annotations/walk", "--job", JOB, cwd=here)
    assert again.startswith(f"{JOB}: 0 keyframes"), "work that is there already was overwritten"
    told = annotated("export", "p", "--to", "out", "--form", "davis", "--unfinished", cwd=here)
    assert told == "out: 1 clip\n"
    written = sorted((here / "out/Annotations/walk").iterdir())
    assert [path.name for path in written] == ["00000.png", "00004.png", "00008.png"]
    for path in written:
        given = np.asarray(Image.open(here / "Annotations/walk" / path.name))
        assert np.array_equal(np.asarray(Image.open(path)), given)
    kept = here / "p/clips/walk"
    frames = {path.read_bytes() for path in kept.rglob("*.jpg")}
    assert frames == {path.read_bytes() for path in (here / "JPEGImages/walk").iterdir()}


def test_a_video_and_a_part_of_it_are_imported(here: Path) -> None:
    annotated("create", "p", cwd=here)
    told = annotated("import", "p", "Clip 1.mp4", cwd=here)
    assert told == "clip-1: 25 frames, 7 keyframes\n"
    told = annotated(
        "import", "p", "Clip 1.mp4", "--clip", "part", "--start", "0.25", "--end", "0.75", cwd=here
    )
    assert told == "part: 12 frames, 3 keyframes\n"


def test_a_backup_is_the_project_again(here: Path) -> None:
    with_masks(here)
    assert "files; unpack it" in annotated("backup", "p", "--to", "b.tar", cwd=here)
    with tarfile.open(here / "b.tar") as archive:
        archive.extractall(here / "restored", filter="data")
    assert annotated("verify", "restored", cwd=here) == "restored: nothing is damaged\n"
    planes = list((here / "restored/ann").rglob("*.png"))
    planes[0].write_bytes(planes[0].read_bytes()[:-1])
    done = run("refvps", "annotate", "verify", "restored", cwd=here)
    assert done.returncode == 3
    assert planes[0].name in done.stdout
    assert "Traceback" not in done.stderr


def test_statistics_name_every_job_beside_the_plan(here: Path) -> None:
    with_masks(here)
    told = annotated("statistics", "p", cwd=here).splitlines()
    assert told[0].startswith(f"{JOB}  0 s active")
    assert told[-1].startswith("planned a keyframe: ")
    assert json.loads(annotated("statistics", "p", "--json", cwd=here))[JOB]["active_seconds"] == 0


def test_every_mistake_is_told_in_one_line(here: Path) -> None:
    with_masks(here)
    shutil.copy(here / "Clip 1.mp4", here / "torn.mp4")
    (here / "torn.mp4").write_bytes(b"no video")
    for code, words, arguments in (
        (3, "not empty", ("create", "p")),
        (3, "no project", ("statistics", "nowhere")),
        (3, "'Bob'", ("user", "p", "Bob", "--password-stdin")),
        (2, "8 characters", ("user", "p", "bob", "--password-stdin")),
        (3, "nope.mp4", ("import", "p", "nope.mp4")),
        (3, "torn.mp4", ("import", "p", "torn.mp4")),
        (3, "there already", ("import", "p", "JPEGImages/walk")),
        (2, "no time", ("import", "p", "Clip 1.mp4", "--start", "soon")),
        (3, "no frames", ("import", "p", "Clip 1.mp4", "--start", "90")),
        (3, "no such clip", ("assign", "p", "run", "ann")),
        (3, "no user 'bob'", ("assign", "p", "walk", "bob")),
        (2, "'sing'", ("assign", "p", "walk", "ann", "--kind", "sing")),
        (7, "already", ("assign", "p", "walk", "ann")),
        (2, JOB, ("masks", "p", "Annotations/walk", "--job", "nope")),
        (2, "davis", ("masks", "p", "Annotations/walk", "--job", JOB, "--form", "gif")),
        (3, "--target", ("masks", "p", "Annotations/walk", "--job", JOB, "--target", "9")),
        (3, "--unfinished", ("export", "p", "--to", "out")),
        (3, "no expression", ("export", "p", "--to", "out", "--unfinished")),
        (2, "coco", ("export", "p", "--to", "out", "--unfinished", "--form", "gif")),
        (3, "there already", ("backup", "p", "--to", "torn.mp4")),
        (2, "known: auto, sam2", ("p", "--segmenter", "none")),
        (2, "--weights", ("p", "--weights", "a.pt", "--option", "weights=b.pt")),
        (3, "a.pt", ("p", "--weights", "a.pt")),
        (2, "belong together", ("p", "--tls-key", "k.pem")),
        (2, "https", ("p", "--tls-key", "torn.mp4", "--tls-certificate", "torn.mp4")),
        (2, "--root-path", ("p", "--root-path", "annotate")),
    ):
        found, line = refused(*arguments, cwd=here)
        assert (found, words in line) == (code, True), (arguments, found, line)
    assert not (here / "out").exists()


def test_the_doctor_names_the_weights_and_the_command_that_gets_them(here: Path) -> None:
    empty = {"HF_HUB_CACHE": str(here / "hub"), "HF_HOME": str(here / "home")}
    done = run("refvps", "doctor", "annotate", cwd=here, env=empty)
    assert "hf download facebook/sam2.1-hiera-large" in done.stdout, done.stderr
    done = run("refvps", "doctor", "annotate", "--json", cwd=here, env=empty)
    found = {each["name"]: each for each in json.loads(done.stdout)["findings"]}
    assert found["server"]["state"] == "present"
    assert found["SAM 2 weights"]["state"] == "note"
    done = run("refvps", "doctor", "annotate", "--weights", "a.pt", cwd=here, env=empty)
    assert done.returncode != 0
    assert "a.pt" in done.stdout
    assert "Traceback" not in done.stderr


@contextmanager
def served(*arguments: str, cwd: Path) -> Iterator[tuple[str, list[str], "subprocess.Popen[str]"]]:
    """Serve until the block ends; yields the address, the lines printed before it, the process."""
    command = [str(BIN / "refvps"), "annotate", *arguments, "--port", "0"]
    with (cwd / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=cwd)
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if re.match(r"https?://", line):
                break
        assert lines, (cwd / "log").read_text()
        yield lines[-1], lines[:-1], process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def logged_in(url: str, name: str, password: str, **how) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers={"x-refvps": "1"}, timeout=60, **how) as client:
        done = client.post("login", data={"name": name, "password": password})
        assert done.status_code == 303, done.text
        yield client


def test_the_segmenter_that_answers_is_announced(tmp_path: Path) -> None:
    copied_project(tmp_path / "p")
    with served("p", "--segmenter", "classic", cwd=tmp_path) as (url, *_):
        assert url.startswith("http://127.0.0.1:")
        assert (tmp_path / "log").read_text() == "segmenter: classic, without weights\n"
        with logged_in(url, "ann", PASSWORD) as ann:
            assert [job["job"] for job in ann.get("api/jobs").json()] == ["clip-0-mask-ann"]
        code, line = refused("p", "--segmenter", "classic", "--port", "0", cwd=tmp_path)
        assert (code, "another process" in line) == (3, True)


@pytest.mark.parametrize("interrupts", [1, 3])
def test_stopping_cuts_off_what_is_under_way_without_a_traceback(
    tmp_path: Path, interrupts: int
) -> None:
    copied_project(tmp_path / "p")
    half = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nname="
    with served("p", "--segmenter", "classic", cwd=tmp_path) as (url, _, process):
        port = int(url.rsplit(":", 1)[1].strip("/"))
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            waiting.sendall(half)
            httpx.get(f"{url}healthz").raise_for_status()
            for _ in range(interrupts):
                process.send_signal(signal.SIGINT)
                time.sleep(0.3)
            assert process.wait(60) in {130, -signal.SIGINT}
    told = (tmp_path / "log").read_text().splitlines()
    assert not [line for line in told if "Traceback" in line or "  File" in line]
    assert told[-2] == "the server has stopped; everything acknowledged is on the disk"


def test_a_certificate_makes_it_https_with_a_secure_cookie(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    copied_project(tmp_path / "p")
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out chain.pem"
    subprocess.run([*make.split(), *names.split()], check=True, capture_output=True, cwd=tmp_path)
    tls = ("--tls-certificate", "chain.pem", "--tls-key", "key.pem", "--segmenter", "classic")
    with served("p", *tls, cwd=tmp_path) as (url, *_):
        assert url.startswith("https://127.0.0.1:")
        trusted = ssl.create_default_context(cafile=tmp_path / "chain.pem")
        with logged_in(url, "ann", PASSWORD, verify=trusted) as ann:
            assert ann.get("api/jobs").status_code == 200
            assert all(cookie.secure for cookie in ann.cookies.jar)


def test_below_a_proxy_s_path_everything_is_found(tmp_path: Path) -> None:
    copied_project(tmp_path / "p")
    how = ("--root-path", "/annotate", "--segmenter", "classic")
    with served("p", *how, cwd=tmp_path) as (url, *_):
        assert url.endswith("/annotate/")
        assert httpx.get(f"{url}api/jobs").status_code == 401
        with logged_in(url, "ben", PASSWORD) as ben:
            assert [cookie.path for cookie in ben.cookies.jar] == ["/annotate/"]
            assert len(ben.get("api/jobs").json()) == 1
            front = ben.get("")
            assert (front.status_code, front.headers["location"]) == (303, "/annotate/ui/")


@pytest.mark.slow
def test_the_demo_needs_no_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with served("--demo", "--segmenter", "classic", cwd=tmp_path) as (url, told, _):
        said = dict(re.findall(r"log in as (\w+) with the password (\S+)", "\n".join(told)))
        assert set(said) == {"ada", "ann", "ben", "rita"}
        for name, labels in {"ann": "mask", "ben": "relabel"}.items():
            with logged_in(url, name, said[name]) as client:
                jobs = client.get("api/jobs").json()
                kinds = sorted(job["kind"] for job in jobs)
                assert kinds == ["expression"] * 6 + [labels] * 6
                assert client.get(f"api/clips/{jobs[0]['clip']}/frames/0").status_code == 200
