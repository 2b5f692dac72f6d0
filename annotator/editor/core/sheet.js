// One keyframe as the editor holds it: what the server has acknowledged, and on top of that, in
// order, everything that was done since. An answer that comes late slips in below what came after.

import { IGNORE, TARGET, applyRegion, difference, put } from "./labels.js";
import { clear, decodeRuns, encodeRuns, paintRuns, runsOf } from "./rle.js";

/** What the server says of a keyframe that nobody touched. */
export const BLANK = Object.freeze({
  state: "empty",
  target: null,
  ignore: null,
  clicks: [],
  box: null,
  base: null,
  beside: null,
  source: null,
  score: null,
  locked_from: null,
  flags: [],
});

/**
 * Something that was done to a keyframe and is on its way to the server.
 *
 * kind "edit": {region, rule}, or {replace: runs of a target}, or {both: runs of both planes};
 * kind "predict": {marks: {clicks, box, base}};
 * kind "action": {action, flag};
 * kind "restore": {entry, side}: back to what an undo entry says of one side.
 * @typedef {{id: string, kind: string, k: number, entry: object | null}} Operation
 */

export class Sheet {
  /** @param {number} k the keyframe. @param {{width: number, height: number}} size */
  constructor(k, size) {
    this.k = k;
    this.size = size;
    this.rev = 0;
    this.doc = BLANK;
    this.runs = { target: blankRuns(size), ignore: blankRuns(size) };
    this.pending = [];
    this.labels = null;
  }

  /** Take what the server has. Nothing may be under way. */
  load(rev, doc, runs) {
    this.rev = rev;
    this.doc = doc;
    this.runs = runs;
    this.labels = null;
  }

  /** Return the label map as it is shown; made when it is asked for. */
  shown() {
    if (!this.labels) this.#compute();
    return this.labels;
  }

  /** Return the runs of both planes as they are shown. */
  shownRuns() {
    if (!this.pending.length) return this.runs;
    const last = this.pending.at(-1);
    return last.runs ?? planesOf(this.shown(), this.size);
  }

  /** Forget the label map; it is computed again when it is needed. */
  drop() {
    this.labels = null;
  }

  /** Do an operation: show what it does, and remember it until it is acknowledged. */
  add(operation) {
    const labels = this.shown();
    this.pending.push(operation);
    this.#project(operation, labels);
  }

  /** Note both planes as an operation that was just added leaves them; return them as text. */
  seal(operation) {
    operation.runs = planesOf(this.shown(), this.size);
    return textsOf(operation.runs);
  }

  /** Return the payload of an edit that is the next to be sent: both planes after it, as text. */
  payload(operation) {
    if (!operation.runs) {
      const labels = this.#confirmed();
      this.#project(operation, labels);
      operation.runs = planesOf(labels, this.size);
    }
    return textsOf(operation.runs);
  }

  /**
   * Take an acknowledgement of the first pending operation; return whether what is shown changed.
   * @param {{rev: number, frame: object, runs: {target?: Uint32Array, ignore?: Uint32Array}}} reply
   */
  acknowledged(operation, reply) {
    this.pending = this.pending.filter((each) => each !== operation);
    const before = this.runs;
    this.rev = reply.rev;
    this.doc = reply.frame;
    this.runs = { ...this.runs, ...reply.runs };
    if (operation.kind === "action" && !reply.runs.target) return false;
    const expected = operation.runs;
    if (expected && same(expected.target, this.runs.target) && same(expected.ignore, this.runs.ignore)) {
      return false;
    }
    return this.#rebase(operation, before);
  }

  /** Take what came by itself, as a step of a propagation does; older news is left. */
  heard(rev, doc, runs) {
    if (rev < this.rev) return false;
    const before = this.runs;
    this.rev = rev;
    this.doc = doc;
    this.runs = { ...this.runs, ...runs };
    return this.#rebase(null, before);
  }

  /** Forget an operation that will not be sent. */
  forget(operation) {
    this.pending = this.pending.filter((each) => each !== operation);
    this.#rebase(null, this.runs);
  }

  /** Return the state as it is shown: what the server said, and what was done since. */
  get state() {
    return this.pending.reduce(stateAfter, this.doc.state);
  }

  /** Return the marks as they are shown. */
  get marks() {
    const last = this.pending.findLast((each) => each.kind !== "action" || each.action === "clear" || each.action === "absent");
    if (!last) return { clicks: this.doc.clicks, box: this.doc.box, base: this.doc.base };
    if (last.kind === "predict") return last.marks;
    if (last.kind === "restore") return last.entry.marks[last.side];
    return last.kind === "action" ? NO_MARKS : { clicks: [], box: null, base: null };
  }

