"""Files and functions stay small enough to read."""

import ast
from pathlib import Path

import pytest

from architecture.large_files import too_large, tracked

ROOT = Path(__file__).parents[2]
PACKAGES = ("refvps", "annotator", "benchmark", "baselines", "rem")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MOST_LINES = 400
MOST_FUNCTION_LINES = 60


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_are_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= MOST_FUNCTION_LINES, f"{node.name} has {length} lines"


def test_no_large_file_is_tracked() -> None:
    assert too_large(tracked()) == []
