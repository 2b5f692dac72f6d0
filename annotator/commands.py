"""The command `refvps annotate` and its doctor. Click alone is imported until one runs."""

import sys
from pathlib import Path
from typing import Any

import click

from refvps.command_line import exits_cleanly

HELP = {"help_option_names": ["-h", "--help"]}
ROOT = click.argument("project", type=click.Path(path_type=Path, file_okay=False))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


class ServesByDefault(click.Group):
    """A group in which `annotate PROJECT` means `annotate serve PROJECT`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` before what names no command."""
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group("annotate", cls=ServesByDefault, context_settings=HELP)
def annotate() -> None:
    """Label clips in a browser: `refvps annotate PROJECT`, or `--demo` to try it."""


@annotate.command("serve", context_settings=HELP)
@click.argument("project", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--demo", is_flag=True, help="Serve a project made from the demo release.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=7870, show_default=True)
@click.option("--tls-certificate", type=click.Path(path_type=Path), help="PEM chain, for https.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key, PEM.")
@click.option("--root-path", default="", help="Where a reverse proxy shows it, such as /annotate.")
@click.option("--behind-tls", is_flag=True, help="A reverse proxy before it speaks https.")
@click.option("--segmenter", default="auto", show_default=True, help="What answers clicks.")
@click.option("--weights", help="SAM 2: a .pt file, a folder or a published name.")
@click.option(
    "--option", "options", multiple=True, metavar="KEY=VALUE", help="Option of the segmenter."
)
@click.option(
    "--page",
    "pages",
    multiple=True,
    metavar="PAGE.KEY=VALUE",
    help="Setting of a page: triage.config=collect.toml shows the triage of a collection.",
)
@exits_cleanly
def serve(*, project: Path | None, demo: bool, **how: Any) -> None:  # noqa: ANN401 - options
    """Serve a project until interrupted; by default to this machine alone."""
    from annotator.console import serve_project
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    if (project is None) is not demo:
        raise click.UsageError("name a project, or try the demo with --demo")
    serve_project(project, how)


@annotate.command("create", context_settings=HELP)
@ROOT
@click.option("--name", help="What it is called; by default the folder's name.")
@exits_cleanly
def create(*, project: Path, name: str | None) -> None:
    """Make an empty project."""
    from annotator.project import create_project

    create_project(project, name or project.resolve().name)
    click.echo(f"{project}: a new project; add people with `refvps annotate user`")


