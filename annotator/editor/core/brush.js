// A brush is a disc swept along the path of the pointer: exact, so a fast flick leaves no gaps.

import { crop, painted } from "./labels.js";

/**
 * Return where a disc swept from a to b covers one row of pixel centres: [first, last] columns,
 * or null. A swept disc is convex, so it meets a row in one piece.
 */
export function sweptRow(a, b, radius, row) {
  const y = row + 0.5;
  let low = Infinity;
  let high = -Infinity;
  for (const centre of [a, b]) {
    const across = y - centre.y;
    const half = radius * radius - across * across;
    if (half < 0) continue;
    low = Math.min(low, centre.x - Math.sqrt(half));
    high = Math.max(high, centre.x + Math.sqrt(half));
  }
  const side = sideRow(a, b, radius, y);
  if (side) {
    low = Math.min(low, side[0]);
    high = Math.max(high, side[1]);
  }
  const first = Math.ceil(low - 0.5);
  const last = Math.floor(high - 0.5);
  return first <= last ? [first, last] : null;
}

/** Return where the rectangle between the two discs meets a row, or null. */
function sideRow(a, b, radius, y) {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return null;
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const along = within(ux, uy * (y - a.y) - ux * a.x, 0, length);
  const across = within(-uy, ux * (y - a.y) + uy * a.x, -radius, radius);
  if (!along || !across) return null;
  const [low, high] = [Math.max(along[0], across[0]), Math.min(along[1], across[1])];
  return low <= high ? [low, high] : null;
}

/** Return the x for which slope * x + offset lies in [least, most], or null. */
function within(slope, offset, least, most) {
  if (Math.abs(slope) < 1e-12) return least <= offset && offset <= most ? [-Infinity, Infinity] : null;
  const ends = [(least - offset) / slope, (most - offset) / slope];
  return ends[0] <= ends[1] ? ends : [ends[1], ends[0]];
}

/** One stroke: what it covers so far, and what was below it. */
export class Stroke {
  /**
   * @param {Uint8Array} labels painted on at once, in place.
   * @param {{width: number, height: number}} size of the label map.
   * @param {number} radius in pixels; half a pixel is one pixel.
   * @param {import("./labels.js").Rule} rule what the stroke does.
   */
  constructor(labels, size, radius, rule) {
    Object.assign(this, { labels, size, radius, rule });
    this.original = labels.slice();
    this.covered = new Uint8Array(labels.length);
    this.last = null;
    this.box = { left: size.width, top: size.height, right: 0, bottom: 0 };
  }

  /** Go on to a point, in pixels; return the rectangle that changed. */
  to(point) {
    const from = this.last ?? point;
    this.last = point;
    const top = Math.max(0, Math.floor(Math.min(from.y, point.y) - this.radius));
    const bottom = Math.min(this.size.height - 1, Math.ceil(Math.max(from.y, point.y) + this.radius));
    let [left, right] = [this.size.width, 0];
    for (let row = top; row <= bottom; row++) {
      const ends = sweptRow(from, point, this.radius, row);
      if (!ends) continue;
      const first = Math.max(0, ends[0]);
      const last = Math.min(this.size.width - 1, ends[1]);
      if (first > last) continue;
      this.#paintRow(row, first, last);
      left = Math.min(left, first);
      right = Math.max(right, last + 1);
      this.box.top = Math.min(this.box.top, row);
      this.box.bottom = Math.max(this.box.bottom, row + 1);
    }
    this.box.left = Math.min(this.box.left, left);
    this.box.right = Math.max(this.box.right, right);
    return { x: left, y: top, width: Math.max(0, right - left), height: bottom - top + 1 };
  }

  /** Return what the stroke covers, or null where that is nothing. */
  region() {
    const { left, top, right, bottom } = this.box;
    if (right <= left || bottom <= top) return null;
    const rect = { x: left, y: top, width: right - left, height: bottom - top };
    return { ...rect, bits: crop(this.covered, this.size.width, rect) };
  }

  /** Go on upon another label map: what is below the stroke changed while it is drawn. */
  rebase(labels) {
    this.labels = labels;
    this.original = labels.slice();
    for (let at = 0; at < labels.length; at++) {
      if (this.covered[at]) labels[at] = painted(this.original[at], this.rule);
    }
  }

  /** Return the labels to what they were before the stroke. */
  takeBack() {
    this.labels.set(this.original);
  }

  #paintRow(row, first, last) {
    const end = row * this.size.width + last;
    for (let at = row * this.size.width + first; at <= end; at++) {
      if (this.covered[at]) continue;
      this.covered[at] = 1;
      this.labels[at] = painted(this.original[at], this.rule);
    }
  }
}
