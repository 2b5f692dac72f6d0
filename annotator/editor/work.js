// The work on one clip: every keyframe, what can be undone, and what is on its way to the server.

import { Outbox, TROUBLE } from "./core/outbox.js";
import { areaOf, decodeRuns } from "./core/rle.js";
import { BLANK, NO_MARKS, Sheet, runsFrom } from "./core/sheet.js";
import { UndoBook } from "./core/undo.js";
import { Signals, pause } from "./dom.js";
import { send } from "./sending.js";

const MOST_SHOWN = 12;

/** Signals: "sheet" (k), "queue", "trouble" (trouble, error, operation). */
export class Work extends Signals {
  #made = Date.now() * 1000;
  #seq = 0;
  #recent = [];
  #bases = new Map();

  constructor(api, journal, session) {
    super();
    Object.assign(this, { api, journal, session });
    this.undoBook = new UndoBook();
    this.sheets = [];
    this.rev = 0;
    this.besides = new Map();
    this.outbox = new Outbox({
      send: (operation) => send(this, operation),
      journal,
      onReply: (operation, reply) => this.#replied(operation, reply),
      onTrouble: (trouble, error, operation) => this.#troubled(trouble, error, operation),
      pause,
    });
  }

  /** Take what the server has: its state, and the planes of all keyframes. */
  load(state, masks) {
    const { width, height, keyframes, key_stride: stride } = state.clip;
    this.size = { width, height };
    this.rev = state.rev;
    if (!this.sheets.length) {
      this.sheets = Array.from({ length: keyframes }, (_, k) => new Sheet(k, this.size));
    }
    for (const sheet of this.sheets) {
      if (sheet.pending.length) continue;
      const stamped = state.frames[sheet.k * stride];
      const planes = masks.frames[sheet.k];
      if (stamped && stamped.rev === sheet.rev) continue;
      sheet.load(stamped?.rev ?? 0, stamped ?? BLANK, {
        target: runsFrom(planes?.target, this.size),
        ignore: runsFrom(planes?.ignore, this.size),
      });
      this.emit("sheet", sheet.k);
    }
  }

  /** Return a keyframe's label map as it is shown; few of them are kept. */
  labels(k) {
    this.#recent = [k, ...this.#recent.filter((each) => each !== k)];
    for (const far of this.#recent.splice(MOST_SHOWN)) this.sheets[far].drop();
    return this.sheets[k].shown();
  }

  /** Return an operation with its number; nothing is done yet. */
  operation(k, kind, facts) {
    const sheet = this.sheets[k];
    const entry = this.#entry(sheet);
    const before = sheet.pending.at(-1);
    this.#seq++;
    this.#made++;
    return {
      id: `${this.session}-${this.#seq}`,
      made: this.#made,
      session: this.session,
      seq: this.#seq,
      job: this.api.job,
      base: sheet.rev,
      after: before ? { session: before.session, seq: before.seq } : undefined,
      k,
      kind,
      entry,
      ...facts,
    };
  }

  /** Change pixels: a region by a rule, a whole target, or both planes. */
  edit(k, what) {
    const operation = this.operation(k, "edit", what);
    this.#add(operation);
    return operation;
  }

  /** Send the clicks and the box of a keyframe, all of them, to the segmenter. */
  predict(k, marks) {
    const sheet = this.sheets[k];
    const merged = this.outbox.replaceLast(k, "predict", (last) => {
      const entry = this.#entry(sheet);
      last.marks = marks;
      this.#noteAfter(entry, sheet);
      this.undoBook.push(k, entry);
      last.merged = [...(last.merged ?? []), entry];
    });
    if (!merged) this.#add(this.operation(k, "predict", { marks }));
    else this.#changed(k);
  }

  /** Lock, mark absent, clear, accept, flag. */
  act(k, action, flag, number = {}) {
    const facts = { action, flag, locked_from: this.sheets[k].doc.locked_from, ...number };
    const operation = this.operation(k, "action", facts);
    if (!["absent", "clear", "accept"].includes(action)) operation.entry = null;
    this.#add(operation);
  }

  /** Take back the last step of a keyframe, or do it again; return whether there was one. */
  undo(k, again = false) {
    const turn = (at) => (again ? this.undoBook.redo(at) : this.undoBook.undo(at));
    const peek = (at) => (again ? this.undoBook.next(at) : this.undoBook.last(at));
    const entry = turn(k);
    if (!entry) return false;
    const side = again ? "after" : "before";
    this.#restore(entry, side);
    for (const other of entry.group ?? []) {
      if (other !== entry && peek(other.k) === other) this.#restore(turn(other.k), side);
    }
    return true;
  }

  /** Note what a propagation made of several keyframes, as one step. */
  group(entries) {
    for (const entry of entries) {
      entry.group = entries;
      this.undoBook.push(entry.k, entry);
    }
  }

  /** Take a line of a propagation; return the entry that takes it back, or null. */
  heard(line) {
    const sheet = this.sheets[line.k];
    if (line.rev < sheet.rev) return null;
    const target = decodeRuns(line.rle.counts);
    const { frame } = line;
    if (frame.beside) {
      this.besides.set(line.k, target);
      if (sheet.heard(line.rev, frame, {})) this.emit("sheet", line.k);
      return null;
    }
    if (frame.state !== "auto") {
      sheet.heard(line.rev, frame, {});
      this.emit("sheet", line.k);
      return null;
    }
    const entry = {
      k: line.k,
      runs: { before: sheet.runs.target, after: target },
      marks: { before: sheet.marks, after: NO_MARKS },
      prompted: { before: sheet.prompted, after: false },
      state: { before: sheet.state, after: "auto" },
      beforeRev: sheet.rev,
      afterRev: line.rev,
    };
    sheet.heard(line.rev, frame, { target });
    this.rev = Math.max(this.rev, line.rev);
    this.emit("sheet", line.k);
    return entry;
  }

  /**
   * Put what an earlier page left behind, once more. With its own number the server does it once,
   * also where the earlier page's request is still on its way; what somebody chose is done anew.
   */
  replay(record, { anew = false } = {}) {
    const { k, kind, region, rule, replace, marks, action, flag, mine, session, seq } = record;
    const number = anew ? {} : { session, seq };
    if (kind === "predict") this.#add(this.operation(k, "predict", { marks: this.#known(marks), ...number }));
    else if (kind === "action") this.act(k, action, flag, number);
    else if (kind === "edit" && (region || replace)) this.edit(k, { ...(region ? { region, rule } : { replace }), ...number });
    else if (mine) this.edit(k, { both: this.runsOf(mine), ...number });
    return this.journal.remove(record);
  }

  /** Return runs of both planes from their texts. */
  runsOf(texts) {
    return { target: runsFrom(texts.target, this.size), ignore: runsFrom(texts.ignore, this.size) };
  }

  /** After a conflict: take the server's copy, keep mine, or put what I did on top of theirs. */
  async decide(k, choice, theirs) {
    const sheet = this.sheets[k];
    const runs = this.runsOf(theirs);
    const frame = theirs.frame ?? BLANK;
    if (choice === "both") sheet.heard(theirs.rev, frame, runs);
    else {
      const [mine, dropped] = [sheet.shownRuns(), sheet.pending];
      sheet.pending = [];
      sheet.load(theirs.rev, frame, runs);
      // Kept before the others are forgotten: there is no moment in which mine is nowhere.
      if (choice === "mine") this.edit(k, { both: mine });
      for (const operation of dropped) await this.outbox.discard(operation);
    }
    this.emit("sheet", k);
    this.outbox.resume();
    this.emit("queue");
  }

  /** Return what clicks on a keyframe refine: its target as it is once they are sent, or nothing. */
  base(k) {
    if (!areaOf(this.sheets[k].shownRuns().target)) return null;
    const name = `${this.session}-base-${++this.#seq}`;
    this.#bases.set(name, { name, digest: null });
    return this.#bases.get(name);
  }

  /** Return the marks of an earlier page; lists that refined one mask go on refining one. */
  #known(marks) {
    if (!marks.base?.name) return marks;
    const { name } = marks.base;
    if (!this.#bases.has(name)) this.#bases.set(name, { ...marks.base });
    return { ...marks, base: this.#bases.get(name) };
  }

  #entry(sheet) {
    return {
      k: sheet.k,
      patch: null,
      marks: { before: sheet.marks },
      prompted: { before: sheet.prompted },
      state: { before: sheet.state },
    };
  }

  #noteAfter(entry, sheet) {
    entry.marks.after = sheet.marks;
    entry.prompted.after = sheet.prompted;
    entry.state.after = sheet.state;
  }

