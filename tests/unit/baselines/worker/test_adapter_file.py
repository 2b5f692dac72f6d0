"""What is read from an adapter without running it."""

import ast
from pathlib import Path

import pytest

from baselines.worker.adapter_file import ADAPTERS, CHILD, functions_of, read_adapter
from refvps.errors import ConfigError, DataError


def write(folder: Path, text: str) -> Path:
    (folder / "adapter.py").write_text(text)
    return folder / "adapter.py"


def test_constants_are_read_and_nothing_is_run(tmp_path: Path) -> None:
    found = read_adapter(
        write(
            tmp_path,
            "raise SystemExit\nNAME = 'mine'\nANCHORS = (('a.py', 'f', ('x',)),)\n"
            "VERSIONS = {'torch': ('2.1', '')}\nDEFAULTS = {'window': 4}\n",
        )
    )
    assert (found.name, found.anchors[0].function) == ("mine", "f")
    assert found.versions == {"torch": ("2.1", "")}


def test_options_take_the_type_of_their_default(tmp_path: Path) -> None:
    adapter = read_adapter(
        write(tmp_path, "DEFAULTS = {'n': 4, 'x': 0.5, 's': True, 't': 'a', 'p': None}")
    )
    given = {"n": "8", "x": "2", "s": "false", "p": "here"}
    assert adapter.options(given, "it") == {"n": 8, "x": 2.0, "s": False, "t": "a", "p": "here"}
    assert adapter.options({"n": "video"}, "it")["n"] == "video"


def test_an_unknown_option_is_refused_with_those_there_are(tmp_path: Path) -> None:
    adapter = read_adapter(write(tmp_path, "DEFAULTS = {'window': 4}"))
    with pytest.raises(ConfigError, match=r"unknown option 'windw'; adapter\.py knows: window"):
        adapter.options({"windw": "1"}, "method 'worker'")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(:", "adapter is not Python"),
        ("NAME = 'a' + name()", "NAME in line 1 must be a literal"),
        ("ANCHORS = 3", "a constant has another form"),
        ("VERSIONS = {'torch': '2.1'}", "a constant has another form"),
    ],
)
def test_an_adapter_that_cannot_be_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_adapter(write(tmp_path, text))


def test_functions_are_found_with_their_arguments(tmp_path: Path) -> None:
    path = write(tmp_path, "def f(a, b=1, *c): ...\nclass K:\n    def g(self, x): ...\n")
    assert functions_of(path) == {"f": ("a", "b"), "K.g": ("self", "x")}


@pytest.mark.parametrize("path", sorted(CHILD.rglob("*.py")), ids=lambda path: path.name)
def test_the_child_side_is_written_for_old_interpreters(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 8))


def test_the_example_is_short() -> None:
    assert len((ADAPTERS / "colour.py").read_text().splitlines()) < 50
