import pytest

from refvps import plugins
from refvps.errors import UnknownPluginError


def test_names_are_listed_sorted() -> None:
    names = plugins.names(plugins.METHODS)
    assert {"motion", "full-frame"} <= set(names)
    assert list(names) == sorted(names)


@pytest.mark.parametrize(
    ("group", "name", "text"),
    [
        (plugins.METHODS, "moton", "no method is called 'moton'; did you mean 'motion'"),
        (plugins.DATASETS, "zzz", "no data set is called 'zzz'; installed: .*demo, .*release"),
        (plugins.COMMANDS, "prdict", "no command is called 'prdict'; did you mean 'predict'"),
    ],
)
def test_an_unknown_name_gets_help(group: str, name: str, text: str) -> None:
    with pytest.raises(UnknownPluginError, match=text):
        plugins.load(group, name)
