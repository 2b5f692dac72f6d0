"""Writing the frames of every accepted clip."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from refvps.atomic import TEMPORARY_PREFIX
from refvps.collect.cut import Change, Part, plan
from refvps.collect.export import Exported, Profile, export_clip
from refvps.collect.folder import clip_folder
from refvps.collect.probe import Probed
from refvps.collect.stages.videos import probe_of, probed_of, read_probed
from refvps.collect.store.records import Boundary, Clip, Export, Media, Probe
from refvps.collect.store.store import Store
from refvps.errors import ConfigError, DataError, RefvpsError
from refvps.executor import Executor, InlineExecutor, WorkUnit
from refvps.video.times import Span


@dataclass(frozen=True, slots=True)
class ExportStep:
    """What became of a clip.

    Attributes:
        clip_id: which.
        n_frames: how many frames there are; 0 where it failed.
        problem: why it failed; empty where it did not.
    """

    clip_id: str
    n_frames: int
    problem: str = ""


def clips_to_export(store: Store, profile: Profile) -> tuple[Clip, ...]:
    """Return the accepted clips whose frames are not there yet."""
    done = {
        each.clip_id
        for each in store.all(Export, profile=profile.name)
        if clip_folder(store.folder, each.clip_id, profile.name).is_dir()
    }
    return tuple(each for each in store.all(Clip, state="accepted") if each.clip_id not in done)


def overtaken_clips(store: Store, profile: Profile) -> Iterator[ExportStep]:
    """Yield the clips with frames in which a change of shot was found since: by other detectors.

    Their frames stay as they are, since people have decided on them; people have to decide again.
    """
    for each in store.all(Export, profile=profile.name):
        clip = store.get(Clip, clip_id=each.clip_id, state="accepted")
        media = store.get(Media, media_id=clip.media_id) if clip else None
        if clip is None or media is None:
            continue
        try:
            probed = probed_of(store, store.folder, media)
        except DataError:
            continue  # without its video nothing can be said; `verify` names what is missing
        try:
            plan(
                probed.timeline,
                Span(clip.start, clip.end),
                changes_of(store, media.media_id, probed),
            )
        except ConfigError as error:
            problem = f"{error.message}; found since its frames were written: decide on it again"
            yield ExportStep(clip.clip_id, 0, problem)


Frames = Callable[[], Exported]
"""The writing of a clip's frames, which can be pickled."""


def export_clips(
    store: Store, clips: Sequence[Clip], profile: Profile, executor: Executor | None = None
) -> Iterator[ExportStep]:
    """Write frames clip by clip, yielding each; one that fails leaves the others to be done.

    Killed and run again, it goes on with the next clip. The caller holds the collection's lock:
    what an earlier run left half-written is removed, and so are frames of clips that are not
    accepted any more.
    """
    _remove_partial(store.folder / "clips" / profile.name)
    _remove_dropped(store)
    units = (WorkUnit(clip.clip_id, _task(store, clip, profile)) for clip in clips)
    for outcome in (executor or InlineExecutor()).run(_make_worker, units):
        clip_id, done = outcome.unit_id, outcome.value
        if isinstance(done, str):
            yield ExportStep(clip_id, 0, done)
        else:
            yield ExportStep(clip_id, _record(store, clip_id, profile, done))


def changes_of(store: Store, media_id: str, probed: Probed) -> tuple[Change, ...]:
    """Return the changes of shot that the store holds for a video, as frames."""
    return _changes(store.all(Boundary, media_id=media_id), probed)


def _changes(boundaries: Sequence[Boundary], probed: Probed) -> tuple[Change, ...]:
    place = probed.timeline.place
    return tuple(
        Change(place(each.pts_start), place(each.pts_end))
        for each in boundaries
        if each.kind != "flash-suppressed"
    )


def _task(store: Store, clip: Clip, profile: Profile) -> Frames:
    media = store.get(Media, media_id=clip.media_id)
    try:
        if media is None:
            raise DataError(store.folder, f"the video of clip {clip.clip_id} is gone")
        video = media, probe_of(store, media)
    except RefvpsError as error:
        return partial(_raise, error)
    boundaries = tuple(store.all(Boundary, media_id=clip.media_id))
    return partial(_frames, store.folder, clip, video, boundaries, profile)


def _raise(error: RefvpsError) -> Exported:
    raise error


def _frames(
    folder: Path,
    clip: Clip,
    video: tuple[Media, Probe],
    boundaries: Sequence[Boundary],
    profile: Profile,
) -> Exported:
    probed = read_probed(folder, *video)
    return export_clip(
        probed,
        Part(Span(clip.start, clip.end), Span(clip.event_start, clip.event_end)),
        clip_folder(folder, clip.clip_id, profile.name),
        changes=_changes(boundaries, probed),
        profile=profile,
    )


def _make_worker() -> Callable[[Frames], Exported | str]:
    return _do


def _do(frames: Frames) -> Exported | str:
    """Return what was written, or why it was not."""
    try:
        return frames()
    except RefvpsError as error:
        return error.message


def _record(store: Store, clip_id: str, profile: Profile, done: Exported) -> int:
    row = Export(
        clip_id=clip_id,
        profile=profile.name,
        n_frames=done.n_frames,
        width=done.size.width,
        height=done.size.height,
        frames_digest=done.frames_digest,
        encoder=profile.encoder,
    )
    with store.transaction():
        store.put(row)
        store.log("export", "exported", clip_id, profile=profile.name, frames=done.n_frames)
    return done.n_frames


def _remove_dropped(store: Store) -> None:
    for clip in store.all(Clip):
        if clip.state == "accepted":
            continue
        for folder in (store.folder / "clips").glob(f"*/{clip.clip_id}"):
            shutil.rmtree(folder)
        with store.transaction():
            if store.delete(Export, clip_id=clip.clip_id):
                store.log("export", "frames removed", clip.clip_id)


def _remove_partial(folder: Path) -> None:
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)
