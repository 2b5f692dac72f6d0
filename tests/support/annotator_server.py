"""A server of the annotator in a process of its own, and people who use it over real sockets.

Run as a program it serves: ``python -m support.annotator_server PROJECT STEP SLOW``, where STEP is
how long the segmenter takes and SLOW how long every fsync takes longer than it does.
"""

import gzip
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import httpx
import numpy as np

from annotator.server.leases import LEASE_SECONDS
from support.projects import PASSWORD, SIZE

TESTS = Path(__file__).parents[1]
_CLIENTS: list[httpx.Client] = []


class Server:
    """Starts, and can be killed."""

    def __init__(
        self,
        root: Path,
        *,
        step: float = 0.0,
        slow: float = 0.0,
        kill_at: int = -1,
        lease: float = LEASE_SECONDS,
        port: int = 0,
        pages: bool = False,
        below: str = "",
    ):
        env = {**os.environ, "PYTHONPATH": str(TESTS), "REFVPS_TEST_KILL_AT": str(kill_at)}
        env |= {"REFVPS_TEST_LEASE": str(lease), "REFVPS_TEST_PORT": str(port)}
        env |= {"REFVPS_TEST_PAGES": "1" if pages else "", "REFVPS_TEST_ROOT": below}
        command = [sys.executable, "-m", "support.annotator_server", str(root), str(step)]
        self.process = subprocess.Popen(
            [*command, str(slow)], stdout=subprocess.PIPE, text=True, env=env
        )
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the server did not start"

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].strip("/"))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_error) -> None:
        self.kill()
        while _CLIENTS:
            _CLIENTS.pop().close()


class Tab:
    """One browser tab, logged in with a job open for writing."""

    def __init__(self, url: str, user: str, job: str, session: str = "tab") -> None:
        self.client = httpx.Client(base_url=url, headers={"x-refvps": "1"}, timeout=60)
        _CLIENTS.append(self.client)
        self.job, self.session, self.seq = job, session, 0
        form = {"name": user, "password": PASSWORD}
        assert self.client.post("/login", data=form).status_code == 303
        lease = self.client.post(f"/api/jobs/{job}/lease")
        assert lease.status_code == 200, lease.text
        self.client.headers["x-lease"] = lease.json()["lease"]

    def state(self) -> dict:
        return self.client.get(f"/api/jobs/{self.job}/state").json()

    def paint(self, k: int, labels: np.ndarray, rev: int) -> httpx.Response:
        self.seq += 1
        headers = {
            "if-match": str(rev),
            "x-session": self.session,
            "x-seq": str(self.seq),
            "content-encoding": "gzip",
        }
        url = f"/api/jobs/{self.job}/frames/{k}/planes"
        return self.client.put(url, content=gzip.compress(labels.tobytes(), 1), headers=headers)

    def planes(self, k: int) -> np.ndarray:
        content = self.client.get(f"/api/jobs/{self.job}/frames/{k}/planes").content
        return np.frombuffer(content, np.uint8).reshape(SIZE)

    def click(self, k: int, clicks: list, rev: int = 0) -> dict:
        self.seq += 1
        body = {"k": k, "clicks": clicks, "rev": rev, "session": self.session, "seq": self.seq}
        done = self.client.post(f"/api/jobs/{self.job}/sam/predict", json=body)
        assert done.status_code == 200, done.text
        return done.json()

    def propagate(self, start: int, stop: int):
        body = {"start": start, "stop": stop, "forward": stop > start, "session": self.session}
        url = f"/api/jobs/{self.job}/sam/propagate"
        with self.client.stream("POST", url, json=body) as done:
            for line in done.iter_lines():
                yield json.loads(line)


def main() -> None:
    root, step, slow = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    from annotator.project import Project
    from annotator.segmenters.fake import FakeSegmenter
    from annotator.server import application
    from annotator.server.serve import Address, serve
    from support.kill_steps import Killer

    if slow:
        sync = os.fsync
        os.fsync = lambda descriptor: (time.sleep(slow), sync(descriptor))
    project = Project(root)
    kill_at = int(os.environ["REFVPS_TEST_KILL_AT"])
    if kill_at >= 0:
        Killer(kill_at).install()
    lease = float(os.environ["REFVPS_TEST_LEASE"])
    application.Leases = partial(application.Leases, seconds=lease)
    port, pages = int(os.environ["REFVPS_TEST_PORT"]), []
    if os.environ["REFVPS_TEST_PAGES"]:  # they take seconds to import
        from annotator.pages.mount import mount_pages

        pages = [mount_pages]
    address = Address(port=port, root_path=os.environ["REFVPS_TEST_ROOT"])
    serve(project, FakeSegmenter(step), address, pages)


if __name__ == "__main__":
    main()
