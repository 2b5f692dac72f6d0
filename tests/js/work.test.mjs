// What a page keeps and sends of a keyframe: after a conflict, and of what an earlier page left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TROUBLE } from "../../annotator/editor/core/outbox.js";
import { sorted } from "../../annotator/editor/core/replay.js";
import { encodeRuns, runsOf } from "../../annotator/editor/core/rle.js";
import { BLANK } from "../../annotator/editor/core/sheet.js";
import { Work } from "../../annotator/editor/work.js";
import { chance, labelsOf, regionOf, rowsOf } from "./support.mjs";

const CLIP = { width: 6, height: 4, keyframes: 2, key_stride: 4 };
const RULE = { plane: "target", erase: false, mode: "over" };
const EMPTY = ["......", "......", "......", "......"];
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Return work on an empty clip, what its journal was told, and what the server was sent. */
function workOn(saveMasks, session = "tab-new") {
  const [told, sent] = [[], []];
  const journal = {
    put: async (each) => void told.push(["put", each.id]),
    remove: async (each) => void told.push(["remove", each.id]),
  };
  const api = {
    job: "job",
    saveMasks: async (k, body) => {
      sent.push([body.session, body.seq, body.rev]);
      return saveMasks(k, body);
    },
  };
  const work = new Work(api, journal, session);
  work.load({ clip: CLIP, rev: 0, frames: {} }, { frames: {} });
  return { work, told, sent };
}

function saved(rev) {
  return async () => ({ rev, frame: { ...BLANK, state: "edited" } });
}

for (const [choice, rows, journal] of [
  ["mine", ["##....", "##....", "......", "......"], [["put", "tab-new-1"], ["put", "tab-new-2"], ["remove", "tab-new-1"]]],
  ["theirs", EMPTY, [["put", "tab-new-1"], ["remove", "tab-new-1"]]],
  ["both", ["##....", "##....", "......", "......"], [["put", "tab-new-1"]]],
]) {
  test(`after a conflict and "${choice}" the journal never lacks what is kept`, async () => {
    let theirs = true;
    const { work, told } = workOn(async () => {
      if (theirs) throw { trouble: TROUBLE.CONFLICT };
      return saved(9)();
    });
    work.edit(0, { region: regionOf(0, 0, "##", "##"), rule: RULE });
    await settled();
    assert.equal(work.outbox.stopped, TROUBLE.CONFLICT);
    theirs = false;
    const decided = work.decide(0, choice, { rev: 8, frame: BLANK, target: "", ignore: "" });
    assert.equal(work.outbox.pending > 0, choice !== "theirs", "nothing looks saved that is not");
    await decided;
    await work.outbox.drained();
    assert.deepEqual(rowsOf(work.labels(0), CLIP), rows);
    assert.deepEqual(told.slice(0, journal.length), journal);
    assert.equal(work.sheets[0].rev, choice === "theirs" ? 8 : 9);
  });
}

test("what another page has sent meanwhile under later numbers is shown as the server has it", async () => {
  const { labels: both } = labelsOf("##....", "##....", "......", "......");
  const all = { rev: 5, frame: { ...BLANK, state: "edited" }, target: encodeRuns(runsOf(both, 1, CLIP)), ignore: "" };
  const { work, sent } = workOn(async (_, { seq }) => (seq === 1 ? { ...all, superseded: true } : all));
  work.edit(0, { region: regionOf(0, 0, "##"), rule: RULE });
  work.edit(0, { region: regionOf(0, 1, "##"), rule: RULE });
  await work.outbox.drained();
  assert.equal(sent.length, 2);
  assert.deepEqual(rowsOf(work.labels(0), CLIP), ["##....", "##....", "......", "......"]);
  assert.equal(work.sheets[0].rev, 5);
});

test("what an earlier page left keeps its number, and what somebody chose gets a new one", async () => {
  const { work, told, sent } = workOn(saved(3));
  const record = { id: "tab-old-7", session: "tab-old", seq: 7, k: 0, kind: "edit", region: regionOf(1, 1, "##"), rule: RULE };
  await work.replay(record);
  await work.replay({ ...record, id: "tab-old-8", seq: 8, draft: true }, { anew: true });
  work.edit(0, { region: regionOf(4, 0, "#"), rule: RULE });
  await work.outbox.drained();
  assert.deepEqual(sent, [["tab-old", 7, 0], ["tab-new", 2, 3], ["tab-new", 3, 3]]);
  const names = told.map(([what, id]) => `${what} ${id}`);
  assert.ok(names.indexOf("put tab-new-1") < names.indexOf("remove tab-old-7"));
  assert.deepEqual(rowsOf(work.labels(0), CLIP), ["....#.", ".##...", "......", "......"]);
});

