"""kill -9 of a real server: at every step of a save in turn, and at random while people paint.

Short here; ``python benchmarks/annotator_kill.py --rounds 200`` runs it long.
"""

from pathlib import Path

import httpx
import numpy as np
import pytest

from annotator.backup import verify_project
from support.annotator_kills import Tally, run_rounds
from support.annotator_server import Server, Tab
from support.projects import SIZE, project

pytestmark = pytest.mark.slow


def test_random_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    project(tmp_path / "p")
    tally = run_rounds(tmp_path / "p", 3, Tally())
    assert tally.saves >= 6
    assert (tally.missing, tally.torn) == (0, 0)


def test_a_server_killed_at_a_step_of_a_save_serves_one_revision_or_the_other(
    tmp_path: Path,
) -> None:
    """Every step of writing is covered without a server beside; here a few, over the socket."""
    new = np.ones(SIZE, np.uint8)
    for at in (50, 110):
        root = tmp_path / str(at)
        project(root)
        with Server(root, kill_at=at) as server:
            acknowledged = False
            try:
                tab = Tab(server.url, "ann", "clip-0-mask-ann")
                acknowledged = tab.paint(0, new, 0).status_code == 200
                acknowledged &= tab.paint(1, new, 0).status_code == 200
            except httpx.TransportError:
                pass
        with Server(root) as server:
            tab = Tab(server.url, "ann", "clip-0-mask-ann", "after")
            found = tab.planes(0)
            assert found.all() or not found.any()
            assert not acknowledged or found.all()
        assert verify_project(root) == []
