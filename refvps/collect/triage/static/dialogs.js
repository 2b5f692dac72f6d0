// The cheat sheet, and the choice of a concept.

import { byId, element } from "./dom.js";
import { shown } from "./keys.js";

const TITLES = { grid: "In the grid", trim: "While trimming", split: "While splitting" };

export function toggleHelp(tables) {
  const dialog = byId("help");
  if (dialog.open) {
    dialog.close();
    return;
  }
  const sections = Object.entries(tables).map(([view, keys]) =>
    element(
      "section",
      {},
      element("h2", {}, TITLES[view]),
      element(
        "dl",
        {},
        ...rows(view, keys).flatMap((each) => [
          element("dt", {}, ...each.keys.map((key) => element("kbd", {}, shown(key)))),
          element("dd", {}, each.text),
        ]),
      ),
    ),
  );
  dialog.replaceChildren(...sections);
  dialog.showModal();
}

/** The rows of a view; reasons are written out once, in the grid's. */
function rows(view, keys) {
  if (view === "grid") return keys;
  const reasons = keys.filter((each) => each.reason).flatMap((each) => each.keys);
  const rest = keys.filter((each) => !each.reason);
  return reasons.length ? [...rest, { keys: reasons, text: "exclude, as in the grid" }] : rest;
}

/** Asks for one of `[id, name]`; resolves to an id, or null. */
export function chooseConcept(concepts, now) {
  const dialog = byId("concepts");
  const list = element("ul", { role: "listbox" });
  const field = element("input", { type: "text", "aria-label": "part of a name", autofocus: true });
  let found = concepts;
  let place = -1; // none is chosen until something is typed, so that Enter alone changes nothing
  const draw = () => {
    const asked = field.value.toLowerCase();
    found = concepts.filter((each) => each.join(" ").toLowerCase().includes(asked)).slice(0, 12);
    place = Math.max(-1, Math.min(place, found.length - 1));
    list.replaceChildren(
      ...found.map(([id, name], index) =>
        element("li", { role: "option", "aria-selected": String(index === place) }, name || id),
      ),
    );
  };
  return new Promise((resolve) => {
    const ended = new AbortController();
    const settle = (answer) => {
      ended.abort();
      resolve(answer);
    };
    field.addEventListener("input", () => {
      place = 0;
      draw();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") place += 1;
      else if (event.key === "ArrowUp") place -= 1;
      else if (event.key === "Enter") {
        settle(found[place]?.[0] ?? null);
        dialog.close();
      } else return;
      event.preventDefault();
      event.stopPropagation(); // the dialog may be closed now: this key is not the grid's
      draw();
    });
    // The close of an earlier question may be told only now, while this one is open.
    const left = () => dialog.open || settle(null);
    dialog.addEventListener("close", left, { signal: ended.signal });
    dialog.replaceChildren(
      element("h2", {}, "Concept"),
      element("p", {}, `Now ${now}. Type a part of another name; Enter takes it, Escape leaves it.`),
      field,
      list,
    );
    draw();
    dialog.showModal();
  });
}
