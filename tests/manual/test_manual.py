"""The manual as text: links, marks, and the site built strictly."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from support.fences import NEEDS, PAGES, ROOT, Fence, fences_of

FENCES = [fence for page in PAGES for fence in fences_of(page)]
EVERY_PAGE = sorted({*PAGES, *(ROOT / "docs").rglob("*.md")})
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and MkDocs make of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()) for heading in headings)
    return {text.strip().replace(" ", "-") for text in plain}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in LINK.findall(text):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: fence.where)
def test_a_block_of_commands_says_what_it_needs_or_is_replayed(fence: Fence) -> None:
    if not fence.shown:
        assert not re.search(r"^\$? ?refvps(-eval)? ", fence.text, re.MULTILINE), "mark it as bash"
        return
    needs = {need for need in fence.marks.get("needs", "").split(", ") if need}
    assert needs <= NEEDS
    assert "needs" not in fence.marks or needs


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_hides_in_an_indented_block(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^(?:    |\t)\$? ?(?:refvps|pip|python)\b.*$", text, re.MULTILINE) == []


def test_extras_that_pages_install_are_there() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for fence in FENCES:
        for listed in re.findall(r"pip install \S*?\[([\w,]+)\]", fence.text):
            assert set(listed.split(",")) <= set(extras), fence.where


def test_every_design_note_is_in_their_list_under_its_title() -> None:
    index = (ROOT / "docs/design/index.md").read_text("utf-8")
    notes = sorted((ROOT / "docs/design").glob("0*.md"))
    titles = [path.read_text("utf-8").partition("\n")[0].removeprefix("# ") for path in notes]
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", index, re.MULTILINE)
    assert [(name, f"{number} {title}") for number, name, title in listed] == [
        (path.name, title) for path, title in zip(notes, titles, strict=True)
    ]


def test_the_navigation_names_every_page_once() -> None:
    _, _, navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")
    named = re.findall(r"[\w/-]+\.md$", navigation, re.MULTILINE)
    pages = (ROOT / "docs").rglob("*.md")
    assert sorted(named) == sorted(str(page.relative_to(ROOT / "docs")) for page in pages)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="MkDocs Material is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "index.html").read_text("utf-8")
    fetched = re.findall(r'(?:src|href)="(https?://[^"]+)"', page)
    assert [link for link in fetched if "squidfunk" not in link] == []
