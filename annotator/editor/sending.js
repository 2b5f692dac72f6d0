// One operation as the request that carries it out.

import { decodeRuns } from "./core/rle.js";
import { blankRuns } from "./core/sheet.js";

/**
 * Send an operation, the first of those that wait, and return what the keyframe became:
 * {rev, frame, runs}.
 * @param {import("./work.js").Work} work
 */
export async function send(work, operation) {
  const sheet = work.sheets[operation.k];
  if (operation.entry && operation.kind !== "restore") operation.entry.beforeRev ??= sheet.rev;
  const asked = { rev: sheet.rev, session: operation.session, seq: operation.seq };
  if (operation.kind === "edit") return edit(work, sheet, operation, asked);
  if (operation.kind === "predict") return predict(work, sheet, operation.marks, asked);
  if (operation.kind === "action") return act(work, sheet, operation, asked);
  return restore(work, sheet, operation, asked);
}

async function edit(work, sheet, operation, asked) {
  const planes = sheet.payload(operation);
  const reply = await work.api.saveMasks(sheet.k, { ...asked, ...planes });
  // A later request of this number's page is saved: what came of all of them is the answer.
  return { rev: reply.rev, frame: reply.frame, runs: reply.superseded ? work.runsOf(reply) : operation.runs };
}

async function predict(work, sheet, marks, asked) {
  const base = settledBase(work, sheet, marks.base);
  if (!marks.clicks.length && !marks.box && !base) {
    return act(work, sheet, { action: "clear" }, asked);
  }
  const body = { k: sheet.k, clicks: marks.clicks, box: marks.box, base };
  const reply = await work.api.predict({ ...body, ...asked });
  if (reply.superseded) return whole(work, sheet);
  return { rev: reply.rev, frame: reply.frame, runs: { target: decodeRuns(reply.rle.counts) } };
}

/** Return the plane that clicks refine; the first list that is sent settles it for the later ones. */
function settledBase(work, sheet, base) {
  if (base === null || typeof base === "string") return base;
  if (base.digest === null) {
    base.digest = sheet.doc.target;
    for (const each of work.outbox.queue) {
      if (each.marks?.base === base) Promise.resolve(work.journal.put(each)).catch(() => {});
    }
  }
  return base.digest;
}

async function act(work, sheet, { action, flag }, asked) {
  const body = { ...asked, action, ...(flag ? { flag } : {}) };
  const reply = await work.api.act(sheet.k, body);
  if (reply.superseded) return whole(work, sheet);
  if (reply.frame.target === null) {
    return { ...reply, runs: { target: blankRuns(work.size) } };
  }
  if (reply.frame.target === sheet.doc.target) return { ...reply, runs: {} };
  return whole(work, sheet);
}

/** Go back to what the keyframe was on one side of a step. */
async function restore(work, sheet, { entry, side }, asked) {
  const to = entry[`${side}Rev`];
  // A click that was merged with a later one was never a revision: its list is asked again.
  if (to === undefined) return predict(work, sheet, { ...entry.marks[side] }, asked);
  const reply = await work.api.restore(sheet.k, { ...asked, to });
  return { rev: reply.rev, frame: reply.frame, runs: work.runsOf(reply) };
}

async function whole(work, sheet) {
  const found = await work.api.frameMasks(sheet.k);
  return { rev: found.rev, frame: found.frame, runs: work.runsOf(found) };
}
