"""Writes H.264 videos, frame by frame, each at its own time, with sound where there is some."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from refvps import atomic
from refvps.errors import DataError, MissingExtraError
from refvps.types import Size, UInt8Array
from refvps.video.sound import Sound

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

FEATURE = "H.264 video"
EXTRA = "video"
CODEC: Final = "libx264"
QUALITY = {"crf": "20", "preset": "medium"}
THREADS = 2
"""Fixed, because the encoder's bytes depend on how many threads share the work."""

FINE = Fraction(1, 90_000)
"""The unit of times where frames are not evenly spaced, as in broadcasting."""

BT_709 = 1
LIMITED_RANGE = 1
"""The colours of high-definition video, in the numbers of H.264; written into the file, because
players otherwise guess them from its size, and some guess wrong."""


@dataclass(frozen=True, slots=True)
class VideoForm:
    """What a video is to be.

    Attributes:
        size: of its frames, both even, as the colour format of every player needs.
        fps: frames a second; on average, where they are not evenly spaced.
        even: whether every frame lies at a multiple of 1 / ``fps``.
    """

    size: Size
    fps: Fraction
    even: bool = True


def require_video() -> None:
    """Check that videos can be encoded.

    Raises:
        MissingExtraError: PyAV is not installed, or cannot encode H.264.
    """
    try:
        import av
    except ImportError as error:
        raise MissingExtraError(FEATURE, EXTRA) from error
    if CODEC not in av.codecs_available:
        raise MissingExtraError(FEATURE, EXTRA)


class VideoWriter:
    """Takes frames in order of time."""

    def __init__(
        self, container: "OutputContainer", form: VideoForm, sound: Sound | None = None
    ) -> None:
        """Add the streams to a container that is open for writing."""
        self._container, self._form, self._sound = container, form, sound
        self._base = 1 / form.fps if form.even else FINE
        self._stream = _add_stream(container, form)
        self._stream.codec_context.time_base = self._base
        self._lasts: dict[int, int] = {}
        if sound is not None:
            sound.add_to(container)

    def add(self, pixels: UInt8Array, time: Fraction, lasts: Fraction | None = None) -> None:
        """Encode a frame.

        Args:
            pixels: RGB, uint8 ``[H, W, 3]``, of the size of the form.
            time: when it is shown, in seconds.
            lasts: for how long; by default until the next, and the last one as long as usual.
        """
        import av
        from av.video.reformatter import ColorRange, Colorspace

        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        frame.pts, frame.time_base = round(time / self._base), self._base
        if lasts is not None:
            self._lasts[frame.pts] = max(1, round(lasts / self._base))
        if self._sound is not None:
            self._mux(self._sound.packets(until=time))
        self._mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what is still held back."""
        self._mux(self._stream.encode(None))
        if self._sound is not None:
            self._mux(self._sound.packets(until=None))

    def _mux(self, packets: "Iterable[Packet[Any]]") -> None:
        for packet in packets:
            if packet.stream is self._stream and packet.pts in self._lasts:
                packet.duration = self._lasts.pop(packet.pts)
            self._container.mux(packet)


@contextmanager
def new_video(path: Path, form: VideoForm, sound: Sound | None = None) -> Iterator[VideoWriter]:
    """Give a writer; the file is there whole when the block ends well, or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    import av

    with atomic.new_file(path) as temporary:
        try:
            # The index comes first, so that a browser plays while the rest is still on its way.
            options = {"movflags": "+faststart"}
            with av.open(str(temporary), "w", format="mp4", options=options) as container:
                writer = VideoWriter(container, form, sound)
                yield writer
                writer.finish()
        except (av.FFmpegError, OSError) as error:
            raise DataError(path, f"cannot be written: {error.strerror or error}") from error


def _add_stream(container: "OutputContainer", form: VideoForm) -> "VideoStream":
    stream = container.add_stream(CODEC, rate=form.fps, options=QUALITY)
    stream.height, stream.width = form.size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.thread_count = THREADS
    if not form.even:
        # MP4 stores steps in decoding order, so the last frame's length is lost among B-frames.
        context.max_b_frames = 0
    # A key frame about once a second, so that people can scrub to any moment.
    context.gop_size = max(1, round(form.fps))
    context.colorspace = context.color_primaries = context.color_trc = BT_709
    context.color_range = LIMITED_RANGE
    return stream
