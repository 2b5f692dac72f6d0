"""The annotation protocol: one version, whole, and with its pictures."""

import hashlib
import re

from annotator.pages.documents import rendered
from annotator.protocol import NAME, PICTURES, VERSION, protocol_folder

DIGESTS = {"1.0": "06704ea50941296fec4a68ad66d127abe6b68fda333d85f6df11998c84f69417"}
"""Of the text of each version. A new text is a new version: agreement means one protocol."""


def text() -> str:
    return (protocol_folder() / NAME).read_text("utf-8")


def test_a_text_that_changed_has_another_version() -> None:
    assert f"Version {VERSION}." in text()
    assert hashlib.sha256(text().encode()).hexdigest() == DIGESTS[VERSION]


def test_every_picture_is_there_and_small() -> None:
    named = set(re.findall(rf"\]\({PICTURES}/([^)]+)\)", text()))
    there = {path.name for path in (protocol_folder() / PICTURES).iterdir()}
    assert named == there
    assert len(named) >= 6
    for name in named:
        assert (protocol_folder() / PICTURES / name).stat().st_size < 60_000


def test_it_is_shown_with_its_pictures_and_without_html() -> None:
    page = rendered(text(), "/protocol/")
    assert page.startswith("<h1>Annotation protocol</h1>")
    assert '<img src="/protocol/target.jpg" alt="Smoke over two fires' in page
    assert "<table>" in page
    assert "<script>" not in rendered("<script>alert(1)</script>", "/")