  /** Whether the target is the answer to the marks, so that another click refines that answer. */
  get prompted() {
    const last = this.pending.findLast((each) => ["predict", "edit", "restore"].includes(each.kind));
    if (last?.kind === "predict") return true;
    if (last?.kind === "edit") return false;
    if (last?.kind === "restore") return last.entry.prompted[last.side];
    return answered(this.doc);
  }

  #confirmed() {
    const labels = new Uint8Array(this.size.width * this.size.height);
    paintRuns(labels, TARGET, this.runs.target, this.size);
    if (this.runs.ignore.length > 1) paintRuns(labels, IGNORE, this.runs.ignore, this.size);
    return labels;
  }

  #compute() {
    const labels = this.#confirmed();
    for (const operation of this.pending) this.#project(operation, labels);
    this.labels = labels;
  }

  /** Show again what is pending on top of a new answer, and what each of it changes now. */
  #rebase(operation, before) {
    if (operation?.entry && operation.kind === "predict") {
      operation.entry.patch = patchBetween(before, this.runs, this.size);
    }
    const old = this.labels;
    if (!old && !this.pending.length) return true;
    for (const each of this.pending) each.runs = null;
    this.#compute();
    return !old || !same(old, this.labels);
  }

  #project(operation, labels) {
    const { width } = this.size;
    if (operation.kind === "edit") {
      if (operation.replace || operation.both) {
        const old = labels.slice();
        paintRuns(labels, TARGET, operation.replace ?? operation.both.target, this.size);
        if (operation.both) paintRuns(labels, IGNORE, operation.both.ignore, this.size);
        if (operation.entry) operation.entry.patch = difference(old, labels, width, this.size.height);
        return;
      }
      const patch = applyRegion(labels, width, operation.region, operation.rule);
      if (operation.entry) operation.entry.patch = patch;
    } else if (operation.kind === "restore") this.#restore(operation, labels);
    else if (operation.action === "clear" || operation.action === "absent") {
      const old = labels.slice();
      clear(labels, TARGET);
      if (operation.entry) operation.entry.patch = difference(old, labels, width, this.size.height);
    }
  }

  #restore({ entry, side }, labels) {
    if (entry.runs) paintRuns(labels, TARGET, entry.runs[side], this.size);
    else if (entry.patch) put(labels, this.size.width, entry.patch, side);
  }
}

/** Marks of a keyframe on which nothing is clicked. */
export const NO_MARKS = Object.freeze({ clicks: [], box: null, base: null });

/** Return whether a keyframe's target is what a segmenter answered to its marks. */
export function answered(doc) {
  return doc.source !== "hand" && (doc.clicks.length > 0 || doc.box !== null);
}

/** Return the runs of a plane with nothing on it. */
export function blankRuns(size) {
  return Uint32Array.of(size.width * size.height);
}

/** Return the runs of a text, or those of the empty plane for none. */
export function runsFrom(text, size) {
  return text ? decodeRuns(text) : blankRuns(size);
}

/** Return the state after an operation, as the server will see it. */
export function stateAfter(state, operation) {
  if (operation.kind === "edit") {
    const targets = operation.replace || operation.both || operation.rule.plane === "target";
    return !targets && (state === "empty" || state === "absent") ? state : "edited";
  }
  if (operation.kind === "predict") return state === "edited" ? "edited" : "prompted";
  if (operation.kind === "restore") return operation.entry.state[operation.side];
  const after = { lock: "locked", absent: "absent", clear: "empty", present: "empty", accept: "edited" };
  if (operation.action === "unlock") return operation.locked_from ?? "edited";
  return after[operation.action] ?? state;
}

/** Return the runs of both planes of a label map. */
export function planesOf(labels, size) {
  return { target: runsOf(labels, TARGET, size), ignore: runsOf(labels, IGNORE, size) };
}

/** Return both planes as text; the empty one as "". */
export function textsOf({ target, ignore }) {
  const text = (runs) => (runs.length > 1 ? encodeRuns(runs) : "");
  return { target: text(target), ignore: text(ignore) };
}

function patchBetween(before, after, size) {
  const [one, other] = [before, after].map((runs) => {
    const labels = new Uint8Array(size.width * size.height);
    paintRuns(labels, TARGET, runs.target, size);
    if (runs.ignore.length > 1) paintRuns(labels, IGNORE, runs.ignore, size);
    return labels;
  });
  return difference(one, other, size.width, size.height);
}

function same(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
