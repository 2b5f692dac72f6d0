"""The console scripts, as subprocesses."""

import json
import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


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


def failed(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command that must fail with one error line; return its code and the line."""
    done = run(*arguments, cwd=cwd, env=env)
    assert done.returncode != 0, done.stdout
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, errors[0]
