// Undo, keys, geometry, what to look at next, what waits for the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../../annotator/editor/api.js";
import * as geometry from "../../annotator/editor/core/geometry.js";
import { ACTIONS, keymap, taken, written } from "../../annotator/editor/core/keymap.js";
import { TARGET, difference, hash, put } from "../../annotator/editor/core/labels.js";
import { Outbox, TROUBLE } from "../../annotator/editor/core/outbox.js";
import { sorted } from "../../annotator/editor/core/replay.js";
import * as review from "../../annotator/editor/core/review.js";
import { decodeRuns, paintRuns, runsOf } from "../../annotator/editor/core/rle.js";
import { BLANK, Sheet } from "../../annotator/editor/core/sheet.js";
import { UndoBook } from "../../annotator/editor/core/undo.js";
import { blobs, chance, labelsOf, regionOf, rowsOf } from "./support.mjs";

const SIZE = { width: 24, height: 16 };
const PAINT = { plane: "target", erase: false, mode: "over" };
const IMAGE = { width: 576, height: 1024 };
const WINDOW = { width: 1033, height: 701 };

test("undo and redo lead to the same labels on every keyframe, in any order", () => {
  const random = chance(23);
  const book = new UndoBook();
  const shown = [0, 1, 2].map(() => [new Uint8Array(384)]);
  const place = [0, 0, 0];
  for (let turn = 0; turn < 600; turn++) {
    const k = Math.floor(random() * 3);
    const choice = random();
    if (choice < 0.4) {
      const after = blobs(SIZE, random, 3, 2);
      shown[k].splice(place[k] + 1);
      book.push(k, { patch: difference(shown[k][place[k]], after, SIZE.width, SIZE.height) });
      shown[k].push(after);
      place[k]++;
      continue;
    }
    const back = choice < 0.7;
    const entry = back ? book.undo(k) : book.redo(k);
    const wanted = place[k] + (back ? -1 : 1);
    assert.equal(entry !== null, wanted >= 0 && wanted < shown[k].length);
    if (!entry) continue;
    const labels = shown[k][place[k]].slice();
    put(labels, SIZE.width, entry.patch, back ? "before" : "after");
    place[k] = wanted;
    assert.equal(hash(labels), hash(shown[k][wanted]));
  }
});

test("undo is bounded by bytes, forgets the oldest, and keeps the last step", () => {
  const book = new UndoBook(1000, (entry) => entry.bytes);
  for (let step = 0; step < 10; step++) book.push(step % 2, { bytes: 300, step });
  assert.ok(book.bytes <= 1000);
  assert.deepEqual([book.depth(0).undo, book.depth(1).undo], [1, 2]);
  assert.equal(book.undo(1).step, 9);
  book.push(5, { bytes: 5000, step: "huge" });
  assert.equal(book.undo(5).step, "huge");
});

test("window and image coordinates go there and back at every zoom", () => {
  const random = chance(29);
  let view = geometry.fit(IMAGE, WINDOW);
  for (let turn = 0; turn < 200; turn++) {
    const point = { x: random() * WINDOW.width, y: random() * WINDOW.height };
    const held = geometry.toImage(view, point);
    view = geometry.zoomedAt(view, point, 0.5 + random() * 1.5, IMAGE, WINDOW);
    if (turn % 3 === 0) view = geometry.moved(view, { x: random() * 400 - 200, y: random() * 400 - 200 }, IMAGE, WINDOW);
    const back = geometry.toWindow(view, geometry.toImage(view, point));
    assert.ok(Math.hypot(back.x - point.x, back.y - point.y) < 1e-6);
    assert.ok(view.zoom <= geometry.MOST_ZOOM && Number.isFinite(held.x));
    const [low, high] = [geometry.toWindow(view, { x: 0, y: 0 }), geometry.toWindow(view, { x: 576, y: 1024 })];
    assert.ok(low.x < WINDOW.width && low.y < WINDOW.height && high.x > 0 && high.y > 0);
  }
});

test("the whole image fits, and zooming keeps the point under the pointer", () => {
  const view = geometry.fit(IMAGE, WINDOW);
  assert.ok(view.y >= 0 && view.y + IMAGE.height * view.zoom <= WINDOW.height);
  const point = { x: 500, y: 300 };
  const near = geometry.zoomedAt(view, point, 3, IMAGE, WINDOW);
  const [one, other] = [view, near].map((each) => geometry.toImage(each, point));
  assert.ok(Math.hypot(one.x - other.x, one.y - other.y) < 1e-9);
});