  #add(operation) {
    const sheet = this.sheets[operation.k];
    sheet.add(operation);
    if (operation.entry) {
      this.#noteAfter(operation.entry, sheet);
      this.undoBook.push(operation.k, operation.entry);
    }
    this.#queue(operation, sheet);
  }

  #restore(entry, side) {
    const operation = { ...this.operation(entry.k, "restore", { side }), entry };
    const sheet = this.sheets[entry.k];
    sheet.add(operation);
    this.#queue(operation, sheet);
  }

  #queue(operation, sheet) {
    if (operation.kind === "edit" || operation.kind === "restore") {
      operation.mine = sheet.seal(operation);
      if (operation.kind === "restore") operation.runs = null; // the server says what it was
    }
    this.outbox.put(operation);
    this.#changed(operation.k);
  }

  #changed(k) {
    this.emit("sheet", k);
    this.emit("queue");
  }

  #replied(operation, reply) {
    const sheet = this.sheets[operation.k];
    if (operation.kind !== "restore" && operation.entry) {
      const entries = [operation.entry, ...(operation.merged ?? [])];
      entries.at(-1).afterRev = reply.rev;
    }
    sheet.acknowledged(operation, reply);
    if (!sheet.pending.length && !this.#recent.includes(operation.k)) sheet.drop();
    if (operation.merged?.length) this.#shiftPatch(operation);
    if (operation.entry) this.undoBook.reweigh(operation.k, operation.entry);
    if (!reply.frame.beside) this.besides.delete(operation.k);
    this.rev = Math.max(this.rev, reply.rev);
    this.#changed(operation.k);
  }

  /** One answer to several clicks: taking back the last of them takes back what was answered. */
  #shiftPatch(operation) {
    operation.merged.at(-1).patch = operation.entry.patch;
    operation.entry.patch = null;
  }

  #troubled(trouble, error, operation) {
    if (trouble === TROUBLE.REFUSED) {
      this.sheets[operation.k].forget(operation);
      if (operation.entry) this.undoBook.drop(operation.k, operation.entry);
      // What was drawn is offered when the job is opened again, whatever the reason was.
      const drawn = operation.kind === "edit" || operation.kind === "predict";
      if (drawn) this.journal.put({ ...operation, draft: true }).catch(() => {});
      this.emit("sheet", operation.k);
    }
    this.emit("trouble", trouble, error, operation);
    this.emit("queue");
  }
}
