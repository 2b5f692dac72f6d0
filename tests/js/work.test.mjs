// What a page keeps and sends of a keyframe: after a conflict, and of what an earlier page left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TROUBLE } from "../../annotator/editor/core/outbox.js";
import { BLANK } from "../../annotator/editor/core/sheet.js";
import { Work } from "../../annotator/editor/work.js";
import { regionOf, rowsOf } from "./support.mjs";

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
