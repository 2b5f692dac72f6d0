"""Adjudication: the labellings of a clip side by side, and one key to take each of them."""

from dataclasses import replace
from typing import Any

from annotator.adjudication import Comparisons
from annotator.jobs import Kind
from annotator.pages.adjudicating import done, look_of
from annotator.pages.page_adjudicate_maps import Look, Sight, show_strip
from annotator.pages.page_adjudicate_view import show_case
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import EVERYONE, Visit
from annotator.store.work import ConflictError


def build(shell: Shell) -> None:
    """Make the page."""
    comparisons = Comparisons(shell.services.project)
    with shell.page("adjudicate", "Adjudicate", EVERYONE) as page:
        view = shell.view("adjudicate")
        strip = shell.view("strip")

        def show(visit: Visit, look: Look) -> Shown:
            job = visit.own_job(Kind.ADJUDICATE)
            case = comparisons.case(job)
            if look.k is None and len(case.sides) > 1:
                look = replace(look, k=case.following(None, by_time=look.by_time))
            sight = Sight(visit, job, case, look)
            below = show_strip(sight) if len(case.sides) > 1 else None
            return {view: show_case(sight), strip: below}

        def act(visit: Visit, data: dict[str, Any]) -> Shown:
            job = visit.own_job(Kind.ADJUDICATE)
            look = look_of(visit, job, data)
            before = comparisons.case(job)
            try:
                said = done(visit, job, before, look, data)
            except ConflictError:
                said = f"Another window decided on keyframe {look.k} meanwhile: look again."
            if data.get("do") == "take" and said is None:
                after = comparisons.case(job)
                if after.left:
                    look = replace(look, k=after.following(look.k, by_time=look.by_time))
                else:
                    said = "Every keyframe has a label. Hand it in."
            return {**show(visit, look), **({"said": said} if said else {})}

        page.load(lambda visit: show(visit, Look()), view, strip)
        for each in (view, strip):
            page.act(each, act, view, strip)
