// Polygons and free-hand loops, filled by the even-odd rule at pixel centres.

/**
 * Return the region of a closed polygon, or null where it covers no pixel centre.
 * @param {{x: number, y: number}[]} points its corners; the last is joined to the first.
 * @param {{width: number, height: number}} size of the label map.
 */
export function polygonRegion(points, size) {
  if (points.length < 3) return null;
  const ys = points.map((p) => p.y);
  const xs = points.map((p) => p.x);
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(size.height, Math.ceil(Math.max(...ys)));
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const right = Math.min(size.width, Math.ceil(Math.max(...xs)));
  if (right <= left || bottom <= top) return null;
  const region = { x: left, y: top, width: right - left, height: bottom - top };
  region.bits = new Uint8Array(region.width * region.height);
  let any = false;
  for (let row = top; row < bottom; row++) {
    const cuts = crossings(points, row + 0.5);
    for (let pair = 0; pair + 1 < cuts.length; pair += 2) {
      const first = Math.max(left, Math.ceil(cuts[pair] - 0.5));
      const end = Math.min(right, Math.ceil(cuts[pair + 1] - 0.5));
      if (first >= end) continue;
      const from = (row - top) * region.width - left;
      region.bits.fill(1, from + first, from + end);
      any = true;
    }
  }
  return any ? region : null;
}

/** Return where the edges cross a row, from the left. */
function crossings(points, y) {
  const found = [];
  for (let at = 0; at < points.length; at++) {
    const a = points[at];
    const b = points[(at + 1) % points.length];
    if (a.y <= y === b.y <= y) continue;
    found.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
  }
  return found.sort((one, other) => one - other);
}

/** Return a path without the points that lie closer than `least` to the one before. */
export function thinned(path, least) {
  const found = [];
  for (const point of path) {
    const last = found[found.length - 1];
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) >= least) found.push(point);
  }
  return found;
}
