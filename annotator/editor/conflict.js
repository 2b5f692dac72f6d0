// A keyframe that changed elsewhere while it was changed here: somebody decides, nothing is silent.

import { TARGET } from "./core/labels.js";
import { paintRuns } from "./core/rle.js";
import { el } from "./dom.js";
import { outlineCanvas, word } from "./stage.js";

/** Ask what becomes of a keyframe with two versions, and carry it out. */
export async function decideConflict(editor, operation) {
  const { k } = operation;
  editor.activity.note("conflict", k);
  const theirs = await editor.notices.patiently(() => editor.api.frameMasks(k));
  if (!theirs) return;
  if (editor.k !== k) editor.show(k);
  const mine = editor.work.sheets[k].shownRuns();
  const saved = editor.work.runsOf(theirs);
  const choice = await editor.dialogs.ask(
    `Keyframe ${k} was changed elsewhere`,
    [
      el("p", { textContent: "What you did here is made from an older version. Nothing is thrown away until you choose." }),
      el("div", { className: "versions" }, version(editor, "Mine", mine), version(editor, "Theirs, as it is saved", saved)),
    ],
    [
      ["both", "Put my changes on theirs"],
      ["mine", "Keep mine"],
      ["theirs", "Take theirs"],
    ],
  );
  await editor.work.decide(k, choice ?? "both", theirs);
}

function version(editor, title, runs) {
  const { width, height } = editor.size;
  const canvas = el("canvas", { width, height, className: "version" });
  const context = canvas.getContext("2d");
  if (editor.stage.bitmap) context.drawImage(editor.stage.bitmap, 0, 0, width, height);
  const labels = new Uint8Array(width * height);
  paintRuns(labels, TARGET, runs.target, editor.size);
  context.drawImage(outlineCanvas(labels, editor.size, word([255, 45, 150], 1)), 0, 0);
  return el("figure", {}, canvas, el("figcaption", { textContent: title }));
}
