// The one way in: `mount` puts an editor into an element of any page.

import { Editor } from "./editor.js";
import { el } from "./dom.js";

/**
 * Put the editor of a job into an element.
 *
 * When the job is handed in, the element dispatches `refvps-submitted`, which bubbles.
 * @param {HTMLElement} element its size is the editor's.
 * @param {{job: string, root?: string}} what the job's name, and where the application is.
 * @returns {{close: () => void}} a handle; `close` sends what it can and takes everything away.
 */
export function mount(element, { job, root = "" }) {
  const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  shadow.replaceChildren();
  const style = el("link", { rel: "stylesheet", href: `${root}/editor/editor.css` });
  const place = el("div", { className: "editor", hidden: true });
  shadow.append(style, place);
  style.addEventListener("load", () => (place.hidden = false));
  const editor = new Editor(element, place, { job, root });
  editor.open();
  return { close: () => editor.close() };
}
