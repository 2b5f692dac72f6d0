// Keys: none while somebody types or a window asks something.

import { keymap, written } from "./core/keymap.js";

const EDITABLE = new Set(["INPUT", "TEXTAREA", "SELECT"]);

export class Keyboard {
  constructor(editor) {
    this.editor = editor;
    this.down = (event) => this.#down(event);
    this.up = (event) => this.#up(event);
    document.addEventListener("keydown", this.down);
    document.addEventListener("keyup", this.up);
    this.reload();
  }

  /** Follow changed keys. */
  reload() {
    this.map = keymap(this.editor.settings.get("keys"));
  }

  close() {
    document.removeEventListener("keydown", this.down);
    document.removeEventListener("keyup", this.up);
  }

  #down(event) {
    const { editor } = this;
    if (!editor.ready || editor.dialogs.open || !this.#ours(event)) return;
    if (this.#drawing(event)) return;
    const action = this.map.get(written(event));
    if (!action || (onButton(event) && ["Space", "Enter"].includes(written(event)))) return;
    if (event.repeat && ["play", "submit", "lock", "absent", "help"].includes(action)) return;
    event.preventDefault();
    const began = performance.now();
    editor.act(action);
    editor.timings.add("key", performance.now() - began);
    editor.stage.schedule(event.timeStamp);
  }

  /** Deal with a key while something is drawn; return whether that is all. */
  #drawing(event) {
    const { tools, stage } = this.editor;
    const polygon = tools.corners.length > 0;
    if (event.key === "Escape") {
      if (tools.stroke) {
        tools.stroke.takeBack();
        stage.setLabels(tools.stroke.labels);
        this.editor.work.journal.remove({ id: tools.draftId }).catch(() => {});
        tools.stroke = null;
      }
      tools.forget();
      return true;
    }
    if (polygon && event.key === "Enter") tools.close();
    else if (polygon && event.key === "Backspace") tools.back();
    else return tools.drawing;
    event.preventDefault();
    return true;
  }

  #up(event) {
    if (this.map.get(written(event)) === "hide" || event.key === "Alt") this.editor.hideMasks?.(false);
    if (event.key.toLowerCase() === "h") this.editor.hideMasks(false);
  }

  /** Whether a key is meant for the editor: not for a text field, nor for another part of the page. */
  #ours(event) {
    const path = event.composedPath();
    const target = path[0];
    if (target.isContentEditable || (EDITABLE.has(target.tagName) && target.type !== "range" && target.type !== "checkbox")) return false;
    const { host } = this.editor;
    const nowhere = target === document.body || target === document.documentElement;
    return (path.includes(host) || nowhere) && host.getClientRects().length > 0;
  }
}

function onButton(event) {
  return event.composedPath()[0].tagName === "BUTTON";
}
