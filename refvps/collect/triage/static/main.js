// The page: keys become decisions, decisions go to the server, and what it answers is shown.

import { LoggedOut, Refused, get } from "./api.js";
import { Clock } from "./clock.js";
import { chooseConcept, toggleHelp } from "./dialogs.js";
import { byId, element } from "./dom.js";
import { Grid } from "./grid.js";
import { named, shown, table } from "./keys.js";
import { FILTERS, Model } from "./model.js";
import { Outbox } from "./outbox.js";
import { Trim } from "./trim.js";

const POLL = 3000;

class App {
  model = new Model();
  outbox = new Outbox((entry) => this.#prepare(entry), (...told) => this.#told(...told));
  trim = new Trim();
  clock = new Clock();
  second = false;
  concepts = new Map(); // chosen, to be sent with the next decision
  notes = new Map();
  history = [];

  async start() {
    this.setup = await get("api/setup");
    this.hidden = this.setup.hide;
    this.names = new Map(this.setup.concepts);
    this.keyOf = Object.fromEntries(this.setup.reasons.map(([code, key]) => [code, key]));
    this.keys = table(this);
    this.grid = new Grid(this.model, (subject) => this.#more(subject), () => this.#header());
    await this.#load();
    document.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("beforeunload", (event) => this.outbox.length && event.preventDefault());
    setTimeout(() => this.#poll(), POLL);
    document.body.dataset.ready = "true";
  }

  // What keys do.

  accept() {
    this.#say({ verdict: "accept" });
  }

  exclude(reason) {
    this.#say({ verdict: "exclude", reason });
  }

  split() {
    if (this.second) this.#say({ verdict: "split" });
    else if (this.trim.open || this.#free()) void this.openTrim(true);
  }

  acceptPart() {
    if (this.trim.answer?.problem) return;
    this.#say({ verdict: "accept", parts: this.trim.parts });
  }

  storeSplit() {
    const parts = this.trim.parts;
    if (parts.length) this.#say({ verdict: "split", parts });
    else this.banner("keep at least one part, or exclude the video");
  }

  undo() {
    const subject = this.history.pop();
    if (subject === undefined) {
      this.banner("there is nothing of yours to take back here");
      return;
    }
    if (this.trim.open) this.closeTrim();
    this.notes.delete(subject);
    this.outbox.push({ subject, what: "undo", ms: this.clock.take(), second: this.second });
    if (!this.model.order.includes(subject) && this.model.get(subject)) this.model.order.unshift(subject);
    this.grid.go(subject);
    this.#header();
  }

  async openTrim(split) {
    const subject = this.trim.open ? this.trim.subject : this.model.get(this.grid.current);
    if (!subject || (!this.trim.open && !this.#free())) return;
    if (this.second) {
      this.banner("the second pass decides; only the first trims");
      return;
    }
    if (split && subject.span) {
      this.banner("a part is not split again; split its video anew");
      return;
    }
    try {
      await this.trim.show(subject, split, !this.#hides(subject));
      this.grid.hide(true);
      this.#hints();
    } catch (error) {
      this.banner(error.message);
    }
  }

  closeTrim() {
    this.trim.close();
    this.grid.hide(false);
    this.#hints();
  }

  async chooseConcept() {
    const subject = this.#subject();
    if (!subject || !this.#free()) return;
    const now = this.concepts.get(subject.id) ?? subject.concept;
    const chosen = await chooseConcept(this.setup.concepts, this.names.get(now) || now);
    if (chosen === null) return;
    this.concepts.set(subject.id, chosen);
    if (subject.status === "accept" && !this.trim.open) this.accept();
    this.grid.redraw(subject.id);
  }

  filter() {
    const names = Object.keys(FILTERS);
    this.model.list(names[(names.indexOf(this.model.filter) + 1) % names.length]);
    this.grid.current = null;
    this.grid.draw();
    this.#header();
  }

  hideProposals() {
    this.hidden = !this.hidden;
    this.grid.draw();
  }

  async changePass() {
    if (this.outbox.length) {
      this.banner("what waits is sent first; try again in a moment");
      return;
    }
    this.second = !this.second;
    this.notes.clear();
    this.concepts.clear();
    await this.#load();
  }

  help() {
    toggleHelp(this.keys);
  }

  /** Says something above the grid until it is said no more; without text, until the next. */
  banner(text = "", stays = false) {
    const banner = byId("banner");
    banner.textContent = text;
    banner.hidden = !text;
    clearTimeout(this.quiet);
    if (text && !stays) this.quiet = setTimeout(() => this.banner(), 6000);
  }

  // What happens with a decision.

  #say(said) {
    const subject = this.#subject();
    if (!subject || !this.#free()) return;
    const concept = this.concepts.get(subject.id) ?? null;
    this.notes.delete(subject.id);
    this.history = [...this.history.filter((each) => each !== subject.id), subject.id];
    const ms = this.clock.take();
    this.outbox.push({ subject: subject.id, what: "decide", said, concept, ms, second: this.second });
    if (this.trim.open) this.closeTrim();
    this.grid.redraw(subject.id);
    if (said.verdict !== "split" && !this.grid.advance((id) => this.outbox.has(id))) this.#refill();
    this.#header();
  }

  /** The subject that keys are about. */
  #subject() {
    return this.trim.open ? this.trim.subject : this.model.get(this.grid.current);
  }

  /** Whether the current subject may be decided here; says why not. */
  #free() {
    const subject = this.#subject();
    if (subject?.status !== "taken") return Boolean(subject);
    this.banner("somebody has decided this; it waits for your blind second pass (key b)");
    return false;
  }

  #prepare(entry) {
    const subject = this.model.get(entry.subject);
    if (!subject) return null;
    const { ms, second } = entry;
    const common = { subject: subject.id, seen: subject.seen, ms, second };
    if (entry.what === "undo") {
      if (!subject.decision?.mine) return null;
      return { path: "api/undo", body: { ...common, decision: subject.decision.id } };
    }
    return { path: "api/decisions", body: { ...common, ...entry.said, concept: entry.concept } };
  }

  #told(what, entry, answer) {
    if (what === "stored") this.#stored(entry, answer);
    else if (what === "refused") this.#refused(entry, answer);
    else if (what === "waiting") this.#away(answer);
    else this.#refill();
    this.#header();
  }

  #stored(entry, answer) {
    const of = this.model.get(entry.subject)?.of ?? entry.subject;
    if (entry.what === "decide") this.concepts.delete(entry.subject);
    this.#back();
    if (entry.second === this.second) this.#put(of, answer.now);
    const said = entry.what === "undo" ? "taken back" : `${entry.said.verdict} stored`;
    byId("said").textContent = `${said}: ${this.model.get(entry.subject)?.title ?? entry.subject}`;
    if (entry.said?.verdict === "split") this.grid.advance((id) => this.outbox.has(id));
  }

  #refused(entry, error) {
    this.#back();
    this.history = this.history.filter((each) => each !== entry.subject);
    const subject = this.model.get(entry.subject);
    if (error instanceof Refused && error.status === 404) this.model.forget(subject?.of ?? entry.subject);
    else if (error.body?.now) {
      this.#put(subject.of, error.body.now);
      const by = this.model.get(entry.subject)?.decision?.by ?? "somebody";
      this.notes.set(entry.subject, `${by} decided meanwhile; yours was not stored. Look again.`);
    }
    this.banner(`not stored: ${error.message}`);
    this.grid.draw();
  }

  #put(of, now) {
    this.model.put(of, now);
    this.grid.draw();
  }

  /** Lists what is open anew, once everything listed is decided and stored. */
  #refill() {
    const open = FILTERS.open[1];
    const isLeft = this.model.order.some((id) => open(this.model.get(id)));
    if (this.outbox.length || isLeft || this.model.filter !== "open" || this.trim.open) return;
    const before = this.model.order.length;
    const left = [...this.model.subjects.values()].some(open);
    if (left) this.model.list();
    if (left) this.grid.draw();
    else if (before) this.banner("Nothing is left to decide. f lists what was decided.");
  }

