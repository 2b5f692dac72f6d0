// Which key does what. Letters go by what they write, so that every keyboard layout works.

/** [action, key, what it does, group] */
export const ACTIONS = [
  ["previous", "ArrowLeft", "Previous keyframe", "Move"],
  ["next", "ArrowRight", "Next keyframe", "Move"],
  ["previous-raw", "Shift+ArrowLeft", "One frame back at 24 a second (to look at)", "Move"],
  ["next-raw", "Shift+ArrowRight", "One frame on at 24 a second (to look at)", "Move"],
  ["back-five", "PageUp", "Five keyframes back", "Move"],
  ["on-five", "PageDown", "Five keyframes on", "Move"],
  ["first", "Home", "First keyframe", "Move"],
  ["last", "End", "Last keyframe", "Move"],
  ["play", "Space", "Play or pause, at 24 frames a second", "Move"],
  ["bisect", "j", "Middle of the longest gap without labels", "Move"],
  ["next-problem", "n", "Next problem", "Move"],
  ["previous-problem", "Shift+n", "Previous problem", "Move"],
  ["next-unseen", "a", "Next keyframe that only a model labelled", "Move"],
  ["tool-click", "s", "Click: left on the target, right or Alt beside it; on a point to delete it", "Tools"],
  ["tool-box", "x", "Box: drag around the target", "Tools"],
  ["tool-brush", "b", "Brush; Shift takes away", "Tools"],
  ["tool-eraser", "e", "Eraser", "Tools"],
  ["tool-polygon", "p", "Polygon; Enter closes, Backspace takes a corner back; Shift takes away", "Tools"],
  ["tool-lasso", "l", "Lasso; Shift takes away", "Tools"],
  ["tool-fill", "f", "Fill what hangs together; Shift takes away", "Tools"],
  ["tool-wand", "w", "Wand: pixels of one colour; Shift takes away", "Tools"],
  ["tool-pan", "z", "Hand: drag the picture", "Tools"],
  ["class-target", "t", "Paint the target", "Paint"],
  ["class-ignore", "i", "Paint Ignore", "Paint"],
  ["smaller", "[", "Smaller brush", "Paint"],
  ["larger", "]", "Larger brush", "Paint"],
  ["suggest", "u", "Suggest Ignore where the segmenter was not sure", "Paint"],
  ["band", "y", "Ignore along the edge of the target", "Paint"],
  ["copy-previous", "v", "Copy the target from the keyframe before", "Paint"],
  ["copy-next", "Shift+v", "Copy the target from the keyframe after", "Paint"],
  ["interpolate", "m", "Fill the gap between two labelled keyframes", "Paint"],
  ["propagate", "g", "Carry the target on, to the next finished keyframe", "Model"],
  ["propagate-back", "Shift+g", "Carry the target back", "Model"],
  ["propagate-range", "Ctrl+g", "Carry the target over the selected range", "Model"],
  ["cancel", ".", "Stop carrying", "Model"],
  ["accept", "Shift+a", "Take what the model says now", "Model"],
  ["reject", "Shift+d", "Leave what the model says now", "Model"],
  ["lock", "k", "Lock or unlock", "Keyframe"],
  ["absent", "q", "The target is not visible here, or in the selected range", "Keyframe"],
  ["clear", "Delete", "Forget the target here", "Keyframe"],
  ["flag-problem", "d", "Flag as a problem", "Keyframe"],
  ["onion", "o", "Show the keyframes before and after as outlines", "View"],
  ["hide", "h", "Hide masks while held", "View"],
  ["outline", "c", "Outlines instead of areas", "View"],
  ["fit", "0", "Show the whole picture", "View"],
  ["actual", "1", "100 %", "View"],
  ["zoom-in", "+", "Closer", "View"],
  ["zoom-out", "-", "Farther", "View"],
  ["undo", "Ctrl+z", "Undo, on this keyframe", "Work"],
  ["redo", "Ctrl+Shift+z", "Redo, on this keyframe", "Work"],
  ["submit", "Ctrl+Enter", "Hand the job in", "Work"],
  ["protocol", "F1", "Open the annotation protocol", "Work"],
  ["help", "?", "This list", "Work"],
];

const NAMED = { " ": "Space", Spacebar: "Space" };

/** Return how a key event is written: "Ctrl+Shift+z". Command counts as Ctrl. */
export function written(event) {
  const key = NAMED[event.key] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const letter = /^[\p{L}]$/u.test(key);
  // Signs such as ? and + already say whether Shift was held.
  const shift = event.shiftKey && (letter || key.length > 1);
  return [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", shift && "Shift", key]
    .filter(Boolean)
    .join("+");
}

/** Return a map from written keys to actions; `changed` maps actions to other keys. */
export function keymap(changed = {}) {
  const found = new Map();
  for (const [action, key] of ACTIONS) found.set(changed[action] ?? key, action);
  return found;
}

/** Return the action that a key has already, other than `action`; null where it is free. */
export function taken(changed, action, key) {
  const other = keymap(changed).get(key);
  return other && other !== action ? other : null;
}
