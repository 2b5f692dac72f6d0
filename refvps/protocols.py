"""What a data set and a method must offer; nothing is inherited."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from refvps.types import MaskTrack, Prediction, Query, Size


@dataclass(frozen=True, slots=True)
class MethodCard:
    """What made a set of predictions, as far as the method itself knows.

    Attributes:
        options: every option with the value in force, given or default, as text.
        checkpoint: SHA-256 of the weights, or None for a method without weights.
        device: what it runs on.
        seed: the seed its random numbers derive from, or None if it draws none.
        window: frames it sees at once, or None if that is not fixed.
        versions: packages whose version can change its masks, by name.
        workers: the most processes that run it at once unless the user says otherwise, or None
            for one a core.
        note: what everyone who reads its scores must know, in one line, or None.
    """

    options: Mapping[str, str]
    checkpoint: str | None = None
    device: str = "cpu"
    seed: int | None = None
    window: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    workers: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """Where the factory of a data set finds it.

    Attributes:
        root: the folder the user named, or None.
        cache: the user's cache folder; it may not exist yet.
        options: option texts of the data set.
    """

    root: Path | None
    cache: Path
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotated:
    """What is known of a truth without decoding it.

    Attributes:
        frame_ids: the annotated frames in order.
        size: of their masks.
    """

    frame_ids: tuple[str, ...]
    size: Size


@runtime_checkable
class PartlyThere(Protocol):
    """A data set of which a machine may have a part: some clips could not be fetched again."""

    @property
    def coverage(self) -> str | None:
        """How much of it is here, in words; None for all of it."""
        ...

    def require_frames(self) -> None:
        """Raise ``DataError``, saying how to get them, if the frames to predict on are not here."""
        ...


class Method(Protocol):
    """Something that answers referring queries with masks."""

    @property
    def card(self) -> MethodCard:
        """What it is and with which options it runs."""
        ...

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        """Yield one prediction a query, in the same order, each as soon as it is ready.

        Queries of one clip arrive together, so that work on its frames can be shared.
        """
        ...


@runtime_checkable
class FitsDatasets(Protocol):
    """A method that was run in another way on some data sets, and takes that way on them."""

    def for_dataset(self, name: str) -> "Method":
        """Return the method as it is to run on a data set; its card says what that comes to.

        What the user gave as an option holds on every data set.
        """
        ...


@runtime_checkable
class TellsProgress(Protocol):
    """A method that says how far it is inside a clip, for a progress bar."""

    def tell(self, made: Callable[[int], None]) -> None:
        """Call ``made``, from now on, with how many masks were made since the last call."""
        ...


class Dataset(Protocol):
    """Clips, expressions and truth, read from one folder; picklable, to travel to workers."""

    @property
    def name(self) -> str:
        """Its name; names its folder among predictions."""
        ...

    @property
    def version(self) -> str:
        """Its version, as released."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted paths and file digests of the data set."""
        ...

    def queries(self) -> Iterator[Query]:
        """Yield every query in a fixed order, the queries of a clip together."""
        ...

    def truth(self, query: Query) -> MaskTrack:
        """Return the masks of the query's target on the clip's annotated frames."""
        ...


@runtime_checkable
class KeepableTruth(Protocol):
    """A data set whose decoded truth may be kept between evaluations.

    One that does not offer this is decoded anew each time.
    """

    def truth_stamp(self, query: Query) -> str:
        """Return a text that is another one whenever the files of the query's truth change.

        It must be quick: sizes and times of files are enough, their bytes are not needed.
        """
        ...


@runtime_checkable
class ManyTargets(Protocol):
    """A data set that knows every target of a clip, those without an expression too.

    Its ``truth`` answers for each of them, by the ``target_id`` of the query's expression.
    """

    def targets(self, clip_id: str) -> tuple[str, ...]:
        """Return the ids of a clip's targets in order, without reading masks."""
        ...


@runtime_checkable
class PartlyAnnotated(Protocol):
    """A data set where some things of a category may be without annotation."""

    def exhaustive(self, query: Query) -> bool:
        """Return whether everything of the query's category in the clip is annotated."""
        ...


@runtime_checkable
class SealedFrames(Protocol):
    """A data set that knows the bytes of its frames, which a digest of their names does not."""

    def require_frame(self, path: Path) -> None:
        """Raise ``DataError`` if a frame is not the one that the data set was made with."""
        ...


@runtime_checkable
class ForeseenTruth(Protocol):
    """A data set that knows, before any mask is decoded, what its truth will ask of predictions.

    Stored masks are then looked at before the first of them is scored.
    """

    def annotated(self, query: Query) -> Annotated:
        """Return which frames of the query's clip are annotated, and their size.

        Raises:
            DataError: the truth's files are missing, or no masks.
        """
        ...
