"""The commands that README and manual show, as a reader would find them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

NEEDS = frozenset(
    {"weights", "GPU", "network", "time", "data", "a cluster", "a terminal", "docker", "a clone"}
)
"""What may keep a block from being replayed; named in a comment above it."""

_MARK = re.compile(r"<!-- (needs|serves|exits|fresh)(?:: (.*?))? -->")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of a page.

    Attributes:
        page: the file.
        line: of its first fence, from 1.
        language: after the fence; empty where there is none.
        text: what is in it.
        marks: what the comment above says: "needs", "serves", "exits", "fresh", with its value.
    """

    page: Path
    line: int
    language: str
    text: str
    marks: dict[str, str]

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def shown(self) -> bool:
        """Whether it holds commands."""
        return self.language in {"bash", "console"}

    @property
    def replayed(self) -> bool:
        """Whether its commands are run by the tests, as they stand there."""
        return self.shown and "needs" not in self.marks and self.marks.get("fresh") != "test"


def fences_of(page: Path) -> list[Fence]:
    """Return the fences of a page in order."""
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        above = text[: match.start()].rstrip("\n").rsplit("\n", 1)[-1]
        marks = {kind: value or "" for kind, value in _MARK.findall(above)}
        line = text[: match.start()].count("\n") + 1
        found.append(Fence(page, line, match[1], match[2], marks))
    return found
