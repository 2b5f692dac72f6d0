// The editor: what is on the screen, and how its parts hear of each other.

import { Activity } from "./activity.js";
import { actionsOf } from "./actions.js";
import { Api } from "./api.js";
import { decodeRuns } from "./core/rle.js";
import { ACTIONS } from "./core/keymap.js";
import { Dialogs } from "./dialogs.js";
import { el } from "./dom.js";
import { Frames } from "./frames.js";
import { Journal } from "./journal.js";
import { Keyboard } from "./keyboard.js";
import { Lease } from "./lease.js";
import { Notices } from "./notices.js";
import { opened } from "./opening.js";
import { Panel } from "./panel.js";
import { Playback } from "./playback.js";
import { listen } from "./pointer.js";
import { Propagation } from "./propagation.js";
import { Settings } from "./settings.js";
import { Stage, outlineCanvas, word } from "./stage.js";
import { expose } from "./testing.js";
import { Timeline } from "./timeline.js";
import { Timings } from "./timings.js";
import { Toolbar } from "./toolbar.js";
import { Tools } from "./tools.js";
import { startTour } from "./tour.js";
import { Work } from "./work.js";

const AHEAD = 6;
const SHOWN_AFTER = 150;
const LARGEST_BRUSH = 120;

export class Editor {
  #shownTimer = null;
  #ends = [];

