"""What the pages on agreement and releases speak of: a collection, and a project labelled twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from annotator.jobs import JobState, Kind
from annotator.project import Project
from annotator.store.work import Change
from e2e.commands import run
from e2e.test_collect import TAXONOMY, made_videos
from support.collection import everything_stored
from support.labelled import TEXTS, label
from support.loopback import Reply, serving
from support.projects import PASSWORD

CONFIG = """
taxonomy = "taxonomy.toml"

[[source]]
name = "finds"
kind = "urls"
concept = "melting"
options = { file = "urls.csv" }

[fetch]
sleep = 0
most_sleep = 0
sleep_requests = 0
"""
SIZE = (64, 64)
KEYFRAMES = 3


@contextmanager
def labelled_world(here: Path) -> Iterator[None]:
    """Have a collection and ``PROJECT`` in a folder, and the address of its videos answer."""
    (here / "videos").mkdir()
    videos = made_videos(here / "videos", 2)
    with serving(lambda request: Reply(body=videos[int(request.path[1])])) as server:
        urls = [f"{server.url}/{number}.mp4" for number in range(2)]
        (here / "urls.csv").write_text("\n".join(["url", *urls]) + "\n")
        _label_twice(here, _collected(here))
        yield


def _collected(here: Path) -> list[Path]:
    (here / "taxonomy.toml").write_text(TAXONOMY)
    (here / "collect.toml").write_text(CONFIG)
    _done("collect", "run", here=here)
    names = [row[0] for row in everything_stored(here / "collection")["fetched"]]
    rows = [f"{name},accept,,cora,0,1/2" for name in names]
    decided = here / "decided.csv"
    decided.write_text("\n".join(["subject,verdict,reason,reviewer,start,end", *rows]) + "\n")
    _done("collect", "decide", "decided.csv", here=here)
    _done("collect", "run", here=here)
    return sorted((here / "collection/clips/jpeg-keep").iterdir())


def _label_twice(here: Path, clips: list[Path]) -> None:
    """Ann labels both clips, Ben labels one again, both write; what they drew is accepted."""
    _done("annotate", "create", "PROJECT", here=here)
    facts = ("--concept", "ice melting", "--group", "temporal object changes")
    for clip in clips:
        _done("annotate", "import", "PROJECT", str(clip), *facts, here=here)
    project = Project(here / "PROJECT")
    for name, role in (("ann", "annotator"), ("ben", "annotator"), ("judith", "reviewer")):
        project.users.put(name, PASSWORD, [role])
    clip_ids = sorted(path.name for path in (here / "PROJECT/clips").iterdir())
    for number, clip in enumerate(clip_ids):
        for person, kind in (("ann", Kind.MASK), ("ben", Kind.RELABEL))[: 2 - number]:
            job = project.assign(kind, clip, person)
            label(project, job, {k: drawn(person, k) for k in range(KEYFRAMES)})
            project.move(job.job_id, JobState.SUBMITTED)
            project.move(job.job_id, JobState.ACCEPTED)
        for person in ("ann", "ben"):
            job = project.assign(Kind.EXPRESSION, clip, person)
            project.work(job).commit(Change(expressions=TEXTS[person]))
            project.move(job.job_id, JobState.SUBMITTED)


def drawn(person: str, k: int) -> np.ndarray:
    """A field that grows; Ben's is two rows higher."""
    labels = np.zeros(SIZE, np.uint8)
    labels[8 : 24 + (2 if person == "ben" else 0), 8 : 24 + 4 * k] = 1
    return labels


def _done(*arguments: str, here: Path) -> None:
    found = run("refvps", *arguments, cwd=here)
    assert found.returncode == 0, found.stdout + found.stderr
