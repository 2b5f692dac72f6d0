// Pixels that hang together: to fill a hole, take away a speck, and count both.

import { boundsOf, crop } from "./labels.js";

/**
 * Return the region around a pixel whose pixels are all as it is, by `same`; 4-connected.
 * @param {{width: number, height: number}} size of the map.
 * @param {{x: number, y: number}} start a pixel's column and row.
 * @param {(at: number, start: number) => boolean} same whether a pixel is like the first one.
 */
export function floodRegion(size, start, same) {
  const { width, height } = size;
  const seed = start.y * width + start.x;
  const seen = new Uint8Array(width * height);
  const stack = [seed];
  seen[seed] = 1;
  let [left, top, right, bottom] = [start.x, start.y, start.x, start.y];
  while (stack.length) {
    const at = stack.pop();
    const x = at % width;
    const y = (at - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    const visit = (next) => {
      if (!seen[next] && same(next, seed)) {
        seen[next] = 1;
        stack.push(next);
      }
    };
    if (x > 0) visit(at - 1);
    if (x + 1 < width) visit(at + 1);
    if (y > 0) visit(at - width);
    if (y + 1 < height) visit(at + width);
  }
  const region = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  region.bits = new Uint8Array(region.width * region.height);
  for (let row = 0; row < region.height; row++) {
    const from = (top + row) * width + left;
    region.bits.set(seen.subarray(from, from + region.width), row * region.width);
  }
  return region;
}

/** Return the region that a click of the fill tool covers: what hangs together in one plane. */
export function labelRegion(labels, size, start, bit) {
  return floodRegion(size, start, (at, seed) => (labels[at] & bit) === (labels[seed] & bit));
}

/** Return the region of one colour around a pixel: no channel differs by more than `near`. */
export function colourRegion(rgba, size, start, near) {
  return floodRegion(size, start, (at, seed) => {
    for (let channel = 0; channel < 3; channel++) {
      if (Math.abs(rgba[4 * at + channel] - rgba[4 * seed + channel]) > near) return false;
    }
    return true;
  });
}

/**
 * Return how many pieces a plane has, how many holes, and the pixels of its smallest piece.
 * A hole is ground that does not reach the border of the image.
 */
export function pieces(labels, size, bit) {
  const bounds = boundsOf(labels, bit, size);
  if (!bounds) return { components: 0, holes: 0, smallest: 0 };
  // One pixel of ground around joins all that is outside; the image's own border does as well.
  const x = Math.max(0, bounds.x - 1);
  const y = Math.max(0, bounds.y - 1);
  const box = {
    x,
    y,
    width: Math.min(size.width, bounds.x + bounds.width + 1) - x,
    height: Math.min(size.height, bounds.y + bounds.height + 1) - y,
  };
  return counted(crop(labels, size.width, box), box, bit);
}

function counted(labels, { width, height }, bit) {
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  let [components, holes, smallest] = [0, 0, Infinity];
  for (let seed = 0; seed < seen.length; seed++) {
    if (seen[seed]) continue;
    const value = labels[seed] & bit;
    let [top, pixels, border] = [0, 0, false];
    stack[top++] = seed;
    seen[seed] = 1;
    while (top) {
      const at = stack[--top];
      pixels++;
      const column = at % width;
      const inner = column > 0 && column + 1 < width && at >= width && at + width < seen.length;
      border ||= !inner;
      for (const step of inner ? [-1, 1, -width, width] : steps(column, at, width, seen.length)) {
        const next = at + step;
        if (!seen[next] && (labels[next] & bit) === value) {
          seen[next] = 1;
          stack[top++] = next;
        }
      }
    }
    if (value) {
      components++;
      smallest = Math.min(smallest, pixels);
    } else if (!border) holes++;
  }
  return { components, holes, smallest };
}

function steps(column, at, width, length) {
  const found = [];
  if (column > 0) found.push(-1);
  if (column + 1 < width) found.push(1);
  if (at >= width) found.push(-width);
  if (at + width < length) found.push(width);
  return found;
}
