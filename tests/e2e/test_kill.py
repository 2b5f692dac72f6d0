"""kill -9 at random moments while predictions are written: nothing torn afterwards.

Short here; ``REFVPS_KILL_ROUNDS=500 pytest -m slow tests/e2e/test_kill.py`` runs it long.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from refvps.atomic import TEMPORARY_PREFIX
from refvps.errors import DataError
from refvps.packed import pack
from refvps.predictions.run_file import read_run
from refvps.predictions.store import PredictionStore
from refvps.types import Prediction
from support.queries import clip, query

ROUNDS = int(os.environ.get("REFVPS_KILL_ROUNDS", "25"))
pytestmark = pytest.mark.slow

# The disk is a slow one, so that most of the time a file is half-way to it, on any machine.
WRITER = """
import itertools, os, sys, time
from pathlib import Path
sync = os.fsync
os.fsync = lambda descriptor: (time.sleep(0.01), sync(descriptor))
from e2e.test_kill import versions
from refvps.predictions.run_file import write_run
from refvps.predictions.store import PredictionStore
from unit.refvps.predictions.test_run_file import RUN
store = PredictionStore(Path(sys.argv[1]))
print("ready", flush=True)
for prediction in itertools.cycle(versions()):
    store.write(prediction)
    write_run(store.folder, RUN)
"""


def versions() -> list[Prediction]:
    """Two answers to each of three queries, large enough that writing one takes a while."""
    random_masks = np.random.default_rng(3)
    found = []
    for expression_id in "012":
        for _ in range(2):
            asked = query("fire", expression_id)
            masks = tuple(pack(random_masks.random((90, 120)) < 0.4) for _ in range(9))
            found.append(Prediction(asked, asked.clip.frame_ids, masks))
    return found


def test_every_kill_leaves_whole_files(tmp_path: Path) -> None:
    tests = Path(__file__).parents[1]
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    allowed: dict[str, set[tuple]] = {}
    for prediction in versions():
        allowed.setdefault(prediction.query.query_id, set()).add(prediction.masks)
    store, moments, left_over = PredictionStore(tmp_path), random.Random(5), 0
    read = 0
    for _ in range(ROUNDS):
        env = {**os.environ, "PYTHONPATH": str(tests)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as writer:
            writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.2))
            writer.send_signal(signal.SIGKILL)
        for expression_id in "012":
            asked = query("fire", expression_id)
            if store.has(asked):
                found = store.read(asked, clip().frame_ids)
                assert found.packed() in allowed[asked.query_id]
                read += 1
        read_run(tmp_path)
        left_over += len(list(tmp_path.rglob(f"{TEMPORARY_PREFIX}*")))
    assert read > ROUNDS
    assert left_over > 0, "no kill fell inside a write; the test shows nothing"


def test_a_full_disk_is_one_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    """A file-size limit stands for the full disk: the same error at the same call."""
    first, second = versions()[:2]
    PredictionStore(tmp_path).write(first)
    code = """
import resource, signal, sys
from pathlib import Path
from e2e.test_kill import versions
from refvps.errors import DataError
from refvps.predictions.store import PredictionStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    PredictionStore(Path(sys.argv[1])).write(versions()[1])
except DataError as error:
    print(error)
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr
    assert "fire/0.json.gz: cannot be written: File too large" in done.stdout
    assert list(tmp_path.rglob("*.json.gz")) == list(tmp_path.rglob("*.*"))
    found = PredictionStore(tmp_path).read(first.query, first.frame_ids)
    assert found.packed() == first.masks != second.masks


def test_damage_is_never_read_as_a_mask(tmp_path: Path) -> None:
    """What a torn write would leave, were there one, is noticed."""
    store = PredictionStore(tmp_path)
    store.write(versions()[0])
    path = store.path(versions()[0].query)
    whole = path.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 50)):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            store.read(versions()[0].query, clip().frame_ids)
