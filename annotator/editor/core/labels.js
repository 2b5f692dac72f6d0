// The label map of one keyframe: one byte a pixel, by rows; two bits, so that Ignore can lie over
// the target without hiding it for good.

export const TARGET = 1;
export const IGNORE = 2;

/**
 * The pixels that an edit covers, inside a rectangle.
 * @typedef {{x: number, y: number, width: number, height: number, bits: Uint8Array}} Region
 *
 * What an edit does to the pixels it covers.
 * @typedef {{plane: "target" | "ignore", erase: boolean, mode: "over" | "outside" | "inside"}} Rule
 *
 * What an edit did to a rectangle, so that it can be taken back and done again.
 * @typedef {{x: number, y: number, width: number, height: number,
 *            before: Uint8Array, after: Uint8Array}} Patch
 */

/** Return a label after a rule. Ignore painted "outside" spares the target, "inside" all else. */
export function painted(label, rule) {
  if (rule.plane === "target") return rule.erase ? label & ~TARGET : label | TARGET;
  if (rule.erase) return label & ~IGNORE;
  const covers = (label & TARGET) !== 0;
  const spared = (rule.mode === "outside" && covers) || (rule.mode === "inside" && !covers);
  return spared ? label : label | IGNORE;
}

/** Apply a rule to a region of `labels`, in place; return the patch. */
export function applyRegion(labels, width, region, rule) {
  const patch = cut(labels, width, region);
  for (let row = 0; row < region.height; row++) {
    const from = (region.y + row) * width + region.x;
    for (let column = 0; column < region.width; column++) {
      if (region.bits[row * region.width + column]) {
        labels[from + column] = painted(labels[from + column], rule);
      }
    }
  }
  patch.after = crop(labels, width, region);
  return patch;
}

/** Return a patch of a rectangle that nothing was done to yet. */
export function cut(labels, width, rect) {
  const before = crop(labels, width, rect);
  return { x: rect.x, y: rect.y, width: rect.width, height: rect.height, before, after: before };
}

/** Write one side of a patch, "before" or "after", into `labels`. */
export function put(labels, width, patch, side) {
  for (let row = 0; row < patch.height; row++) {
    const from = row * patch.width;
    labels.set(patch[side].subarray(from, from + patch.width), (patch.y + row) * width + patch.x);
  }
}

/** Return a patch that leads from one label map to another: the smallest rectangle that differs. */
export function difference(before, after, width, height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const from = y * width;
    let first = 0;
    while (first < width && before[from + first] === after[from + first]) first++;
    if (first === width) continue;
    let last = width - 1;
    while (before[from + last] === after[from + last]) last--;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  const rect = { x: left, y: top, width: right - left, height: bottom - top };
  if (rect.width <= 0) return { x: 0, y: 0, width: 0, height: 0, before: new Uint8Array(0), after: new Uint8Array(0) };
  return { ...rect, before: crop(before, width, rect), after: crop(after, width, rect) };
}

/** Return a rectangle of `labels`, by rows. */
export function crop(labels, width, rect) {
  const found = new Uint8Array(rect.width * rect.height);
  for (let row = 0; row < rect.height; row++) {
    const from = (rect.y + row) * width + rect.x;
    found.set(labels.subarray(from, from + rect.width), row * rect.width);
  }
  return found;
}

/** Return one plane, a byte of 0 or 1 a pixel. */
export function planeOf(labels, bit) {
  const found = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) found[at] = labels[at] & bit ? 1 : 0;
  return found;
}

/**
 * Return the smallest rectangle that holds all pixels with a bit, or null where none has it.
 * Four pixels are looked at at once, since most of them have nothing.
 */
export function boundsOf(labels, bit, size) {
  const { width, height } = size;
  let [left, top, right, bottom] = [width, height, 0, 0];
  const words = new Uint32Array(labels.buffer, labels.byteOffset, labels.length >> 2);
  const four = bit * 0x01010101;
  const note = (at) => {
    if (!(labels[at] & bit)) return;
    const x = at % width;
    const y = (at - x) / width;
    if (x < left) left = x;
    if (x >= right) right = x + 1;
    if (y < top) top = y;
    bottom = y + 1;
  };
  for (let word = 0; word < words.length; word++) {
    if (!(words[word] & four)) continue;
    const at = 4 * word;
    // A word inside the rectangle as it is so far cannot make it larger.
    const x = at % width;
    const y = (at - x) / width;
    if (y < bottom && x >= left && x + 3 < right) continue;
    for (let each = at; each < at + 4; each++) note(each);
  }
  for (let at = 4 * words.length; at < labels.length; at++) note(at);
  return right > left ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/** Return the number of pixels that have a bit. */
export function count(labels, bit) {
  let found = 0;
  for (let at = 0; at < labels.length; at++) if (labels[at] & bit) found++;
  return found;
}

/** Return a short digest of a label map (FNV-1a), to compare two of them. */
export function hash(labels) {
  let found = 0x811c9dc5;
  for (let at = 0; at < labels.length; at++) found = Math.imul(found ^ labels[at], 0x01000193);
  return (found >>> 0).toString(16).padStart(8, "0");
}