test("points at the very edge stay on the image", () => {
  assert.deepEqual(geometry.pixelOf({ x: 576, y: 1024 }, IMAGE), { x: 575, y: 1023 });
  assert.deepEqual(geometry.pixelOf({ x: -3, y: 0 }, IMAGE), { x: 0, y: 0 });
  assert.equal(geometry.inside({ x: 576, y: 5 }, IMAGE), false);
  assert.equal(geometry.nearest([{ x: 0, y: 0 }, { x: 4, y: 0 }], { x: 3, y: 0 }, 2), 1);
  assert.equal(geometry.nearest([{ x: 0, y: 0 }], { x: 3, y: 0 }, 2), -1);
});

test("no key has two actions, and no action two keys", () => {
  assert.equal(keymap().size, ACTIONS.length);
  assert.equal(new Set(ACTIONS.map(([action]) => action)).size, ACTIONS.length);
});

test("keys are written as people say them", () => {
  const event = (key, more = {}) => ({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...more });
  assert.equal(written(event("S")), "s");
  assert.equal(written(event("S", { shiftKey: true })), "Shift+s");
  assert.equal(written(event("?", { shiftKey: true })), "?");
  assert.equal(written(event(" ")), "Space");
  assert.equal(written(event("z", { metaKey: true, shiftKey: true })), "Ctrl+Shift+z");
  assert.equal(written(event("ArrowLeft", { shiftKey: true })), "Shift+ArrowLeft");
  assert.equal(keymap({ lock: "F2" }).get("F2"), "lock");
  assert.equal(keymap({ lock: "F2" }).get("k"), undefined);
  assert.equal(taken({}, "lock", "b"), "tool-brush");
  assert.equal(taken({}, "lock", "k"), null);
});

const frame = (state, rows = ["...", "..."], more = {}) => {
  const { labels, size } = labelsOf(...rows);
  const [target, ignore] = [1, 2].map((bit) => runsOf(labels, bit, size));
  return { state, flags: [], score: null, beside: false, target, ignore, ...more };
};

test("problem frames are those that are empty, jump, are unsure or were sent back", () => {
  const frames = [
    frame("edited", ["##.", "##."]),
    frame("auto", ["##.", "##."], { score: 0.9 }),
    frame("auto", ["..#", "..#"], { score: 0.2 }),
    frame("locked", ["##.", "..."]),
    frame("empty"),
    frame("absent", undefined, { flags: ["review_reject"] }),
    frame("edited", ["ooo", "..#"]),
  ];
  const reasons = review.problems(frames, 6);
  assert.deepEqual(reasons.map((each) => each.length > 0), [false, false, true, false, true, true, true]);
  assert.equal(reasons[2].length, 2);
  assert.equal(review.nextProblem(reasons, 2, 1), 4);
  assert.equal(review.nextProblem(reasons, 2, -1), 6);
  assert.equal(review.nextProblem([[], []], 0), null);
});

test("gaps are found as the server finds them", () => {
  const states = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => ([0, 3, 9].includes(k) ? "edited" : "empty"));
  assert.equal(review.middleOfLargestGap(states), 6);
  assert.equal(review.middleOfLargestGap(["auto"]), null);
  assert.deepEqual(review.gapAround(states, 5), [3, 9]);
  assert.equal(review.gapAround(["edited", "empty"], 1), null);
  assert.equal(review.gapAround(["edited", "edited"], 0), null);
});

test("what blocks handing in is told apart from what is worth a look", () => {
  const { blocking } = review.submitChecks([frame("empty"), frame("auto")], 6);
  assert.deepEqual(blocking.map((each) => each.frames), [[0], []]);
  const good = [frame("edited", ["##.", "##."], { flags: ["onset"] }), frame("auto", ["##.", "##."], { flags: ["offset"] })];
  assert.deepEqual(review.submitChecks(good, 6), { blocking: [], warnings: [] });
  const unsure = [0.1, 0.2, 0.3].map((score) => frame("auto", ["##.", "##."], { score, flags: ["onset", "offset"] }));
  assert.deepEqual(review.submitChecks(unsure, 6).warnings, [
    { text: "3 keyframes from 0 to 2: the segmenter is … % sure", frames: [0, 1, 2] },
  ]);
});

// A server that keeps what it is sent, for one keyframe.
class Server {
  constructor(size) {
    this.size = size;
    this.rev = 0;
    this.doc = BLANK;
    this.planes = new Uint8Array(size.width * size.height);
    this.past = new Map([[0, { doc: BLANK, planes: this.planes }]]);
  }

  runs() {
    return { target: runsOf(this.planes, 1, this.size), ignore: runsOf(this.planes, 2, this.size) };
  }