  // The server.

  async #load() {
    this.model.replaceAll(await get("api/subjects", { second: this.second }));
    this.history = this.model.own();
    this.model.list("open");
    if (!this.model.order.length && this.model.subjects.size) this.model.list("all");
    this.grid.current = null;
    this.grid.draw();
    this.#header();
    this.#hints();
  }

  async #poll() {
    try {
      const asked = this.second;
      const answer = await get("api/changes", { since: this.model.cursor, second: asked });
      if (asked === this.second) await this.#follow(answer);
    } catch (error) {
      if (error instanceof Refused) this.banner(error.message, true);
      else this.#away(error);
    }
    setTimeout(() => this.#poll(), POLL);
  }

  async #follow(answer) {
    const restarted = answer.boot !== this.model.boot;
    const whole = answer.subjects === null || answer.version !== this.model.version || restarted;
    this.model.cursor = answer.cursor;
    this.#back(restarted);
    if (whole && !this.outbox.length) {
      const { filter, order } = this.model;
      this.model.replaceAll(await get("api/subjects", { second: this.second }));
      this.model.filter = filter;
      this.model.order = order.filter((id) => this.model.get(id));
      this.grid.draw();
    }
    for (const { of, now } of answer.subjects ?? []) {
      if (!this.outbox.has(of) && !now.some((each) => this.outbox.has(each.id))) this.#put(of, now);
    }
    this.#header();
  }

  #away(error) {
    this.isAway = true;
    const waits = this.outbox.length ? ` ${this.outbox.length} decisions wait here and are sent then.` : "";
    const what =
      error instanceof LoggedOut
        ? "You are logged out. Log in in another tab, then this page goes on."
        : `The server does not answer (${error.message}). This page tries again and goes on.`;
    this.banner(what + waits, true);
  }

  #back(restarted = false) {
    if (restarted) this.banner("The server was started anew. What was stored is stored; go on.");
    else if (this.isAway) this.banner("The server is back; go on.");
    this.isAway = false;
    this.outbox.hurry();
  }

  // What is shown.

  #more(subject) {
    const waiting = this.outbox.has(subject.id);
    return {
      storing: waiting ? this.history.includes(subject.id) ? "your decision" : "undo" : "",
      note: this.notes.get(subject.id),
      hide: this.second || this.#hides(subject),
      keys: this.keyOf,
      second: this.second,
      concept: this.#name(this.concepts.get(subject.id) ?? subject.concept),
    };
  }

  /** Whether what numbers propose waits until a person has decided. */
  #hides(subject) {
    return this.hidden && subject.status === "open";
  }

  #name(concept) {
    return this.names.get(concept) || concept;
  }

  #header() {
    const counts = this.model.counts();
    const waits = this.outbox.length ? ` · ${this.outbox.length} being stored` : "";
    byId("pass").textContent = this.second ? "Second pass, blind" : "First pass";
    document.body.classList.toggle("second", this.second);
    byId("filter").textContent = FILTERS[this.model.filter][0];
    byId("counts").textContent =
      `${counts.open} to decide · ${counts.accept} accepted · ${counts.exclude} excluded · ` +
      `${counts.split} split${waits}`;
    const place = this.grid.index;
    byId("place").textContent = place < 0 ? "" : `${place + 1} of ${this.model.order.length}`;
    byId("who").textContent = this.setup.you;
    document.body.dataset.waiting = this.outbox.length;
  }

  get #view() {
    if (!this.trim.open) return "grid";
    return this.trim.splitting ? "split" : "trim";
  }

  #hints() {
    const keys = this.keys[this.#view].filter((each) => each.short);
    byId("hints").replaceChildren(
      ...keys.map((each) =>
        element(
          "button",
          { type: "button", tabindex: "-1", title: each.text, onclick: () => each.run() },
          element("kbd", {}, shown(each.keys[0])),
          each.short,
        ),
      ),
    );
  }

  #pressed(event) {
    const name = named(event);
    if (name === null || byId("concepts").open) return;
    if (byId("help").open && name !== "?") return;
    const found = this.keys[this.#view].find((each) => each.keys.includes(name));
    if (!found) return;
    event.preventDefault();
    if (!event.repeat || found.again) found.run();
  }
}

new App().start().catch((error) => {
  const banner = byId("banner");
  banner.textContent = `This page cannot start: ${error.message}`;
  banner.hidden = false;
});
