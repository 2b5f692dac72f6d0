"""Makes the pictures of docs/annotator.md from the running editor, on the demo project.

python docs/images/make_editor_pictures.py [CACHE]

CACHE keeps the demo project between runs.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from annotator.demo import demo_project  # noqa: E402
from refvps.demo.build import demo_root  # noqa: E402
from refvps.mask_png import decode_labels, read_file  # noqa: E402
from support.editor_page import EditorPage, open_editor, signed_in  # noqa: E402

QUALITY = 72
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]


def main() -> None:
    """Serve the demo with the segmenter without weights, work a little, and take pictures."""
    cache = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="refvps-pictures-"))
    project = demo_project(cache)
    shutil.rmtree(project.root / "ann", ignore_errors=True)
    job = next(each for each in project.jobs() if each.user == "ann")
    refvps = Path(sys.executable).parent / "refvps"
    command = [str(refvps), "annotate", "serve", str(project.root)]
    options = ["--port", "0", "--segmenter", "classic"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None  # noqa: S101 - for the type checker
            url = server.stdout.readline().strip()
            with sync_playwright() as playwright:
                executable = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
                context = signed_in(browser, project.root, url, "ann")
                labels = demo_root(cache) / "Annotations" / job.clip / "00000.png"
                walk(open_editor(context, url, job.job_id), decode(labels) == 1)
                browser.close()
        finally:
            server.kill()
            if len(sys.argv) == 1:
                shutil.rmtree(cache, ignore_errors=True)


def decode(path: Path) -> np.ndarray:
    """Return the labels of a mask of the demo release."""
    return decode_labels(path, read_file(path)).labels


def walk(editor: EditorPage, target: np.ndarray) -> None:
    """Go the way of the walk-through and take a picture at each of its steps."""
    take(editor, "editor-empty")
    rows, columns = np.nonzero(target)
    for part in np.array_split(np.argsort(rows), 3):
        middle = part[len(part) // 2]
        x = float(np.median(columns[rows == rows[middle]])) + 0.5
        editor.click(x, float(rows[middle]) + 0.5)
        editor.saved()
    editor.press("g")
    editor.wait("!a.propagating && a.pending === 0")
    editor.show(3)
    editor.press("y")
    editor.saved()
    editor.page.wait_for_timeout(5000)
    take(editor, "editor-carried")
    editor.press("Control+Enter")
    editor.page.locator("dialog").wait_for()
    take(editor, "editor-hand-in")
    editor.dialog("back")


def take(editor: EditorPage, name: str) -> None:
    """Write a picture of the window."""
    editor.page.screenshot(path=HERE / f"{name}.jpg", type="jpeg", quality=QUALITY)


if __name__ == "__main__":
    main()
