// The picture that says which one is meant: the keyframe that the target's card names, with rings.

/** Return a small picture of a frame with rings on points, given as fractions of its size. */
export function ringed(bitmap, points, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [w, h] = [scale * bitmap.width, scale * bitmap.height];
  const [left, top] = [(width - w) / 2, (height - h) / 2];
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, left, top, w, h);
  for (const [x, y] of points) {
    for (const [colour, thick] of [["#000", 4], ["#ff1a8c", 2]]) {
      context.beginPath();
      context.arc(left + x * w, top + y * h, 7, 0, 7);
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.stroke();
    }
  }
  return canvas;
}
