// A minute that shows where everything is; once, and again from the sheet of keys.

import { el } from "./dom.js";

const STEPS = [
  [".stage", "Click the target", "With S, click on what the card describes. A right click, or Alt and a click, says: not this. Click a point again to take it away."],
  [".tools", "Paint what the model misses", "B is the brush, E the eraser, P and L draw outlines. T paints the target; I paints Ignore, for pixels nobody can decide. Shift takes away."],
  [".timeline", "Keyframes", "← and → step through keyframes. Letters say how far each is: – nothing yet, A by the model, P clicked, E painted, L locked, Ø absent. Space plays at full rate."],
  [".below", "Let the model carry it on", "G carries the target to the next finished keyframe; what you painted or locked is never changed. A full stop ends it, Ctrl+Z takes it back."],
  [".panel", "Look at what is left", "N leads to the next problem. K locks a keyframe that is good, Q says that the target is not visible in it."],
  [".above", "Nothing is lost", "Everything is saved as you go, and kept in this browser while the server is away. When all keyframes have a label, hand the job in. F1 opens the rules, ? all keys."],
];

export function startTour(editor) {
  let step = 0;
  const title = el("h2");
  const text = el("p");
  const count = el("span", { className: "count" });
  const next = el("button", { type: "button", className: "primary", onclick: () => show(step + 1) });
  const skip = el("button", { type: "button", textContent: "Skip (Esc)", onclick: () => end() });
  const card = el("div", { className: "tour", role: "dialog", "aria-label": "Tour" }, title, text, el("div", { className: "choices" }, next, skip, count));
  editor.place.querySelector(".tour")?.remove();
  editor.place.append(card);

  function show(to) {
    mark(null);
    if (to >= STEPS.length) {
      end();
      return;
    }
    step = to;
    const [where, head, said] = STEPS[step];
    title.textContent = head;
    text.textContent = said;
    count.textContent = `${step + 1} of ${STEPS.length}`;
    next.textContent = step + 1 === STEPS.length ? "Begin" : "Next";
    mark(where);
    next.focus();
  }

  function mark(where) {
    for (const each of editor.place.querySelectorAll(".toured")) each.classList.remove("toured");
    if (where) editor.place.querySelector(where)?.classList.add("toured");
  }

  // Not only while a button of it has the focus; and before the editor hears of it.
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  };
  document.addEventListener("keydown", keys, true);

  function end() {
    document.removeEventListener("keydown", keys, true);
    mark(null);
    card.remove();
    editor.settings.set("toured", true);
    editor.stage.marksCanvas.focus();
  }

  show(0);
}
