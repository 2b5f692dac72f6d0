"""Any folder in the release format, Ref-VPS itself among them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from refvps.errors import ConfigError, DataError
from refvps.latest import Latest
from refvps.protocols import Annotated, DatasetSource
from refvps.release.reader import Release, open_release
from refvps.release.schema import IDS_ONLY
from refvps.types import MaskTrack, Query


@dataclass(frozen=True, slots=True)
class ReleaseDataset:
    """A data set over a release.

    Attributes:
        release: the opened folder.
    """

    release: Release
    _last: Latest[str, dict[str, MaskTrack]] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )
    """The truth of the clip asked for last: its targets lie in the same files."""
    _foreseen: Latest[str, Annotated] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """The release's name."""
        return self.release.name

    @property
    def version(self) -> str:
        """The release's version."""
        return self.release.version

    @property
    def digest(self) -> str:
        """SHA-256 over the release's sorted paths and file digests."""
        return self.release.digest

    @property
    def coverage(self) -> str | None:
        """How much of a release without pixels is here; see ``PartlyThere``."""
        return self.release.coverage

    def require_frames(self) -> None:
        """Raise ``DataError`` if the release has no pixels yet; see ``PartlyThere``."""
        release = self.release
        if release.header.kind == IDS_ONLY and release.covered is None:
            raise DataError(
                release.root, "has no pixels yet; run `refvps release hydrate` on it, or --no-run"
            )

    def queries(self) -> Iterator[Query]:
        """Yield every query, the queries of a clip together."""
        yield from self.release.queries()

    def truth(self, query: Query) -> MaskTrack:
        """Return the masks of the query's target on the annotated frames."""
        clip_id, target_id = query.clip.clip_id, query.expression.target_id
        return self._last.of(clip_id, lambda: self._truths(clip_id))[target_id]

    def _truths(self, clip_id: str) -> dict[str, MaskTrack]:
        expressions = self.release.videos[clip_id].expressions.values()
        return self.release.truths(clip_id, {entry.obj_id for entry in expressions})

    def require_frame(self, path: Path) -> None:
        """Raise ``DataError`` if a frame was changed; see ``SealedFrames``."""
        self.release.require_frame(path)

    def annotated(self, query: Query) -> Annotated:
        """Return the clip's annotated frames and their size; see ``ForeseenTruth``."""
        clip_id = query.clip.clip_id
        return self._foreseen.of(clip_id, lambda: self.release.annotated(clip_id))

    def truth_stamp(self, query: Query) -> str:
        """Return what changes when a mask file of the clip does; see ``KeepableTruth``."""
        return self.release.mask_stamp(query.clip.clip_id)


def load(source: DatasetSource) -> ReleaseDataset:
    """Open the release at ``source.root``.

    Raises:
        ConfigError: no root was given.
        DataError: the folder is no release.
    """
    if source.root is None:
        raise ConfigError("a release needs its folder: --root DIR")
    return ReleaseDataset(open_release(source.root))
