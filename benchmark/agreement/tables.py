"""The report as tables and sentences."""

from collections.abc import Sequence

from benchmark.agreement.labelled import Labelling
from benchmark.agreement.measure import PairResult
from benchmark.agreement.report import PAPER, Agreement, Mean
from benchmark.metrics.agreement_guards import Guards
from benchmark.metrics.label_agreement import IgnoreRule
from benchmark.report.document import (
    CAUTION,
    CAUTION_NOTE,
    FEW_VIDEOS,
    Bar,
    Cell,
    Column,
    Document,
    Fact,
    Table,
    TableRow,
    count,
    percent,
    span,
    words,
)

RULES = {
    IgnoreRule.UNION: "left out where either ignores (headline)",
    IgnoreRule.FIRST: "left out where the first ignores",
    IgnoreRule.SECOND: "left out where the second ignores",
    IgnoreRule.BACKGROUND: "Ignore is background",
    IgnoreRule.FOREGROUND: "Ignore is target",
}
MADE = {"hand": "both by hand", "mixed": "one by hand", "model": "both by a model alone"}
DIGITS = 7
"""Of a digest in a table; JSON and CSV have all 64."""

EXPLAINED = (
    "IoU: of the pixels that either labelled as the target, the share that both did. "
    "Higher is better, 100 is perfect."
)


def document(report: Agreement) -> Document:
    """Return the report as a document: what is printed, and what the page shows."""
    tables = [variants_table(report), concepts_table(report)]
    if report.groups:
        title = "Agreement by group (a clip may be in several)"
        tables.append(_means_table(title, "group", report.groups))
    if len(report.people) > 1:
        tables.append(_means_table("Agreement by pair of people", "people", report.people))
    if report.made:
        tables.append(made_table(report))
    tables += [bands_table(report), guards_table(report.guards), pairs_table(report)]
    if report.notes:
        tables.append(expressions_table(report))
    return Document(
        f"Agreement: {report.title}", (sentence(report),), tuple(tables), _facts(report)
    )


def sentence(report: Agreement) -> str:
    """Return the headline as a sentence for a paper."""
    head = report.headline
    if head is None:
        return "Nothing can be compared."
    of = f"{count(head.clips, 'clip')}, {count(head.keyframes, 'keyframe')}"
    interval = ""
    if head.low is not None and head.high is not None:
        interval = f"95 % bootstrap interval over clips {span(head.low, head.high)}, "
    return (
        f"The inter-annotator mean IoU is {percent(head.mean)} % ({interval}{of}; pixels that "
        "either annotator marked as Ignore are left out; mean over keyframes, then clips)."
    )


def variants_table(report: Agreement) -> Table:
    """Return every reading of "mean IoU"."""
    columns = ("Ignore", "keyframes", "clips", "keyframes", "pooled pixels", "concepts")
    rows = [
        TableRow(
            (
                words(RULES[each.rule]),
                words("all" if each.with_absent else "where a target is left"),
                *(
                    _share(value)
                    for value in (
                        each.means.clips,
                        each.means.frames,
                        each.means.pooled,
                        each.means.concepts,
                    )
                ),
            )
        )
        for each in report.variants
    ]
    heads = [Column(name, number=place > 1) for place, name in enumerate(columns)]
    notes = (
        "Columns: mean over keyframes, then clips (headline); flat mean over keyframes; all "
        "intersections over all unions; mean over keyframes, clips, then concepts.",
        "The second reading leaves out keyframes on which nobody has a target by that rule; "
        "with them, agreeing that the target is absent scores 100.",
        f"The paper says {percent(PAPER)} % (supplement A.3) and states neither order nor rule.",
    )
    return Table("Every reading of mean IoU, in percent", tuple(heads), tuple(rows), notes)


def concepts_table(report: Agreement) -> Table:
    """Return the agreement of every concept, and those that nobody labelled twice."""
    table = _means_table("Agreement by concept", "concept", report.concepts)
    bare = [name for name, (compared, _) in report.covered.items() if not compared]
    rows = [
        TableRow((words(name), Cell("not covered"), Cell("0", 0.0), Cell("0", 0.0), Cell("0", 0.0)))
        for name in bare
    ]
    note = f"The dashed line is the paper's {percent(PAPER)} %."
    return Table(table.title, table.columns, (*table.rows, *rows), (*table.notes, note))


def made_table(report: Agreement) -> Table:
    """Return the agreement by who decided the pixels."""
    rows = [
        TableRow((words(MADE[made]), Cell(str(number), float(number)), _share(value)))
        for made, number, value in report.made
    ]
    columns = (Column("keyframes' pixels"), Column("keyframes", True), Column("mean IoU", True))
    note = (
        "Flat mean over keyframes. If two runs of one model agree far better than two hands do, "
        "the headline is partly the model's."
    )
    return Table("Agreement by who decided the pixels", columns, tuple(rows), (note,))


def bands_table(report: Agreement) -> Table:
    """Return the agreement near the boundary."""
    rows = [
        TableRow((words(f"{radius} pixels"), _share(value)))
        for radius, value in report.bands.items()
    ]
    columns = (Column("band to either side of both outlines"), Column("mean IoU", True))
    return Table("Agreement near the boundary", columns, tuple(rows))


