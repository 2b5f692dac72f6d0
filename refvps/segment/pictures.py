"""What is drawn of a segmentation: the overlay video, the contact sheet, the area curves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps import atomic
from refvps.drawing.plots import picture
from refvps.frames import frame_size, read_frame
from refvps.packed import PackedMask
from refvps.segment import outputs
from refvps.segment.area import AreaCurve, area_csv
from refvps.segment.area_plot import draw_areas
from refvps.segment.contact_sheet import draw_sheet, png_bytes
from refvps.segment.scene import plan_scene
from refvps.segment.shot import Shot
from refvps.types import BoolArray, Prediction, Size, UInt8Array
from refvps.video.sound import Sound
from refvps.video.source import VideoFacts
from refvps.video.times import Span
from refvps.video.writer import VideoForm, new_video


@dataclass(frozen=True, slots=True)
class Pictures:
    """Draws a segmentation; everything within ``plain_matplotlib``.

    Attributes:
        facts: of the video.
        shot: the clip that was segmented.
        predictions: one an expression, a mask on every frame of the clip.
        curves: the area of each target.
        method: the method's name.
    """

    facts: VideoFacts
    shot: Shot
    predictions: Sequence[Prediction]
    curves: Sequence[AreaCurve]
    method: str

    def write_overlay(self, path: Path) -> Iterator[int]:
        """Write the overlay video, with the sound of its part of the source.

        Yields:
            How many frames are done.
        """
        shot, tracks = self.shot, self._tracks()
        scene = plan_scene(self._size, shot, self.curves, self.method)
        first = shot.times[0]
        sound = Sound(self.facts.path, Span(first, shot.end)) if self.facts.sound else None
        form = VideoForm(scene.size, shot.clip.fps, even=shot.even)
        with new_video(path, form, sound) as video:
            for index, time in enumerate(shot.times):
                pixels, masks = self._look(tracks, index)
                drawn = scene.draw(pixels, masks, shot, index)
                video.add(drawn, time - first, shot.lasting(index))
                yield index + 1

    def write_stills(self, folder: Path) -> None:
        """Write the contact sheet, the curves and their numbers."""
        shot, tracks = self.shot, self._tracks()
        title = f"{self.facts.path.absolute().name}, method {self.method}"
        sheet = draw_sheet(
            shot, self.curves, self.method, self._size, lambda place: self._look(tracks, place)
        )
        atomic.write_bytes(folder / outputs.SHEET, png_bytes(sheet))
        plot = picture(lambda: draw_areas(shot, self.curves, title), "png")
        atomic.write_bytes(folder / outputs.PLOT, plot)
        atomic.write_text(folder / outputs.TABLE, area_csv(shot, self.curves))

    @property
    def _size(self) -> Size:
        return frame_size(self.shot.clip.frame_paths[0])

    def _look(
        self, tracks: Sequence[dict[str, PackedMask]], index: int
    ) -> tuple[UInt8Array, list[BoolArray]]:
        clip = self.shot.clip
        frame_id = clip.frame_ids[index]
        masks = [track[frame_id].dense() for track in tracks]
        return read_frame(clip.frame_paths[index]), masks

    def _tracks(self) -> list[dict[str, PackedMask]]:
        return [
            dict(zip(prediction.frame_ids, prediction.masks, strict=True))
            for prediction in self.predictions
        ]
