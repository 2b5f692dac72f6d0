// Two levels of time: every frame at 24 a second, and the keyframes with their states.

import { el } from "./dom.js";
import { curves, problems } from "./core/review.js";
import { areaOf } from "./core/rle.js";

/** State: letter, and what it means. No state is told by its colour alone. */
export const STATES = {
  empty: ["–", "no label"],
  auto: ["A", "by the model alone"],
  prompted: ["P", "clicked"],
  edited: ["E", "painted"],
  locked: ["L", "locked"],
  absent: ["Ø", "target absent"],
};

const SOON = 120;

export class Timeline {
  #soon = null;
  #drawn = null;

  constructor(editor) {
    this.editor = editor;
    this.reasons = [];
    this.ruler = el("canvas", { className: "ruler", title: "Every frame; drag to select a range of keyframes" });
    this.cells = el("div", { className: "cells", role: "listbox", "aria-label": "Keyframes" });
    this.lines = el("canvas", { className: "curves", role: "img", "aria-label": "Curves: area, overlap with the keyframe before, score of the segmenter" });
    const legend = el(
      "div",
      { className: "legend", "aria-hidden": "true" },
      el("span", { className: "area", textContent: "area —" }),
      el("span", { className: "overlap", textContent: "overlap - -" }),
      el("span", { className: "score", textContent: "score ··" }),
    );
    this.element = el("div", { className: "timeline" }, this.ruler, this.cells, el("div", { className: "lines" }, this.lines, legend));
    this.buttons = [];
    this.#listen();
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.element);
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.#soon);
    cancelAnimationFrame(this.#drawn);
  }

  /** Make a cell for every keyframe. */
  build() {
    const { work, keyframes } = this.editor;
    this.buttons = Array.from({ length: keyframes }, (_, k) =>
      el("button", { type: "button", className: "cell", role: "option", tabIndex: -1, onclick: () => this.editor.show(k) }),
    );
    this.cells.replaceChildren(...this.buttons);
    this.cells.classList.toggle("narrow", keyframes > 60);
    work.sheets.forEach((_, k) => this.#cell(k));
    this.refresh();
  }

  /** Follow a change of one keyframe; the curves follow a little later. */
  update(k) {
    if (!this.buttons.length) return;
    this.#cell(k);
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.refresh(), SOON);
  }

  /** Compute what is wrong with which keyframe, and draw all. */
  refresh() {
    const { editor } = this;
    if (!this.buttons.length) return;
    const frames = editor.facts();
    const pixels = editor.size.width * editor.size.height;
    this.reasons = problems(frames, pixels);
    this.curves = curves(frames, pixels);
    this.reasons.forEach((found, k) => {
      const serious = found.some((text) => text !== "not labelled");
      this.buttons[k].classList.toggle("problem", serious);
      this.#name(k);
    });
    editor.panel.update();
    this.redraw();
  }

  /** Draw ruler and curves, and show where we are, once before the screen's next frame. */
  redraw() {
    if (this.#drawn) return;
    this.#drawn = requestAnimationFrame(() => {
      this.#drawn = null;
      this.#mark();
      this.#drawRuler();
      this.#drawLines();
    });
  }

  /** Mark the cells that changed: where we were, where we are, and the range. */
  #mark() {
    const { editor } = this;
    this.buttons.forEach((button, k) => {
      const here = k === editor.k;
      if ((button.tabIndex === 0) !== here) {
        button.setAttribute("aria-selected", String(here));
        button.tabIndex = here ? 0 : -1;
      }
      button.classList.toggle("in-range", inRange(editor.range, k));
    });
  }

  #cell(k) {
    const sheet = this.editor.work.sheets[k];
    const button = this.buttons[k];
    const { state } = sheet;
    const ignore = areaOf(sheet.shownRuns().ignore) > 0;
    button.textContent = STATES[state][0];
    button.dataset.state = state;
    button.classList.toggle("has-ignore", ignore);
    button.classList.toggle("beside", Boolean(sheet.doc.beside));
    button.classList.toggle("waiting", sheet.pending.length > 0);
    this.#name(k);
  }

  #name(k) {
    const sheet = this.editor.work.sheets[k];
    const facts = [`Keyframe ${k}`, STATES[sheet.state][1]];
    if (this.buttons[k].classList.contains("has-ignore")) facts.push("has Ignore");
    for (const reason of this.reasons[k] ?? []) if (reason !== "not labelled") facts.push(reason);
    const text = facts.join(", ");
    this.buttons[k].setAttribute("aria-label", text);
    this.buttons[k].title = text;
  }

  #listen() {
    let from = null;
    const at = (event) => {
      const box = this.ruler.getBoundingClientRect();
      const { editor } = this;
      const place = (event.clientX - box.left) / Math.max(1, box.width);
      return Math.min(editor.keyframes - 1, Math.max(0, Math.floor(place * editor.keyframes)));
    };
    this.ruler.addEventListener("pointerdown", (event) => {
      from = at(event);
      this.editor.range = null;
      this.ruler.setPointerCapture(event.pointerId);
      this.editor.show(from);
    });
    this.ruler.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = at(event);
      this.editor.range = to === from ? null : [Math.min(from, to), Math.max(from, to)];
      this.redraw();
    });
    this.ruler.addEventListener("pointerup", () => {
      from = null;
      this.editor.toolbar.update();
    });
  }

  #drawRuler() {
    const { editor } = this;
    const context = sized(this.ruler);
    const { width, height } = this.ruler.getBoundingClientRect();
    if (!editor.keyframes) return;
    const each = width / (editor.keyframes * editor.stride);
    if (editor.range) {
      const [a, b] = editor.range;
      context.fillStyle = "#3c6ea8";
      context.fillRect(a * editor.stride * each, 0, (b - a + 1) * editor.stride * each, height);
    }
    context.fillStyle = "#aab0bb";
    for (let index = 0; index < editor.count; index++) {
      const key = index % editor.stride === 0;
      if (!key && each < 2.5) continue;
      context.fillRect(index * each, key ? 2 : height - 5, 1, key ? height - 2 : 5);
    }
    context.fillStyle = "#fff";
    context.fillRect(editor.raw * each - 1, 0, 3, height);
  }

  #drawLines() {
    const context = sized(this.lines);
    const { width, height } = this.lines.getBoundingClientRect();
    const found = this.curves;
    if (!found?.length) return;
    const each = width / found.length;
    context.fillStyle = "#ffffff22";
    context.fillRect(this.editor.k * each, 0, each, height);
    const most = Math.max(0.01, ...found.map((point) => point.area));
    line(context, found.map((point, k) => (this.editor.work.sheets[k].state === "empty" ? null : point.area / most)), each, height, "#ff6ab0", []);
    line(context, found.map((point) => point.overlap), each, height, "#8fd3ff", [5, 3]);
    line(context, found.map((point) => point.score), each, height, "#b7e07a", [1.5, 3]);
  }
}

function inRange(range, k) {
  return range !== null && k >= range[0] && k <= range[1];
}

/** Make a canvas as large as it is shown; return its context in CSS pixels. */
function sized(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function line(context, values, each, height, colour, dashes) {
  context.beginPath();
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  let pen = false;
  values.forEach((value, k) => {
    if (value === null || value === undefined) {
      pen = false;
      return;
    }
    const [x, y] = [(k + 0.5) * each, height - 3 - value * (height - 6)];
    if (pen) context.lineTo(x, y);
    else context.moveTo(x, y);
    if (!pen && (values[k + 1] === null || values[k + 1] === undefined)) context.lineTo(x + 2, y);
    pen = true;
  });
  context.stroke();
}
