"""From frames and expressions to masks: the steps of REM, in order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from refvps.errors import RefvpsError
from refvps.packed import PackedMask
from refvps.types import Clip, Expression, Size, UInt8Array
from rem.backbone import Backbone
from rem.masks import bits_of, from_bits
from rem.noise import NoiseKey, draw
from rem.options import RemSettings
from rem.preprocessing import to_signed
from rem.reading import read_windows
from rem.stitching import Stitcher
from rem.windows import Window

if TYPE_CHECKING:
    from torch import Tensor

AHEAD = 1
"""Expressions that a GPU is given to work on before the masks of an earlier one are waited for."""


class RemPipeline:
    """Segments clips; the expressions of a clip share its encoding."""

    def __init__(
        self,
        backbone: Backbone,
        settings: RemSettings,
        made: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Take the model, and what is told how many masks were just made."""
        self._backbone = backbone
        self._settings = settings
        self._made = made

    def segment(
        self, clip: Clip, expressions: Sequence[Expression]
    ) -> Iterator[tuple[PackedMask, ...]]:
        """Yield, for every expression in order, one mask a frame at the size of the clip's frames.

        A GPU works on the next expression while the masks of one are brought back and used.

        Raises:
            DataError: a frame cannot be read.
            RefvpsError: an expression has too many tokens, or memory runs out.
        """
        import torch

        try:
            yield from self._segment(clip, expressions)
        except torch.OutOfMemoryError as error:
            settings = self._settings
            raise RefvpsError(
                f"clip {clip.clip_id}: {self._backbone.placement.device} has too little memory for "
                f"{settings.plan.longest} frames of {settings.size}x{settings.size} in "
                f"{settings.dtype}; try the options offload=true, vae_batch=1, dtype=bfloat16, or "
                "fewer frames at once with windows=N"
            ) from error

    def _segment(
        self, clip: Clip, expressions: Sequence[Expression]
    ) -> Iterator[tuple[PackedMask, ...]]:
        windows = self._settings.plan.windows(len(clip.frame_paths))
        tracks = [_Track(windows, self._settings.plan.overlap) for _ in expressions]
        # Entered for each step and not around all: between two masks the caller's code runs.
        with self.computing():
            texts = self.encode_texts([expression.text for expression in expressions])
        waiting: deque[_Track] = deque()
        for read in read_windows(clip, windows, self._settings.size):
            with self.computing():
                latents = self.encode_frames(self._on_device(read.frames))
            answers = self.predict(latents, texts, self._keys(clip, expressions, read.window))
            for track in tracks:
                with self.computing():
                    track.add(self.decode(next(answers), read.window), read.size)
                waiting.append(track)
                if len(waiting) > AHEAD:
                    yield from self._collected(waiting.popleft())
        for track in waiting:
            yield from self._collected(track)

    def _collected(self, track: "_Track") -> Iterator[tuple[PackedMask, ...]]:
        """Bring a window's masks back, and yield all of the expression if it was the last."""
        self._made(track.collect())
        if track.complete:
            yield track.masks

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Compute without gradients, in the types and with the kernels that were chosen."""
        import torch

        from rem.speed import tuned

        with (
            torch.inference_mode(),
            self._backbone.placement.precision(),
            tuned(autotune=self._settings.autotune),
        ):
            yield

    def _on_device(self, frames: UInt8Array) -> "Tensor":
        return to_signed(frames, self._backbone.placement.device)

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


class _Track:
    """The masks of one expression, as they come."""

    def __init__(self, windows: Sequence[Window], overlap: int) -> None:
        self._stitcher = Stitcher(windows, overlap)
        self._left = len(windows)
        self._bits: deque[tuple[Tensor, Size]] = deque()
        self._masks: list[PackedMask] = []

    def add(self, decoded: "Tensor", size: Size) -> None:
        """Take the decoded frames of the next window; nothing waits for a GPU."""
        for frames in self._stitcher.add(decoded):
            self._bits.append((bits_of(frames, size), size))

    def collect(self) -> int:
        """Bring the masks of the earliest window that is not yet here; return how many came."""
        self._left -= 1
        before = len(self._masks)
        while self._bits:
            self._masks += from_bits(*self._bits.popleft())
        return len(self._masks) - before

    @property
    def complete(self) -> bool:
        """Whether the masks of all windows are here."""
        return not self._left

    @property
    def masks(self) -> tuple[PackedMask, ...]:
        """The masks that are here, in order."""
        return tuple(self._masks)
