"""A clip as a video: bare, truth and every method side by side, all frames, H.264."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmark.figure.block import one_line
from benchmark.figure.lettering import coverage
from benchmark.figure.material import Material
from benchmark.figure.video_frame import draw_frame, draw_ground
from benchmark.figure.video_layout import VideoPlan, plan_video
from refvps import atomic
from refvps.errors import DataError, MissingExtraError
from refvps.frames import frame_size
from refvps.types import Clip, Size, UInt8Array

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

FEATURE = "H.264 video"
EXTRA = "video"
CODEC: Final = "libx264"
QUALITY = {"crf": "20", "preset": "medium"}
THREADS = 2
"""Fixed, because the encoder's bytes depend on how many threads share the work."""

BT_709 = 1
LIMITED_RANGE = 1
"""The colours of high-definition video, in the numbers of H.264; written into the file, because
players otherwise guess them from its size, and some guess wrong."""


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


def write_video(path: Path, material: Material, *, most_width: int) -> Generator[None, None, None]:
    """Write a clip as a video, frame by frame; to be used within ``plain_matplotlib``.

    Truth is held from one annotated frame to the next, and so are the masks of a method that
    stored annotated frames alone; the label above says so.

    Args:
        path: the file; it is there whole when the last frame has been drawn, or not at all.
        material: what to draw.
        most_width: of the video, in pixels.

    Yields:
        None, once a frame.

    Raises:
        ConfigError: the panels would be too small to see.
        DataError: a frame cannot be read, or the file cannot be written.
        UnreadablePredictionsError: a mask does not fit its frame.
    """
    clip = material.query.clip
    plan = plan_video(
        frame_size(clip.frame_paths[0]),
        1 + (material.truth is not None) + len(material.methods),
        one_line(material.query.expression.text),
        most_width=most_width,
        measure=lambda text, pixels: coverage(text, pixels, italic=True).shape[1],
    )
    ground = draw_ground(plan, material)
    with atomic.new_file(path) as temporary, _opened(path, temporary) as container:
        stream = _add_stream(container, plan.size, clip)
        for index, frame_id in enumerate(clip.frame_ids):
            moment = material.moment(frame_id, hold=True)
            _require_size(plan, clip.frame_paths[index], moment.frame)
            _encode(container, stream, draw_frame(plan, material, ground, moment), index)
            yield
        container.mux(stream.encode(None))


@contextmanager
def _opened(path: Path, temporary: Path) -> Iterator["OutputContainer"]:
    import av

    try:
        # The index comes first, so that a browser plays while the rest is still on its way.
        options = {"movflags": "+faststart"}
        with av.open(str(temporary), "w", format="mp4", options=options) as container:
            yield container
    except (av.FFmpegError, OSError) as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error


def _add_stream(container: "OutputContainer", size: Size, clip: Clip) -> "VideoStream":
    stream = container.add_stream(CODEC, rate=clip.fps, options=QUALITY)
    stream.height, stream.width = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.thread_count = THREADS
    # A key frame about once a second, so that people can scrub to any moment.
    context.gop_size = max(1, round(clip.fps))
    context.colorspace = context.color_primaries = context.color_trc = BT_709
    context.color_range = LIMITED_RANGE
    return stream


def _encode(
    container: "OutputContainer", stream: "VideoStream", pixels: UInt8Array, index: int
) -> None:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    frame.pts = index
    frame.time_base = 1 / stream.codec_context.framerate
    container.mux(stream.encode(frame))


def _require_size(plan: VideoPlan, path: Path, frame: UInt8Array) -> None:
    size = Size(*frame.shape[:2])
    if size != plan.frame:
        raise DataError(path, f"frame is {size}; the clip's first frame is {plan.frame}")