  save(doc, planes) {
    this.doc = { ...this.doc, ...doc };
    this.planes = planes;
    this.rev++;
    this.past.set(this.rev, { doc: this.doc, planes });
    return { rev: this.rev, frame: this.doc };
  }

  answer(sheet, operation) {
    if (operation.entry) operation.entry.beforeRev ??= this.rev;
    if (operation.kind === "edit") {
      const text = sheet.payload(operation);
      const runs = (counts) => (counts ? decodeRuns(counts) : Uint32Array.of(this.planes.length));
      const planes = new Uint8Array(this.planes.length);
      paintRuns(planes, 1, runs(text.target), this.size);
      paintRuns(planes, 2, runs(text.ignore), this.size);
      return { ...this.save({ state: "edited", source: "hand" }, planes), runs: operation.runs };
    }
    if (operation.kind === "predict") {
      const planes = this.planes.slice();
      for (let at = 0; at < planes.length; at++) planes[at] &= ~TARGET;
      for (const [x, y] of operation.marks.clicks) planes[Math.floor(y) * this.size.width + Math.floor(x)] |= TARGET;
      const reply = this.save({ state: "prompted", source: "fake", clicks: operation.marks.clicks }, planes);
      return { ...reply, runs: { target: this.runs().target } };
    }
    const past = this.past.get(operation.entry[`${operation.side}Rev`]);
    const reply = this.save(past.doc, past.planes);
    return { ...reply, runs: this.runs() };
  }
}

function entryOf(sheet) {
  return { patch: null, prompted: { before: sheet.prompted }, state: { before: sheet.state }, marks: { before: sheet.marks } };
}

test("a stroke made while a click is answered lies on top of the answer", () => {
  const server = new Server(SIZE);
  const sheet = new Sheet(0, SIZE);
  const click = { kind: "predict", k: 0, marks: { clicks: [[1.5, 1.5, true]], box: null, base: null }, entry: entryOf(sheet) };
  sheet.add(click);
  const stroke = { kind: "edit", k: 0, region: regionOf(3, 0, "##"), rule: PAINT, entry: entryOf(sheet) };
  sheet.add(stroke);
  assert.equal(sheet.state, "edited");
  assert.ok(sheet.acknowledged(click, server.answer(sheet, click)), "the picture changes");
  assert.deepEqual(rowsOf(sheet.shown(), SIZE).slice(0, 2).map((row) => row.slice(0, 6)), ["...##.", ".#...."]);
  assert.equal(sheet.acknowledged(stroke, server.answer(sheet, stroke)), false, "and then no more");
  assert.equal(hash(server.planes), hash(sheet.shown()));
});

test("whatever is done and however late answers come, page and server end with the same pixels", () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = chance(seed);
    const server = new Server(SIZE);
    const sheet = new Sheet(0, SIZE);
    const book = new UndoBook();
    const queue = [];
    for (let turn = 0; turn < 120; turn++) {
      const choice = random();
      if (choice < 0.45 && queue.length) {
        const operation = queue.shift();
        const reply = server.answer(sheet, operation);
        if (operation.entry && operation.kind !== "restore") operation.entry.afterRev = reply.rev;
        sheet.acknowledged(operation, reply);
        if (operation.kind === "predict") book.reweigh(0, operation.entry);
        continue;
      }
      if (choice < 0.7) {
        const region = regionOf(Math.floor(random() * 18), Math.floor(random() * 12), "##.", ".##");
        const plane = random() < 0.6 ? "target" : "ignore";
        const rule = { plane, erase: random() < 0.3, mode: "over" };
        const operation = { kind: "edit", k: 0, region, rule, entry: entryOf(sheet) };
        sheet.add(operation);
        if (random() < 0.5) sheet.seal(operation);
        book.push(0, operation.entry);
        queue.push(operation);
      } else if (choice < 0.8) {
        const clicks = [[random() * 24, random() * 16, true]];
        const operation = { kind: "predict", k: 0, marks: { clicks, box: null, base: null }, entry: entryOf(sheet) };
        sheet.add(operation);
        book.push(0, operation.entry);
        queue.push(operation);
      } else {
        const side = choice < 0.92 ? "before" : "after";
        const entry = side === "before" ? book.undo(0) : book.redo(0);
        if (!entry) continue;
        entry.state[side] ??= "edited";
        const operation = { kind: "restore", k: 0, entry, side };
        sheet.add(operation);
        queue.push(operation);
      }
    }
    while (queue.length) {
      const operation = queue.shift();
      const reply = server.answer(sheet, operation);
      if (operation.entry && operation.kind !== "restore") operation.entry.afterRev = reply.rev;
      sheet.acknowledged(operation, reply);
    }
    assert.equal(hash(sheet.shown()), hash(server.planes), `seed ${seed}`);
    sheet.drop();
    assert.equal(hash(sheet.shown()), hash(server.planes), `seed ${seed}, computed again`);
  }
});

