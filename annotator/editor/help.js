// The sheet of keys, where each can be changed, and the tour again.

import { ACTIONS, keymap, taken, written } from "./core/keymap.js";
import { el } from "./dom.js";
import { startTour } from "./tour.js";

const LONE = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock", "Tab", "Escape"]);

export async function showHelp(editor) {
  const note = el("p", { className: "note", role: "status", textContent: "Click a key to change it. Wheel zooms, middle drag moves the picture, Ctrl and wheel sizes the brush." });
  const groups = [...new Set(ACTIONS.map(([, , , group]) => group))];
  const sheet = el("div", { className: "sheet" }, ...groups.map((group) => table(editor, group, note)));
  const choice = await editor.dialogs.ask("Keys", [note, sheet], [["close", "Close"], ["tour", "Show the tour"], ["reset", "All keys as they were"]]);
  if (choice === "tour") startTour(editor);
  if (choice === "reset") change(editor, {});
}

function table(editor, group, note) {
  const rows = ACTIONS.filter(([, , , of]) => of === group).map(([action, key, text]) => {
    const shown = el("kbd", { textContent: editor.settings.get("keys")[action] ?? key });
    const button = el("button", { type: "button", className: "key", title: `Change the key: ${text}`, onclick: () => listen(editor, action, shown, note) }, shown);
    return el("tr", {}, el("td", {}, button), el("td", { textContent: text }));
  });
  return el("section", {}, el("h3", { textContent: group }), el("table", {}, ...rows));
}

/** Wait for the next key and give it to an action. */
function listen(editor, action, shown, note) {
  note.textContent = "Press the new key, or Escape.";
  const root = editor.place.getRootNode();
  const heard = (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (LONE.has(event.key) && event.key !== "Escape") return;
    root.removeEventListener("keydown", heard, true);
    if (event.key === "Escape") {
      note.textContent = "Nothing was changed.";
      return;
    }
    const keys = editor.settings.get("keys");
    const key = written(event);
    const other = taken(keys, action, key);
    if (other) {
      note.textContent = `${key} is taken: ${editor.describe(other)}.`;
      return;
    }
    change(editor, { ...keys, [action]: key });
    shown.textContent = key;
    note.textContent = `${editor.describe(action)}: ${key}`;
  };
  root.addEventListener("keydown", heard, true);
}

function change(editor, keys) {
  editor.settings.set("keys", keys);
  editor.keyboard.map = keymap(keys);
}
