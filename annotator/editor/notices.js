// What the editor says: in passing, and what must be decided.

import { TROUBLE } from "./core/outbox.js";
import { decideConflict } from "./conflict.js";
import { el, pause } from "./dom.js";

const LONG = 4500;

export class Notices {
  #timer = null;
  #active = 0;

  constructor(editor) {
    this.editor = editor;
    this.toast = el("div", { className: "toast", role: "status", hidden: true });
    this.banner = el("div", { className: "banner", role: "alert", hidden: true });
  }

  /** Say something in passing; "" takes it away, and 0 keeps it. */
  say(text, milliseconds = LONG) {
    clearTimeout(this.#timer);
    this.toast.textContent = text;
    this.toast.hidden = !text;
    if (text && milliseconds) this.#timer = setTimeout(() => this.say(""), milliseconds);
  }

  /** Say something that stays, with buttons. */
  show(kind, text, ...buttons) {
    this.kind = kind;
    this.banner.dataset.kind = kind;
    this.banner.replaceChildren(el("span", { textContent: text }), ...buttons);
    this.banner.hidden = false;
  }

  hide(kind) {
    if (this.kind !== kind) return;
    this.banner.hidden = true;
    this.kind = null;
  }

  /** Do something that needs the server, again and again while the server is gone. */
  async patiently(work) {
    for (let turn = 0; !this.editor.closed; turn++) {
      try {
        const found = await work();
        this.hide("gone");
        this.hide("login");
        return found;
      } catch (error) {
        if (error.trouble !== TROUBLE.GONE && error.trouble !== TROUBLE.LOGIN) {
          this.show("refused", `This job cannot be opened: ${error.message}.`);
          return null;
        }
        this.#waiting(error.trouble, error);
        await pause(Math.min(4000, 500 * (turn + 1)));
      }
    }
    return null;
  }

  /** Hear what became of an operation. */
  troubled(trouble, error, operation) {
    const { editor } = this;
    editor.trouble = trouble;
    if (trouble === null) {
      this.hide("gone");
      this.hide("login");
      this.say("The server is back; everything is being saved.");
    } else if (trouble === TROUBLE.GONE || trouble === TROUBLE.LOGIN) this.#waiting(trouble, error);
    else if (trouble === TROUBLE.LEASE) editor.lease.lose(error.message);
    else if (trouble === TROUBLE.CONFLICT) decideConflict(editor, operation);
    else this.say(`Not done: ${error.message}.`, 8000);
    editor.toolbar.showSaved();
  }

  /** Another tab has the job now. */
  leaseLost(message) {
    const { editor } = this;
    editor.work.outbox.stop(TROUBLE.LEASE);
    editor.setReadOnly(true);
    this.readOnly(message);
  }

  /** Say that this copy is to look at, and how it can become more. */
  readOnly(message) {
    const { editor } = this;
    const waiting = editor.work.outbox.pending;
    const kept = waiting ? ` ${waiting} ${waiting === 1 ? "change" : "changes"} that are not saved stay in this browser.` : "";
    const take = () => {
      button.disabled = true; // it may take a second, and once is enough
      editor.takeOver();
    };
    const button = el("button", { type: "button", textContent: "Edit here", "data-action": "take-over", onclick: take });
    this.show("read-only", `To look at only: ${message}.${kept}`, button);
  }

  /** Count active time, once a second. */
  tick() {
    const { editor } = this;
    if (!document.hidden && !editor.readOnly) this.#active++;
    const minutes = String(Math.floor(this.#active / 60)).padStart(2, "0");
    editor.toolbar.time.textContent = `${minutes}:${String(this.#active % 60).padStart(2, "0")} active`;
    if (this.#active % 60 === 59) editor.activity.note("heartbeat");
  }

  #waiting(trouble, error) {
    if (trouble === TROUBLE.LOGIN) {
      const link = el("a", { href: `${this.editor.root}/login`, target: "_blank", rel: "noopener", textContent: "Log in again" });
      this.show("login", "You are logged out. Nothing is lost; this page goes on by itself after you", link);
    } else if (error?.status >= 500) {
      this.show("gone", `The server has trouble: ${error.message}. Everything you do is kept in this browser and tried again.`);
    } else {
      this.show("gone", "The server does not answer. Go on: everything you do is kept in this browser and saved when it is back.");
    }
  }
}
