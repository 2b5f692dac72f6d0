"""Makes the pictures of the triage page: ``PYTHONPATH=tests python docs/images/triage.py``.

Its candidates are clips of the demo release, and a compilation of three of them.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from refvps.demo.build import demo_root
from refvps.frames import read_frame
from refvps.release.reader import Release, open_release
from refvps.settings import read_settings
from refvps.types import Size
from refvps.video.writer import VideoForm, new_video
from support.triage import PASSWORD, collect, people, served_here

HERE = Path(__file__).parent
WINDOW = {"width": 1366, "height": 768}
CLIPS = 20
QUALITY = 72


def main() -> None:
    """Write triage-grid.jpg and triage-trim.jpg."""
    release = open_release(demo_root(read_settings().cache_folder))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collect(folder, list(candidates(release, folder)), second=0.1)
        people(folder / "people")
        with served_here(folder) as address, sync_playwright() as playwright:
            executable = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            page = browser.new_page(viewport=WINDOW)
            enter(page, address)
            keep(page, "triage-grid.jpg", [*"aq1", "End", "Home", *["ArrowRight"] * 3])
            keep(page, "triage-trim.jpg", ["End", "t", "]", *">>>", "e", *">>", "r", "g"])
            browser.close()


def candidates(release: Release, folder: Path) -> list[tuple[str, Path, dict[str, object]]]:
    """Write clips as videos; the last is three of them, one after the other."""
    step = max(1, len(release.clip_ids) // CLIPS)
    names = release.clip_ids[::step][:CLIPS]
    found = []
    for name in names:
        concept = str(release.clip(name).concept)
        more = {"title": f"{name.replace('-', ' ')} #satisfying", "query": f"{concept} close up"}
        more["concept_id"] = concept.replace(" ", "-")
        found.append((name, written(release, [name], folder / f"{name}.mp4"), more))
    joined = written(release, wide(release, names)[1:6:2], folder / "joined.mp4")
    more = {"title": "three that I like", "flags": ("ai_label",), "concept_id": "zoo"}
    found.append(("joined", joined, more))
    return found


def wide(release: Release, names: Sequence[str]) -> list[str]:
    """Return the names of clips of 320x240."""
    shapes = {name: read_frame(release.clip(name).frame_paths[0]).shape for name in names}
    return [name for name in names if shapes[name][:2] == (240, 320)]


def written(release: Release, names: Sequence[str], path: Path) -> Path:
    """Write the frames of clips as one video."""
    frames = [read_frame(each) for name in names for each in release.clip(name).frame_paths]
    height, width = (length // 2 * 2 for length in frames[0].shape[:2])
    with new_video(path, VideoForm(Size(height, width), Fraction(24))) as writer:
        for place, frame in enumerate(frames):
            writer.add(frame[:height, :width], Fraction(place, 24))
    return path


def enter(page: Page, address: str) -> None:
    """Log in and open the page."""
    page.goto(address)
    page.locator("#name").fill("rita")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator('a[href="triage/"]').click()
    page.wait_for_selector("body[data-ready]")


def keep(page: Page, name: str, keys: Sequence[str]) -> None:
    """Press keys and keep what is seen then."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(700)
    page.wait_for_timeout(3000)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        shot.convert("RGB").save(HERE / name, quality=QUALITY, optimize=True, progressive=True)
    sys.stdout.write(f"{name}: {(HERE / name).stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
