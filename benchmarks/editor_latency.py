"""How fast the editor feels: the budgets of every interaction, measured in a real browser.

    python benchmarks/editor_latency.py [--rounds 3] [--json figures.json]

A clip of 1024 x 576 with plain colours, the deterministic segmenter, a server in a process of its
own, headless Chromium without a GPU. What depends on a model's speed is measured without a model:
it is what the editor and the server add to it.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402

from annotator.clip import ClipFacts, write_clip  # noqa: E402
from annotator.jobs import Kind  # noqa: E402
from annotator.project import CLIPS, create_project  # noqa: E402
from support.annotator_server import Server  # noqa: E402
from support.editor_page import EditorPage, open_editor, signed_in  # noqa: E402
from support.projects import PASSWORD  # noqa: E402

SIZE = (576, 1024)
FRAMES = 97
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]

# name of the measurement, what it is, budget p50 and p95 in milliseconds
ROWS = [
    ("pointer handler", "pointer event, the editor's own work", 4, 8),
    (
        "pointer to pixels",
        "pointer event -> pixels drawn (waits for the screen's next frame)",
        20,
        34,
    ),
    ("key", "hotkey, tool, undo", 8, 16),
    ("step", "step one keyframe, cached", 8, 16),
    ("step, not cached", "step, not cached", 60, 120),
    ("stroke end", "end of a stroke, the editor's own work", 16, 40),
    ("saved", "end of a stroke -> saved on the server's disk", 100, 250),
    ("click to mask", "click -> mask, without the model's time", 80, 150),
    ("propagation, first frame", "propagation, first frame, without the model's time", 300, 600),
    ("open", "open a job", 1500, 3000),
]


def make_project(root: Path) -> None:
    """Write a project with one clip and one job."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    texture = rng.integers(0, 12, (*SIZE, 3), np.uint8)
    frames = []
    for index in range(FRAMES):
        frame = np.full((*SIZE, 3), (40, 60, 120), np.uint8) + texture
        away = np.hypot(rows - 288, columns - 200 - 5 * index)
        frame[away < 110] = (230, 90, 60)
        frames.append(frame)
    made = create_project(root, "latency")
    write_clip(root / CLIPS / "disc", frames, ClipFacts("v", "disc", (), "", "CC0", "the disc"), 4)
    made.users.put("ann", PASSWORD, ["annotator"])
    made.assign(Kind.MASK, "disc", "ann")


def work(editor: EditorPage, rng: np.random.Generator) -> None:
    """What a person does in a minute, without the pauses."""
    editor.press("Home", "s")
    editor.click(200, 288)
    editor.saved()
    for step in range(4):
        editor.press("s")
        editor.click(150 + 30 * step, 250)
        editor.saved()
    for _ in range(10):
        editor.press("b")
        start = rng.uniform((100, 100), (900, 480))
        path = start + np.cumsum(rng.normal(0, 9, (60, 2)), axis=0)
        editor.drag(*[tuple(map(float, p)) for p in path], steps=1)
        began = editor.page.evaluate("performance.now()")
        editor.saved()
        ended = editor.page.evaluate("performance.now()")
        editor.page.evaluate(f"(window.saves ??= []).push({ended - began})")
        editor.press("i", "t", "e", "b", "[", "]")
    editor.press("Control+z", "Control+z", "Control+Shift+z")
    editor.saved()
    editor.press("g")
    editor.wait("!a.propagating && a.pending === 0")
    for key in ["ArrowRight"] * 24 + ["ArrowLeft"] * 24 + ["End", "Home"]:
        editor.press(key)
        editor.wait("a.frameShown")
    editor.press("g")


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of every interaction, by name."""
    folder = Path(tempfile.mkdtemp(prefix="refvps-latency-"))
    figures: dict[str, list[float]] = {}
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        make_project(folder / "p")
        with Server(folder / "p") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
            for number in range(rounds):
                context = signed_in(browser, folder / "p", server.url, "ann")
                editor = open_editor(context, server.url, "disc-mask-ann")
                work(editor, np.random.default_rng(number))
                for name, values in editor.ann("timings").items():
                    figures.setdefault(name, []).extend(values)
                figures.setdefault("saved", []).extend(editor.page.evaluate("window.saves"))
                context.close()
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    figures = measure(asked.rounds)
    print("| interaction | budget p50 / p95, ms | p50 | p95 | n | within |")
    print("|---|---|---|---|---|---|")
    for name, text, half, most in ROWS:
        values = figures.get(name, [])
        if not values:
            continue
        p50, p95 = np.percentile(values, [50, 95])
        within = "yes" if p50 <= half and p95 <= most else "no"
        print(f"| {text} | {half} / {most} | {p50:.1f} | {p95:.1f} | {len(values)} | {within} |")
    if asked.json:
        asked.json.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
