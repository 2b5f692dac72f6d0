// What tests may ask of a page that was opened with `?test=1`: state alone, no way to change it.

import { toWindow } from "./core/geometry.js";
import { hash } from "./core/labels.js";

export function expose(editor) {
  if (!new URLSearchParams(location.search).has("test")) return;
  const { work } = editor;
  window.__ann = {
    get ready() {
      return editor.ready && editor.stage.view !== null;
    },
    get frame() {
      return editor.k;
    },
    get raw() {
      return editor.raw;
    },
    get frameShown() {
      return editor.stage.bitmap !== null;
    },
    get pending() {
      return work.outbox.pending;
    },
    get rev() {
      return work.rev;
    },
    get readOnly() {
      return editor.readOnly;
    },
    get tool() {
      return editor.tool;
    },
    get playing() {
      return editor.playback.on ? editor.playback.rate : 0;
    },
    get propagating() {
      return editor.propagation.running;
    },
    get timings() {
      return editor.timings.values;
    },
    get bitmaps() {
      return editor.frames.count;
    },
    get view() {
      return editor.stage.view;
    },
    get range() {
      return editor.range;
    },
    state: (k) => work.sheets[k].state,
    flags: (k) => work.sheets[k].doc.flags,
    marks: (k) => work.sheets[k].marks.clicks,
    label: (x, y) => work.labels(editor.k)[y * editor.size.width + x],
    labels: (k) => Array.from(work.labels(k), (label) => label.toString()).join(""),
    hash: (k) => hash(work.labels(k)),
    depth: (k) => work.undoBook.depth(k),
    colour: (x, y) => Array.from(editor.framePixels().slice(4 * (y * editor.size.width + x), 4 * (y * editor.size.width + x) + 3)),
    /** Where an image point lies in the page. */
    place: (x, y) => {
      const box = editor.stage.marksCanvas.getBoundingClientRect();
      const point = toWindow(editor.stage.view, { x, y });
      return { x: point.x + box.left, y: point.y + box.top };
    },
  };
}
