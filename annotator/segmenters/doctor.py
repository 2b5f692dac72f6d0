"""What is known of each segmenter on this machine, for ``refvps doctor annotate``."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from annotator.segmenters.choice import NAMES, OFFICIAL_INSTALL, missing_packages
from refvps.doctor.findings import Finding, State
from refvps.errors import DataError

INSTALL = {
    "sam2": "pip install 'refvps[models]'",
    "sam2-official": OFFICIAL_INSTALL,
    "classic": "pip install 'refvps[annotate]'",
}


def examine_segmenters(weights: str | None = None) -> tuple[Finding, ...]:
    """Return what is there; nothing is downloaded, and no network is built.

    The classic segmenter needs nothing but packages, so a missing SAM 2 is a note, not a fault,
    unless its weights were asked about.

    Args:
        weights: weights to look for, as the option; by default the largest in the hub cache.
    """
    return (*_packages(), _torchvision(), *_weights(weights))


def _packages() -> Iterator[Finding]:
    for name in NAMES:
        missing = missing_packages(name)
        if not missing:
            yield Finding(f"segmenter {name}", "present", "its packages are installed")
            continue
        state: State = "missing" if name == "classic" else "note"
        text = f"not installed: {', '.join(missing)}"
        yield Finding(f"segmenter {name}", state, text, INSTALL[name])


def _torchvision() -> Finding:
    if find_spec("torchvision") is None:
        return Finding("torchvision", "note", "not installed; it is not needed")
    try:
        import_module("torchvision")
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        text = f"broken ({reason}), and breaks transformers with it; it is not needed: remove it"
        return Finding("torchvision", "missing", text, "pip uninstall torchvision")
    return Finding("torchvision", "present", "it is not needed")


def _weights(named: str | None) -> Iterator[Finding]:
    from annotator.segmenters.sam.weights import find_weights

    if find_spec("huggingface_hub") is None:
        yield Finding("SAM 2 weights", "note", "not looked for: huggingface_hub is not installed")
        return
    try:
        found = find_weights(named)
    except DataError as error:
        problem, _, command = error.problem.partition("; get them with: ")
        if not command:
            problem, _, command = error.problem.partition("; get some with: ")
        state: State = "note" if named is None else "missing"
        text = problem if named is None else error.message
        yield Finding("SAM 2 weights", state, text, command.partition(" (or")[0] or None)
        return
    text = f"{found.files[0]}, SHA-256 {found.digest()}"
    yield Finding("SAM 2 weights", "present", text)
