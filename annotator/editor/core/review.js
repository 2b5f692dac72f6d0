// What to look at next: frames that seem wrong, gaps that are not labelled, what hinders handing in.

import { areaOf, overlap } from "./rle.js";

export const LEAST_OVERLAP = 0.5;
export const LEAST_SCORE = 0.5;
export const MOST_IGNORE = 0.3;
export const LEAST_PIECE = 4;

/**
 * What is known of one keyframe.
 * @typedef {{state: string, flags: string[], score: number | null, beside: boolean,
 *   target: Uint32Array, ignore: Uint32Array, smallest?: number, reason?: string}} Frame
 */

/** Return the curves of a clip: share of the image, overlap with the keyframe before, score. */
export function curves(frames, pixels) {
  return frames.map((frame, k) => {
    const before = frames[k - 1];
    const known = before && before.state !== "empty" && frame.state !== "empty";
    return {
      area: areaOf(frame.target) / pixels,
      ignore: areaOf(frame.ignore) / pixels,
      overlap: known ? overlap(frame.target, before.target) : null,
      score: frame.score,
    };
  });
}

/** Return why each keyframe should be looked at: lists of reasons, empty where all seems well. */
export function problems(frames, pixels) {
  const lines = curves(frames, pixels);
  return frames.map((frame, k) => {
    const found = [];
    const { overlap: shared, score, ignore } = lines[k];
    if (frame.state === "empty") found.push("not labelled");
    if (frame.reason) found.push(`sent back by the reviewer: ${frame.reason}`);
    else if (frame.flags.includes("review_reject")) found.push("sent back by the reviewer");
    if (frame.flags.includes("problem")) found.push("flagged as a problem");
    if (frame.flags.includes("unsure")) found.push("flagged as unsure");
    if (frame.beside) found.push("the model disagrees now");
    const judged = frame.state === "locked" || frame.flags.includes("reviewed_ok");
    if (!judged && shared !== null && shared < LEAST_OVERLAP) {
      found.push(`overlaps the keyframe before by ${Math.round(100 * shared)} %`);
    }
    if (frame.state === "auto" && score !== null && score < LEAST_SCORE) {
      found.push(`the segmenter is ${Math.round(100 * score)} % sure`);
    }
    if (ignore > MOST_IGNORE) found.push(`Ignore covers ${Math.round(100 * ignore)} %`);
    if (frame.smallest && frame.smallest < LEAST_PIECE) {
      found.push(`has a piece of ${frame.smallest} pixels`);
    }
    return found;
  });
}

/** Return the next keyframe after `k` with a reason, going round; null where none has one. */
export function nextProblem(reasons, k, step = 1) {
  const count = reasons.length;
  for (let away = 1; away <= count; away++) {
    const at = (((k + step * away) % count) + count) % count;
    if (reasons[at].length) return at;
  }
  return null;
}

/** Return the middle of the longest run of keyframes without a label; null where all have one. */
export function middleOfLargestGap(states) {
  let [best, start] = [[0, 0], 0];
  for (let k = 0; k <= states.length; k++) {
    if (k < states.length && states[k] === "empty") continue;
    if (k - start > best[1] - best[0]) best = [start, k];
    start = k + 1;
  }
  return best[1] > best[0] ? Math.floor((best[0] + best[1]) / 2) : null;
}

/** Return the labelled keyframes around a gap that holds `k`, or null where one side has none. */
export function gapAround(states, k) {
  const solid = (at) => ["prompted", "edited", "locked"].includes(states[at]);
  let low = k;
  let high = k;
  while (low >= 0 && !solid(low)) low--;
  while (high < states.length && !solid(high)) high++;
  return low >= 0 && high < states.length && high - low > 1 ? [low, high] : null;
}

/** Return what hinders handing in (`blocking`) and what is worth a look (`warnings`). */
export function submitChecks(frames, pixels) {
  const at = (wanted) => frames.map((frame, k) => (wanted(frame) ? k : -1)).filter((k) => k >= 0);
  const blocking = [];
  const left = at((frame) => frame.state === "empty");
  if (left.length) blocking.push({ text: `${left.length} keyframes have no label`, frames: left });
  if (!frames.some((frame) => areaOf(frame.target))) {
    blocking.push({ text: "no keyframe shows the target", frames: [] });
  }
  const warnings = alike(problems(frames, pixels));
  const seen = (flag) => frames.some((frame) => frame.flags.includes(flag));
  if (!seen("onset")) warnings.push({ text: "no keyframe is marked as the onset", frames: [] });
  if (!seen("offset")) warnings.push({ text: "no keyframe is marked as the end", frames: [] });
  return { blocking, warnings };
}

/** Return findings of the same kind as one, whatever their numbers are. */
function alike(reasons) {
  const kinds = new Map();
  reasons.forEach((found, k) => {
    for (const text of found.filter((each) => each !== "not labelled")) {
      const kind = text.replace(/\d+/g, "…");
      if (!kinds.has(kind)) kinds.set(kind, []);
      kinds.get(kind).push({ k, text });
    }
  });
  return [...kinds].map(([kind, found]) => {
    const frames = found.map(({ k }) => k);
    const alone = found.length === 1;
    const where = alone ? `keyframe ${frames[0]}` : `${found.length} keyframes from ${frames[0]} to ${frames.at(-1)}`;
    return { text: `${where}: ${alone ? found[0].text : kind}`, frames };
  });
}
