// Exact Euclidean distances on the grid of pixels, and what is made of them.
// The two passes are those of Felzenszwalb and Huttenlocher (2012).

import { TARGET, planeOf } from "./labels.js";

const FAR = 1e12;

/** Return the squared distance of every pixel to the nearest pixel that has `value`. */
export function squaredDistance(plane, size, value) {
  const { width, height } = size;
  const found = new Float64Array(plane.length);
  for (let at = 0; at < plane.length; at++) found[at] = plane[at] === value ? 0 : FAR;
  const most = Math.max(width, height);
  const work = { line: new Float64Array(most), hull: new Int32Array(most), ends: new Float64Array(most + 1) };
  for (let x = 0; x < width; x++) pass(found, x, width, height, work);
  for (let y = 0; y < height; y++) pass(found, y * width, 1, width, work);
  return found;
}

/** Replace one row or column by the lower envelope of parabolas on it. */
function pass(grid, start, step, length, { line, hull, ends }) {
  for (let at = 0; at < length; at++) line[at] = grid[start + at * step];
  let last = 0;
  hull[0] = 0;
  ends[0] = -Infinity;
  ends[1] = Infinity;
  for (let at = 1; at < length; at++) {
    let meet = meeting(line, hull[last], at);
    while (meet <= ends[last]) meet = meeting(line, hull[--last], at);
    hull[++last] = at;
    ends[last] = meet;
    ends[last + 1] = Infinity;
  }
  for (let at = 0, place = 0; at < length; at++) {
    while (ends[place + 1] < at) place++;
    const away = at - hull[place];
    grid[start + at * step] = away * away + line[hull[place]];
  }
}

function meeting(line, one, other) {
  return (line[other] + other * other - line[one] - one * one) / (2 * (other - one));
}

/** Return the signed distance to the edge of a plane: negative inside, never 0. */
export function signedDistance(plane, size) {
  const outside = squaredDistance(plane, size, 1);
  const inside = squaredDistance(plane, size, 0);
  const found = new Float32Array(plane.length);
  const most = size.width + size.height;
  for (let at = 0; at < plane.length; at++) {
    const away = Math.min(most, plane[at] ? Math.sqrt(inside[at]) : Math.sqrt(outside[at]));
    found[at] = plane[at] ? 0.5 - away : away - 0.5;
  }
  return found;
}

/** Return the pixels within `reach` pixels of the target's edge, on both sides, as a region. */
export function edgeBand(labels, size, reach) {
  const away = signedDistance(planeOf(labels, TARGET), size);
  const bits = new Uint8Array(labels.length);
  let any = false;
  for (let at = 0; at < bits.length; at++) {
    bits[at] = Math.abs(away[at]) <= reach ? 1 : 0;
    any ||= bits[at] === 1;
  }
  return any ? { x: 0, y: 0, width: size.width, height: size.height, bits } : null;
}

/**
 * Return the planes between two: shapes are brought to one centre, and distances are mixed.
 * @param {Uint8Array} one a plane of 0 and 1.
 * @param {Uint8Array} other a plane of the same size.
 * @param {number[]} shares how far each result is from `one` to `other`, in (0, 1).
 */
export function between(one, other, size, shares) {
  const ends = [centre(one, size), centre(other, size)];
  if (!ends[0] || !ends[1]) return shares.map(() => new Uint8Array(one.length));
  const fields = [signedDistance(one, size), signedDistance(other, size)];
  return shares.map((share) => {
    const at = {
      x: ends[0].x + share * (ends[1].x - ends[0].x),
      y: ends[0].y + share * (ends[1].y - ends[0].y),
    };
    const shift = ends.map((end) => ({ x: Math.round(at.x - end.x), y: Math.round(at.y - end.y) }));
    return mixed(fields, shift, share, size);
  });
}

function mixed(fields, shift, share, { width, height }) {
  const found = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [a, b] = fields.map((field, end) => {
        const column = Math.min(width - 1, Math.max(0, x - shift[end].x));
        const row = Math.min(height - 1, Math.max(0, y - shift[end].y));
        return field[row * width + column];
      });
      found[y * width + x] = (1 - share) * a + share * b < 0 ? 1 : 0;
    }
  }
  return found;
}

function centre(plane, { width }) {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let at = 0; at < plane.length; at++) {
    if (!plane[at]) continue;
    count++;
    sumX += at % width;
    sumY += Math.floor(at / width);
  }
  return count ? { x: sumX / count, y: sumY / count } : null;
}