@annotate.command("user", context_settings=HELP)
@ROOT
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="annotator, reviewer or admin.")
@click.option("--password-stdin", is_flag=True, help="Read the password's line from stdin.")
@exits_cleanly
def user(*, project: Path, name: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Make an account, or give it another password and roles."""
    from annotator.project import Project

    opened = Project(project)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with opened.alone():
        opened.users.put(name, password, roles or ("annotator",))
    click.echo(f"{name}: may log in as {', '.join(roles or ('annotator',))}")


@annotate.command("import", context_settings=HELP)
@ROOT
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--clip", help="The clip's name; by default made from the file's.")
@click.option("--start", metavar="TIME", help="Where to start: seconds, or 1:02.5.")
@click.option("--end", metavar="TIME", help="Where to end.")
@click.option("--concept", help="The process shown.")
@click.option("--group", "groups", multiple=True, help="A group of the concept.")
@click.option("--licence", default="unknown", help="What may be done with it.")
@click.option("--card", default="", help="What the target is, for annotators.")
@click.option("--curator", default="", help="Who chose it; never relabels it.")
@exits_cleanly
def import_(*, project: Path, video: Path, clip: str | None, **facts: Any) -> None:  # noqa: ANN401
    """Bring in VIDEO, a video file or a folder of frames (a release's JPEGImages/CLIP, DAVIS)."""
    from annotator.console import import_video

    click.echo(import_video(project, video, clip, facts))


@annotate.command("import-release", context_settings=HELP)
@ROOT
@click.argument("release", type=click.Path(path_type=Path, file_okay=False))
@exits_cleanly
def import_release(*, project: Path, release: Path) -> None:
    """Bring in a whole RELEASE: frames, masks as accepted work, expressions."""
    from annotator.project import Project
    from annotator.release.from_release import import_release as bring
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    opened = Project(project)
    with opened.alone():
        click.echo(f"{project}: {bring(opened, release)} clips brought in")


@annotate.command("masks", context_settings=HELP)
@ROOT
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--job", required=True, help="Whose work starts from them.")
@click.option(
    "--form", default="davis", show_default=True, help="davis, youtube-vos, coco, mots, burst."
)
@click.option("--target", default=1, show_default=True, help="The target's label or track.")
@exits_cleanly
def masks(*, project: Path, path: Path, job: str, form: str, target: int) -> None:
    """Start a job from masks at PATH; keyframes that have work on them stay as they are."""
    from annotator.console import import_job_masks

    click.echo(import_job_masks(project, path, job, form, target))


@annotate.command("assign", context_settings=HELP)
@ROOT
@click.argument("clip")
@click.argument("name")
@click.option(
    "--kind", default="mask", show_default=True, help="mask, relabel, expression or adjudicate."
)
@exits_cleanly
def assign(*, project: Path, clip: str, name: str, kind: str) -> None:
    """Give somebody a job on a clip."""
    from annotator.console import assign_job

    click.echo(assign_job(project, clip, name, kind))


@annotate.command("relabel", context_settings=HELP)
@ROOT
@click.option("--fraction", default=0.25, show_default=True, help="Share of clips, 0 to 1.")
@click.option("--seed", default=0, show_default=True, help="Draws the same clips and people.")
@click.option("--by", "people", multiple=True, help="Who; by default every annotator.")
@click.option("--dry-run", is_flag=True, help="Say what would be assigned, and assign nothing.")
@JSON
@exits_cleanly
def relabel(*, project: Path, **how: Any) -> None:  # noqa: ANN401 - options
    """Have clips labelled a second time, blind: by lot, at least one of every concept."""
    from annotator.console import relabel_project

    relabel_project(project, how)


@annotate.command("export", context_settings=HELP)
@ROOT
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--form", default="release", show_default=True, help="Or davis, youtube-vos, …")
@click.option("--kind", default="mask", show_default=True, help="Or relabel: the second labels.")
@click.option("--user", help="Work of one person alone.")
@click.option("--unfinished", is_flag=True, help="Also what is not handed in.")
@click.option("--version", default="0.1.0", show_default=True, help="Version of the release.")
@exits_cleanly
def export(*, project: Path, to: Path, **what: Any) -> None:  # noqa: ANN401 - options
    """Write masks and expressions to a new folder."""
    from annotator.console import export_project

    click.echo(export_project(project, to, what))


@annotate.command("statistics", context_settings=HELP)
@ROOT
@JSON
@exits_cleanly
def statistics(*, project: Path, as_json: bool) -> None:
    """Say what every job took, beside what was planned."""
    from annotator.console import print_statistics

    print_statistics(project, as_json=as_json)


@annotate.command("verify", context_settings=HELP)
@ROOT
@exits_cleanly
def verify(*, project: Path) -> None:
    """Read every frame and plane, compute all digests again, and list what is wrong."""
    from annotator.backup import verify_project

    found = verify_project(project)
    for line in found:
        click.echo(line)
    if found:
        click.get_current_context().exit(3)
    click.echo(f"{project}: nothing is damaged")


@annotate.command("tidy", context_settings=HELP)
@ROOT
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Revisions of each keyframe whose planes stay, to be undone to.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@exits_cleanly
def tidy(*, project: Path, keep: int, dry_run: bool) -> None:
    """Remove masks that no recent revision needs; while nobody serves the project."""
    from annotator.console import tidy_project

    click.echo(tidy_project(project, keep, remove=not dry_run))


@annotate.command("backup", context_settings=HELP)
@ROOT
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A .tar to write.")
@exits_cleanly
def backup(*, project: Path, to: Path) -> None:
    """Copy a project into one file, checked; also while it is served."""
    from annotator.backup import backup_project

    click.echo(backup_project(project, to))


@click.command("annotate", context_settings=HELP)
@click.option("--weights", help="Weights to examine: a file, a folder or a name.")
@JSON
@exits_cleanly
def annotate_doctor(*, weights: str | None, as_json: bool) -> None:
    """Packages, SAM 2 file and digest for the annotator; nothing is downloaded."""
    from annotator.console import diagnosis
    from refvps.doctor.console import print_diagnosis

    print_diagnosis(diagnosis(weights), as_json=as_json)