  constructor(host, place, { job, root }) {
    Object.assign(this, { host, place, job, root });
    this.session = `tab-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    this.settings = new Settings();
    this.timings = new Timings();
    this.api = new Api(root, job);
    Object.assign(this, { k: 0, raw: 0, keyframes: 0, stride: 1, count: 0, range: null, readOnly: true, trouble: null });
    Object.assign(this, { tool: "click", plane: "target", mode: "over", fresh: false, direction: 1, ready: false });
    this.actions = actionsOf(this);
    this.dialogs = new Dialogs(place);
    this.notices = new Notices(this);
  }

  /** Load the job and show it. */
  async open() {
    const began = performance.now();
    this.notices.say("Opening …", 0);
    const state = await this.notices.patiently(() => this.api.state());
    if (!state || this.closed) return;
    const { clip } = state;
    this.size = { width: clip.width, height: clip.height };
    this.review = state.review;
    Object.assign(this, { clip, keyframes: clip.keyframes, stride: clip.key_stride, count: clip.frames });
    this.owner = `${this.root}|${state.visitor}|${this.job}`;
    this.journal = new Journal(this.owner);
    this.work = new Work(this.api, this.journal, this.session);
    this.activity = new Activity(this.api, this.session, () => this.k);
    this.frames = new Frames((index) => this.api.frame(clip.clip, index), 4 * clip.width * clip.height);
    this.lease = new Lease(this.api, this.owner, (message) => this.notices.leaseLost(message));
    this.#build(state);
    const masks = await this.notices.patiently(() => this.api.masks());
    if (!masks || this.closed) return;
    this.work.load(state, masks);
    this.timeline.build();
    await opened(this, state);
    if (this.closed) return;
    const asked = new URLSearchParams(location.search);
    this.show(Number.parseInt(asked.get("k"), 10) || 0);
    await this.frames.get(this.raw).catch(() => null);
    this.notices.say("");
    this.toolbar.showSaved();
    this.ready = true;
    this.timings.add("open", performance.now() - began);
    expose(this);
    if (!this.settings.get("toured") && !asked.has("test") && !this.readOnly) startTour(this);
  }

  /** Go to a keyframe. */
  show(k) {
    const before = this.k;
    const began = performance.now();
    this.tools.finishStroke();
    this.tools.forget();
    this.k = Math.min(this.keyframes - 1, Math.max(0, k));
    this.raw = this.k * this.stride;
    if (this.k !== before) {
      this.direction = Math.sign(this.k - before);
      this.activity.note("frame_leave", before);
    }
    this.activity.note("frame_enter", this.k);
    this.#showFrame();
    this.#showSheet();
    this.timings.add("step", performance.now() - began);
    this.#ahead();
    clearTimeout(this.#shownTimer);
    if (!this.readOnly) this.#shownTimer = setTimeout(() => this.api.shown(this.k), SHOWN_AFTER);
    this.timeline.redraw();
    this.panel.update();
    this.toolbar.update();
  }

  /** Look at a frame at the full rate; only keyframes can be changed. */
  showRaw(index, bitmap = this.frames.peek(index)) {
    this.raw = Math.min(this.count - 1, Math.max(0, index));
    const k = Math.min(this.keyframes - 1, Math.floor(this.raw / this.stride));
    const moved = k !== this.k;
    this.k = k;
    if (bitmap) this.stage.setFrame(bitmap);
    else this.#showFrame();
    if (moved) this.#showSheet();
    this.timeline.redraw();
    if (!this.playback.on) this.panel.update();
  }

  /** Whether pixels may be changed now; says why not. */
  mayDraw() {
    if (!this.mayWrite()) return false;
    if (this.playback.on) this.playback.stop();
    if (this.raw % this.stride) {
      this.say("This frame lies between two keyframes and is only to look at; ← goes to the keyframe.");
      return false;
    }
    if (this.work.sheets[this.k].state === "locked") {
      this.say("This keyframe is locked; K unlocks it.");
      return false;
    }
    return true;
  }

  mayWrite() {
    if (this.readOnly) this.say("This copy is to look at only.");
    return !this.readOnly;
  }

  /** Return what an edit does now; `erases` takes away. */
  rule(erases) {
    return { plane: this.plane, erase: Boolean(erases), mode: this.mode };
  }

  get radius() {
    return this.settings.get("size") / 2;
  }

  act(action) {
    this.actions[action]?.();
    this.stage?.marksCanvas.focus({ preventScroll: true });
  }

  describe(action) {
    return ACTIONS.find(([name]) => name === action)?.[2] ?? "";
  }

  say(text) {
    this.notices.say(text);
  }

  flag(flag) {
    if (!this.mayWrite()) return;
    const { flags } = this.work.sheets[this.k].doc;
    this.work.act(this.k, flags.includes(flag) ? "unflag" : "flag", flag);
  }

  setTool(tool) {
    this.tools.forget();
    this.tool = tool;
    this.stage.marksCanvas.dataset.tool = tool;
    this.toolbar.update();
    this.stage.cursor = null;
    this.stage.redrawMarks();
  }

  setPlane(plane) {
    this.plane = plane;
    if (["click", "box", "pan"].includes(this.tool)) this.setTool("brush");
    this.toolbar.update();
  }

  setMode(mode) {
    this.mode = mode;
    this.toolbar.update();
  }

  setBrush(size) {
    this.setting("size", Math.min(LARGEST_BRUSH, Math.max(1, size)));
  }

  resizeBrush(step) {
    const size = this.settings.get("size");
    const by = size < 12 ? 1 : size < 40 ? 3 : 8;
    this.setBrush(size + step * by);
    if (this.stage.cursor) this.stage.cursor.radius = this.radius;
    this.stage.redrawMarks();
  }

  setting(name, value) {
    this.settings.set(name, value);
    this.toolbar.update();
    if (name === "onion") this.#showOnions();
    if (["palette", "opacity", "outline", "onion"].includes(name)) this.stage.recolour();
  }

  hideMasks(hidden) {
    if (this.stage.hidden === hidden) return;
    this.stage.hidden = hidden;
    this.stage.redrawMask();
    this.stage.redrawMarks();
  }

  pointed(point) {
    this.under = point;
    this.stage.schedule();
  }

  /** Return what is known of every keyframe, for what looks for problems. */
  facts() {
    return this.work.sheets.map((sheet) => {
      const { score, beside } = sheet.doc;
      const mended = sheet.rev > this.review.rev;
      const flags = sheet.doc.flags.filter((flag) => !mended || flag !== "review_reject");
      const reason = mended ? undefined : this.review.reasons[sheet.k];
      return { state: sheet.state, flags, score, beside: Boolean(beside), smallest: sheet.smallest, reason, ...sheet.shownRuns() };
    });
  }

  /** Return the pixels of the frame on the screen. */
  framePixels() {
    const { width, height } = this.size;
    const context = el("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
    if (this.stage.bitmap) context.drawImage(this.stage.bitmap, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  }

  /** Return what the model says beside a finished keyframe, as runs; null where it cannot be had. */
  async besideOf(k) {
    const { besides } = this.work;
    if (!besides.has(k)) {
      const found = await this.api.beside(k).catch(() => null);
      if (!found) return null;
      besides.set(k, found.target ? decodeRuns(found.target) : Uint32Array.of(this.size.width * this.size.height));
    }
    return besides.get(k);
  }

  setReadOnly(readOnly) {
    this.readOnly = readOnly;
    this.activity.enabled = !readOnly;
    this.place.classList.toggle("read-only", readOnly);
    this.toolbar.update();
    this.panel.update();
  }

  /** Keep what is not safe yet; the page may not come back. */
  keep() {
    const half = this.tools?.unfinished();
    this.journal?.flush(half ? [half] : []);
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    if (!this.work) return;
    this.keep();
    this.work.outbox.stop("closed");
    this.propagation.cancel();
    this.activity.close();
    this.lease.close();
    for (const end of this.#ends) end();
    for (const part of [this.playback, this.stage, this.timeline, this.panel, this.keyboard]) (part.close ?? part.stop).call(part);
    this.frames.close();
    this.place.replaceChildren();
  }

  #build(state) {
    this.tools = new Tools(this);
    this.stage = new Stage(this.size, this.settings, this.timings);
    this.stage.onDraw = () => this.panel.magnify(this.under);
    this.playback = new Playback(this);
    this.propagation = new Propagation(this);
    this.panel = new Panel(this);
    this.timeline = new Timeline(this);
    this.toolbar = new Toolbar(this);
    this.keyboard = new Keyboard(this);
    this.toolbar.title.textContent = state.clip.clip;
    this.toolbar.job.textContent = [state.clip.concept, `${state.job.kind} of ${state.visitor}`].filter(Boolean).join(" · ");
    this.panel.describe(state.clip);
    this.place.append(
      this.toolbar.above,
      this.notices.banner,
      el("div", { className: "middle" }, this.toolbar.left, this.stage.element, this.panel.element),
      this.timeline.element,
      this.toolbar.below,
      this.notices.toast,
    );
    this.#ends.push(listen(this), this.work.on("sheet", (k) => this.#sheetChanged(k)));
    this.#ends.push(this.work.on("queue", () => this.#queueChanged()));
    this.#ends.push(this.work.on("trouble", (...facts) => this.notices.troubled(...facts)));
    const keep = () => this.keep();
    const leave = () => this.close();
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", keep);
    this.#ends.push(() => window.removeEventListener("pagehide", leave));
    this.#ends.push(() => document.removeEventListener("visibilitychange", keep));
    const clock = setInterval(() => this.notices.tick(), 1000);
    this.#ends.push(() => clearInterval(clock));
    this.stage.marksCanvas.dataset.tool = this.tool;
    this.toolbar.update();
  }

  #sheetChanged(k) {
    if (k === this.k && this.ready) this.#showSheet();
    this.timeline.update(k);
    if (k === this.k) this.panel.update();
  }

  #queueChanged() {
    this.toolbar.showSaved();
    this.toolbar.update();
    const waits = this.work.sheets[this.k]?.pending.some((each) => each.kind === "predict");
    if (!waits) this.timings.end("click to mask", this.k);
    if (this.stage.busy !== Boolean(waits)) {
      this.stage.busy = Boolean(waits);
      this.stage.redrawMarks();
    }
  }

  #showSheet() {
    const sheet = this.work.sheets[this.k];
    const labels = this.work.labels(this.k);
    const { stroke } = this.tools;
    if (stroke && this.tools.strokeK === this.k && stroke.labels !== labels) stroke.rebase(labels);
    this.stage.setLabels(labels);
    this.stage.marks = sheet.prompted ? sheet.marks : { clicks: [], box: null };
    this.stage.redrawMarks();
    this.#showOnions();
  }

  #showOnions() {
    const on = this.settings.get("onion") && !this.playback.on;
    const shown = [[this.k - 1, [90, 200, 255]], [this.k + 1, [255, 160, 60]]].filter(([k]) => on && this.work.sheets[k]);
    this.stage.onions = shown.map(([k, colour]) => outlineCanvas(this.work.labels(k), this.size, word(colour, 0.9)));
    this.stage.redrawMask();
  }

  async #showFrame() {
    const { raw } = this;
    const bitmap = this.frames.peek(raw);
    this.stage.setFrame(bitmap);
    if (bitmap) return;
    const began = performance.now();
    const loaded = await this.notices.patiently(() => this.frames.get(raw));
    if (this.raw !== raw || this.closed || !loaded) return;
    this.stage.setFrame(loaded);
    this.timings.add("step, not cached", performance.now() - began);
  }

  #ahead() {
    const wanted = [];
    for (let step = 1; step <= AHEAD; step++) {
      wanted.push(this.k + step * this.direction);
      if (step <= 2) wanted.push(this.k - step * this.direction);
    }
    this.frames.ahead(wanted.filter((k) => k >= 0 && k < this.keyframes).map((k) => k * this.stride));
  }
}
