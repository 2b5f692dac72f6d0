"""Level 0: the checkout, looked at and not run; the licence."""

from collections.abc import Iterator
from pathlib import Path

from baselines.doctor.patient import Patient
from baselines.worker.adapter_file import Anchor, functions_of
from baselines.worker.provenance import commit_of
from refvps.doctor.findings import Finding


def static(patient: Patient) -> Iterator[Finding]:
    """Yield the licence, and whether the checkout is there and holds what the adapter counts on."""
    adapter, source = patient.choice.adapter, patient.source
    notice = source.notice if source else adapter.licence
    yield Finding("licence", "note", notice or "the adapter names none")
    checkout = patient.choice.worker.checkout
    if checkout is None:
        if adapter.anchors:
            text = "none given with --checkout"
            if "checkout" in patient.absent:
                text = f"{patient.absent['checkout']}: no such folder"
            yield Finding("checkout", "missing", text, patient.get("checkout"))
        return
    commit = commit_of(checkout)
    patient.facts["commit"] = commit
    text = f"{checkout} at {commit}"
    code = source.code if source else None
    if code is not None and not commit.startswith(code.commit):
        text += f"; the adapter was written against {code.commit}"
    yield Finding("checkout", "present", text)
    found = (problem for anchor in adapter.anchors for problem in _problems(checkout, anchor))
    problems = list(dict.fromkeys(found))
    for problem in problems:
        yield Finding("code", "missing", problem, patient.get("checkout"))
    if adapter.anchors and not problems:
        count = len(adapter.anchors)
        yield Finding("code", "present", f"all {count} functions that the adapter counts on")


def _problems(checkout: Path, anchor: Anchor) -> Iterator[str]:
    path = checkout / anchor.file
    try:
        functions = functions_of(path)
    except OSError:
        yield f"{anchor.file} is missing"
        return
    except SyntaxError as error:
        yield f"{anchor.file} is not Python: {error.msg} in line {error.lineno}"
        return
    found = functions.get(anchor.function)
    if found is None:
        yield f"{anchor.file} has no {anchor.function}"
    elif found[: len(anchor.arguments)] != anchor.arguments:
        wanted = ", ".join(anchor.arguments)
        yield f"{anchor.file}: {anchor.function} takes ({', '.join(found)}), not ({wanted}, …)"
