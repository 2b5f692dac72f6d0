// What the pointer does with each tool. A tool has down, move and up; all in image pixels.

import { Stroke } from "./core/brush.js";
import { colourRegion, labelRegion } from "./core/fill.js";
import { clamped, inside, nearest, pixelOf, toWindow } from "./core/geometry.js";
import { IGNORE, TARGET } from "./core/labels.js";
import { polygonRegion, thinned } from "./core/polygon.js";

const POINT_REACH = 9;
const DRAFT_EVERY = 250;
const LEAST_BOX = 2;
export const NEAR_COLOUR = 24;

/** Tools by name: [label, key, what it is for]. */
export const TOOLS = [
  ["click", "Click", "S"],
  ["box", "Box", "X"],
  ["brush", "Brush", "B"],
  ["eraser", "Eraser", "E"],
  ["polygon", "Polygon", "P"],
  ["lasso", "Lasso", "L"],
  ["fill", "Fill", "F"],
  ["wand", "Wand", "W"],
  ["pan", "Hand", "Z"],
];

/** Turns gestures into operations of the editor. */
export class Tools {
  /** @param {import("./editor.js").Editor} editor */
  constructor(editor) {
    this.editor = editor;
    this.stroke = null;
    this.path = null;
    this.corners = [];
    this.drafted = 0;
  }

  /** Whether something is being drawn that must not be interrupted. */
  get drawing() {
    return this.stroke !== null || this.path !== null;
  }

  down(tool, point, event) {
    const { editor } = this;
    if (!editor.mayDraw()) return;
    if (tool === "click") this.#click(point, event);
    else if (tool === "fill" || tool === "wand") this.#fill(tool, point, event);
    else if (tool === "polygon") this.#corner(point, event);
    else if (tool === "brush" || tool === "eraser") this.#begin(tool, point, event);
    else if (tool === "box" || tool === "lasso") {
      this.path = [clamped(point, editor.size)];
      this.erases = event.shiftKey;
    }
  }

  /** Go on; `points` are all places since the last event. */
  move(tool, points, event) {
    const { stage, size } = this.editor;
    const last = points.at(-1);
    if (this.stroke) {
      for (const point of points) stage.recolour(this.stroke.to(point));
      stage.schedule(event.timeStamp);
      this.#draft();
    } else if (this.path && tool === "box") {
      this.path = [this.path[0], clamped(last, size)];
      stage.draft = { kind: "box", points: this.path };
    } else if (this.path) {
      this.path.push(...points);
      stage.draft = { kind: "lasso", points: this.path };
    } else if (this.corners.length) stage.draft = { kind: "polygon", points: this.corners, hover: last };
  }

  up(tool) {
    const { stage } = this.editor;
    if (this.stroke) this.finishStroke();
    else if (this.path) {
      const path = this.path;
      this.path = null;
      stage.draft = null;
      if (tool === "box") this.#box(path);
      else this.#shape(thinned(path, 0.5), "polygon");
    }
    stage.redrawMarks();
  }

  /** End a stroke, by the pointer or because something else needs the keyframe. */
  finishStroke() {
    const { editor } = this;
    const stroke = this.stroke;
    if (!stroke) return;
    this.stroke = null;
    const region = stroke.region();
    if (!region) return;
    // The pixels are there already: the operation finds them as they were and draws them again.
    stroke.takeBack();
    const began = performance.now();
    editor.work.edit(this.strokeK, { region, rule: stroke.rule });
    editor.timings.add("stroke end", performance.now() - began);
    editor.work.journal.remove({ id: this.draftId }).catch(() => {});
    editor.activity.note(stroke.rule.plane === "ignore" ? "ignore_stroke" : "stroke");
  }

  /** Return what a stroke that is not finished would be, to keep it; null without one. */
  unfinished() {
    const region = this.stroke?.region();
    if (!region) return null;
    const { work } = this.editor;
    const { k, base } = { k: this.strokeK, base: work.sheets[this.strokeK].rev };
    return { id: this.draftId, draft: true, made: Date.now() * 1000, job: work.api.job, session: work.session, k, kind: "edit", base, region, rule: this.stroke.rule };
  }

  /** Close the polygon. */
  close() {
    const corners = this.corners;
    this.forget();
    if (corners.length >= 3) this.#shape(corners, "polygon");
  }

