"""The page: one file with its style, script and pictures inside, and a policy that forbids more."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from benchmark.report.choice import best_known, held_by_any
from benchmark.report.document import FEW_VIDEOS, Document, percent, span
from benchmark.report.facts import short_facts
from benchmark.report.html.markup import Markup, join, tag
from benchmark.report.html.sections import Section
from benchmark.report.html.tables import html_table
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.scores import score_of


def format_page(
    document: Document,
    measured: Sequence[Measured],
    sections: Sequence[Section] = (),
    *,
    headline: Markup | None = None,
    last_line: str | None = None,
) -> str:
    """Return the page. The same document gives the same text; it holds no clock.

    Args:
        document: title, sentences, tables and facts.
        measured: the records it is about; none for tables of the paper alone.
        sections: what follows the tables.
        headline: the large number above all, where it is not a single method's score.
        last_line: below all, where it is not about J and F.
    """
    all_sections = [
        *(
            Section(f"table-{place}", table.title, html_table(table))
            for place, table in enumerate(document.tables, 1)
        ),
        *sections,
    ]
    if document.facts:
        pairs = (join(tag("dt", term), tag("dd", text)) for term, text in document.facts)
        all_sections.append(Section("facts", "How it was measured", tag("dl", *pairs)))
    body = join(
        tag("a", "Skip to the tables", href="#main", class_="skip"),
        _header(document, headline or _headline(measured), measured, all_sections),
        tag("main", *map(section_markup, all_sections), id="main"),
        tag("footer", tag("p", last_line or explained(measured))),
    )
    return html_page(document.title, body)


def html_page(title: str, body: Markup, *, media: bool = False) -> str:
    """Return a whole page with the style and the script of all pages, and a policy.

    Args:
        title: of the window.
        body: what is on it.
        media: whether files beside the page may be shown, such as videos; else it is one file.
    """
    style, script = Markup(_file("style.css")), Markup(_file("sort.js"))
    head = join(
        tag("meta", charset="utf-8"),
        _policy(style, script, media=media),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", style),
    )
    page = tag("html", tag("head", head), tag("body", body, tag("script", script)), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _header(
    document: Document,
    headline: Markup,
    measured: Sequence[Measured],
    sections: Sequence[Section],
) -> Markup:
    links = (tag("li", tag("a", item.title, href=f"#{item.name}")) for item in sections)
    return tag(
        "header",
        tag("p", "Ref-VPS: referring video process segmentation", class_="eyebrow"),
        tag("h1", document.title),
        headline,
        *(tag("p", sentence, class_="sentence") for sentence in document.sentences),
        *(tag("p", line, class_="short") for line in (short_facts(measured) if measured else ())),
        tag("nav", tag("ul", *links), aria_label="Sections"),
    )


def _headline(measured: Sequence[Measured]) -> Markup:
    """Return the one number of a single method, large; several have their table."""
    if len(measured) != 1:
        return Markup("")
    metric = best_known(measured[0])
    score = score_of(measured[0].record, metric)
    of = f"mean {metric} of {measured[0].label}"
    if score.interval is not None and score.videos >= FEW_VIDEOS:
        of += f", 95 % interval {span(score.interval.low, score.interval.high)}"
    return tag("p", percent(score.mean), " ", tag("small", of), class_="headline")


def explained(measured: Sequence[Measured]) -> str:
    """Return what the metrics on a page are, in one sentence."""
    known = "J is region similarity"
    if not measured or Metric.F in held_by_any(measured):
        known += ", F contour accuracy, J&F the mean of the two"
    return f"{known}: higher is better, 100 is perfect."


def section_markup(item: Section) -> Markup:
    """Return a section with its heading."""
    return tag(
        "section",
        tag("h2", item.title, id=f"{item.name}-title"),
        item.body,
        id=item.name,
        aria_labelledby=f"{item.name}-title",
    )


def _policy(style: str, script: str, *, media: bool) -> Markup:
    """Return the policy that lets in nothing but this very style, this script and data pictures.

    Videos come from beside the page, which is a file or on a server.
    """
    films = "media-src 'self' file:; " if media else ""
    allowed = (
        f"default-src 'none'; img-src data:; {films}base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{_sha256(style)}'; script-src 'sha256-{_sha256(script)}'"
    )
    return tag("meta", http_equiv="Content-Security-Policy", content=allowed)


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _file(name: str) -> str:
    return files("benchmark.report.html").joinpath(name).read_text("utf-8")
