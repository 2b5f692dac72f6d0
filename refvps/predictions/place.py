"""A folder of predictions as a place that may hold traces of a clip."""

import shutil
from collections.abc import Set
from pathlib import Path

from refvps.mask_png import read_file
from refvps.predictions.run_file import RUN_FILE, read_run, write_run
from refvps.takedown.place import Name, Removal, Traces, values

RECORD_FILE = "record.json"


class PredictionsPlace:
    """See ``Place``; any folder that is nothing else is taken for one."""

    rank = 80

    def restore(self, folder: Path) -> None:
        """Do nothing: it is never moved."""

    def recognises(self, folder: Path) -> bool:
        """Return that it may be: layouts of predictions are many."""
        return folder.is_dir()

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:
        """Return the clips that have a folder or a file here."""
        clips = values(names, "clip")
        return {Name("clip", path.name) for path in folder.rglob("*") if path.name in clips}

    def traces(self, folder: Path, names: Set[Name]) -> Traces:  # noqa: ARG002 - as the protocol
        """Return the clips' ids."""
        return Traces(values(names, "clip"))

    def remove(self, folder: Path, removal: Removal) -> str:
        """Delete what is named after the clips, and records that count them.

        A record is deleted whole: it is made again in seconds, from masks that stay. ``run.json``
        is told the new version of its data, of which the clips that stay did not change.
        """
        clips = removal.values("clip")
        kept = (RUN_FILE, RECORD_FILE)
        gone = [p for p in folder.rglob("*") if _stem(p) in clips and p.name not in kept]
        for path in gone:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        records = [path for path in folder.rglob(RECORD_FILE) if _holds(path, clips)]
        for path in records:
            path.unlink()
        renewed = sum(_renewed(path.parent, removal) for path in folder.rglob(RUN_FILE))
        if not gone and not records and not renewed:
            return ""
        said = f"{len(gone)} files and folders deleted"
        if records:
            said += f", {len(records)} records deleted: score again"
        return said + (f", {renewed} runs go on with the new version" if renewed else "")


def load() -> PredictionsPlace:
    """Return the place."""
    return PredictionsPlace()


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else path.name.partition(".")[0]


def _holds(path: Path, clips: Set[str]) -> bool:
    content = read_file(path)
    return any(f'"{clip}"'.encode() in content for clip in clips)


def _renewed(folder: Path, removal: Removal) -> bool:
    run = read_run(folder)
    if run is None or run.dataset_digest not in removal.renewed:
        return False
    version, digest = removal.renewed[run.dataset_digest]
    write_run(folder, run.model_copy(update={"dataset_version": version, "dataset_digest": digest}))
    return True
