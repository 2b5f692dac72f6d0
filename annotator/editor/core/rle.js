// Run-length encoding as COCO writes it: by columns, runs of 0 first, five bits a character.

import { boundsOf } from "./labels.js";

/**
 * Return the runs of one plane: lengths, alternately without and with the bit.
 * @returns {Uint32Array}
 */
export function runsOf(labels, bit, size) {
  const { width, height } = size;
  const bounds = boundsOf(labels, bit, size);
  if (!bounds) return Uint32Array.of(width * height);
  const runs = [];
  let [value, length] = [0, bounds.x * height];
  const step = (found) => {
    if (found === value) length++;
    else {
      runs.push(length);
      [value, length] = [found, 1];
    }
  };
  const skip = (pixels) => {
    if (!pixels) return;
    if (value === 0) length += pixels;
    else {
      runs.push(length);
      [value, length] = [0, pixels];
    }
  };
  const below = height - bounds.y - bounds.height;
  for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
    skip(bounds.y);
    let at = bounds.y * width + x;
    for (let row = 0; row < bounds.height; row++, at += width) step(labels[at] & bit ? 1 : 0);
    skip(below);
  }
  skip((width - bounds.x - bounds.width) * height);
  runs.push(length);
  return Uint32Array.from(runs);
}

/** Set one bit of a label map from runs, in place; other bits stay. */
export function paintRuns(labels, bit, runs, size) {
  const { width, height } = size;
  clear(labels, bit);
  let place = runs[0] ?? 0;
  for (let run = 1; run < runs.length; run += 2) {
    let x = Math.floor(place / height);
    let y = place - x * height;
    for (let left = runs[run]; left > 0; ) {
      const pixels = Math.min(left, height - y);
      for (let at = y * width + x, end = at + pixels * width; at < end; at += width) labels[at] |= bit;
      left -= pixels;
      x++;
      y = 0;
    }
    place += runs[run] + (runs[run + 1] ?? 0);
  }
}

/** Take a bit away everywhere, four pixels at once. */
export function clear(labels, bit) {
  const words = new Uint32Array(labels.buffer, labels.byteOffset, labels.length >> 2);
  const keep = ~(bit * 0x01010101);
  for (let word = 0; word < words.length; word++) words[word] &= keep;
  for (let at = 4 * words.length; at < labels.length; at++) labels[at] &= ~bit;
}

/** Return runs as text. */
export function encodeRuns(runs) {
  let text = "";
  for (let at = 0; at < runs.length; at++) {
    let left = at > 2 ? runs[at] - runs[at - 2] : runs[at];
    for (let more = true; more; ) {
      const five = left & 0x1f;
      left >>= 5;
      more = five & 0x10 ? left !== -1 : left !== 0;
      text += String.fromCharCode((more ? five | 0x20 : five) + 48);
    }
  }
  return text;
}

/** Return the runs of a text. */
export function decodeRuns(text) {
  const runs = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, more] = [0, 0, true];
    while (more) {
      const five = text.charCodeAt(at++) - 48;
      value |= (five & 0x1f) << shift;
      more = (five & 0x20) !== 0;
      shift += 5;
      if (!more && five & 0x10) value |= -1 << shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return Uint32Array.from(runs);
}

/** Return the number of pixels that runs cover. */
export function areaOf(runs) {
  let found = 0;
  for (let at = 1; at < runs.length; at += 2) found += runs[at];
  return found;
}

/** Return the pixels that two lists of runs share. */
export function sharedArea(one, other) {
  let [a, b, shared] = [0, 0, 0];
  let [leftA, leftB] = [one[0] ?? 0, other[0] ?? 0];
  while (a < one.length && b < other.length) {
    const step = Math.min(leftA, leftB);
    if (a & 1 && b & 1) shared += step;
    leftA -= step;
    leftB -= step;
    if (leftA === 0) leftA = one[++a] ?? 0;
    if (leftB === 0) leftB = other[++b] ?? 0;
  }
  return shared;
}

/** Return intersection over union of two lists of runs; two empty ones agree. */
export function overlap(one, other) {
  const shared = sharedArea(one, other);
  const union = areaOf(one) + areaOf(other) - shared;
  return union ? shared / union : 1;
}
