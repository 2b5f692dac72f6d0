"""People: accounts and roles; and what keeps the project safe: backup and verification."""

import time
from collections.abc import Sequence

import gradio as gr

from annotator.backup import verify_project
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, el, table
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import ADMIN, Visit
from annotator.users import ROLES, SHORTEST_PASSWORD


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("admin", "People", ADMIN) as page:
        with gr.Row(equal_height=False, elem_classes=["main", "inputs"]):
            name = gr.Textbox(label="Name", placeholder="ann", elem_id="user-name")
            password = gr.Textbox(
                label=f"New password, {SHORTEST_PASSWORD} characters or more; empty keeps it",
                type="password", elem_id="user-password", scale=2,
            )  # fmt: skip
            roles = gr.CheckboxGroup(
                list(ROLES), value=[ROLES[0]], label="Roles", elem_id="user-roles", scale=2
            )
            save = gr.Button("Save", variant="primary", elem_id="user-save", min_width=100)
        view = shell.view("people")
        check = gr.Button("Verify everything", elem_id="verify", elem_classes=["alone"])
        damage = shell.view("damage")

        def saved(visit: Visit, who: str, secret: str, chosen: list[str]) -> Shown:
            said = kept(visit, (who or "").strip(), secret or "", chosen or [])
            return {view: show(visit), name: "", password: "", "said": said}

        def picked(visit: Visit, data: dict[str, object]) -> Shown:
            who = str(data.get("name"))
            return {name: who, roles: sorted(visit.project.users.roles(who), key=ROLES.index)}

        page.load(lambda visit: {view: show(visit)}, view)
        page.act(view, picked, name, roles)
        page.form(save.click, saved, [name, password, roles], view, name, password)
        page.form(check.click, lambda visit: {damage: verified(visit)}, [], damage)


def kept(visit: Visit, name: str, password: str, roles: Sequence[str]) -> str:
    """Make an account, or give it another password or other roles; return what to tell.

    Raises:
        SessionError: a new account has no password.
    """
    users = visit.project.users
    if not name:
        raise SessionError("write a name first")
    if name not in users.names and not password:
        raise SessionError(f"{name} is new and needs a password")
    if name in users.names:
        users.grant(name, roles)
    if password:
        users.put(name, password, roles)
    return f"{name} may log in as {', '.join(roles) or 'nobody in particular'}."


def show(visit: Visit) -> Node:
    """Return the accounts, and how to keep the project."""
    users, jobs = visit.project.users, visit.project.jobs()
    rows: list[list[Node]] = [
        [
            user,
            ", ".join(sorted(users.roles(user))) or "–",
            str(sum(job.user == user for job in jobs)),
            el("td.actions", el("button.quiet", "Change", on={"name": user})),
        ]
        for user in users.names
    ]
    return el(
        "main",
        el("h2", "Accounts"),
        table(["Name", "Roles", "#Jobs", ""], rows, name="accounts", caption="Accounts"),
        el("h2", "Backup and verification"),
        el(
            "p",
            "A backup is one file with everything but exports: frames, masks, texts, logs, hashed "
            "passwords and the key of the cookies. Keep it as you keep the project.",
        ),
        el(
            "p.row", el("a.button", "Download a backup", href=visit.to("api/backup"), download=True)
        ),
        el("p", "Verification reads every frame and mask and computes its digest again."),
    )


def verified(visit: Visit) -> Node:
    """Return what is damaged, with files named as they lie in the project."""
    started, root = time.monotonic(), visit.project.root
    found = [line.replace(f"{root}/", "") for line in verify_project(root)]
    seconds = time.monotonic() - started
    if not found:
        return el("main.slim", el("p.notice", f"✓ Nothing is damaged ({seconds:.1f} s)."))
    lines = [el("li", line) for line in found[:100]]
    more = el("p", f"and {len(found) - 100} more") if len(found) > 100 else None
    return el("main.slim", el("p.notice.bad", f"! {len(found)} damaged"), el("ul", *lines), more)
