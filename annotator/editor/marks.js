// What lies on the picture and is no mask: points, the box, what is being drawn, the brush.

import { toWindow } from "./core/geometry.js";

/** Draw everything of the stage that is no pixel of a mask. */
export function drawMarks(stage, context) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, stage.marksCanvas.width, stage.marksCanvas.height);
  context.setTransform(stage.ratio, 0, 0, stage.ratio, 0, 0);
  border(stage, context);
  if (!stage.hidden) {
    if (stage.marks.box) box(stage, context, stage.marks.box, "#fff");
    for (const [x, y, positive] of stage.marks.clicks) point(stage, context, { x, y }, positive);
  }
  if (stage.draft) draft(stage, context);
  if (stage.cursor) cursor(stage, context);
  if (stage.busy && stage.cursor) spinner(stage, context);
}

/** A point is told by its sign, not by its colour alone. */
function point(stage, context, at, positive) {
  const { x, y } = toWindow(stage.view, at);
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = positive ? "#0a8f3c" : "#c3172d";
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "#fff";
  context.stroke();
  context.beginPath();
  context.moveTo(x - 3, y);
  context.lineTo(x + 3, y);
  if (positive) {
    context.moveTo(x, y - 3);
    context.lineTo(x, y + 3);
  }
  context.stroke();
}

function border(stage, context) {
  const corner = toWindow(stage.view, { x: 0, y: 0 });
  context.lineWidth = 1;
  context.strokeStyle = "#8889";
  const { width, height } = stage.size;
  context.strokeRect(corner.x - 0.5, corner.y - 0.5, width * stage.view.zoom + 1, height * stage.view.zoom + 1);
}

function box(stage, context, [left, top, right, bottom], colour) {
  const one = toWindow(stage.view, { x: left, y: top });
  const other = toWindow(stage.view, { x: right, y: bottom });
  twice(context, colour, () => context.strokeRect(one.x, one.y, other.x - one.x, other.y - one.y));
}

function draft(stage, context) {
  const { kind, points, hover } = stage.draft;
  if (kind === "box") {
    const [a, b] = points;
    box(stage, context, [a.x, a.y, b.x, b.y], "#fff");
    return;
  }
  const all = (hover ? [...points, hover] : points).map((each) => toWindow(stage.view, each));
  twice(context, "#fff", () => {
    context.beginPath();
    all.forEach(({ x, y }, at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (kind === "lasso") context.closePath();
    context.stroke();
  });
  if (kind !== "polygon") return;
  for (const { x, y } of all) {
    context.fillStyle = "#fff";
    context.fillRect(x - 3, y - 3, 6, 6);
    context.strokeRect(x - 3, y - 3, 6, 6);
  }
}

function cursor(stage, context) {
  const { point: at, radius } = stage.cursor;
  const { x, y } = toWindow(stage.view, at);
  if (radius) {
    twice(context, "#fff", () => {
      context.beginPath();
      context.arc(x, y, Math.max(1, radius * stage.view.zoom), 0, 2 * Math.PI);
      context.stroke();
    });
  }
}

function spinner(stage, context) {
  const { x, y } = toWindow(stage.view, stage.cursor.point);
  const turn = (performance.now() / 150) % (2 * Math.PI);
  twice(context, "#fff", () => {
    context.beginPath();
    context.arc(x + 16, y - 16, 6, turn, turn + 4);
    context.stroke();
  });
  setTimeout(() => stage.busy && stage.redrawMarks(), 60);
}

/** Stroke dark and then light, so that it is seen on any ground. */
function twice(context, colour, stroke) {
  context.lineWidth = 3;
  context.strokeStyle = "#000a";
  stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  stroke();
}
