// The picture: frame, masks and marks on three canvases, one on the other, each drawn when it
// changes and at most once a frame of the screen.

import { IGNORE, TARGET } from "./core/labels.js";
import * as geometry from "./core/geometry.js";
import { el } from "./dom.js";
import { drawMarks } from "./marks.js";
import { PALETTES } from "./settings.js";

const STRIPE = 6;

export class Stage {
  #due = { frame: true, mask: null, marks: true };
  #scheduled = false;
  #stale = null;

  /** @param {{width: number, height: number}} size of the frames. */
  constructor(size, settings, timings) {
    Object.assign(this, { size, settings, timings });
    this.frameCanvas = el("canvas", { className: "layer", "aria-hidden": "true" });
    this.maskCanvas = el("canvas", { className: "layer", "aria-hidden": "true" });
    this.marksCanvas = el("canvas", {
      className: "layer top",
      tabIndex: 0,
      role: "img",
      "aria-label": "The frame. Tools are chosen by keys; press ? for all of them.",
    });
    this.element = el("div", { className: "stage" }, this.frameCanvas, this.maskCanvas, this.marksCanvas);
    this.overlay = el("canvas", { width: size.width, height: size.height });
    this.overlayPixels = this.overlay.getContext("2d", { willReadFrequently: true });
    this.bitmap = null;
    this.labels = null;
    this.onions = [];
    this.hidden = false;
    this.marks = { clicks: [], box: null };
    this.draft = null;
    this.cursor = null;
    this.busy = false;
    this.view = null;
    this.fitted = true;
    this.window = { width: 1, height: 1 };
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.element);
  }

  /** Draw nothing any more: what is scheduled may come after the frames are let go. */
  close() {
    this.observer.disconnect();
    this.view = null;
    this.bitmap = null;
  }

  /** Follow the window: its size, and how many pixels it has for one of CSS. */
  resized() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    this.window = { width, height };
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.frameCanvas, this.maskCanvas, this.marksCanvas]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    if (!this.view || this.fitted) this.fit();
    else this.look(geometry.moved(this.view, { x: 0, y: 0 }, this.size, this.window));
  }

  /** Show the whole image. */
  fit() {
    this.look(geometry.fit(this.size, this.window));
    this.fitted = true;
  }

  /** Look at the image in another way. */
  look(view) {
    this.view = view;
    this.fitted = false;
    this.#due = { frame: true, mask: "all", marks: true };
    this.schedule();
    this.onLook?.(view);
  }

  zoom(factor, point = { x: this.window.width / 2, y: this.window.height / 2 }) {
    this.look(geometry.zoomedAt(this.view, point, factor, this.size, this.window));
  }

  setFrame(bitmap) {
    if (this.bitmap === bitmap) return;
    this.bitmap = bitmap;
    this.#due.frame = true;
    this.schedule();
  }

  /** Show a label map, or a part of it that changed. */
  setLabels(labels, rect = null) {
    this.labels = labels;
    this.recolour(rect);
  }

  /** Colour the overlay again, whole or in part, when it is drawn next. */
  recolour(rect = null) {
    const part = rect ? grown(rect, 1, this.size) : { x: 0, y: 0, ...this.size };
    if (part.width <= 0 || part.height <= 0) return;
    this.#stale = joined(this.#stale, part);
    if (rect && this.#due.mask !== "all") this.#due.mask = joined(this.#due.mask, part);
    else this.#due.mask = "all";
    this.schedule();
  }

  redrawMarks() {
    this.#due.marks = true;
    this.schedule();
  }

  redrawMask() {
    this.#due.mask = "all";
    this.schedule();
  }

  /** Return the image point of a mouse event. */
  at(event) {
    const box = this.marksCanvas.getBoundingClientRect();
    const point = { x: event.clientX - box.left, y: event.clientY - box.top };
    return { window: point, image: geometry.toImage(this.view, point) };
  }

  /** Draw soon; `stamp` is when what is drawn was caused, to know how late it comes. */
  schedule(stamp = null) {
    if (stamp !== null) this.stamp ??= stamp;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.#scheduled = false;
    if (!this.view) return;
    const began = performance.now();
    const due = this.#due;
    this.#due = { frame: false, mask: null, marks: false };
    if (this.#stale) this.#colour(this.#stale);
    this.#stale = null;
    if (due.frame) this.#drawFrame();
    if (due.mask) this.#drawMask(due.mask === "all" ? null : due.mask);
    if (due.marks) drawMarks(this, this.#context(this.marksCanvas));
    this.onDraw?.();
    this.timings.add("draw", performance.now() - began);
    if (this.stamp) this.timings.add("pointer to pixels", performance.now() - this.stamp);
    this.stamp = null;
  }

  #context(canvas) {
    const context = canvas.getContext("2d");
    const scale = this.ratio * this.view.zoom;
    context.setTransform(scale, 0, 0, scale, this.view.x * this.ratio, this.view.y * this.ratio);
    return context;
  }

  #clear(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
  }

  #drawFrame() {
    this.#clear(this.frameCanvas);
    if (!this.bitmap) return;
    const context = this.#context(this.frameCanvas);
    context.imageSmoothingEnabled = this.view.zoom * this.ratio < 2;
    context.drawImage(this.bitmap, 0, 0, this.size.width, this.size.height);
  }

  #drawMask(rect) {
    const context = this.#context(this.maskCanvas);
    context.save();
    if (rect) {
      const scale = this.ratio * this.view.zoom;
      const left = Math.floor(rect.x * scale + this.view.x * this.ratio) - 1;
      const top = Math.floor(rect.y * scale + this.view.y * this.ratio) - 1;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.beginPath();
      context.rect(left, top, Math.ceil(rect.width * scale) + 3, Math.ceil(rect.height * scale) + 3);
      context.clip();
      context.clearRect(left, top, Math.ceil(rect.width * scale) + 3, Math.ceil(rect.height * scale) + 3);
      this.#context(this.maskCanvas);
    } else this.#clear(this.maskCanvas);
    this.#context(this.maskCanvas);
    context.imageSmoothingEnabled = this.view.zoom * this.ratio < 1;
    if (!this.hidden) {
      if (this.labels) context.drawImage(this.overlay, 0, 0);
      for (const onion of this.onions) context.drawImage(onion, 0, 0);
    }
    context.restore();
  }

  #colour(rect) {
    const image = this.overlayPixels.createImageData(rect.width, rect.height);
    if (this.labels) {
      const words = new Uint32Array(image.data.buffer);
      const colours = tableOf(this.settings);
      if (this.settings.get("outline")) outlineInto(words, this.labels, rect, this.size, colours.line);
      else fillInto(words, this.labels, rect, this.size.width, colours.area);
    }
    this.overlayPixels.putImageData(image, rect.x, rect.y);
  }
}

