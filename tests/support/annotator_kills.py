"""Kills a server while people paint, and looks at what is left: shared by test and benchmark."""

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from annotator.backup import verify_project
from annotator.planes import Planes
from annotator.project import Project
from annotator.server.desk import plane
from refvps.atomic import TEMPORARY_PREFIX
from support.annotator_server import Server, Tab
from support.projects import SIZE

PEOPLE = ("ann", "ben")
KINDS = {"ann": "mask", "ben": "relabel"}


@dataclass
class Painter:
    """Paints random masks as fast as it is answered; remembers what was acknowledged."""

    user: str
    seed: int
    acknowledged: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    sent: dict[int, list[bytes]] = field(default_factory=dict)
    saves: int = 0
    began: threading.Event = field(default_factory=threading.Event)
    wrong: str = ""

    def paint(self, url: str, until: threading.Event) -> None:
        random_masks = np.random.default_rng(self.seed)
        try:
            tab = Tab(url, self.user, f"clip-0-{KINDS[self.user]}-{self.user}", f"s{self.seed}")
            frames = tab.state()["frames"]
            while not until.is_set():
                k = int(random_masks.integers(11))
                labels = random_masks.choice(np.array([0, 1, 255], np.uint8), SIZE)
                rev = max(
                    frames.get(str(4 * k), {"rev": 0})["rev"], self.acknowledged.get(k, (0,))[0]
                )
                self.sent.setdefault(k, []).append(labels.tobytes())
                done = tab.paint(k, labels, rev)
                if done.status_code != 200:
                    self.wrong = done.text
                    return
                self.acknowledged[k] = (done.json()["rev"], labels.tobytes())
                self.sent[k] = [labels.tobytes()]
                self.saves += 1
                self.began.set()
        except httpx.TransportError:
            return


@dataclass
class Tally:
    """What many kills added up to."""

    rounds: int = 0
    saves: int = 0
    inside: int = 0
    missing: int = 0
    torn: int = 0
    known: dict[str, dict[int, bytes]] = field(
        default_factory=lambda: {user: {} for user in PEOPLE}, repr=False
    )


def run_rounds(root: Path, rounds: int, tally: Tally, *, slow: float = 0.005) -> Tally:
    """Serve, paint, kill at a random moment, look; over and over on the same project."""
    moments = random.Random(11 + tally.rounds)
    for number in range(tally.rounds, tally.rounds + rounds):
        painters = [Painter(user, 1000 * at + number) for at, user in enumerate(PEOPLE)]
        with Server(root, slow=slow) as server:
            stop = threading.Event()
            threads = [
                threading.Thread(target=painter.paint, args=(server.url, stop))
                for painter in painters
            ]
            for thread in threads:
                thread.start()
            for painter in painters:
                painter.began.wait(20)
            time.sleep(moments.uniform(0, 0.3))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
        tally.rounds += 1
        tally.inside += any(root.rglob(f"ann/**/{TEMPORARY_PREFIX}*"))
        tally.torn += len(verify_project(root))
        for painter in painters:
            assert not painter.wrong, painter.wrong
            tally.saves += painter.saves
            tally.missing += _missing(root, painter, tally.known[painter.user])
        for left in root.rglob(f"{TEMPORARY_PREFIX}*"):
            left.unlink()
    return tally


def _missing(root: Path, painter: Painter, known: dict[int, bytes]) -> int:
    """Return how many keyframes are neither what was acknowledged nor what was sent after."""
    project = Project(root)
    job = project.job(f"clip-0-{KINDS[painter.user]}-{painter.user}")
    work, clip = project.work(job), project.clip("clip-0")
    wrong = 0
    for k in range(11):
        stamped = work.head.frames.get(k)
        allowed = set(painter.sent.get(k, []))
        if k in painter.acknowledged:
            allowed.add(painter.acknowledged[k][1])
        else:
            allowed.add(known.get(k, bytes(SIZE[0] * SIZE[1])))
        if stamped is None:
            found = bytes(SIZE[0] * SIZE[1])
        else:
            keyframe = stamped.keyframe
            target = plane(work, clip, keyframe.target)
            ignore = plane(work, clip, keyframe.ignore)
            found = Planes(target, ignore).wire()
        wrong += found not in allowed
        known[k] = found
    return wrong