// The server's rules for one request: a number that it has is not done again, an older one is
// superseded, and what is made from another revision is a conflict.
class Server {
  #stamps = [];

  constructor() {
    for (let k = 0; k < CLIP.keyframes; k++) this.#stamps.push({ rev: 0, session: "", seq: 0, target: "", ignore: "" });
    this.rev = 0;
  }

  state() {
    const frames = {};
    this.#stamps.forEach((each, k) => {
      if (each.rev) frames[k * CLIP.key_stride] = { ...BLANK, ...each, state: "edited" };
    });
    return { clip: CLIP, rev: this.rev, frames };
  }

  masks() {
    return { frames: Object.fromEntries(this.#stamps.map((each, k) => [k, each])) };
  }

  save(k, { rev, session, seq, target, ignore }) {
    const stamp = this.#stamps[k];
    const frame = { ...BLANK, state: "edited" };
    if (stamp.session === session && stamp.seq >= seq) {
      return { rev: stamp.rev, frame, target: stamp.target, ignore: stamp.ignore, superseded: stamp.seq > seq };
    }
    if (stamp.session !== session && stamp.rev !== rev) throw { trouble: TROUBLE.CONFLICT };
    this.#stamps[k] = { rev: ++this.rev, session, seq, target, ignore };
    return { rev: this.rev, frame };
  }
}

test("whenever pages die and whatever comes late or is lost, every stroke is saved once and nobody is asked", async () => {
  for (let seed = 0; seed < 600; seed++) {
    const random = chance(seed);
    const [server, kept, late] = [new Server(), new Map(), []];
    const free = Array.from({ length: CLIP.keyframes }, () => Array.from({ length: 24 }, (_, at) => at));
    const troubles = new Set();
    const pages = 4;
    for (let page = 0; page < pages; page++) {
      let alive = true;
      const last = page === pages - 1;
      const journal = {
        put: async ({ id, made, k, kind, session, seq, base, after, region, rule }) => {
          if (alive) kept.set(id, { id, made, k, kind, session, seq, base, after, region, rule });
        },
        remove: async ({ id }) => alive && kept.delete(id),
      };
      const api = {
        job: "job",
        saveMasks: async (k, body) => {
          const fate = last ? 0 : random();
          await new Promise((resolve) => setImmediate(resolve));
          if (!alive) {
            // It left the page before the page died, and comes when it likes, or never.
            late.push([k, body]);
            return new Promise(() => {});
          }
          if (fate > 0.9) throw { trouble: TROUBLE.GONE };
          const reply = server.save(k, body);
          if (fate > 0.7) throw { trouble: TROUBLE.GONE };
          return reply;
        },
      };
      const arrive = () => {
        while (late.length && random() < 0.6) {
          const [k, body] = late.shift();
          try {
            server.save(k, body);
          } catch (error) {
            assert.equal(error.trouble, TROUBLE.CONFLICT, "refused, and nobody waits for the answer");
          }
        }
      };
      const work = new Work(api, journal, `tab-${page}`);
      work.outbox.pause = () => new Promise((resolve) => setImmediate(resolve));
      work.on("trouble", (trouble) => troubles.add(trouble));
      const state = server.state();
      arrive();
      work.load(state, server.masks());
      arrive();
      const stampOf = (k) => state.frames[k * CLIP.key_stride] ?? { rev: 0, session: "", seq: 0 };
      const { done, again, offered } = sorted([...kept.values()], stampOf);
      assert.deepEqual(offered, [], `seed ${seed}, page ${page}`);
      for (const record of done) await journal.remove(record);
      for (const record of again) await work.replay(record);
      for (let stroke = 0; stroke < 5; stroke++) {
        const k = Math.floor(random() * CLIP.keyframes);
        const [at] = free[k].splice(Math.floor(random() * free[k].length), 1);
        work.edit(k, { region: regionOf(at % CLIP.width, Math.floor(at / CLIP.width), "#"), rule: RULE });
        for (let turn = Math.floor(random() * 4); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
        if (random() < 0.3) arrive();
      }
      if (last) await work.outbox.drained();
      alive = false;
      work.outbox.stop("closed");
    }
    assert.ok(!troubles.has(TROUBLE.CONFLICT) && !troubles.has(TROUBLE.REFUSED), `seed ${seed}: ${[...troubles]}`);
    const shown = new Work({ job: "job" }, {}, "tab-shown");
    shown.load(server.state(), server.masks());
    free.forEach((left, k) => {
      const extra = left.map((at) => shown.labels(k)[at]).filter(Boolean);
      assert.deepEqual([shown.labels(k).reduce((sum, each) => sum + each, 0), extra], [24 - left.length, []], `seed ${seed}`);
    });
  }
});
