"""The video of a candidate, found through the store."""

import io
from pathlib import Path

import numpy as np

from refvps import atomic
from refvps.collect.folder import media_path, pts_path
from refvps.collect.probe import Probed
from refvps.collect.store.records import Candidate, Fetched, Media, Probe
from refvps.collect.store.store import Store
from refvps.collect.timeline import Timeline
from refvps.errors import DataError
from refvps.video.file import VideoFile


def media_of(store: Store, candidate: Candidate) -> Media:
    """Return the file that was fetched for a candidate.

    Raises:
        DataError: nothing was.
    """
    fetched = store.get(Fetched, candidate_id=candidate.candidate_id)
    media = store.get(Media, media_id=fetched.media_id) if fetched else None
    if media is None:
        raise DataError(store.folder, f"nothing was fetched for {candidate.candidate_id}")
    return media


def probed_of(store: Store, folder: Path, media: Media) -> Probed:
    """Return what the probe found, from the store and the table of time stamps beside it.

    Raises:
        DataError: the file was not probed, is gone, or its table is.
    """
    return read_probed(folder, media, probe_of(store, media))


def probe_of(store: Store, media: Media) -> Probe:
    """Return the row of the probe.

    Raises:
        DataError: the file was not probed.
    """
    row = store.get(Probe, media_id=media.media_id)
    if row is None:
        path = media_path(store.folder, media)
        raise DataError(path, "was not probed yet; run the stage probe")
    return row


def read_probed(folder: Path, media: Media, row: Probe) -> Probed:
    """Return what a row of the probe says, with the table of time stamps beside the store.

    Raises:
        DataError: the file is gone, or its table is.
    """
    path = media_path(folder, media)
    if not path.is_file():
        raise DataError(path, "is missing; fetch it again")
    table = pts_path(folder, media.media_id)
    try:
        pts = np.load(table, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(table, f"cannot be read ({error}); run the stage probe again") from error
    lasts = row.duration / row.time_base - int(pts[-1] - pts[0])
    timeline = Timeline(pts.astype(np.int64), row.time_base, int(lasts))
    return Probed(VideoFile.open(path).facts, timeline)


def write_array(path: Path, values: np.ndarray) -> bytes:
    """Write a NumPy file, whole or not at all, and return its bytes."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    content = buffer.getvalue()
    atomic.write_bytes(path, content)
    return content
