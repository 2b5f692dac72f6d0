"""The sound of a part of a video, copied where a video of ours can hold it, else encoded anew."""

import logging
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from refvps.video.file import MICROSECONDS, opened, start_of
from refvps.video.times import Span

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

    AnyPacket = Packet[Any]

log = logging.getLogger(__name__)

COPIED = ("aac", "mp3")
"""What every browser plays from an MP4 file, and needs no encoding."""

CODEC: Final = "aac"
RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


class Sound:
    """The sound of a part of a file, shifted so that the part starts at 0.

    It is cut between packets, of about 20 ms; one that reaches into the start is kept. Sound
    that cannot be read ends early, with a warning: the picture matters more.
    """

    def __init__(self, path: Path, span: Span) -> None:
        """Take a file that has sound, and the part wanted."""
        self._path, self._span = path, span
        self._packets: Iterator[tuple[Fraction, AnyPacket]] = iter(())
        self._next: tuple[Fraction, AnyPacket] | None = None

    def add_to(self, container: "OutputContainer") -> None:
        """Add a stream of sound to a container that is open for writing."""
        import av

        with opened(self._path) as source:
            stream = source.streams.audio[0]
            copied = stream.codec_context.name in COPIED and _is_mp4(source)
            added = (
                container.add_stream_from_template(stream)
                if copied
                else container.add_stream(CODEC, rate=_rate(stream), layout=_layout(stream))
            )
        make = self._copied if copied else self._encoded
        self._packets = make(added)
        self._errors = (av.FFmpegError, OSError, ValueError)
        self._advance()

    def packets(self, until: Fraction | None) -> "Iterator[AnyPacket]":
        """Yield the packets that start before a time of the part, those left; None for all."""
        while self._next is not None and (until is None or self._next[0] < until):
            yield self._next[1]
            self._advance()

    def _advance(self) -> None:
        try:
            self._next = next(self._packets, None)
        except self._errors as error:
            reason = getattr(error, "strerror", None) or error
            log.warning("%s: the sound is damaged and ends early (%s)", self._path, reason)
            self._next = None

    def _copied(self, added: "AudioStream") -> "Iterator[tuple[Fraction, AnyPacket]]":
        with opened(self._path) as source:
            zero = self._seek(source)
            for packet in source.demux(source.streams.audio[0]):
                base = packet.time_base
                if packet.pts is None or base is None:
                    continue
                time = packet.pts * base - zero
                if time + (packet.duration or 0) * base < 0:
                    continue
                if self._is_past(time):
                    return
                packet.pts -= round(zero / base)
                packet.dts = packet.pts
                packet.stream = added
                yield time, packet

    def _encoded(self, added: "AudioStream") -> "Iterator[tuple[Fraction, AnyPacket]]":
        from av.audio.resampler import AudioResampler

        context = added.codec_context
        resampler = AudioResampler("fltp", context.layout, context.sample_rate)
        time = Fraction(0)
        for time, frame in self._decoded():
            for piece in resampler.resample(frame):
                for packet in added.encode(piece):
                    yield time, packet
        for packet in added.encode(None):
            yield time, packet

    def _decoded(self) -> "Iterator[tuple[Fraction, AudioFrame]]":
        """Yield the sound of the part, with times that start at 0."""
        with opened(self._path) as source:
            zero = self._seek(source)
            for frame in source.decode(source.streams.audio[0]):
                if frame.pts is None or frame.time_base is None:
                    continue
                time = frame.pts * frame.time_base - zero
                # A piece of which less than half lies in the part is left out.
                if time + Fraction(frame.samples, 2 * frame.sample_rate) < 0:
                    continue
                if self._is_past(time):
                    return
                time = max(time, Fraction(0))
                frame.time_base = Fraction(1, frame.sample_rate)
                frame.pts = round(time * frame.sample_rate)
                yield time, frame

    def _seek(self, source: "InputContainer") -> Fraction:
        """Go to a little before the part; return its start in seconds of the file's own clock."""
        zero = start_of(source) + self._span.start
        if zero - 1 > start_of(source):
            source.seek(int((zero - 1) * MICROSECONDS), backward=True)
        return zero

    def _is_past(self, time: Fraction) -> bool:
        return self._span.ends_by(time + self._span.start)


def _is_mp4(source: "InputContainer") -> bool:
    """Return whether the codec's own data are as MP4 files hold them."""
    return "mp4" in source.format.name


def _rate(stream: "AudioStream") -> int:
    """Return the nearest rate that the encoder knows, rather too high than too low."""
    return min(RATES, key=lambda known: (known < stream.rate, abs(known - stream.rate)))


def _layout(stream: "AudioStream") -> str:
    return "mono" if stream.channels == 1 else "stereo"
