"""What the doctor of a method in a worker finds."""

import subprocess
from pathlib import Path

import pytest

from baselines.doctor.examine import examine
from refvps.doctor.findings import Diagnosis
from refvps.errors import ConfigError
from support.toy_methods import ADAPTER, write_toy


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


def examined(toy: Path, last: int = 6, **options: str) -> Diagnosis:
    given = {"adapter": str(toy / "adapter.py"), "checkout": str(toy / "checkout")}
    return examine("worker", {**given, "device": "cpu", **options}, last)


def missing(diagnosis: Diagnosis) -> str:
    (found,) = diagnosis.missing
    return f"{found.name}: {found.text}"


def test_a_method_that_works_is_ready_up_to_a_prediction(toy: Path) -> None:
    found = examined(toy)
    assert not found.missing
    assert found.facts["level"] == 6
    assert "twice the same, 50% foreground" in found.text()
    assert found.document()["prediction"]["score"] == 0.5


def test_the_licence_is_said_first(toy: Path) -> None:
    assert examined(toy, 0).findings[0].text == "none"


def test_the_commit_and_local_changes_are_said(toy: Path) -> None:
    checkout = toy / "checkout"
    named = ("-c", "user.name=a", "-c", "user.email=a@b")
    for command in (["init", "-q"], ["add", "."], [*named, "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", str(checkout), *command], check=True)
    assert "with local changes" not in examined(toy, 0).facts["commit"]
    (checkout / "utils.py").write_text("SHARE = 1\n")
    assert examined(toy, 0).facts["commit"].endswith(" with local changes")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: (c / "models.py").unlink(), "code: models.py is missing"),
        (lambda c: (c / "models.py").write_text("def f(): ..."), "code: models.py has no area"),
        (
            lambda c: (c / "models.py").write_text("def area(words): ..."),
            "code: models.py: area takes (words), not (text, …)",
        ),
        (lambda c: (c / "models.py").write_text("def ("), "code: models.py is not Python"),
    ],
)
def test_code_that_is_not_what_the_adapter_counts_on_is_named(
    toy: Path, change: object, message: str
) -> None:
    change(toy / "checkout")
    found = examined(toy)
    assert missing(found).startswith(message)
    assert found.facts["level"] == -1
    assert "not examined, because of files: interpreter, imports" in found.text()


def test_a_file_that_the_adapter_needs_is_named(toy: Path) -> None:
    (toy / "checkout/utils.py").unlink()
    assert missing(examined(toy)) == "checkout: holds no utils.py"


def test_a_package_that_is_not_installed_is_named(toy: Path) -> None:
    text = ADAPTER.replace('"numpy": ("1.0", "")', '"no-such-thing": ("2.1", "")')
    (toy / "adapter.py").write_text(text)
    assert missing(examined(toy)) == "no-such-thing: not installed there"


@pytest.mark.parametrize(
    ("bounds", "text"), [("('99', '')", "older than 99"), ("('', '1.0')", "1.0 and newer were not")]
)
def test_a_version_that_was_not_tried_is_a_note(toy: Path, bounds: str, text: str) -> None:
    (toy / "adapter.py").write_text(ADAPTER.replace('("1.0", "")', bounds))
    found = examined(toy, 1)
    assert not found.missing
    assert text in found.text()


def test_an_interpreter_that_is_not_there_is_named(toy: Path) -> None:
    assert missing(examined(toy, python="/no/python")) == "python: /no/python: no such file"


def test_something_that_is_no_interpreter_is_named(toy: Path) -> None:
    found = missing(examined(toy, python="/bin/echo"))
    assert found.startswith("python: /bin/echo: the worker ended by itself with exit code 0")
    assert found.endswith("expected a Python interpreter, 3.8 or newer")


def test_an_asset_that_is_missing_is_named(toy: Path) -> None:
    text = ADAPTER.replace("return {}\n", "return {'words/bert': 'the text encoder'}\n", 1)
    (toy / "adapter.py").write_text(text)
    assert missing(examined(toy)) == "words/bert: the text encoder; looked in ASSETS"


def test_weights_that_do_not_fit_are_named(toy: Path) -> None:
    found = examined(toy, keys="stem")
    assert missing(found) == "loading: ValueError: the checkpoint has no weights for head"
    assert found.facts["level"] == 3


def test_problems_that_the_adapter_finds_itself_are_missing(toy: Path) -> None:
    more = "\ndef import_check(spec):\n    return {'shims': ['a', 'b'], 'problems': []}\n"
    (toy / "adapter.py").write_text(ADAPTER + more)
    assert "can be imported; shims: a, b" in examined(toy, 2).text()
    (toy / "adapter.py").write_text(ADAPTER + more.replace("[]", "['no op']"))
    assert missing(examined(toy, 2)) == "imports: no op"


def test_a_method_that_gives_no_seed_its_due_is_named(toy: Path) -> None:
    noisy = "masks[-1, -1, np.frombuffer(os.urandom(9), np.uint8) % 50] = True"
    text = ADAPTER.replace("for number", f"{noisy}\n    for number")
    (toy / "adapter.py").write_text(text)
    assert "was answered in two ways" in missing(examined(toy))


def test_the_checkout_stays_clean(toy: Path) -> None:
    examined(toy)
    assert sorted(path.name for path in (toy / "checkout").iterdir()) == ["models.py", "utils.py"]


def test_an_adapter_must_be_named() -> None:
    with pytest.raises(ConfigError, match="which adapter"):
        examine("worker", {}, 0)
