"""Which options a method gets."""

from pathlib import Path

import pytest

from refvps.method_choice import choices_of


def options(names: list[str], **given: str) -> list[dict[str, str]]:
    found = {key.replace("__", "."): value for key, value in given.items()}
    return [dict(choice.options) for choice in choices_of(names, found)]


def test_an_option_goes_to_every_method(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert options(["mutr", "vdit"], seed="1") == [{"seed": "1"}, {"seed": "1"}]


def test_one_with_a_name_goes_to_that_method_and_outranks_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    found = options(["mutr", "vdit"], seed="1", vdit__seed="2", mutr__window="8")
    assert found == [{"seed": "1", "window": "8"}, {"seed": "2"}]


def test_a_name_that_was_not_asked_for_is_left_to_be_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert options(["mutr"], vdit__seed="2") == [{"vdit.seed": "2"}]


def test_options_in_the_settings_hold_unless_others_are_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "refvps.toml").write_text('[methods.mutr]\npython = "p"\nseed = "7"\n')
    assert options(["mutr", "vdit"], seed="1") == [{"python": "p", "seed": "1"}, {"seed": "1"}]
