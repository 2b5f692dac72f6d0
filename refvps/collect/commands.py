"""The commands of collecting. Click alone is imported until one runs."""

from pathlib import Path
from typing import Literal

import click

from refvps.command_line import exits_cleanly
from refvps.engine_options import ADDRESS, ENGINE

HELP = {"help_option_names": ["-h", "--help"]}
FILE = click.Path(path_type=Path, dir_okay=False)
CONFIG = click.option(
    "--config",
    type=FILE,
    default=Path("collect.toml"),
    show_default=True,
    help="What to collect, and how.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")


@click.group("collect", context_settings=HELP)
def collect() -> None:
    """Find videos of dynamic processes, fetch them, and keep account of every one."""


@collect.command("run", context_settings=HELP)
@CONFIG
@click.option(
    "--only",
    metavar="STAGE",
    multiple=True,
    help="Do this stage alone: list, fetch, or one of the analysis. May be given again.",
)
@click.option(
    "--retry", metavar="CLASS", multiple=True, help="Try failures of this class again now."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="How many look at videos and write frames at once; by default 1, or a cluster's cores.",
)
@ENGINE
@ADDRESS
@JSON
@VERBOSE
@exits_cleanly
def run(  # noqa: PLR0913 - one parameter an option
    *,
    config: Path,
    only: tuple[str, ...],
    retry: tuple[str, ...],
    workers: int | None,
    engine: Literal["processes", "ray"],
    address: str | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Go on with everything: list, fetch, analyse. Killed or not, it goes on where it was."""
    from refvps.collect.console import run_collection
    from refvps.engine import Engine
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    chosen = Engine(engine, workers or (1 if engine == "processes" else None), address)
    run_collection(config, only, retry, engine=chosen, as_json=as_json)


@collect.command("funnel", context_settings=HELP)
@CONFIG
@click.option("--plot", type=FILE, help="Also draw it to this PNG file.")
@JSON
@VERBOSE
@exits_cleanly
def funnel(*, config: Path, plot: Path | None, as_json: bool, verbose: bool) -> None:
    """Count what each step left, why, and for which concept, beside the paper's counts."""
    from refvps.collect.console import print_funnel
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    print_funnel(config, plot, as_json=as_json)


@collect.command("triage", context_settings={**HELP, "ignore_unknown_options": True})
@CONFIG
@click.argument("project", type=click.Path(path_type=Path, file_okay=False))
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@exits_cleanly
def triage(*, config: Path, project: Path, options: tuple[str, ...]) -> None:
    """Serve the page on which the people of PROJECT decide, with OPTIONS of `annotate serve`."""
    from refvps.collect.console import serve_triage

    serve_triage(config, project, options)


@collect.command("reviewers", context_settings=HELP)
@CONFIG
@JSON
@VERBOSE
@exits_cleanly
def reviewers(*, config: Path, as_json: bool, verbose: bool) -> None:
    """Say who decided how much, in how many seconds, and how far blind second passes agree."""
    from refvps.collect.console import print_reviewers
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    print_reviewers(config, as_json=as_json)


@collect.command("decisions", context_settings=HELP)
@CONFIG
@click.option("--to", type=FILE, required=True, help="A .csv or .jsonl file.")
@VERBOSE
@exits_cleanly
def decisions(*, config: Path, to: Path, verbose: bool) -> None:
    """Write every decision to a file, for a spreadsheet or another tool."""
    from refvps.collect.console import write_decisions
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    write_decisions(config, to)


@collect.command("decide", context_settings=HELP)
@CONFIG
@click.argument("file", type=FILE)
@VERBOSE
@exits_cleanly
def decide(*, config: Path, file: Path, verbose: bool) -> None:
    """Add the decisions of FILE, .csv or .jsonl: all of them, or none if one is wrong."""
    from refvps.collect.console import read_decisions
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    read_decisions(config, file)


@collect.command("provenance", context_settings=HELP)
@CONFIG
@click.option("--to", type=FILE, required=True, help="A .jsonl file, for `refvps release build`.")
@VERBOSE
@exits_cleanly
def provenance(*, config: Path, to: Path, verbose: bool) -> None:
    """Write where every exported clip comes from: ids, times, digests, fingerprints."""
    from refvps.collect.console import write_provenance
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    write_provenance(config, to)


@collect.command("remove", context_settings=HELP)
@CONFIG
@click.argument("value", metavar="PLATFORM:ID|DIGEST")
@click.option(
    "--kind",
    type=click.Choice(["candidate", "author", "media"]),
    default="candidate",
    show_default=True,
)
@click.option("--reason", required=True, help="Kept with the tombstone.")
@VERBOSE
@exits_cleanly
def remove(*, config: Path, value: str, kind: str, reason: str, verbose: bool) -> None:
    """Remove a video, all of an author, or a file for good, with every trace of it."""
    from refvps.collect.console import remove_for_good
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    remove_for_good(config, kind, value, reason)


@collect.command("liveness", context_settings=HELP)
@CONFIG
@click.option("--grace", type=click.IntRange(min=0), default=14, show_default=True, help="Days.")
@JSON
@VERBOSE
@exits_cleanly
def liveness(*, config: Path, grace: int, as_json: bool, verbose: bool) -> None:
    """Look whether every fetched post is still there; name those to be removed."""
    from refvps.collect.console import print_liveness
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    print_liveness(config, grace, as_json=as_json)


@collect.command("verify", context_settings=HELP)
@CONFIG
@click.option("--fetch", "again", is_flag=True, help="Download what is missing or changed again.")
@JSON
@VERBOSE
@exits_cleanly
def verify(*, config: Path, again: bool, as_json: bool, verbose: bool) -> None:
    """Compare every stored file with its digest; exit 3 if one is not whole."""
    from refvps.collect.console import print_files
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    print_files(config, again=again, as_json=as_json)


@collect.command("doctor", context_settings=HELP)
@click.option("--live", metavar="URL", help="Also look at this address, once, over the network.")
@JSON
@exits_cleanly
def doctor(*, live: str | None, as_json: bool) -> None:
    """Say what collecting needs, what is here, and what is broken upstream."""
    from refvps.collect.doctor import examine
    from refvps.doctor.console import print_diagnosis

    print_diagnosis(examine(Path(), live), as_json=as_json)


@collect.group("concepts", context_settings=HELP)
def concepts() -> None:
    """Write a taxonomy: by a language model, from its record, or from the built-in example."""


TO = click.option("--to", type=FILE, required=True, help="The TOML file to write.")


@concepts.command("generate", context_settings=HELP)
@click.option("--endpoint", required=True, metavar="URL", help="OpenAI's chat completions: …/v1.")
@click.option("--model", required=True, help="A model that the endpoint knows.")
@click.option("--count", type=click.IntRange(min=1), default=120, show_default=True)
@click.option("--key-variable", metavar="NAME", help="Environment variable that holds the key.")
@click.option("--record", type=FILE, required=True, help="Where prompt and answer are kept.")
@TO
@VERBOSE
@exits_cleanly
def generate(  # noqa: PLR0913 - one parameter an option
    *,
    endpoint: str,
    model: str,
    count: int,
    key_variable: str | None,
    record: Path,
    to: Path,
    verbose: bool,
) -> None:
    """Ask a language model for concepts and queries, and keep the record of it."""
    from refvps.collect.console import generate_concepts
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    generate_concepts((endpoint, model, key_variable), count, record, to)


@concepts.command("replay", context_settings=HELP)
@click.argument("record", type=FILE)
@TO
@VERBOSE
@exits_cleanly
def replay(*, record: Path, to: Path, verbose: bool) -> None:
    """Write the taxonomy of a RECORD again, without a network."""
    from refvps.collect.console import replay_concepts
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    replay_concepts(record, to)


@concepts.command("example", context_settings=HELP)
@TO
@VERBOSE
@exits_cleanly
def example(*, to: Path, verbose: bool) -> None:
    """Write the built-in example, to be edited."""
    from refvps.collect.console import write_example
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    write_example(to)
