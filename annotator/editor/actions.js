// What every key and button does.

import { edgeBand, between } from "./core/distance.js";
import { TARGET, planeOf } from "./core/labels.js";
import { gapAround, middleOfLargestGap, nextProblem } from "./core/review.js";
import { areaOf, runsOf } from "./core/rle.js";
import { fromHalf, unsureRegion } from "./core/suggest.js";
import { submitJob } from "./handing_in.js";
import { showHelp } from "./help.js";
import { centred } from "./core/geometry.js";

const BAND = 3;
const UNSURE = 2;
const IGNORE_RULE = { plane: "ignore", erase: false, mode: "over" };
const FIVE = 5;

/** Return the actions of an editor by name. */
export function actionsOf(editor) {
  return { ...movement(editor), ...tools(editor), ...painting(editor), ...model(editor), ...keyframe(editor), ...view(editor) };
}

function movement(editor) {
  const states = () => editor.work.sheets.map((sheet) => sheet.state);
  const problem = (step) => {
    editor.timeline.refresh();
    const k = nextProblem(editor.timeline.reasons, editor.k, step);
    if (k === null) editor.say("No problem is left.");
    else editor.show(k);
    if (k !== null) editor.say(`Keyframe ${k}: ${editor.timeline.reasons[k].join("; ")}.`);
  };
  // From between two keyframes the way back leads to the one that was passed.
  const back = () => (editor.raw % editor.stride ? editor.k : editor.k - 1);
  return {
    previous: () => editor.show(back()),
    next: () => editor.show(editor.k + 1),
    "previous-raw": () => editor.showRaw(editor.raw - 1),
    "next-raw": () => editor.showRaw(editor.raw + 1),
    "back-five": () => editor.show(editor.k - FIVE),
    "on-five": () => editor.show(editor.k + FIVE),
    first: () => editor.show(0),
    last: () => editor.show(editor.keyframes - 1),
    play: () => editor.playback.toggle(),
    bisect: () => {
      const k = middleOfLargestGap(states());
      if (k === null) editor.say("Every keyframe has a label.");
      else editor.show(k);
    },
    "next-problem": () => problem(1),
    "previous-problem": () => problem(-1),
    "next-unseen": () => {
      const found = nextProblem(states().map((state) => (state === "auto" ? ["auto"] : [])), editor.k);
      if (found === null) editor.say("No keyframe is labelled by a model alone.");
      else editor.show(found);
    },
  };
}

function tools(editor) {
  const names = ["click", "box", "brush", "eraser", "polygon", "lasso", "fill", "wand", "pan"];
  return {
    ...Object.fromEntries(names.map((name) => [`tool-${name}`, () => editor.setTool(name)])),
    "class-target": () => editor.setPlane("target"),
    "class-ignore": () => editor.setPlane("ignore"),
    smaller: () => editor.resizeBrush(-1),
    larger: () => editor.resizeBrush(1),
  };
}

function painting(editor) {
  const copy = (step) => {
    const from = editor.work.sheets[editor.k + step];
    if (!editor.mayDraw()) return;
    if (!from || !areaOf(from.shownRuns().target)) {
      editor.say(`The keyframe ${step < 0 ? "before" : "after"} has no target to copy.`);
      return;
    }
    editor.work.edit(editor.k, { replace: from.shownRuns().target });
  };
  return {
    "copy-previous": () => copy(-1),
    "copy-next": () => copy(1),
    interpolate: () => interpolate(editor),
    band: () => {
      if (!editor.mayDraw()) return;
      const labels = editor.work.labels(editor.k);
      const region = labels.some((label) => label & TARGET) && edgeBand(labels, editor.size, BAND);
      if (region) editor.work.edit(editor.k, { region, rule: IGNORE_RULE });
      else editor.say("There is no target here to have an edge.");
    },
    suggest: () => suggest(editor),
  };
}

/** Paint Ignore where the segmenter was not sure; undo takes it back. */
async function suggest(editor) {
  if (!editor.mayDraw()) return;
  const { k } = editor;
  let bytes;
  try {
    bytes = await editor.api.logits(k);
  } catch (error) {
    editor.say(`Nothing can be suggested: ${error.message}.`);
    return;
  }
  if (k !== editor.k || !editor.mayDraw()) return;
  const region = unsureRegion(fromHalf(bytes), editor.size, UNSURE);
  if (!region) {
    editor.say("The segmenter was sure everywhere.");
    return;
  }
  editor.work.edit(k, { region, rule: IGNORE_RULE });
  editor.activity.note("suggest_accept");
  editor.say("Ignore where the segmenter was not sure; Ctrl+Z takes it back.");
}

