"""The whole examination: packages, devices, bases, weights, memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps.doctor.findings import Diagnosis, Finding, Table
from refvps.errors import ConfigError, DataError
from rem.base import Base, download_command, find_base, parts_of
from rem.doctor.machine import Device, examine_machine, gpus, main_memory
from rem.doctor.packages import examine_packages, installed
from rem.memory import GIGA, SIZES, Footprint, Load, footprint
from rem.variants import VARIANT_NAMES, Precision, Variant, variant_named

CONTEXT = GIGA
"""What a GPU's driver and its libraries hold beside tensors: about 1 GB."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a user asks.

    Attributes:
        variant: one variant, or None for all.
        checkpoint: weights to examine, or None.
        base: where the base of the variant is, or None for the checkpoint's folder and the cache.
        size: side of the squares, or None for the variant's.
    """

    variant: str | None = None
    checkpoint: Path | None = None
    base: str | None = None
    size: int | None = None


def examine(question: Question) -> Diagnosis:
    """Return what is there and what is not; nothing is downloaded.

    With ``variant`` or ``checkpoint`` it is about that variant, and its base must be there; without
    them all are looked for, and one is enough.

    Raises:
        ConfigError: no such variant, or a base without a variant.
    """
    if question.base is not None and not (question.variant or question.checkpoint):
        raise ConfigError("--base goes with --variant or --checkpoint: a base is of one variant")
    asked = variant_named(question.variant) if question.variant else None
    devices, main = gpus(), main_memory()
    packages = tuple(examine_packages())
    weights, variant = _weights(question, asked, packages)
    every = [variant_named(name) for name in VARIANT_NAMES]
    variants = [variant] if variant else [one for one in every if one.base]
    here = examine_machine(devices, main)
    table = memory_table(variants, question.size, devices, main)
    return Diagnosis("rem", (*packages, *here, *_bases(question, variants), weights), (table,))


def memory_table(
    variants: Sequence[Variant], size: int | None, devices: Sequence[Device], main: Device
) -> Table:
    """Return what each variant needs, and whether the largest GPU, or main memory, has it."""
    device = max(devices, key=lambda one: one.memory) if devices else main
    room = device.memory - (CONTEXT if devices else 0)
    rows = [
        (
            variant.name,
            load.dtype,
            str(load.frames),
            *_needs(footprint(variant, load), room, devices),
        )
        for variant in variants
        if variant.name in SIZES
        for load in _loads(variant, size, every=len(variants) == 1)
    ]
    columns = ("variant", "dtype", "frames", "GB", "GB with offload", "runs here")
    title = f"memory, estimated, {size or 512} px, against {_giga(device.memory)} GB: {device.name}"
    return Table(title, columns, tuple(rows))


def _loads(variant: Variant, size: int | None, *, every: bool) -> Iterator[Load]:
    """Yield what a variant may be asked: its own type and a narrow one; its windows, or one."""
    lengths = {lengths[0] for lengths in variant.windows.values()}
    narrow: Precision = "bfloat16" if variant.family == "wan" else "float16"
    for dtype in dict.fromkeys((variant.precision, narrow)):
        for frames in sorted(lengths) if every else (variant.windows["sample"][0],):
            yield Load(dtype, frames, size or variant.size)


def _needs(need: Footprint, room: int, devices: Sequence[Device]) -> tuple[str, str, str]:
    """Return the columns of a footprint; parts can only wait in main memory if there is a GPU."""
    verdict = "yes" if need.whole <= room else "no"
    if verdict == "no" and devices and need.offloaded <= room:
        verdict = "with offload=true"
    return _giga(need.whole), _giga(need.offloaded) if devices else "-", verdict


def _weights(
    question: Question, asked: Variant | None, packages: Sequence[Finding]
) -> tuple[Finding, Variant | None]:
    """Return what is known of the weights, and the variant that everything else is about."""
    name = "checkpoint"
    if question.checkpoint is None:
        return _no_weights(asked), asked
    if any(finding.state == "missing" for finding in packages):
        unread = f"{question.checkpoint}: not examined, because of the packages"
        return Finding(name, "missing", unread), asked
    from rem.doctor.weights import examine_weights

    folder = Path(question.base) if question.base and Path(question.base).is_dir() else None
    try:
        found = examine_weights(question.checkpoint, asked, folder)
    except DataError as error:
        return Finding(name, "missing", error.message), asked
    text = f"{found.kind}, SHA-256 {found.digest}"
    if found.mismatch:
        problem = f"{text}; does not fit the network of {found.variant.name}: {found.mismatch}"
        return Finding(name, "missing", problem), found.variant
    fits = f"all {found.tensors} weights of {found.variant.name} match"
    return Finding(name, "present", f"{text}; {fits}"), found.variant


def _no_weights(asked: Variant | None) -> Finding:
    repository = (asked or variant_named(VARIANT_NAMES[0])).weights
    text = "none given with --checkpoint, so none was examined"
    if repository is None:
        return Finding("checkpoint", "missing", f"{text}; nobody has published any")
    return Finding("checkpoint", "missing", text, f"hf download {repository}")


def _bases(question: Question, variants: Sequence[Variant]) -> Iterator[Finding]:
    found = [(variant, _base(question, variant)) for variant in variants]
    enough = any(missing is None for _, missing in found)
    for variant, missing in found:
        name, parts = f"base of {variant.name}", ", ".join(parts_of(variant))
        if missing is None:
            yield Finding(name, "present", parts)
        else:
            command = download_command(variant.base, parts_of(variant)) if variant.base else None
            yield Finding(name, "note" if enough else "missing", missing, command)


def _base(question: Question, variant: Variant) -> str | None:
    """Return why the base of a variant cannot be used, or None if it can."""
    own = Base(question.checkpoint, parts_of(variant)) if question.checkpoint else None
    try:
        if question.base is None and own is not None and not own.missing():
            return None
        if not installed("huggingface_hub"):
            return "not looked for, because huggingface_hub is not installed"
        find_base(variant, question.base, download=False)
    except DataError as error:
        return error.problem.partition("; get with:")[0].replace(f" of {variant.name}", "")
    return None


def _giga(count: int) -> str:
    return f"{count / GIGA:.1f}"
