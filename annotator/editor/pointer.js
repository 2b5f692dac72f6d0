// Mouse, pen and wheel on the picture.

import { moved } from "./core/geometry.js";

const MIDDLE = 1;

/** Listen to the pointer over the stage; return a function that ends it. */
export function listen(editor) {
  const { stage } = editor;
  const target = stage.marksCanvas;
  let pan = null;
  let tool = null;

  function down(event) {
    target.focus({ preventScroll: true });
    const at = stage.at(event);
    if (event.button === MIDDLE || editor.tool === "pan") {
      pan = at.window;
    } else if (event.button === 0 || (event.button === 2 && editor.tool === "click")) {
      if (tool) return; // a second button while one is held
      const began = performance.now();
      tool = editor.tool;
      editor.tools.down(tool, at.image, event);
      editor.timings.add("pointer handler", performance.now() - began);
    }
    target.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  function move(event) {
    const at = stage.at(event);
    if (pan) {
      stage.look(moved(stage.view, { x: at.window.x - pan.x, y: at.window.y - pan.y }, stage.size, stage.window));
      pan = at.window;
      return;
    }
    const began = performance.now();
    const all = event.getCoalescedEvents?.() ?? [];
    const points = (all.length ? all : [event]).map((each) => stage.at(each).image);
    editor.tools.move(tool ?? editor.tool, points, event);
    if (tool) editor.timings.add("pointer handler", performance.now() - began);
    hover(at.image);
  }

  function up(event) {
    if (pan && (event.button === MIDDLE || editor.tool === "pan")) pan = null;
    else if (tool && !(event.buttons & 1 && event.type === "pointerup")) {
      editor.tools.up(tool);
      tool = null;
    }
  }

  function hover(point) {
    const brushes = editor.tool === "brush" || editor.tool === "eraser";
    stage.cursor = { point, radius: brushes ? editor.radius : 0 };
    stage.redrawMarks();
    editor.pointed(point);
  }

  function leave() {
    if (tool) return;
    stage.cursor = null;
    stage.redrawMarks();
    editor.pointed(null);
  }

  function wheel(event) {
    event.preventDefault();
    const closer = event.deltaY < 0;
    if (event.ctrlKey) editor.resizeBrush(closer ? 1 : -1);
    else stage.zoom(closer ? 1.2 : 1 / 1.2, stage.at(event).window);
  }

  const listeners = {
    pointerdown: down,
    pointermove: move,
    pointerup: up,
    pointercancel: up,
    pointerleave: leave,
    wheel,
    contextmenu: (event) => event.preventDefault(),
    auxclick: (event) => event.preventDefault(),
  };
  for (const [name, listener] of Object.entries(listeners)) {
    target.addEventListener(name, listener, { passive: false });
  }
  return () => {
    for (const [name, listener] of Object.entries(listeners)) target.removeEventListener(name, listener);
  };
}
