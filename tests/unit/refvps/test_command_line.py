import json

import click
import pytest
from click.testing import CliRunner

from refvps.command_line import exits_cleanly, main
from refvps.errors import (
    ConfigError,
    DataError,
    MissingExtraError,
    MissingPredictionsError,
    RefvpsError,
    UnknownPluginError,
)


def command_that(raises: BaseException) -> click.Command:
    @click.command()
    @click.option("-v", "--verbose", is_flag=True)
    @click.option("--json", "as_json", is_flag=True)
    @exits_cleanly
    def fail(verbose: bool, as_json: bool) -> None:
        raise raises

    return fail


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (RefvpsError("odd"), 1, "error: odd\n"),
        (ConfigError("two\nlines"), 2, "error: two lines\n"),
        (UnknownPluginError("no method"), 2, "error: no method\n"),
        (DataError("a/b.png", "is empty"), 3, "error: a/b.png: is empty\n"),
        (MissingPredictionsError("3 missing"), 3, "error: 3 missing\n"),
        (
            MissingExtraError("x", "rem"),
            4,
            "error: x needs more packages: pip install 'refvps[rem]'\n",
        ),
    ],
)
def test_an_expected_error_is_one_line_and_a_code(error: RefvpsError, code: int, line: str) -> None:
    done = CliRunner().invoke(command_that(error), [])
    assert (done.exit_code, done.stderr, done.stdout) == (code, line, "")


def test_details_come_with_v_or_json() -> None:
    error = MissingPredictionsError("2 missing, the first a/0", details=["a/0", "é/1"])
    assert CliRunner().invoke(command_that(error), []).stderr.count("\n") == 1
    verbose = CliRunner().invoke(command_that(error), ["-v"])
    assert verbose.stderr.splitlines()[1:] == ["  a/0", "  é/1"]
    printed = json.loads(CliRunner().invoke(command_that(error), ["--json"]).stdout)
    assert printed["error"] == {
        "kind": "MissingPredictionsError",
        "message": "2 missing, the first a/0",
        "details": ["a/0", "é/1"],
    }


def test_an_interrupt_exits_130_and_says_how_to_go_on() -> None:
    done = CliRunner().invoke(command_that(KeyboardInterrupt()), [])
    assert done.exit_code == 130
    assert "run the same command again" in done.stderr


def test_debugging_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFVPS_DEBUG", "1")
    done = CliRunner().invoke(command_that(RefvpsError("odd")), [])
    assert isinstance(done.exception, RefvpsError)


def test_an_unknown_command_gets_help() -> None:
    done = CliRunner().invoke(main, ["prdict"])
    assert done.exit_code == 2
    assert "did you mean 'predict'" in done.stderr


def test_commands_are_listed() -> None:
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    for name in ("eval", "predict", "methods", "datasets", "release"):
        assert f"\n  {name} " in done.stdout
