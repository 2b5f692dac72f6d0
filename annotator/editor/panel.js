// What is known of the target and of the keyframe on the screen, beside the picture.

import { TARGET } from "./core/labels.js";
import { pieces } from "./core/fill.js";
import { areaOf, overlap } from "./core/rle.js";
import { el } from "./dom.js";
import { ringed } from "./reference.js";
import { STATES } from "./timeline.js";

const FLAGS = [
  ["onset", "Onset: the process begins here"],
  ["offset", "End: the process ends here"],
  ["unsure", "Unsure: somebody else should look"],
  ["problem", "Problem: come back to it"],
];
const QUIET = 350;

export class Panel {
  #later = null;
  #drawn = null;

  constructor(editor) {
    this.editor = editor;
    this.card = el("p", { className: "card" });
    this.note = el("p", { className: "card-note" });
    this.magnifier = el("canvas", { className: "magnifier", width: 176, height: 110, "aria-hidden": "true" });
    this.title = el("h3");
    this.facts = el("dl");
    this.reasons = el("ul", { className: "reasons" });
    this.beside = el("div", { className: "beside-box", hidden: true });
    this.lock = el("button", { type: "button", onclick: () => editor.act("lock") });
    this.absent = el("button", { type: "button", textContent: "Absent (Q)", onclick: () => editor.act("absent") });
    this.flags = FLAGS.map(([flag, title]) =>
      el("button", { type: "button", className: "flag", title, textContent: flag, "aria-pressed": "false", onclick: () => editor.flag(flag) }),
    );
    this.element = el(
      "aside",
      { className: "panel", "aria-label": "Target and keyframe" },
      el("section", {}, el("h3", { textContent: "Target" }), this.card, this.note),
      this.magnifier,
      el(
        "section",
        {},
        this.title,
        this.facts,
        el("div", { className: "row" }, this.lock, this.absent),
        el("div", { className: "row wrap" }, ...this.flags),
        this.beside,
        this.reasons,
      ),
    );
  }

  close() {
    clearTimeout(this.#later);
    cancelAnimationFrame(this.#drawn);
  }

  /** Show the keyframe, before the screen's next frame. */
  update() {
    this.#drawn ??= requestAnimationFrame(() => {
      this.#drawn = null;
      this.#show();
    });
  }

  /** Pieces and holes are counted when it is quiet. */
  #show() {
    const { editor } = this;
    const sheet = editor.work.sheets[editor.k];
    if (!sheet) return;
    const { size, k } = editor;
    const pixels = size.width * size.height;
    const runs = sheet.shownRuns();
    const before = editor.work.sheets[k - 1];
    const known = before && before.state !== "empty" && sheet.state !== "empty";
    const state = sheet.state;
    this.title.textContent = `Keyframe ${k} · frame ${editor.raw}`;
    this.rows = [
      ["state", `${STATES[state][0]} ${STATES[state][1]}`],
      ["area", percent(areaOf(runs.target) / pixels)],
      ["overlap", known ? percent(overlap(runs.target, before.shownRuns().target)) : "–"],
      ["score", sheet.doc.score === null ? "–" : percent(sheet.doc.score)],
      ["Ignore", percent(areaOf(runs.ignore) / pixels)],
      ["made by", sheet.doc.source ?? "–"],
    ];
    this.#rows();
    this.lock.textContent = state === "locked" ? "Unlock (K)" : "Lock (K)";
    this.lock.setAttribute("aria-pressed", String(state === "locked"));
    this.absent.setAttribute("aria-pressed", String(state === "absent"));
    FLAGS.forEach(([flag], at) => this.flags[at].setAttribute("aria-pressed", String(sheet.doc.flags.includes(flag))));
    for (const button of [this.lock, this.absent, ...this.flags]) button.disabled = editor.readOnly;
    const reasons = editor.timeline.reasons[k] ?? [];
    this.reasons.replaceChildren(...reasons.map((text) => el("li", { textContent: text })));
    this.#showBeside(sheet);
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#count(sheet), QUIET);
  }

  #rows() {
    this.facts.replaceChildren(...this.rows.flatMap(([name, value]) => [el("dt", { textContent: name }), el("dd", { textContent: value })]));
  }

  #count(sheet) {
    const { editor } = this;
    if (editor.playback.on || editor.tools.drawing || sheet.k !== editor.k) return;
    const found = pieces(editor.work.labels(sheet.k), editor.size, TARGET);
    sheet.smallest = found.smallest;
    this.rows.push(["pieces", `${found.components}, holes ${found.holes}`]);
    this.#rows();
  }

  async #showBeside(sheet) {
    const { editor } = this;
    this.beside.hidden = !sheet.doc.beside;
    if (!sheet.doc.beside) return;
    const runs = await editor.besideOf(sheet.k);
    if (!runs || sheet.k !== editor.k) return;
    const share = 1 - overlap(runs, sheet.shownRuns().target);
    this.beside.replaceChildren(
      el("strong", { textContent: `≠ The model now disagrees by ${percent(share)}` }),
      el("div", { className: "row" },
        el("button", { type: "button", textContent: "Take it (Shift+A)", onclick: () => editor.act("accept") }),
        el("button", { type: "button", textContent: "Leave it (Shift+D)", onclick: () => editor.act("reject") }),
      ),
    );
  }

  /** Say what the target is, and show the keyframe on which its card points at it. */
  async describe({ card, note, shown_at: at, key_stride: stride }) {
    this.card.textContent = card || "No card describes the target of this clip.";
    this.note.textContent = note ?? "";
    const bitmap = await this.editor.frames.get(at.k * stride).catch(() => null);
    if (!bitmap) return; // the words are there; the picture is tried again with the page
    this.reference = ringed(bitmap, at.points, this.magnifier.width, this.magnifier.height);
    this.magnifier.title = `keyframe ${at.k}${at.points.length ? ", the target in rings" : ""}; over the picture, four times what is under the pointer`;
    this.magnify(this.editor.under);
  }

  /** Show four times what lies under the pointer; while it is elsewhere, the target. */
  magnify(point) {
    const { stage } = this.editor;
    const context = this.magnifier.getContext("2d");
    const { width, height } = this.magnifier;
    context.imageSmoothingEnabled = false;
    context.fillStyle = "#111";
    context.fillRect(0, 0, width, height);
    if (!point || !stage.bitmap) {
      if (this.reference) context.drawImage(this.reference, 0, 0);
      return;
    }
    const [w, h] = [width / 4, height / 4];
    const source = [point.x - w / 2, point.y - h / 2, w, h];
    context.drawImage(stage.bitmap, ...source, 0, 0, width, height);
    if (!stage.hidden) context.drawImage(stage.overlay, ...source, 0, 0, width, height);
    context.strokeStyle = "#fff";
    context.strokeRect(width / 2 - 2, height / 2 - 2, 4, 4);
  }
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
}