/** Fill the gap around the keyframe from the labelled ones on both sides. */
function interpolate(editor) {
  if (!editor.mayWrite()) return;
  const { work, size, k } = editor;
  const gap = gapAround(work.sheets.map((sheet) => sheet.state), k);
  if (!gap) {
    editor.say("A gap lies between two keyframes that were clicked, painted or locked.");
    return;
  }
  const [low, high] = gap;
  const inner = Array.from({ length: high - low - 1 }, (_, at) => low + 1 + at).filter((each) => work.sheets[each].state !== "absent");
  const planes = [low, high].map((end) => planeOf(work.labels(end), TARGET));
  const found = between(planes[0], planes[1], size, inner.map((each) => (each - low) / (high - low)));
  inner.forEach((each, at) => work.edit(each, { replace: runsOf(found[at], 1, size) }));
  editor.say(`Keyframes ${low + 1} to ${high - 1} are filled; look at each.`);
}

function model(editor) {
  return {
    propagate: () => editor.propagation.run(editor.k, null, true),
    "propagate-back": () => editor.propagation.run(editor.k, null, false),
    "propagate-range": () => {
      if (!editor.range) editor.say("Select a range first: drag over the ruler.");
      else editor.propagation.run(editor.range[0], editor.range[1] + 1, true);
    },
    cancel: () => editor.propagation.cancel(),
    accept: () => beside(editor, "accept"),
    reject: () => beside(editor, "reject"),
  };
}

function beside(editor, action) {
  if (!editor.mayDraw()) return;
  if (!editor.work.sheets[editor.k].doc.beside) editor.say("The model says nothing else of this keyframe.");
  else editor.work.act(editor.k, action);
}

function keyframe(editor) {
  const sheet = () => editor.work.sheets[editor.k];
  return {
    lock: () => {
      if (!editor.mayWrite()) return;
      const { state } = sheet();
      if (state === "empty") editor.say("Nothing is labelled here yet; label it, or mark it absent with Q.");
      else editor.work.act(editor.k, state === "locked" ? "unlock" : "lock");
      if (state !== "empty") editor.activity.note("lock");
    },
    absent: () => {
      if (!editor.mayDraw()) return;
      for (const k of absentees(editor)) editor.work.act(k, sheet().state === "absent" && k === editor.k ? "present" : "absent");
      editor.activity.note("absent");
    },
    clear: () => editor.mayDraw() && editor.work.act(editor.k, "clear"),
    "flag-problem": () => editor.flag("problem"),
    undo: () => turn(editor, false),
    redo: () => turn(editor, true),
    submit: () => submitJob(editor),
  };
}

/** Return where the target is marked absent: here, or in all of a selected range that is not done. */
function absentees(editor) {
  const { range, k, work } = editor;
  if (!range || k < range[0] || k > range[1]) return [k];
  const free = work.sheets.filter((each) => each.k >= range[0] && each.k <= range[1] && ["empty", "auto"].includes(each.state));
  editor.say(`Marked absent in ${free.length} keyframes of the range.`);
  return free.map((each) => each.k);
}

function turn(editor, again) {
  if (!editor.mayDraw()) return;
  if (!editor.work.undo(editor.k, again)) {
    editor.say(again ? "Nothing is left to redo on this keyframe." : "Nothing is left to undo on this keyframe.");
  } else editor.activity.note(again ? "redo" : "undo");
  editor.toolbar.update();
}

function view(editor) {
  const turned = (name) => () => editor.setting(name, !editor.settings.get(name));
  return {
    onion: turned("onion"),
    outline: turned("outline"),
    fit: () => editor.stage.fit(),
    actual: () => editor.stage.look(centred(editor.size, editor.stage.window, 1)),
    "zoom-in": () => editor.stage.zoom(1.25),
    "zoom-out": () => editor.stage.zoom(1 / 1.25),
    hide: () => editor.hideMasks(true),
    protocol: () => window.open(`${editor.root}/protocol`, "_blank", "noopener"),
    help: () => showHelp(editor),
  };
}
