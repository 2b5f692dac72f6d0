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

from playwright.sync_api import sync_playwright  # noqa: E402

from annotator.demo import demo_project  # noqa: E402
from support.editor_page import EditorPage, open_editor, signed_in  # noqa: E402

QUALITY = 72
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]


def main() -> None:
    """Serve the demo with the segmenter without weights, work a little, and take pictures."""
    cache = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="refvps-pictures-"))
    project = demo_project(cache)
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
                walk(open_editor(context, url, job.job_id), project.clip(job.clip).size)
                browser.close()
        finally:
            server.kill()
            if len(sys.argv) == 1:
                shutil.rmtree(cache, ignore_errors=True)


def walk(editor: EditorPage, size: tuple[int, int]) -> None:
    """Go the way of the walk-through and take a picture at each of its steps."""
    height, width = size
    take(editor, "editor-empty")
    x, y = find_target(editor, size)
    editor.click(x, y)
    editor.saved()
    editor.press("g")
    editor.wait("!a.propagating && a.pending === 0")
    editor.show(3)
    editor.press("i")
    editor.brush(max(6, height // 20))
    editor.press("b")
    editor.drag((x + width * 0.05, y - height * 0.1), (x + width * 0.12, y + height * 0.1))
    editor.saved()
    editor.page.wait_for_timeout(5000)
    take(editor, "editor-carried")
    editor.press("Control+Enter")
    editor.page.locator("dialog").wait_for()
    take(editor, "editor-hand-in")
    editor.dialog("back")


def find_target(editor: EditorPage, size: tuple[int, int]) -> tuple[float, float]:
    """Return a point whose colour differs most from that of the image's corners."""
    height, width = size
    corner = editor.ann("colour(4, 4)")
    best, place = -1.0, (width / 2, height / 2)
    for row in range(1, 12):
        for column in range(1, 12):
            x, y = width * column // 12, height * row // 12
            found = editor.ann(f"colour({x}, {y})")
            away = sum(abs(a - b) for a, b in zip(found, corner, strict=True))
            if away > best:
                best, place = away, (x, y)
    return place


def take(editor: EditorPage, name: str) -> None:
    """Write a picture of the window."""
    editor.page.screenshot(path=HERE / f"{name}.jpg", type="jpeg", quality=QUALITY)


if __name__ == "__main__":
    main()
