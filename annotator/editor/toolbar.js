// Buttons: tools beside the picture, movement below it, the job above it.

import { el } from "./dom.js";
import { PALETTES } from "./settings.js";
import { TOOLS } from "./tools.js";

const MODES = [
  ["over", "all"],
  ["outside", "outside"],
  ["inside", "inside"],
];

export class Toolbar {
  constructor(editor) {
    this.editor = editor;
    this.tools = new Map(TOOLS.map(([name, label, key]) => [name, this.#button(label, key, `tool-${name}`)]));
    this.target = this.#button("Target", "T", "class-target");
    this.ignore = this.#button("Ignore", "I", "class-ignore");
    this.mode = el("select", { "aria-label": "Where Ignore is painted", title: "Ignore: everywhere, only outside the target, or only inside it", onchange: () => editor.setMode(this.mode.value) },
      ...MODES.map(([value, text]) => el("option", { value, textContent: text })));
    this.size = el("input", { type: "range", min: 1, max: 120, "aria-label": "Brush size", oninput: () => editor.setBrush(Number(this.size.value)) });
    this.sizeText = el("output");
    this.fresh = el("input", { type: "checkbox", onchange: () => (editor.fresh = this.fresh.checked) });
    this.left = el("nav", { className: "tools", "aria-label": "Tools" },
      ...this.tools.values(),
      el("hr"), this.target, this.ignore, this.mode,
      el("label", { className: "size" }, el("span", {}, "Size ", this.sizeText), this.size),
      el("label", { className: "check", title: "Clicks start from nothing instead of refining the mask that is there" }, this.fresh, " fresh"),
    );
    this.#below();
    this.#above();
  }

  #below() {
    this.undo = this.#button("Undo", "", "undo");
    this.redo = this.#button("Redo", "", "redo");
    this.play = this.#button("Play", "Space", "play");
    this.forward = this.#button("Carry on ▶", "G", "propagate");
    this.backward = this.#button("◀ Carry back", "⇧G", "propagate-back");
    this.range = this.#button("Range", "^G", "propagate-range");
    this.cancel = this.#button("Stop", ".", "cancel");
    this.progress = el("span", { className: "progress", role: "status" });
    this.below = el("div", { className: "below", role: "toolbar", "aria-label": "Movement and model" },
      this.#button("◀◀", "", "back-five", "Five keyframes back"),
      this.#button("◀", "", "previous", "Previous keyframe"),
      this.play,
      this.#button("▶", "", "next", "Next keyframe"),
      this.#button("▶▶", "", "on-five", "Five keyframes on"),
      this.#button("Problem", "N", "next-problem"),
      this.#button("Gap", "J", "bisect"),
      el("span", { className: "gap" }),
      this.backward, this.forward, this.range, this.cancel, this.progress,
      el("span", { className: "gap" }),
      this.#button("Copy", "V", "copy-previous"),
      this.#button("Between", "M", "interpolate"),
      this.undo, this.redo,
    );
  }

  #above() {
    const { editor } = this;
    this.title = el("strong", { className: "clip" });
    this.job = el("span", { className: "job" });
    this.saved = el("span", { className: "saved", role: "status" });
    this.time = el("span", { className: "time", title: "Active time in this window" });
    this.palette = el("select", { "aria-label": "Colours", onchange: () => editor.setting("palette", this.palette.value) },
      ...Object.entries(PALETTES).map(([value, { label }]) => el("option", { value, textContent: label })));
    this.opacity = el("input", { type: "range", min: 10, max: 90, "aria-label": "How solid masks are", oninput: () => editor.setting("opacity", Number(this.opacity.value) / 100) });
    this.outline = this.#button("Outline", "C", "outline");
    this.onion = this.#button("Onion", "O", "onion");
    this.submit = this.#button("Hand in", "", "submit");
    this.submit.classList.add("primary");
    this.above = el("header", { className: "above" },
      this.title, this.job, el("span", { className: "gap" }), this.saved, this.time,
      this.palette, this.opacity, this.outline, this.onion,
      this.#button("Protocol", "F1", "protocol"), this.#button("Keys", "?", "help"), this.submit,
    );
  }

  /** Show what is chosen and what can be done now. */
  update() {
    const { editor } = this;
    for (const [name, button] of this.tools) press(button, editor.tool === name);
    press(this.target, editor.plane === "target");
    press(this.ignore, editor.plane === "ignore");
    press(this.outline, editor.settings.get("outline"));
    press(this.onion, editor.settings.get("onion"));
    press(this.play, editor.playback.on);
    this.play.firstChild.textContent = editor.playback.on ? "Pause" : "Play";
    this.mode.hidden = editor.plane !== "ignore";
    this.mode.value = editor.mode;
    this.size.value = editor.settings.get("size");
    this.sizeText.textContent = editor.settings.get("size");
    this.fresh.checked = editor.fresh;
    this.palette.value = editor.settings.get("palette");
    this.opacity.value = 100 * editor.settings.get("opacity");
    const { running, progress } = editor.propagation;
    this.progress.textContent = progress?.text ?? "";
    this.cancel.disabled = !running;
    const depth = editor.work.undoBook.depth(editor.k);
    this.undo.disabled = editor.readOnly || !depth.undo;
    this.redo.disabled = editor.readOnly || !depth.redo;
    for (const button of [this.forward, this.backward]) button.disabled = editor.readOnly || running;
    this.range.disabled = editor.readOnly || running || !editor.range;
    this.submit.disabled = editor.readOnly || running;
  }

  /** Show what is saved. */
  showSaved() {
    const { work, trouble } = this.editor;
    const waiting = work.outbox.pending;
    const text = waiting ? `saving ${waiting} …` : `saved · revision ${work.rev}`;
    this.saved.textContent = trouble && waiting ? `${waiting} not saved yet` : text;
    this.saved.classList.toggle("waiting", waiting > 0);
  }

  #button(label, key, action, title) {
    const { editor } = this;
    const hint = key ? [el("kbd", { textContent: key })] : [];
    return el("button", { type: "button", title: title ?? editor.describe(action), "data-action": action, "aria-label": title ?? undefined,
      onclick: () => editor.act(action) }, el("span", { textContent: label }), ...hint);
  }
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(Boolean(on)));
}
