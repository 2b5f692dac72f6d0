"""The editor's modules that know nothing of browsers, under Node's own test runner."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[3]
EDITOR = TESTS.parent / "annotator/editor"
MOST_LINES = 400


def test_the_modules_that_need_no_browser_pass_their_own_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("no Node is installed; `bash tests/setup` installs it")
    files = sorted(map(str, (TESTS / "js").glob("*.test.mjs")))
    done = subprocess.run(
        [node, "--test", *files],
        capture_output=True,
        text=True,
        env={**os.environ, "REFVPS_PYTHON": sys.executable},
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert len(files) >= 2


@pytest.mark.parametrize("path", sorted(EDITOR.rglob("*.js")), ids=lambda path: path.name)
def test_a_module_is_small_and_runs_nothing_it_was_handed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function"):
        assert risky not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_the_core_knows_no_browser() -> None:
    for path in (EDITOR / "core").glob("*.js"):
        text = path.read_text("utf-8")
        assert not any(name in text for name in ("document.", "window.add", "fetch(")), path.name
