"""Commands to which a folder is on a read-only disk, for whoever runs the tests: root as well.

Root ignores permissions, so the folder is mounted read-only, in a name space that the command has
for itself: nothing is left mounted, and nobody else sees it.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FREEZE = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


def without_writing(folder: Path, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that cannot write in a folder; skip where no such disk can be made."""
    return subprocess.run(
        [*_prefix(folder), *command], capture_output=True, text=True, cwd=cwd, check=False
    )


def _prefix(folder: Path) -> list[str]:
    if shutil.which("unshare") is None:
        pytest.skip("no program `unshare` to mount a read-only disk with")
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    prefix = ["unshare", *user, "--mount", "sh", "-c", FREEZE, str(folder)]
    tried = subprocess.run(
        [*prefix, "touch", str(folder / "tried")], capture_output=True, text=True
    )
    if "Read-only file system" not in tried.stderr:
        pytest.skip(f"no read-only disk can be mounted here: {tried.stderr.strip()}")
    return prefix
