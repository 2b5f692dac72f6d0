"""Levels 1 to 3: the interpreter, the official code imported in it, the weights as files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baselines.doctor.patient import Patient
from baselines.worker.process import WorkerLostError
from baselines.worker.provenance import digest_of
from baselines.worker.sandbox import asset_path, fill_sandbox, missing_assets
from refvps.doctor.findings import Finding

OLDEST = "3.8"


def interpreter(patient: Patient) -> Iterator[Finding]:
    """Yield Python, packages, GPUs, and files that the adapter needs of the checkout."""
    if "python" in patient.absent:
        text = f"{patient.absent['python']}: no such file"
        yield Finding("python", "missing", text, patient.get("environment"))
        return
    try:
        hello = patient.hello = patient.ask("hello")
    except WorkerLostError as error:
        path = patient.choice.worker.python
        text = f"{path}: {error.message}; expected a Python interpreter, {OLDEST} or newer"
        yield Finding("python", "missing", text, patient.get("environment"))
        return
    patient.facts["versions"] = hello["versions"]
    python = f"{hello['python']}, {hello['executable']}"
    if version_key(hello["python"]) < version_key(OLDEST):
        yield Finding("python", "missing", f"{python}; {OLDEST} is the oldest that works")
    else:
        yield Finding("python", "present", python)
    for name, version in hello["versions"].items():
        yield _package(patient, name, version, hello["wanted"].get(name, ("", "")))
    if "torch" in hello["wanted"] and hello["versions"].get("torch"):
        yield from _devices(patient)
    checkout = patient.choice.worker.checkout
    for file in hello["required_files"] if checkout else ():
        if not (checkout / file).exists():
            yield Finding("checkout", "missing", f"holds no {file}", patient.get("checkout"))


def imports(patient: Patient) -> Iterator[Finding]:
    """Yield whether the official code can be imported, and what had to be put around it."""
    launch, hello = patient.launch, patient.hello
    here = {name: what for name, what in hello["assets"].items() if asset_path(launch, name)}
    fill_sandbox(patient.process.sandbox, launch, here, hello["mirrored"])
    yield from _told(patient, "imports", "import", "can be imported")


def weights(patient: Patient) -> Iterator[Finding]:
    """Yield whether assets and checkpoint are there, and what the checkpoint holds."""
    missing = missing_assets(patient.launch, patient.hello["assets"])
    folder = str(patient.choice.worker.assets or "ASSETS")
    for name, what in patient.hello["assets"].items():
        if name in missing:
            get = patient.source.download(name, folder) if patient.source else None
            yield Finding(name, "missing", f"{what}; looked in {folder}", get)
        else:
            yield Finding(name, "present", str(asset_path(patient.launch, name)))
    checkpoint = patient.choice.worker.checkpoint
    if checkpoint is None:
        if patient.source is not None:
            text = "none given with --checkpoint"
            if "checkpoint" in patient.absent:
                text = f"{patient.absent['checkpoint']}: no such file or folder"
            yield Finding("checkpoint", "missing", text, patient.get("checkpoint"))
        return
    digest = digest_of(checkpoint)
    patient.facts["checkpoint"] = digest
    yield Finding("checkpoint", "present", f"{checkpoint}, SHA-256 {digest}")
    yield from _told(patient, "weights", "checkpoint", "can be read")


def _told(patient: Patient, name: str, what: str, well: str) -> Iterator[Finding]:
    """Yield what the adapter itself says of something."""
    found = patient.ask("selftest", what=what)["found"]
    yield from findings_of(name, found, well)
    patient.facts[name] = found


def findings_of(name: str, found: Mapping[str, Any] | None, well: str) -> Iterator[Finding]:
    """Yield what an adapter found: its problems, or that all is well, with its facts."""
    if found is None:
        yield Finding(name, "note", "the adapter does not examine this")
        return
    problems = found.get("problems") or []
    for problem in problems:
        yield Finding(name, "missing", str(problem))
    facts = [f"{key}: {_short(value)}" for key, value in found.items() if key != "problems"]
    if not problems:
        yield Finding(name, "present", "; ".join([well, *facts]))


def version_key(text: str) -> tuple[int, ...]:
    """Return a version as numbers, up to the first part that is none.

    >>> version_key("2.1.2+cu121") < version_key("2.10"), version_key("4.31.0rc1")
    (True, (4, 31, 0))
    """
    numbers = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in numbers[0].split(".")) if numbers else ()


def _package(patient: Patient, name: str, version: str | None, wanted: Sequence[str]) -> Finding:
    if version is None:
        return Finding(name, "missing", "not installed there", patient.get("environment"))
    low, high = wanted
    if low and version_key(version) < version_key(low):
        return Finding(name, "note", f"{version}; older than {low}, which is the oldest tried")
    if high and version_key(version) >= version_key(high):
        return Finding(name, "note", f"{version}; {high} and newer were not tried")
    return Finding(name, "present", version)


def _devices(patient: Patient) -> Iterator[Finding]:
    found = patient.ask("selftest", what="devices")["found"]
    patient.facts["devices"] = found
    if found.get("problem"):
        yield Finding("torch", "missing", found["problem"], patient.get("environment"))
    elif not found["gpus"]:
        build = f"CUDA {found['cuda']}" if found["cuda"] else "CPU"
        yield Finding("GPU", "note", f"none that torch can use (it is built for {build})")
    for gpu in found["gpus"]:
        name = f"{gpu['name']}, compute capability {'.'.join(map(str, gpu['capability']))}"
        if runs_on(gpu["capability"], found["architectures"]):
            yield Finding("GPU", "present", name)
        else:
            built = ", ".join(found["architectures"])
            text = f"{name}: this torch has no code for it ({built})"
            yield Finding("GPU", "missing", text, patient.get("environment"))


def runs_on(capability: Sequence[int], architectures: Sequence[str]) -> bool:
    """Return whether a build of torch has code for a GPU.

    Code for a smaller minor number of the same major runs; code to be compiled
    (``compute_NN``) runs on anything newer.

    >>> runs_on([9, 0], ["sm_80", "sm_86"]), runs_on([8, 9], ["sm_80"])
    (False, True)
    >>> runs_on([9, 0], ["compute_80"])
    True
    """
    major, minor = capability
    for name in architectures:
        kind, _, digits = name.partition("_")
        number = int(re.sub(r"\D", "", digits) or 0)
        own = (number // 10, number % 10)
        if kind == "sm" and own[0] == major and own[1] <= minor:
            return True
        if kind == "compute" and own <= (major, minor):
            return True
    return False


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