  /** Take the last corner back; return whether there was one. */
  back() {
    if (!this.corners.length) return false;
    this.corners.pop();
    this.editor.stage.draft = this.corners.length ? { kind: "polygon", points: this.corners } : null;
    this.editor.stage.redrawMarks();
    return true;
  }

  /** Forget what is half drawn, but for a stroke, whose pixels are there. */
  forget() {
    this.corners = [];
    this.path = null;
    this.editor.stage.draft = null;
    this.editor.stage.redrawMarks();
  }

  #begin(tool, point, event) {
    const { editor } = this;
    const rule = editor.rule(tool === "eraser" || event.shiftKey);
    this.strokeK = editor.k;
    this.draftId = `draft-${editor.work.session}`;
    this.drafted = performance.now();
    this.stroke = new Stroke(editor.work.labels(editor.k), editor.size, editor.radius, rule);
    editor.stage.setLabels(this.stroke.labels, this.stroke.to(point));
    editor.stage.schedule(event.timeStamp);
  }

  /** Keep what is drawn so far, so that even half a stroke survives the browser's end. */
  #draft() {
    const now = performance.now();
    if (now - this.drafted < DRAFT_EVERY) return;
    this.drafted = now;
    const record = this.unfinished();
    if (record) this.editor.work.journal.put(record).catch(() => {});
  }

  #click(point, event) {
    const { editor } = this;
    const { stage, work, k } = editor;
    if (!inside(point, editor.size)) return;
    const sheet = work.sheets[k];
    const marks = sheet.prompted ? sheet.marks : { clicks: [], box: null, base: editor.fresh ? null : work.base(k) };
    const places = marks.clicks.map(([x, y]) => toWindow(stage.view, { x, y }));
    const hit = nearest(places, toWindow(stage.view, point), POINT_REACH);
    const positive = !(event.button === 2 || event.altKey);
    const clicks = hit >= 0 ? marks.clicks.filter((_, at) => at !== hit) : [...marks.clicks, [point.x, point.y, positive]];
    if (clicks.length > 200) {
      editor.say("A keyframe takes 200 points at most.");
      return;
    }
    editor.timings.start("click to mask", k);
    work.predict(k, { ...marks, clicks });
    stage.marks = { ...marks, clicks };
    stage.redrawMarks();
    stage.schedule(event.timeStamp);
    editor.activity.note(hit >= 0 ? "undo_point" : "click");
  }

  #box([a, b]) {
    const { editor } = this;
    if (!b || Math.abs(a.x - b.x) < LEAST_BOX || Math.abs(a.y - b.y) < LEAST_BOX) return;
    const { work, k } = editor;
    const sheet = work.sheets[k];
    const box = [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
    const marks = sheet.prompted ? sheet.marks : { clicks: [], box: null, base: null };
    work.predict(k, { ...marks, box });
    editor.activity.note("box");
  }

  #fill(tool, point, event) {
    const { editor } = this;
    if (!inside(point, editor.size)) return;
    const start = pixelOf(point, editor.size);
    const rule = editor.rule(event.shiftKey);
    const bit = rule.plane === "ignore" ? IGNORE : TARGET;
    const region =
      tool === "fill"
        ? labelRegion(editor.work.labels(editor.k), editor.size, start, bit)
        : colourRegion(editor.framePixels(), editor.size, start, NEAR_COLOUR);
    editor.work.edit(editor.k, { region, rule });
    editor.activity.note("fill");
  }

  #corner(point, event) {
    const { editor } = this;
    if (!this.corners.length) this.erases = event.shiftKey;
    const first = this.corners[0];
    const places = first ? [toWindow(editor.stage.view, first)] : [];
    const closes = this.corners.length > 2 && nearest(places, toWindow(editor.stage.view, point), POINT_REACH) === 0;
    if (closes) {
      this.close();
      return;
    }
    this.corners.push(point);
    editor.stage.draft = { kind: "polygon", points: this.corners };
    editor.stage.redrawMarks();
  }

  #shape(points, name) {
    const { editor } = this;
    const region = polygonRegion(points, editor.size);
    if (!region) return;
    editor.work.edit(editor.k, { region, rule: editor.rule(this.erases) });
    editor.activity.note(name);
  }
}