def guards_table(seen: Guards) -> Table:
    """Return what could make the headline mean little."""
    both, first, second, nobody = seen.presence
    lines = (
        ("keyframes compared", str(seen.keyframes)),
        ("pixels that neither ignores", _text(seen.valid, " %")),
        ("pixels that the first ignores", _text(seen.first_ignore, " %")),
        ("pixels that the second ignores", _text(seen.second_ignore, " %")),
        ("IoU of the two Ignore regions", _text(seen.ignore_iou, " %")),
        ("keyframes ignored as a whole (not counted)", str(seen.ignored_whole)),
        ("keyframes whose target lies below Ignore (score 100)", str(seen.hidden)),
        ("keyframes that both call empty (score 100)", str(seen.absent)),
        (
            "target seen by both, first only, second only, nobody",
            f"{both}, {first}, {second}, {nobody} keyframes",
        ),
        (
            "kappa of presence",
            "one answer throughout" if seen.kappa is None else f"{seen.kappa:.2f}",
        ),
        ("keyframes below 50 % IoU", str(seen.low)),
        ("how much larger the first's target is, (a - b) / (a + b)", _text(seen.area_bias, " %")),
        ("keyframes on which the first's target is larger", _text(seen.first_larger, " %")),
    )
    rows = tuple(TableRow((words(term), words(text))) for term, text in lines)
    return Table("Guards", (Column("what"), Column("value")), rows)


def pairs_table(report: Agreement) -> Table:
    """Return every pair of labellings with the revisions that were compared."""
    names = ("clip", "concept", "people", "keyframes", "mean IoU", "lowest", "valid")
    more = ("Ignore 1st / 2nd", "onset", "offset", "shift", "bias", "revisions")
    numbers = frozenset(names[3:]) | frozenset(more[:-1])
    columns = tuple(Column(name, number=name in numbers) for name in (*names, *more))
    rows = tuple(_pair_row(pair) for pair in report.pairs)
    notes = (
        "Onset, offset and shift in keyframes, six a second: positive where the second is later.",
        "Bias: how much larger the first's target is. Revisions with the first digits of their "
        "SHA-256; the JSON and CSV beside this page have all of them.",
    )
    return Table("Every clip", columns, rows, notes)


def expressions_table(report: Agreement) -> Table:
    """Return how the expressions of each clip go together."""
    columns = (Column("clip"), Column("texts", True), Column("distinctness", True), Column("said"))
    rows = tuple(
        TableRow(
            (
                words(note.clip),
                Cell(str(len(note.texts)), float(len(note.texts))),
                _share(note.distinctness),
                words("; ".join(note.problems) or "nothing to say"),
            )
        )
        for note in report.notes
    )
    note = "Distinctness: 1 minus the mean overlap of words (Jaccard) of texts by different people."
    return Table("Expressions", columns, rows, (note,))


def _pair_row(pair: PairResult) -> TableRow:
    key, seen, shift = pair.key, pair.guards, pair.shift
    values = [value for each in pair.counts if (value := each.iou()) is not None]
    ignored = f"{_text(seen.first_ignore)} / {_text(seen.second_ignore)}"
    return TableRow(
        (
            words(key.clip),
            words(key.concept or "unknown"),
            words(key.people),
            Cell(str(len(pair.frames)), float(len(pair.frames))),
            _share(pair.iou),
            _share(min(values) if values else None),
            _share(seen.valid),
            Cell(ignored, max(seen.first_ignore or 0.0, seen.second_ignore or 0.0)),
            *(_signed(value) for value in (shift.onset, shift.offset, shift.best)),
            Cell(_text(seen.area_bias), seen.area_bias),
            words(f"{_revision(key.first)} / {_revision(key.second)}"),
        )
    )


def _means_table(title: str, noun: str, listed: Sequence[Mean]) -> Table:
    columns = (
        Column(noun),
        Column("mean IoU"),
        *(Column(name, number=True) for name in ("clips", "videos", "keyframes")),
    )
    rows = tuple(
        TableRow(
            (
                words(each.name),
                _bar(each),
                *(
                    Cell(str(number), float(number))
                    for number in (each.clips, each.videos, each.keyframes)
                ),
            )
        )
        for each in listed
    )
    few = any(each.clips < FEW_VIDEOS for each in listed)
    notes = (CAUTION_NOTE.replace("videos", "clips").replace("video", "clip"),) if few else ()
    return Table(title, columns, rows, notes)


def _bar(each: Mean) -> Cell:
    if each.low is None or each.high is None or each.clips < FEW_VIDEOS:
        text, ends = f"{percent(each.mean)} {CAUTION}", (None, None)
    else:
        text = f"{percent(each.mean)} {span(each.low, each.high)}"
        ends = (each.low, each.high)  # type: ignore[assignment]
    return Cell(text, each.mean, bar=Bar(each.mean, *ends, mark=PAPER))


def _share(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(percent(value), value)


def _text(value: float | None, unit: str = "") -> str:
    return "–" if value is None else f"{percent(value)}{unit}"


def _signed(value: int | None) -> Cell:
    return Cell("–") if value is None else Cell(f"{value:+d}" if value else "0", float(value))


def _revision(labelling: Labelling) -> str:
    return f"{labelling.revision} {labelling.digest[:DIGITS]}".strip()


def _facts(report: Agreement) -> tuple[Fact, ...]:
    facts = list(report.facts)
    facts.append(("headline", "union-ignore: pixels that either annotator ignores are left out"))
    facts.append(("averaged", "keyframe, then pair of people, then clip"))
    facts.append(("interval", "95 % percentile bootstrap over clips, 10,000 resamples"))
    if report.by_videos is not None:
        facts.append(("over videos", f"{span(*report.by_videos)}: clips of one video together"))
    facts.append(("empty keyframes", "both say absent: 1, as DAVIS; no pixel left: not counted"))
    return tuple(facts)
