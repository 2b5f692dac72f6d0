"""What the commands of the annotator do."""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from annotator.clip import ClipFacts
from annotator.ids import as_id
from annotator.jobs import Job, Kind
from annotator.project import Project
from refvps.doctor.findings import Diagnosis, Finding
from refvps.errors import ConfigError, DataError
from refvps.options import split_options
from refvps.settings import read_settings
from refvps.video.times import Span, read_time

log = logging.getLogger(__name__)


def serve_project(root: Path | None, how: Mapping[str, Any]) -> None:
    """Serve a project, or without one the demo, until interrupted."""
    from annotator.pages.mount import mount_pages
    from annotator.segmenters.choice import choose
    from annotator.server.serve import Address, serve

    address = Address(
        host=how["host"],
        port=how["port"],
        certificate=how["tls_certificate"],
        key=how["tls_key"],
        root_path=how["root_path"],
        behind_tls=how["behind_tls"],
    )
    project = _demo() if root is None else Project(root)
    choice = choose(how["segmenter"], _segmenter_options(how["weights"], how["options"]))
    log.info("%s", choice.announcement)
    serve(project, choice.segmenter, address, [mount_pages], _page_settings(how["pages"]))


def import_video(root: Path, video: Path, clip: str | None, facts: Mapping[str, Any]) -> str:
    """Bring a video in; return what to tell."""
    from annotator.formats.clips_in import import_clip

    project = Project(root)
    clip_id = clip or as_id(video.stem)
    start = read_time(facts["start"]) if facts["start"] else read_time("0")
    span = Span(start, read_time(facts["end"]) if facts["end"] else None)
    known = ClipFacts(
        video=as_id(video.stem),
        concept=facts["concept"],
        groups=facts["groups"],
        source=video.name,
        licence=facts["licence"],
        card=facts["card"],
        curator=facts["curator"],
    )
    with project.alone():
        import_clip(project, clip_id, video, known, span)
    schedule = project.clip(clip_id).schedule
    return f"{clip_id}: {schedule.frames} frames, {schedule.keyframes} keyframes"


def import_job_masks(root: Path, path: Path, job_id: str, form: str, target: int) -> str:
    """Start a job from masks; return what to tell."""
    from annotator.formats.clips_in import import_masks
    from annotator.formats.mask_readers import read_masks

    project = Project(root)
    job = _job(project, job_id)
    job.require_writable()
    found = read_masks(form, path, project.clip(job.clip).size, target)
    if not any(planes.target.area for planes in found.values()):
        raise DataError(path, f"no mask shows target {target}; name another with --target")
    with project.alone():
        count = import_masks(project.work(job), found, form, job.user)
    return f"{job_id}: {count} keyframes start from {len(found)} masks"


def assign_job(root: Path, clip: str, name: str, kind: str) -> str:
    """Give somebody a job; return its name."""
    project = Project(root)
    with project.alone():
        return project.assign(_kind(kind), clip, name).job_id


def relabel_project(root: Path, how: Mapping[str, Any]) -> None:
    """Plan a second, blind labelling, print it, and make its jobs unless only asked to look."""
    from annotator.relabelling import annotators_of, assign, candidates_of, plan_relabelling

    project = Project(root)
    people = tuple(how["people"]) or annotators_of(project)
    if strange := sorted(set(people) - set(project.users.names)):
        raise ConfigError(f"the project has no user {strange[0]!r}; make one with `annotate user`")
    plan = plan_relabelling(candidates_of(project), people, how["fraction"], how["seed"])
    made: list[str] = []
    if not how["dry_run"]:
        with project.alone():
            made = assign(project, plan)
    if how["as_json"]:
        click.echo(json.dumps({**plan.document(), "jobs": made}, ensure_ascii=False, indent=1))
        return
    width = max(map(len, plan.covered), default=7)
    click.echo(f"{'concept':<{width}}  clips  labelled twice  now added")
    for concept, (clips, done, added) in plan.covered.items():
        why = f"  not covered: {plan.uncovered[concept]}" if concept in plan.uncovered else ""
        click.echo(f"{concept:<{width}}  {clips:>5}  {done:>14}  {added:>9}{why}")
    for clip, who in plan.assignments:
        click.echo(f"{clip}  {who}")
    verb = "would be" if how["dry_run"] else "are"
    click.echo(f"{len(plan.assignments)} clips, {plan.keyframes} keyframes {verb} assigned")


