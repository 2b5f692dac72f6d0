"""What `refvps figure` does: checks, pages and videos, progress on stderr, paths on stdout."""

import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from benchmark.datasets.open import open_dataset
from benchmark.figure.methods import StoredMethod, find_methods
from benchmark.figure.outputs import Format, Output, check_outputs, numbered
from benchmark.figure.pages import choose_content, draw_pages
from benchmark.figure.request import Request
from benchmark.figure.selection import select_queries
from refvps import atomic
from refvps.drawing.fonts import face_for, missing_characters, plain_matplotlib
from refvps.errors import ConfigError, DataError
from refvps.progress import progress
from refvps.protocols import Dataset
from refvps.types import Query

log = logging.getLogger(__name__)

FEATURE = "drawing figures"


def make_figures(request: Request, to: Sequence[Path], *, told: bool = True) -> None:
    """Draw what is asked and write it to every file named; print the files written if ``told``.

    Raises:
        ConfigError: options that cannot be right; names what is near.
        DataError: a file of the data or of the masks is missing or does not fit.
        MissingExtraError: a package for one of the formats is not installed.
    """
    outputs = check_outputs(to)
    videos = [output for output in outputs if output.format is Format.MP4]
    still = [output for output in outputs if output.format is not Format.MP4]
    if videos:
        from refvps.video.writer import require_video

        require_video()
    _require_consistent(request, still=bool(still))
    with plain_matplotlib(FEATURE, "video" if videos and not still else "plots"):
        dataset = open_dataset(request.dataset, request.root)
        every = tuple(dataset.queries())
        if not every:
            raise DataError(dataset.name, "the data set has no expressions to show")
        shown = select_queries(every, request.clips, dataset.name)
        methods = find_methods(request.methods, request.pred, dataset, queries=every, shown=shown)
        _warn_of_missing_glyphs(_texts(shown, methods))
        written: list[Path] = []
        if still:
            written += _write_still(request, dataset, shown, methods, still)
        for output in videos:
            written += _write_videos(request, dataset, shown, methods, output)
    for path in written if told else ():
        click.echo(path)


def _require_consistent(request: Request, *, still: bool) -> None:
    if request.at and request.frames is not None:
        raise ConfigError("--at names the frames to show and --frames counts them; give one")
    if request.at and not still:
        raise ConfigError("--at chooses the frames of pictures; a video shows all frames")


def _write_still(
    request: Request,
    dataset: Dataset,
    shown: Sequence[Query],
    methods: Sequence[StoredMethod],
    outputs: Sequence[Output],
) -> list[Path]:
    """Draw all pages, then write all files, so that a bad mask leaves no half of a figure."""
    from benchmark.figure.page import PdfFile, png_of

    contents = [choose_content(request, dataset, query) for query in shown]
    pdf = None
    if any(output.format is Format.PDF for output in outputs):
        texts = _texts(shown, methods)
        pdf = PdfFile(postscript=any(face_for(text).postscript for text in texts))
    paths = [output.path for output in outputs if output.format is Format.PNG]
    files: dict[Path, bytes] = {}
    with progress("figure", len(contents), item="pictures") as bar:
        pictures = len(methods) + 1 + request.truth
        columns = max(len(content.frame_ids) for content in contents)

        def drawn() -> None:
            bar.step(items=pictures * columns)

        for page in draw_pages(request, contents, methods, drawn):
            if paths:
                content = png_of(page.figure, page.size)
                files |= {numbered(path, page.place, page.count): content for path in paths}
            if pdf is not None:
                pdf.add(page.figure)
    if pdf is not None:
        content = pdf.content()
        files |= {output.path: content for output in outputs if output.format is Format.PDF}
    for path, content in files.items():
        atomic.write_bytes(path, content)
    return list(files)


def _write_videos(
    request: Request,
    dataset: Dataset,
    shown: Sequence[Query],
    methods: Sequence[StoredMethod],
    output: Output,
) -> list[Path]:
    """Write one video a query."""
    from benchmark.figure.material import read_whole_material
    from benchmark.figure.outputs import named
    from benchmark.figure.video import write_video

    written = []
    for query in shown:
        truth = dataset.truth(query) if request.truth else None
        material = read_whole_material(query, truth, methods)
        path = named(output.path, query, single=len(shown) == 1)
        with (
            progress(f"video {query.query_id}", len(query.clip.frame_paths)) as bar,
            # Closed at once if the user interrupts, so that nothing half-written is left.
            closing(write_video(path, material, most_width=request.video_width)) as steps,
        ):
            for _ in steps:
                bar.step(items=1)
        written.append(path)
    return written


def _texts(shown: Sequence[Query], methods: Sequence[StoredMethod]) -> list[str]:
    return [query.expression.text for query in shown] + [method.name for method in methods]


def _warn_of_missing_glyphs(texts: Sequence[str]) -> None:
    missing = missing_characters(texts)
    if missing:
        listed = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        log.warning(
            "no installed font has %s%s: boxes are drawn instead; install a font that has them, "
            "such as Noto Sans of that script",
            listed,
            more,
        )
