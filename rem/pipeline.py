"""From frames and expressions to masks: the steps of REM, in order."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from refvps.packed import PackedMask
from refvps.types import Clip, Expression
from rem.backbone import Backbone
from rem.masks import masks_of
from rem.noise import NoiseKey, draw
from rem.options import RemSettings
from rem.preprocessing import to_signed
from rem.reading import read_windows
from rem.stitching import Stitcher
from rem.windows import Window

if TYPE_CHECKING:
    from torch import Tensor


class RemPipeline:
    """Segments clips; the expressions of a clip share its encoding."""

    def __init__(self, backbone: Backbone, settings: RemSettings) -> None:
        self._backbone = backbone
        self._settings = settings

    def segment(
        self, clip: Clip, expressions: Sequence[Expression]
    ) -> tuple[tuple[PackedMask, ...], ...]:
        """Return, for every expression, one mask a frame at the size of the clip's frames.

        Raises:
            DataError: a frame cannot be read.
            RefvpsError: an expression has too many tokens.
        """
        import torch

        windows = self._settings.plan.windows(len(clip.frame_paths))
        masks: list[list[PackedMask]] = [[] for _ in expressions]
        stitchers = [Stitcher(windows, self._settings.plan.overlap) for _ in expressions]
        with torch.inference_mode(), self._backbone.placement.precision():
            texts = self.encode_texts([expression.text for expression in expressions])
            for read in read_windows(clip, windows, self._settings.size):
                latents = self.encode_frames(to_signed(read.frames))
                for row, predicted in enumerate(
                    self.predict(latents, texts, self._keys(clip, expressions, read.window))
                ):
                    decoded = self.decode(predicted, read.window)
                    for frames in stitchers[row].add(decoded):
                        masks[row] += masks_of(frames, read.size)
        return tuple(tuple(found) for found in masks)

    def encode_texts(self, texts: Sequence[str]) -> "Tensor":
        """Return what the network attends to, ``[E, L, D]``."""
        return self._backbone.placement.bring(self._backbone.text.encode(texts))

    def encode_frames(self, frames: "Tensor") -> "Tensor":
        """Return the latents ``[C, t, s, s]`` of frames ``[T, 3, S, S]`` in [-1, 1]."""
        return self._backbone.autoencoder.encode(frames)

    def predict(
        self, latents: "Tensor", texts: "Tensor", keys: Sequence[NoiseKey]
    ) -> Iterator["Tensor"]:
        """Yield the mask latents ``[C, t, s, s]`` of every text, one key of noise each."""
        import torch

        batch = self._settings.expression_batch
        for start in range(0, len(keys), batch):
            some = keys[start : start + batch]
            noisy = [self._with_noise(latents, key) for key in some]
            # One alone keeps its layout in memory, and with it the official order of sums.
            inputs = noisy[0][None] if len(noisy) == 1 else torch.stack(noisy)
            yield from self._backbone.predictor.predict(inputs, texts[start : start + batch])

    def decode(self, latents: "Tensor", window: Window) -> "Tensor":
        """Return the frames that a window answers, ``[K, 3, S, S]`` in the decoder's range."""
        decoded = self._backbone.autoencoder.decode(latents, window.keep)
        return decoded.float() if self._settings.postprocess == "float32" else decoded

    def _with_noise(self, latents: "Tensor", key: NoiseKey) -> "Tensor":
        if self._settings.noise == "none":
            return latents
        # Frames first, as the official code draws them.
        channels, steps, height, width = latents.shape
        noise = draw(key, (steps, channels, height, width)).transpose(0, 1)
        return self._backbone.predictor.add_noise(latents, noise.to(latents.device))

    def _keys(
        self, clip: Clip, expressions: Sequence[Expression], window: Window
    ) -> list[NoiseKey]:
        return [
            NoiseKey(self._settings.seed, clip.clip_id, asked.expression_id, window.read[0])
            for asked in expressions
        ]
