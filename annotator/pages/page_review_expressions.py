"""The expressions of one job before a reviewer, beside those of the other person."""

from annotator.expressions import like_others, problems, words
from annotator.handing_in import others_of
from annotator.jobs import Job, JobState
from annotator.pages.nodes import Node, el
from annotator.pages.page_expressions import film
from annotator.pages.parts import badge
from annotator.pages.visit import Visit
from annotator.reviews import WAITING


def show_expressions(visit: Visit, job: Job) -> Node:
    """Return the page of one job."""
    texts = visit.project.work(job).head.expressions
    others = others_of(visit.project, job)
    wrong = problems(texts) or like_others(texts, [text for _, each in others for text in each])
    return el(
        "main.review",
        el(
            "div.title",
            el("h1", job.clip),
            el("p.row", "Expressions", el("span.soft", f"by {job.user}"), badge(job.state)),
            el("span.grow"),
            el("a", "All that waits", href=visit.to("ui/review")),
        ),
        el(
            "div.desk",
            film(visit, visit.project.clip(job.clip)),
            el(
                "div.side",
                el("h2", f"What {job.user} wrote"),
                _quotes(texts),
                *(el("p.notice.bad", f"! {line}") for line in wrong),
                *_of_others(others),
                _verdict(job),
            ),
        ),
    )


def _quotes(texts: tuple[str, ...]) -> Node:
    lines = [el("li", text, el("span.soft", f" · {len(words(text))} words")) for text in texts]
    return el("ul.quotes", *lines)


def _of_others(others: list[tuple[Job, tuple[str, ...]]]) -> list[Node]:
    if not others:
        return [el("p.soft", "Nobody else has handed in expressions of this clip yet.")]
    found: list[Node] = []
    for other, texts in others:
        found += [el("h3", f"What {other.user} wrote"), _quotes(texts)]
    return found


def _verdict(job: Job) -> Node:
    if job.state is JobState.ACCEPTED:
        ask = f"Freeze the expressions of {job.clip}? They cannot be changed afterwards."
        return el("div.verdict", el("button.button", "Freeze", on={"do": "freeze", "ask": ask}))
    if job.state not in WAITING:
        return el("div.verdict", el("p.soft", "There is nothing to judge now."))
    return el(
        "div.verdict",
        el("p.soft", "To send it back, say why in the note below."),
        el(
            "p.row",
            el("button.button", "Accept", on={"do": "accept"}, key="accept"),
            el("button", "Send back", on={"do": "changes"}, key="send-back"),
        ),
    )
