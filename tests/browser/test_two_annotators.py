"""Two people label a project in the browser; the report on them is computed again with NumPy."""

import base64
import csv
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from annotator.agreement.console import REPORTS
from annotator.clip import ClipFacts, write_clip
from annotator.project import CLIPS, Project, create_project
from benchmark.agreement.console import JSON
from benchmark.agreement.console import KEYFRAMES as KEYFRAMES_CSV
from benchmark.agreement.pictures import COLOURS
from benchmark.report.document import percent
from support.annotator_pages import PATIENCE, People
from support.annotator_server import Server
from support.browser_work import accept_and_freeze, assign, hand_in, iou
from support.editor_page import EditorPage, open_editor, signed_in
from support.editor_project import CLIP_SIZES, clip_frames, disc_mask
from support.projects import PASSWORD

CLIP_NAMES, KEYFRAMES = ("disc", "late"), 5
JOBS = {(clip, who): f"{clip}-{kind}-{who}" for clip in CLIP_NAMES
        for who, kind in (("ann", "mask"), ("ben", "relabel"))}  # fmt: skip
SIZE = CLIP_SIZES["disc"]
LABELS: dict[tuple[str, str], list[np.ndarray]] = {}
"""What was on the screen when a job was handed in, by clip and person."""


@pytest.fixture(scope="module")
def people(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Two clips and four accounts; the tests below go on where the earlier ones stopped."""
    root = tmp_path_factory.mktemp("two") / "p"
    made = create_project(root, "shapes")
    for name in CLIP_NAMES:
        facts = ClipFacts(f"video-{name}", f"{name} thing", ("motion patterns",), "drawn", "CC0")
        write_clip(root / CLIPS / name, clip_frames(name)[: 4 * KEYFRAMES - 3], facts, 4)
    for name, role in (("ann", "annotator"), ("ben", "annotator"), ("rita", "reviewer"),
                       ("ada", "admin")):  # fmt: skip
        made.users.put(name, PASSWORD, [role])
    with Server(root, pages=True) as server:
        yield People(browser, root, server)


def disc_centre(k: int) -> tuple[float, float]:
    rows, columns = np.nonzero(disc_mask(4 * k, SIZE))
    return float(columns.mean() + 0.5), float(rows.mean() + 0.5)


def label_disc(editor: EditorPage, *, twice: bool) -> None:
    """Click the disc on every keyframe; whoever labels again paints a little more."""
    for k in range(KEYFRAMES):
        editor.show(k)
        editor.press("c")
        editor.click(*disc_centre(k))
        editor.saved()
        x, y = disc_centre(k)
        if twice and k:
            editor.brush(8 + 4 * k)
            editor.press("b", "t")
            editor.drag((x + 14, y), (x + 20 + 4 * k, y + 10))
        if not twice and k in (1, 3):
            editor.brush(10)
            editor.press("b", "i")
            editor.drag((x - 18, y - 12), (x + 18, y - 12))
            editor.press("t")


def label_late(editor: EditorPage, *, twice: bool) -> None:
    """Nothing is there before the last keyframe; whoever labels again sees it earlier."""
    first = KEYFRAMES - 2 if twice else KEYFRAMES - 1
    for k in range(first):
        editor.show(k)
        editor.press("q")
    if twice:
        editor.show(first)
        editor.brush(6)
        editor.press("b", "t")
        editor.drag((90, 54), (100, 54))
    editor.show(KEYFRAMES - 1)
    editor.press("c")
    editor.click(SIZE[1] / 2, SIZE[0] / 2)


def expected(clip: str) -> list[float]:
    found = [iou(one, other) for one, other in zip(LABELS[clip, "ann"], LABELS[clip, "ben"],
                                                   strict=True)]  # fmt: skip
    assert None not in found
    return found


def test_the_work_is_given_out_on_the_page_of_assignment(people: People) -> None:
    with people.window("ada", "ui/assignment") as window:
        assign(window, CLIP_NAMES, "Masks", "ann")
        assign(window, CLIP_NAMES, "Masks, second", "ben")
    assert {job.job_id for job in Project(people.root).jobs()} == set(JOBS.values())


def test_the_first_labels_in_the_page_below_the_head(people: People) -> None:
    with people.window("ann") as window:
        for clip, label in (("disc", label_disc), ("late", label_late)):
            job = JOBS[clip, "ann"]
            window.go("ui/")
            assert window.page.locator(f"a[href='/ui/job?job={job}']").count() >= 1
            window.go(f"ui/job?job={job}&test=1")
            editor = EditorPage(window.page, job)
            editor.wait("true")
            label(editor, twice=False)
            LABELS[clip, "ann"] = hand_in(editor, KEYFRAMES)
            window.sees("#top [role=status]", f"{clip} is handed in")


def test_the_second_labels_full_screen_and_sees_nothing_of_the_first(people: People) -> None:
    context = signed_in(people.browser, people.root, people.server.url, "ben")
    for clip, label in (("disc", label_disc), ("late", label_late)):
        editor = open_editor(context, people.server.url, JOBS[clip, "ben"])
        assert not any(editor.labels(k).any() for k in range(KEYFRAMES))
        label(editor, twice=True)
        LABELS[clip, "ben"] = hand_in(editor, KEYFRAMES)
        theirs = f"{people.server.url}api/jobs/{JOBS[clip, 'ann']}/masks"
        assert editor.page.request.get(theirs).status == 404
        editor.check()
    context.close()
    with people.window("ben") as window:
        assert window.page.locator("header.top nav", has_text="Agreement").count() == 0
        assert window.page.request.get(f"{window.url}agreement/").status == 403


def test_a_reviewer_accepts_and_freezes_all_of_it(people: People) -> None:
    with people.window("rita") as window:
        for job in JOBS.values():
            accept_and_freeze(window, job)
    project = Project(people.root)
    for job in project.jobs():
        assert job.state == "frozen"
        assert job.frozen_digest == project.digest(job)


def test_the_page_of_agreement_says_what_numpy_says(people: People) -> None:
    scores = {clip: expected(clip) for clip in CLIP_NAMES}
    assert len({round(score, 6) for score in scores["disc"]}) >= 4, "too alike to prove anything"
    means = [float(np.mean(scores[clip])) for clip in CLIP_NAMES]
    with people.window("rita") as window:
        page = window.page
        page.locator("header.top nav").get_by_role("link", name="Agreement").click()
        headline = page.locator(".headline")
        expect(headline).to_be_visible(timeout=PATIENCE)
        assert headline.inner_text().startswith(percent(float(np.mean(means))))
        rows = page.locator("section", has_text="Every clip").locator("tbody tr").all()
        cells = {row.locator("th, td").first.inner_text(): row for row in rows}
        for clip, mean in zip(CLIP_NAMES, means, strict=True):
            texts = cells[clip].locator("th, td").all_inner_texts()
            assert texts[4] == percent(mean), texts
            ignored = [100 * np.mean([(labels == 255).mean() for labels in LABELS[clip, who]])
                       for who in ("ann", "ben")]  # fmt: skip
            assert texts[7] == " / ".join(f"{share:.1f}" for share in ignored)
        worst = min(range(KEYFRAMES), key=lambda k: scores["disc"][k])
        name = f"Difference of disc on frame {4 * worst:05}"
        source = page.locator(f'img[alt^="{name}"]').get_attribute("src")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))
                        .convert("RGB"))  # fmt: skip
    one, other = (LABELS["disc", who][worst] for who in ("ann", "ben"))
    valid = (one != 255) & (other != 255)
    wanted = ((one == 1) & (other == 1), (one == 1) & (other == 0), (one == 0) & (other == 1))
    scale = pixels.shape[0] // SIZE[0]
    for colour, where in zip(COLOURS[1:4], wanted, strict=True):
        assert (pixels == colour).all(-1).sum() == scale**2 * (where & valid).sum()


def test_every_keyframe_of_the_report_holds_the_counts_of_its_pixels(people: People) -> None:
    (folder,) = (people.root / REPORTS).iterdir()
    rows = list(csv.DictReader(io.StringIO((folder / KEYFRAMES_CSV).read_text())))
    assert len(rows) == len(CLIP_NAMES) * KEYFRAMES
    names = {0: "background", 1: "target", 255: "ignore"}
    for row in rows:
        k = int(row["frame"]) // 4
        one, other = (LABELS[row["clip"], row[side]][k] for side in ("first", "second"))
        for first, said in names.items():
            for second, also in names.items():
                count = int(((one == first) & (other == second)).sum())
                assert int(row[f"{said}_{also}"]) == count, (row["clip"], k, said, also)
        assert float(row["iou_union"]) == pytest.approx(expected(row["clip"])[k], abs=1e-12)
    found = json.loads((folder / JSON).read_text())
    revisions = {pair["clip"]: pair["first"]["digest"] for pair in found["pairs"]}
    project = Project(people.root)
    for clip in CLIP_NAMES:
        assert revisions[clip] == project.job(JOBS[clip, "ann"]).frozen_digest


def test_what_is_frozen_opens_to_be_looked_at_and_refuses_writes(people: People) -> None:
    job = JOBS["disc", "ann"]
    context = signed_in(people.browser, people.root, people.server.url, "ann")
    editor = open_editor(context, people.server.url, job)
    assert "the job is frozen" in editor.banner()
    before = editor.ann("hash(2)")
    editor.show(2)
    editor.press("b", "Delete")
    editor.drag((20, 20), (60, 20))
    editor.press("Control+z", "q")
    assert editor.ann("pending") == 0
    assert editor.ann("hash(2)") == before
    url = f"{people.server.url}api/jobs/{job}"
    headers = {"x-refvps": "1"}
    lease = editor.page.request.post(f"{url}/lease", headers=headers).json()["lease"]
    headers |= {"x-lease": lease}
    body = {"action": "absent", "rev": editor.ann("rev"), "session": "tab", "seq": 1}
    asked = editor.page.request.post(f"{url}/frames/2/action", data=body, headers=headers)
    assert (asked.status, asked.json()["reason"]) == (409, "state")
    editor.check()
    context.close()
    project = Project(people.root)
    assert project.digest(project.job(job)) == project.job(job).frozen_digest
