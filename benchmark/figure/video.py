"""A clip as a video: bare, truth and every method side by side, all frames, H.264."""

from collections.abc import Generator
from pathlib import Path

from benchmark.figure.material import Material
from benchmark.figure.video_frame import draw_frame, draw_ground
from benchmark.figure.video_layout import VideoPlan, plan_video
from refvps.drawing.lettering import coverage
from refvps.drawing.wrapping import one_line
from refvps.errors import DataError
from refvps.frames import frame_size
from refvps.types import Size, UInt8Array
from refvps.video.writer import VideoForm, new_video


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
    with new_video(path, VideoForm(plan.size, clip.fps)) as video:
        for index, frame_id in enumerate(clip.frame_ids):
            moment = material.moment(frame_id, hold=True)
            _require_size(plan, clip.frame_paths[index], moment.frame)
            video.add(draw_frame(plan, material, ground, moment), index / clip.fps)
            yield


def _require_size(plan: VideoPlan, path: Path, frame: UInt8Array) -> None:
    size = Size(*frame.shape[:2])
    if size != plan.frame:
        raise DataError(path, f"frame is {size}; the clip's first frame is {plan.frame}")
