"""Exact pictures of single frames, and a strip of small ones; browsers cannot seek to a frame."""

import io
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from refvps.collect.previews import frames_at
from refvps.collect.probe import Probed
from refvps.frames import encode_frame
from refvps.types import Size
from refvps.video.file import VideoFile

TOGETHER = 12
"""Frames decoded at once: stepping through a video decodes each stretch once."""

MOST_BYTES = 96 << 20
STRIP_HEIGHT, STRIP_WIDTH = 64, 1320
STRIP_QUALITY = 80


class Moments:
    """Remembers pictures up to a number of bytes; safe for many threads.

    A picture is the JPEG that the export writes of the same frame, byte for byte.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._decoding: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def frame(self, media_id: str, probed: Callable[[], Probed], index: int) -> bytes:
        """Return a frame, upright, as JPEG.

        Raises:
            ShapeError: there is no such frame.
            DataError: the video is damaged, or is not as it was when it was probed.
        """
        with self._decoding[media_id]:
            found = self._get(media_id, index)
            if found is None:
                video = probed()
                video.timeline.time(index)
                first = index - index % TOGETHER
                places = tuple(range(first, min(first + TOGETHER, len(video.timeline))))
                for place, pixels in zip(places, frames_at(video, places), strict=True):
                    self._put(media_id, place, encode_frame(pixels))
                found = self._get(media_id, index)
        assert found is not None  # noqa: S101 - for the type checker
        return found

    def strip(self, media_id: str, preview: Path) -> bytes:
        """Return pictures side by side over a video's length, from its preview, as JPEG.

        Raises:
            DataError: the preview is damaged.
        """
        found = self._get(media_id, -1)
        if found is None:
            found = _strip(preview)
            self._put(media_id, -1, found)
        return found

    def _get(self, media_id: str, place: int) -> bytes | None:
        with self._lock:
            found = self._kept.get((media_id, place))
            if found is not None:
                self._kept.move_to_end((media_id, place))
            return found

    def _put(self, media_id: str, place: int, content: bytes) -> None:
        with self._lock:
            self._bytes += len(content) - len(self._kept.pop((media_id, place), b""))
            self._kept[media_id, place] = content
            while self._bytes > self._most and len(self._kept) > TOGETHER:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def _strip(preview: Path) -> bytes:
    pictures = list(VideoFile.open(preview).frames())
    height, width = pictures[0].pixels().shape[:2]
    small = Size(STRIP_HEIGHT, max(8, round(width * STRIP_HEIGHT / height)))
    count = max(1, min(len(pictures), round(STRIP_WIDTH / small.width)))
    chosen = [pictures[(2 * place + 1) * len(pictures) // (2 * count)] for place in range(count)]
    image = Image.fromarray(np.concatenate([each.reduced(small) for each in chosen], axis=1))
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=STRIP_QUALITY)
    return buffer.getvalue()
