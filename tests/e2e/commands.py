"""The console scripts, as subprocesses, on a release of moving squares."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression

BIN = Path(sys.executable).parent
SIZE = (24, 32)
FRAMES = 9
STRIDE = 4
GROUP = "motion patterns"


def run(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a console script; the first argument is its name."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "cache"), **(env or {})}
    environment.pop("REFVPS_CONFIG", None)
    command = [str(BIN / arguments[0]), *arguments[1:]]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)


def evaluated(*arguments: str, cwd: Path) -> dict:
    """Run ``refvps-eval --json`` and return its record."""
    done = run("refvps-eval", *arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def failed(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Run a command that must fail with one error line; return its code and the line."""
    done = run(*arguments, cwd=cwd)
    assert done.returncode != 0, done.stdout
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, errors[0]


def square(index: int) -> np.ndarray:
    """Where the square is in a frame, bool [H, W]; it moves right, two pixels a frame."""
    mask = np.zeros(SIZE, bool)
    mask[6:14, 2 * index : 2 * index + 8] = True
    return mask


def draft(clip_id: str, *, void: bool = False, video: str | None = None) -> ClipDraft:
    """A clip of a moving square, annotated on frames 0, 4 and 8; absent from the last."""
    frames, labels = [], {}
    for index in range(FRAMES):
        frame = np.full((*SIZE, 3), 60, np.uint8)
        frame[square(index)] = (220, 120, 40)
        frames.append(frame)
        if index % STRIDE == 0:
            label = square(index).astype(np.uint8)
            if index == FRAMES - 1:
                label[:] = 0
            if void:
                label[:, 16:20] = 255
            labels[index] = label
    return ClipDraft(
        clip_id=clip_id,
        frames=frames,
        labels=labels,
        expressions=tuple(
            Expression(str(k), f"the square of {clip_id}, said {k}", "1", f"a{1 + k // 2}")
            for k in range(4)
        ),
        video=video or clip_id,
        concept="moving square",
        groups=(GROUP,),
        provenance={"source": "drawn by the tests"},
    )


def squares(root: Path, clips: int = 3) -> Path:
    """Write the release and return its folder."""
    header = ReleaseHeader(
        name="squares",
        version="1.0.0",
        licence="CC0-1.0",
        description="Moving squares.",
        concepts={"moving square": (GROUP,)},
    )
    drafts = [draft(f"clip-{k}", void=k == 1) for k in range(clips)]
    write_release(root, header, drafts)
    return root
