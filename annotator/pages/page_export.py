"""Export: masks and expressions out of the project, to be fetched as one file."""

import time
from pathlib import Path

import gradio as gr

from annotator.exports import FORMS, RELEASE, export_project, exported_folders
from annotator.formats.masks_out import Chosen
from annotator.jobs import LABELS, Kind
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, el, table
from annotator.pages.parts import KINDS
from annotator.pages.shell import Shell, Shown, nothing
from annotator.pages.visit import ADMIN, Visit

_NAMES = {RELEASE: "release"}
EVERYBODY = "everybody"


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("export", "Export", ADMIN) as page:
        with gr.Row(equal_height=False, elem_classes=["main", "inputs"]):
            name = gr.Textbox(label="Name", placeholder="first-half", elem_id="export-name")
            form = gr.Dropdown(
                [(_NAMES.get(each, each), each) for each in FORMS], value=RELEASE, label="Form",
                elem_id="export-form",
            )  # fmt: skip
            kind = gr.Dropdown(
                [(KINDS[each], each.value) for each in LABELS],
                value=Kind.MASK.value, label="What", elem_id="export-kind", min_width=130,
            )  # fmt: skip
            user = gr.Dropdown([EVERYBODY], value=EVERYBODY, label="Whose", min_width=130)
            version = gr.Textbox(label="Version", value="0.1.0", min_width=90)
            unfinished = gr.Checkbox(
                label="Also what is not handed in", elem_id="unfinished", min_width=190
            )
            start = gr.Button("Export", variant="primary", elem_id="export", min_width=100)
        view = shell.view("exports")

        def loaded(visit: Visit) -> Shown:
            people = [EVERYBODY, *visit.project.users.names]
            return {view: show(visit), user: gr.update(choices=people)}

        def export(visit: Visit, *given: object) -> Shown:
            title, what, of, whose, number, everything = given
            person = None if whose == EVERYBODY else str(whose)
            chosen = Chosen(_kind(of), person, unfinished=everything is True)
            if what not in FORMS:
                raise SessionError("choose a form from the list")
            told = str(title or "").strip()
            count = export_project(visit.project, told, str(what), chosen, _version(number))
            clips = "clip" if count == 1 else "clips"
            return {view: show(visit), "said": f"{told}: {count} {clips} exported."}

        page.load(loaded, view, user)
        inputs = [name, form, kind, user, version, unfinished]
        page.form(start.click, export, inputs, view)


def show(visit: Visit) -> Node:
    """Return what was exported."""
    folders = exported_folders(visit.project)
    if not folders:
        return el("main", nothing("Nothing was exported yet."))
    rows = [_row(visit, folder) for folder in folders]
    heads = ["Name", "When", "#Files", "#Megabytes", ""]
    return el("main", el("h2", "Exports"), table(heads, rows, name="exported", caption="Exports"))


def _row(visit: Visit, folder: Path) -> list[Node]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(folder.stat().st_mtime))
    link = el("a", "Download .tar", href=visit.to(f"api/exports/{folder.name}"), download=True)
    megabytes = f"{sum(sizes) / 1e6:.1f}"
    return [folder.name, when, str(len(sizes)), megabytes, el("td.actions", link)]


def _kind(value: object) -> Kind:
    if value not in (Kind.MASK.value, Kind.RELABEL.value):
        raise SessionError("choose what to export from the list")
    return Kind(str(value))


def _version(value: object) -> str:
    text = str(value or "").strip()
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise SessionError("a version is three numbers, as in 0.1.0")
    return text