test("older news of a propagation does not hide a stroke", () => {
  const sheet = new Sheet(3, SIZE);
  const stroke = { kind: "edit", k: 3, region: regionOf(0, 0, "##"), rule: PAINT, entry: entryOf(sheet) };
  sheet.add(stroke);
  const { labels } = { labels: new Uint8Array(384) };
  labels[100] = TARGET;
  sheet.heard(4, { ...BLANK, state: "auto" }, { target: runsOf(labels, TARGET, SIZE) });
  assert.deepEqual([sheet.shown()[0], sheet.shown()[100]], [1, 1]);
  assert.equal(sheet.heard(2, { ...BLANK }, {}), false);
});

function outboxOf(replies, log = []) {
  const kept = new Map();
  const box = new Outbox({
    send: async (operation) => {
      const reply = await replies(operation);
      log.push(["sent", operation.id]);
      return reply;
    },
    journal: { put: async (o) => kept.set(o.id, o), remove: async (o) => kept.delete(o.id) },
    onReply: (operation, reply) => log.push(["reply", operation.id, reply]),
    onTrouble: (trouble) => log.push(["trouble", trouble]),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return { box, kept, log };
}

test("operations are sent in order, one at a time, and leave the journal when they are saved", async () => {
  let flying = 0;
  const { box, kept, log } = outboxOf(async () => {
    assert.equal(++flying, 1);
    await new Promise((resolve) => setImmediate(resolve));
    flying--;
  });
  for (let id = 0; id < 5; id++) box.put({ id, k: 0, kind: "edit" });
  assert.equal(kept.size, 5);
  await box.drained();
  assert.deepEqual(log.filter(([what]) => what === "sent").map(([, id]) => id), [0, 1, 2, 3, 4]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(kept.size, 0);
});

test("a server that is gone is asked again until it answers; nothing is dropped or doubled", async () => {
  let failures = 3;
  const { box, log } = outboxOf(async () => {
    if (failures-- > 0) throw { trouble: TROUBLE.GONE };
  });
  box.put({ id: "a", k: 0, kind: "edit" });
  box.put({ id: "b", k: 0, kind: "edit" });
  await box.drained();
  const told = log.filter(([what]) => what !== "reply");
  assert.deepEqual(told, [
    ["trouble", "gone"], ["trouble", "gone"], ["trouble", "gone"], ["sent", "a"], ["trouble", null], ["sent", "b"],
  ]);
});

test("without the lease everything waits and stays in the journal", async () => {
  let held = false;
  const { box, kept } = outboxOf(async () => {
    if (!held) throw { trouble: TROUBLE.LEASE };
  });
  box.put({ id: "a", k: 0, kind: "edit" });
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual([box.stopped, box.pending, kept.size], ["lease", 1, 1]);
  held = true;
  box.resume();
  await box.drained();
  assert.equal(box.pending, 0);
});

test("what the server will never take is set aside and the rest goes on", async () => {
  const { box, log } = outboxOf(async (operation) => {
    if (operation.id === "bad") throw { trouble: TROUBLE.REFUSED };
  });
  box.put({ id: "bad", k: 0, kind: "edit" });
  box.put({ id: "good", k: 0, kind: "edit" });
  await box.drained();
  assert.deepEqual(log.map(([what, which]) => [what, which]), [
    ["trouble", "refused"], ["sent", "good"], ["reply", "good"],
  ]);
});

test("a segmenter that always fails does not keep strokes from being saved", async () => {
  const { box, log } = outboxOf(async (operation) => {
    if (operation.kind === "predict") throw { trouble: TROUBLE.GONE, status: 500 };
  });
  box.put({ id: "click", k: 0, kind: "predict" });
  box.put({ id: "stroke", k: 0, kind: "edit" });
  await box.drained();
  assert.deepEqual(log.map(([what, which]) => [what, which]), [
    ["trouble", "gone"], ["trouble", "gone"], ["trouble", "refused"], ["sent", "stroke"], ["trouble", null], ["reply", "stroke"],
  ]);
});

test("what a model said beside is shown once it is taken", () => {
  const sheet = new Sheet(0, SIZE);
  sheet.shown();
  const accept = { kind: "action", action: "accept", k: 0, entry: entryOf(sheet) };
  sheet.add(accept);
  const { labels } = labelsOf("#".repeat(24), ...Array(15).fill(".".repeat(24)));
  const runs = { target: runsOf(labels, 1, SIZE), ignore: runsOf(labels, 2, SIZE) };
  assert.ok(sheet.acknowledged(accept, { rev: 1, frame: { ...BLANK, state: "edited" }, runs }));
  assert.equal(sheet.shown()[5], TARGET);
});

test("an answer that is cut off is no refusal: it is asked for again", async (context) => {
  const cut = { ok: true, status: 200, json: async () => JSON.parse('{"rev": 1, "fra') };
  context.mock.method(globalThis, "fetch", async () => cut);
  await assert.rejects(new Api("", "job").act(0, {}), { trouble: TROUBLE.GONE });
  context.mock.method(globalThis, "fetch", async () => {
    throw new TypeError("network error");
  });
  await assert.rejects(new Api("", "job").act(0, {}), { trouble: TROUBLE.GONE });
  for (const [status, body, trouble] of [
    [401, {}, TROUBLE.LOGIN], [409, { reason: "lease" }, TROUBLE.LEASE], [409, { reason: "conflict" }, TROUBLE.CONFLICT],
    [409, { reason: "state" }, TROUBLE.REFUSED], [422, {}, TROUBLE.REFUSED], [500, {}, TROUBLE.GONE],
  ]) {
    context.mock.method(globalThis, "fetch", async () => ({ ok: false, status, json: async () => body }));
    await assert.rejects(new Api("", "job").act(0, {}), { trouble });
  }
});

test("ten clicks against a slow model are sent as few lists, and the last list has all of them", async () => {
  const sent = [];
  const { box } = outboxOf(async (operation) => {
    sent.push(operation.clicks.length);
    await new Promise((resolve) => setTimeout(resolve, 15));
  });
  for (let click = 1; click <= 10; click++) {
    const clicks = Array(click).fill(0);
    const merged = box.replaceLast(0, "predict", (last) => (last.clicks = clicks));
    if (!merged) box.put({ id: click, k: 0, kind: "predict", clicks });
  }
  await box.drained();
  assert.deepEqual(sent, [1, 10]);
});

test("a click that may be saved is not given a newer list: the newer list is asked by itself", async () => {
  const sent = [];
  const { box } = outboxOf(async (operation) => {
    sent.push(operation.clicks.length);
    // The first answer is lost, and while the page waits to ask again there is another click.
    if (sent.length === 1) setImmediate(() => another());
    if (sent.length === 1) throw { trouble: TROUBLE.GONE };
  });
  function another() {
    const clicks = [0, 0];
    const merged = box.replaceLast(0, "predict", (last) => (last.clicks = clicks));
    assert.equal(merged, null);
    box.put({ id: 2, k: 0, kind: "predict", clicks });
  }
  box.pause = () => new Promise((resolve) => setTimeout(resolve, 5));
  box.put({ id: 1, k: 0, kind: "predict", clicks: [0] });
  await box.drained();
  assert.deepEqual(sent, [1, 1, 2]);
});

test("a journal is sorted into what is saved, what is sent again and what is offered", () => {
  const stamps = { 0: { rev: 7, session: "old", seq: 4 }, 1: { rev: 2, session: "x", seq: 1 }, 2: { rev: 9, session: "y", seq: 1 } };
  stamps[3] = { rev: 8, session: "old", seq: 3 }; // of the same page, so what it did next follows
  stamps[4] = { rev: 8, session: "old", seq: 0 }; // a propagation of that page
  const kept = [
    { made: 3, k: 0, session: "old", seq: 5, base: 6 },
    { made: 2, k: 0, session: "old", seq: 4, base: 5 },
    { made: 4, k: 1, session: "old", seq: 6, base: 2 },
    { made: 5, k: 1, session: "old", seq: 7, base: 2 },
    { made: 6, k: 2, session: "old", seq: 8, base: 3 },
    { made: 7, k: 1, draft: true, base: 2 },
    { made: 8, k: 0, session: "new", seq: 1, base: 6 },
    { made: 9, k: 3, session: "old", seq: 9, base: 4 },
    { made: 10, k: 4, session: "old", seq: 10, base: 4 },
  ];
  const found = sorted(kept, (k) => stamps[k]);
  assert.deepEqual(found.done.map((each) => each.made), [2]);
  assert.deepEqual(found.again.map((each) => each.made), [3, 4, 5, 8, 9]);
  assert.deepEqual(found.offered.map((each) => each.made), [6, 7, 10]);
});
