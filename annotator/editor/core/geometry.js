// From the window to the image and back. All lengths of the window are CSS pixels.

export const MOST_ZOOM = 16;

/**
 * How the image lies in the window.
 * @typedef {{zoom: number, x: number, y: number}} View zoom: CSS pixels an image pixel; x, y: where
 *   the image's corner lies.
 * @typedef {{width: number, height: number}} Size
 */

/** Return the view that shows the whole image, centred. */
export function fit(image, window, margin = 8) {
  const room = { width: Math.max(1, window.width - 2 * margin), height: Math.max(1, window.height - 2 * margin) };
  const zoom = Math.min(room.width / image.width, room.height / image.height, MOST_ZOOM);
  return centred(image, window, zoom);
}

/** Return the view that shows the image at a zoom, centred. */
export function centred(image, window, zoom) {
  return {
    zoom,
    x: (window.width - image.width * zoom) / 2,
    y: (window.height - image.height * zoom) / 2,
  };
}

/** Return the image coordinates of a point in the window; the first pixel's centre is (.5, .5). */
export function toImage(view, point) {
  return { x: (point.x - view.x) / view.zoom, y: (point.y - view.y) / view.zoom };
}

/** Return where an image point lies in the window. */
export function toWindow(view, point) {
  return { x: point.x * view.zoom + view.x, y: point.y * view.zoom + view.y };
}

/** Return the view after zooming by a factor around a point of the window, which stays in place. */
export function zoomedAt(view, point, factor, image, window) {
  const least = Math.min(fit(image, window).zoom, 1) / 2;
  const zoom = Math.min(MOST_ZOOM, Math.max(least, view.zoom * factor));
  const held = toImage(view, point);
  return kept({ zoom, x: point.x - held.x * zoom, y: point.y - held.y * zoom }, image, window);
}

/** Return the view moved, so that some of the image always stays in the window. */
export function moved(view, by, image, window) {
  return kept({ zoom: view.zoom, x: view.x + by.x, y: view.y + by.y }, image, window);
}

function kept(view, image, window) {
  const least = 40;
  const x = Math.min(window.width - least, Math.max(least - image.width * view.zoom, view.x));
  const y = Math.min(window.height - least, Math.max(least - image.height * view.zoom, view.y));
  return { zoom: view.zoom, x, y };
}

/** Return whether a point lies on the image. */
export function inside(point, image) {
  return point.x >= 0 && point.y >= 0 && point.x < image.width && point.y < image.height;
}

/** Return a point brought onto the image. */
export function clamped(point, image) {
  return {
    x: Math.min(image.width, Math.max(0, point.x)),
    y: Math.min(image.height, Math.max(0, point.y)),
  };
}

/** Return the pixel that holds a point. */
export function pixelOf(point, image) {
  return {
    x: Math.min(image.width - 1, Math.max(0, Math.floor(point.x))),
    y: Math.min(image.height - 1, Math.max(0, Math.floor(point.y))),
  };
}

/** Return the index of the point nearest to one, within a distance; -1 where there is none. */
export function nearest(points, to, within) {
  let [found, best] = [-1, within];
  points.forEach((point, at) => {
    const away = Math.hypot(point.x - to.x, point.y - to.y);
    if (away <= best) [found, best] = [at, away];
  });
  return found;
}
