// Windows that ask or tell something. While one is open, no key of the editor works.

import { el } from "./dom.js";

export class Dialogs {
  constructor(place) {
    this.place = place;
    this.open = 0;
  }

  /**
   * Show a window and return what was chosen: the value of a button, or null for Escape.
   * @param {string} title
   * @param {(Node | string)[]} content
   * @param {[string, string][]} choices value and text; the first one is the default.
   */
  ask(title, content, choices) {
    return new Promise((resolve) => {
      const buttons = choices.map(([value, text], at) =>
        el("button", { type: "button", textContent: text, className: at ? "" : "primary", "data-choice": value, onclick: () => dialog.close(value) }),
      );
      const name = `title-${Math.random().toString(36).slice(2)}`;
      const dialog = el(
        "dialog",
        { "aria-labelledby": name },
        el("h2", { id: name, textContent: title }),
        el("div", { className: "content" }, ...content),
        el("div", { className: "choices" }, ...buttons),
      );
      dialog.addEventListener("close", () => {
        this.open--;
        dialog.remove();
        resolve(dialog.returnValue || null);
      });
      this.place.append(dialog);
      this.open++;
      dialog.showModal();
      buttons[0]?.focus();
    });
  }

  /** Close what is open. */
  closeAll() {
    for (const dialog of this.place.querySelectorAll("dialog[open]")) dialog.close();
  }
}
