"""Levels 4 to 6: the model built and filled, its operators, a prediction from end to end."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from baselines.doctor.patient import Patient
from baselines.doctor.running import findings_of
from baselines.worker.job import read_masks, write_job
from baselines.worker.sandbox import fill_sandbox
from refvps.doctor.findings import Finding
from refvps.frames import encode_frame
from refvps.packed import PackedMask
from refvps.types import Clip, Expression, Query

FRAMES, HEIGHT, WIDTH = 5, 120, 160
MEGA = 1e6


def loading(patient: Patient) -> Iterator[Finding]:
    """Yield whether the method loads, which it refuses if any weight does not fit."""
    hello = patient.hello
    fill_sandbox(patient.process.sandbox, patient.launch, hello["assets"], hello["mirrored"])
    reply = patient.ask("load")
    patient.facts["load"] = reply["info"]
    well = f"on {patient.launch.device} in {reply['seconds']:.1f} s"
    yield from findings_of("loading", reply["info"], well)


def operators(patient: Patient) -> Iterator[Finding]:
    """Yield what the adapter says of its operators."""
    found = patient.ask("selftest", what="operators")["found"]
    patient.facts["operators"] = found
    yield from findings_of("operators", found, "as their references")


def smoke(patient: Patient) -> Iterator[Finding]:
    """Yield whether a few frames of noise are answered, twice the same."""
    clip = _noise(patient.folder / "frames")
    query = Query(clip, Expression("0", "the person on the left", "1"))
    first, again = (_answer(patient, query, number) for number in range(2))
    facts = patient.facts["prediction"]
    if first != again:
        text = "the same question was answered in two ways, in spite of the seed"
        yield Finding("prediction", "missing", text)
        return
    share = sum(mask.area for mask in first) / (FRAMES * HEIGHT * WIDTH)
    memory = facts.get("peak_gpu_memory") or facts.get("peak_memory") or 0
    text = (
        f"{FRAMES} frames of {WIDTH}x{HEIGHT} in {facts['seconds']:.2f} s, twice the same, "
        f"{share:.0%} foreground, peak {memory / MEGA:.0f} MB"
    )
    yield Finding("prediction", "present", text)


def _answer(patient: Patient, query: Query, number: int) -> tuple[PackedMask, ...]:
    folder = patient.folder / "jobs" / str(number)
    size = write_job(folder, query, patient.choice.worker.seed, patient.choice.own)
    reply = patient.ask("predict", job=str(folder))
    patient.facts["prediction"] = reply["meta"]
    return read_masks(folder, FRAMES, size, reply["sha256"])


def _noise(folder: Path) -> Clip:
    random = np.random.default_rng(0)
    folder.mkdir()
    paths = tuple(folder / f"{index:05}.jpg" for index in range(FRAMES))
    for path in paths:
        coarse = random.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8)
        path.write_bytes(encode_frame(np.kron(coarse, np.ones((8, 8, 1), np.uint8))))
    return Clip("noise", paths, Fraction(24), video="noise")