def export_project(root: Path, to: Path, what: Mapping[str, Any]) -> str:
    """Export; return what to tell."""
    from annotator.formats.masks_out import Chosen, export_masks, export_release

    project = Project(root)
    chosen = Chosen(_kind(what["kind"]), what["user"], what["unfinished"])
    if what["form"] == "release":
        count = export_release(project, to, what["version"], chosen)
    else:
        count = export_masks(project, to, what["form"], chosen)
    return f"{to}: {count} {'clip' if count == 1 else 'clips'}"


def tidy_project(root: Path, revisions: int, *, remove: bool) -> str:
    """Remove planes that nothing needs, of everybody; return what to tell."""
    from annotator.store.tidy import Tidied, remove_leftovers, tidy_work

    project = Project(root)
    total = Tidied()
    with project.alone():
        works = {(job.clip, job.user): project.work(job) for job in project.jobs()}
        for work in works.values():
            total += tidy_work(work, revisions, remove=remove)
        left = remove_leftovers(root) if remove else 0
    done = "removed" if remove else "would be removed"
    leftovers = f", and {left} unfinished files of killed processes" if left else ""
    return (
        f"{root}: {total.planes} planes, {total.size / 1e6:.1f} MB, {done}{leftovers}; "
        f"{total.kept} planes stay"
    )


def print_statistics(root: Path, *, as_json: bool) -> None:
    """Print what every job took."""
    from annotator.activity import PLANNED_SECONDS, work_document

    project = Project(root)
    found = {job.job_id: work_document(project.work(job)) for job in project.jobs()}
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for name, each in found.items():
        seconds = each["seconds_per_keyframe"]
        click.echo(
            f"{name}  {each['active_seconds']:.0f} s active, {seconds:.1f} s a keyframe, "
            f"{100 * each['edited_fraction']:.0f} % edited by hand"
        )
    planned = ", ".join(f"{seconds} s {how}" for how, seconds in PLANNED_SECONDS.items())
    click.echo(f"planned a keyframe: {planned}")


def diagnosis(weights: str | None) -> Diagnosis:
    """Return what the annotator needs and has on this machine."""
    from annotator.segmenters.doctor import examine_segmenters

    missing = [name for name in ("fastapi", "uvicorn", "gradio") if find_spec(name) is None]
    server = Finding(
        "server",
        "missing" if missing else "present",
        f"not installed: {', '.join(missing)}"
        if missing
        else "FastAPI, uvicorn and Gradio are installed",
        "pip install 'refvps[annotate]'" if missing else None,
    )
    return Diagnosis("annotate", (server, *examine_segmenters(weights)))


def _segmenter_options(weights: str | None, given: Sequence[str]) -> dict[str, str]:
    options = dict(split_options(given))
    if weights is None:
        return options
    if "weights" in options:
        raise ConfigError("--weights and --option weights=… say the same; give one of them")
    return {**options, "weights": weights}


def _page_settings(given: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return ``page.key=value`` texts by page."""
    found: dict[str, dict[str, str]] = {}
    for key, value in split_options(given).items():
        page, dot, name = key.partition(".")
        if not (page and dot and name):
            raise ConfigError(f"--page {key}={value} is not of the form page.key=value")
        found.setdefault(page, {})[name] = value
    return found


def _demo() -> Project:
    """Return the demo project, made once, with passwords that are new every time and printed."""
    from annotator.demo import demo_project

    project = demo_project(read_settings().cache_folder)
    for name in project.users.names:
        password = secrets.token_urlsafe(9)
        project.users.put(name, password, project.users.roles(name))
        click.echo(f"log in as {name} with the password {password}")
    return project


def _job(project: Project, job_id: str) -> Job:
    job = project.job(job_id)
    if job is None:
        known = ", ".join(each.job_id for each in project.jobs())
        raise ConfigError(f"no job is called {job_id!r}; there are {known or 'none'}")
    return job


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        raise ConfigError(f"no kind of job is called {text!r}; there are {known}") from None
