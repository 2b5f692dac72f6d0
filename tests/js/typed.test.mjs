// What is typed reaches the server or stays in the browser, whatever happens in between.

import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, Typed, same } from "../../annotator/editor/core/typed.js";
import { chance } from "./support.mjs";

/** A server that counts revisions, and a browser's storage; `fate` says what becomes of a request. */
function world(fate = () => "answered") {
  const found = { texts: ["", ""], rev: 0, record: null, said: [], asked: 0 };
  const fail = (trouble) => Promise.reject(Object.assign(new Error(trouble), { trouble }));
  const load = async () => ({ texts: found.texts, rev: found.rev });
  found.save = (texts, rev) => {
    if (same(texts, found.texts)) return { rev: found.rev };
    if (rev !== found.rev) return null;
    found.texts = texts;
    found.rev += 1;
    return { rev: found.rev, words: [], problems: [] };
  };
  found.send = async ({ texts, rev }) => {
    const outcome = fate(found.asked++);
    if (outcome === "refused") return fail("refused");
    if (outcome === "lost") return fail("gone");
    const reply = found.save(texts, rev);
    if (outcome === "unheard") return fail("gone");
    return reply ?? fail("conflict");
  };
  found.close = () => (found.page = {}); // a page that is closed never goes on
  found.open = () => {
    const page = (found.page = {});
    return new Typed({
      server: { texts: found.texts, rev: found.rev },
      kept: {
        read: () => structuredClone(found.record),
        write: (record) => (found.record = structuredClone(record)),
      },
      send: found.send,
      load,
      changed: (status) => found.said.push(status),
      pause: () => new Promise((resolve) => setImmediate(() => found.page === page && resolve())),
    });
  };
  return found;
}

test("what is typed is saved, and then the browser keeps nothing", async () => {
  const here = world();
  const typed = here.open();
  typed.type(["a square", ""]);
  assert.deepEqual(here.record.texts, ["a square", ""]);
  typed.type(["a square that moves", ""]);
  assert.equal(await typed.settled(), true);
  assert.deepEqual(here.texts, ["a square that moves", ""]);
  assert.equal(here.record, null);
  assert.equal(here.said.at(-1), STATUS.SAVED);
});

test("an answer that was lost is no conflict, though more was typed meanwhile", async () => {
  const here = world((number) => (number < 2 ? "unheard" : "answered"));
  const typed = here.open();
  typed.type(["one", ""]);
  while (!here.asked) await new Promise(setImmediate);
  typed.type(["one and two", ""]);
  assert.equal(await typed.settled(), true);
  assert.deepEqual([here.texts, here.rev], [["one and two", ""], 2]);
  assert.ok(!here.said.includes(STATUS.CONFLICT));
});

test("a page that went away before an answer came goes on where it was", async () => {
  let away = true;
  const here = world(() => (away ? "unheard" : "answered"));
  const typed = here.open();
  typed.type(["sent and not heard of", ""]);
  while (!here.asked) await new Promise(setImmediate);
  typed.type(["sent and not heard of, then more", ""]);
  here.close();
  assert.deepEqual(here.record.sent, ["sent and not heard of", ""]);
  assert.deepEqual(here.texts, here.record.sent);
  away = false;
  const again = here.open();
  assert.deepEqual(again.texts, ["sent and not heard of, then more", ""]);
  assert.equal(await again.settled(), true);
  assert.deepEqual(here.texts, ["sent and not heard of, then more", ""]);
  assert.ok(!here.said.includes(STATUS.CONFLICT));
});

test("another tab's texts are never overwritten unasked, nor one's own", async () => {
  for (const mine of [true, false]) {
    const here = world();
    const typed = here.open();
    here.save(["from another tab", ""], 0);
    typed.type(["from this tab", ""]);
    assert.equal(await typed.settled(), false);
    assert.equal(here.said.at(-1), STATUS.CONFLICT);
    assert.deepEqual([here.texts, typed.texts], [["from another tab", ""], ["from this tab", ""]]);
    assert.deepEqual(here.record.texts, ["from this tab", ""]);
    if (mine) typed.mine();
    else assert.deepEqual(typed.theirs(), ["from another tab", ""]);
    assert.equal(await typed.settled(), true);
    assert.deepEqual(here.texts, [mine ? "from this tab" : "from another tab", ""]);
    assert.equal(here.record, null);
  }
});

test("after a reload a conflict is still one", async () => {
  const here = world(() => "lost");
  const typed = here.open();
  typed.type(["from this tab", ""]);
  here.close();
  here.save(["from another tab", ""], 0);
  here.said = [];
  here.open();
  assert.deepEqual(here.said, [STATUS.CONFLICT]);
});

test("texts that are refused stay, are said to be, and better ones are taken", async () => {
  const here = world((number) => (number === 0 ? "refused" : "answered"));
  const typed = here.open();
  typed.type(["\u0007", ""]);
  assert.equal(await typed.settled(), false);
  assert.equal(here.said.at(-1), STATUS.REFUSED);
  assert.deepEqual(here.record.texts, ["\u0007", ""]);
  typed.type(["without the bell", ""]);
  assert.equal(await typed.settled(), true);
});

test("whatever is lost on the way, the last texts arrive and nothing is in conflict", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = chance(seed);
    const here = world(() => ["answered", "lost", "unheard"][Math.floor(3 * random())]);
    const typed = here.open();
    let last = typed.texts;
    for (let turn = 0; turn < 12; turn++) {
      last = [`text ${turn}`, random() < 0.5 ? "" : `other ${turn}`];
      typed.type(last);
      for (let wait = Math.floor(4 * random()); wait > 0; wait--) await new Promise(setImmediate);
    }
    assert.equal(await typed.settled(), true);
    assert.deepEqual(here.texts, last);
    assert.equal(here.record, null);
    assert.ok(!here.said.includes(STATUS.CONFLICT), `seed ${seed}`);
  }
});
