"""What people do to jobs in a browser, step by step: assign, label, hand in, review."""

import json
from collections.abc import Sequence

import numpy as np
from playwright.sync_api import expect

from support.annotator_pages import PATIENCE, Window, type_into
from support.editor_page import EditorPage

TARGET = 1


def assign(window: Window, clips: Sequence[str], kind: str, person: str) -> None:
    """Assign clips on the page of assignment."""
    page = window.page
    window.go("ui/assignment")
    for clip in clips:
        page.locator("#clips input").fill(clip)
        page.locator("#clips input").press("Enter")
    page.locator("#kind input").click()
    page.get_by_role("option", name=kind, exact=True).click()
    page.locator("#person input").click()
    page.get_by_role("option", name=person, exact=True).click()
    page.locator("#give").click()
    count = f"{len(clips)} {'job' if len(clips) == 1 else 'jobs'}"
    window.sees("#top [role=status]", f"{count} for {person}")


def composed(labels: np.ndarray) -> np.ndarray:
    """What the editor shows as a label map: uint8 [H, W] of 0, 1, 255; Ignore wins."""
    return np.where(labels > TARGET, 255, labels).astype(np.uint8)


def hand_in(editor: EditorPage, keyframes: int) -> list[np.ndarray]:
    """Hand a job in; return the labels that were on the screen."""
    editor.saved()
    found = [composed(editor.labels(k)) for k in range(keyframes)]
    editor.press("Control+Enter")
    editor.dialog("submit")
    editor.wait("a.readOnly")
    return found


def write_expressions(window: Window, job: str, texts: Sequence[str]) -> None:
    """Write both expressions of a job and hand them in."""
    window.go(f"ui/expressions?job={job}")
    for number, text in enumerate(texts, 1):
        type_into(window.page.locator(f"#expression-{number} textarea"), text)
    window.sees("#checks", "✓ saved")
    window.page.locator("#hand-in").click()
    window.sees("#top [role=status]", "Handed in")


def accept_and_freeze(window: Window, job: str) -> None:
    """Accept a job on the page of reviews, and freeze it."""
    window.go(f"ui/review?job={job}")
    # The first of both questions comes only where keyframes were not looked at.
    window.page.evaluate("window.confirm = () => true")
    window.page.get_by_role("button", name="Accept", exact=True).click()
    freeze = window.page.get_by_role("button", name="Freeze", exact=True)
    expect(freeze).to_be_visible(timeout=PATIENCE)
    freeze.click()
    window.sees("#top [role=status]", "frozen")


def iou(one: np.ndarray, other: np.ndarray) -> float | None:
    """IoU of two label maps where neither is Ignore; 1 where both are empty there."""
    valid = (one != 255) & (other != 255)
    union = int((((one == 1) | (other == 1)) & valid).sum())
    if not valid.any():
        return None
    return int(((one == 1) & (other == 1)).sum()) / union if union else 1.0


def jobs_of(window: Window) -> dict[tuple[str, str], str]:
    """Names of the visitor's own jobs, by clip and kind."""
    answer = window.page.request.get(f"{window.url}api/jobs")
    return {(job["clip"], job["kind"]): job["job"] for job in json.loads(answer.text())}
