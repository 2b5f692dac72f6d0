"""The packages that REM runs on."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from refvps.doctor.findings import Finding
from rem.method import PACKAGES

INSTALL = "pip install 'refvps[models]'"


def installed(name: str) -> bool:
    """Return whether a package can be found; it is not imported."""
    return find_spec(name) is not None


def examine_packages() -> Iterator[Finding]:
    """Yield what is known of each package, and of torchvision, which is not needed."""
    for name in PACKAGES:
        if installed(name):
            yield Finding(name, "present", _version(name))
        else:
            yield Finding(name, "missing", "not installed", INSTALL)
    yield examine_torchvision()


def examine_torchvision() -> Finding:
    """Return whether torchvision is absent, whole, or broken: then it breaks transformers too."""
    if not installed("torchvision"):
        return Finding("torchvision", "note", "not installed; it is not needed")
    try:
        import_module("torchvision")
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return Finding(
            "torchvision",
            "missing",
            f"{_version('torchvision')} is broken ({reason}) and breaks transformers with it: it "
            "was built for another torch. It is not needed: remove it",
            "pip uninstall torchvision",
        )
    return Finding("torchvision", "present", f"{_version('torchvision')}; it is not needed")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"
