"""Where the files of a collection lie within its folder."""

from pathlib import Path

from refvps.collect.store.records import Media
from refvps.names import require_safe_name

LOCK = "run.lock"
REMOVED = "removed.jsonl"


def media_path(folder: Path, media: Media) -> Path:
    """Return the video file: ``media/AB/ABCD….mp4``."""
    return folder / "media" / media.media_id[:2] / f"{media.media_id}{media.suffix}"


def pts_path(folder: Path, media_id: str) -> Path:
    """Return the table of a video's time stamps: a NumPy file of int64, in order of time."""
    return folder / "pts" / media_id[:2] / f"{media_id}.npy"


def preview_path(folder: Path, media_id: str) -> Path:
    """Return the small H.264 copy that a browser can play."""
    return folder / "previews" / media_id[:2] / f"{media_id}.mp4"


def curve_path(folder: Path, media_id: str) -> Path:
    """Return the curve of change over time: a NumPy file of float32."""
    return folder / "curves" / media_id[:2] / f"{media_id}.npy"


def private_path(folder: Path, candidate_id: str) -> Path:
    """Return what the source said about a candidate, JSON; never part of a release."""
    return folder / "private" / f"{file_name(candidate_id)}.json"


def video_info_path(folder: Path, candidate_id: str) -> Path:
    """Return what the platform said when the video was fetched, JSON; as private."""
    return folder / "private" / f"{file_name(candidate_id)}.video.json"


def download_folder(folder: Path, candidate_id: str) -> Path:
    """Return where a download is until it is whole."""
    return folder / "downloads" / file_name(candidate_id)


def clip_folder(folder: Path, clip_id: str, profile: str) -> Path:
    """Return the frames of an exported clip, with its frame map and checksums."""
    return folder / "clips" / profile / require_safe_name(clip_id, "clip id")


def file_name(candidate_id: str) -> str:
    """Return a candidate's id as a file name.

    >>> file_name("tiktok:7123")
    'tiktok__7123'
    """
    return require_safe_name(candidate_id.replace(":", "__", 1), "candidate id")