/** Return a canvas with the outline of a plane's labels, to lie over others. */
export function outlineCanvas(labels, size, colour) {
  const canvas = el("canvas", { width: size.width, height: size.height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(size.width, size.height);
  const rect = { x: 0, y: 0, ...size };
  outlineInto(new Uint32Array(image.data.buffer), labels, rect, size, [0, colour, 0, colour]);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Return a colour as a little-endian word of red, green, blue, opacity. */
export function word([red, green, blue], opacity) {
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Return the words of the four labels: twice for areas, since Ignore is striped, and for lines. */
function tableOf(settings) {
  const { target, ignore } = PALETTES[settings.get("palette")];
  const opacity = settings.get("opacity");
  const faint = [0, word(target, opacity), word(ignore, opacity * 0.35), word(target, opacity)];
  const strong = [0, word(target, opacity), word(ignore, opacity * 1.2 > 1 ? 1 : opacity * 1.2), word(ignore, opacity)];
  return { area: [faint, strong], line: [0, word(target, 1), word(ignore, 1), word(ignore, 1)] };
}

function fillInto(words, labels, rect, width, [faint, strong]) {
  for (let row = 0, to = 0; row < rect.height; row++) {
    let at = (rect.y + row) * width + rect.x;
    const shift = rect.y + row + rect.x;
    for (let column = 0; column < rect.width; column++, at++, to++) {
      const label = labels[at];
      if (label) words[to] = (shift + column) % STRIPE < STRIPE / 2 ? strong[label] : faint[label];
    }
  }
}

function outlineInto(words, labels, rect, size, line) {
  const { width, height } = size;
  for (let row = 0, to = 0; row < rect.height; row++) {
    const y = rect.y + row;
    for (let column = 0; column < rect.width; column++, to++) {
      const x = rect.x + column;
      const at = y * width + x;
      const label = labels[at];
      if (!label) continue;
      for (const bit of [IGNORE, TARGET]) {
        if (!(label & bit)) continue;
        const inner =
          x > 0 && x + 1 < width && y > 0 && y + 1 < height &&
          labels[at - 1] & bit && labels[at + 1] & bit && labels[at - width] & bit && labels[at + width] & bit;
        if (!inner) {
          words[to] = line[bit];
          break;
        }
      }
    }
  }
}

function grown(rect, by, size) {
  const x = Math.max(0, rect.x - by);
  const y = Math.max(0, rect.y - by);
  const right = Math.min(size.width, rect.x + rect.width + by);
  const bottom = Math.min(size.height, rect.y + rect.height + by);
  return { x, y, width: right - x, height: bottom - y };
}

function joined(one, other) {
  if (!one) return other;
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}
