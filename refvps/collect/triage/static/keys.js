// Which key does what, in one table: it is what runs, and what the cheat sheet shows.

/** Returns the name of a key press, such as "a", "?", "ArrowLeft" or "Shift+ArrowLeft". */
export function named(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const special = event.key.length > 1;
  return event.shiftKey && special ? `Shift+${event.key}` : event.key;
}

/**
 * Returns the keys of each view: `{keys, text, run, short, again}`. `short` puts one on the bottom line;
 * `again` lets it go on while it is held: no key that is held decides twice.
 */
export function table(app) {
  const reasons = app.setup.reasons.map(([code, key, text]) => ({
    keys: [key],
    text: `exclude: ${text}`,
    short: code,
    reason: true,
    run: () => app.exclude(code),
  }));
  const both = [
    ...reasons,
    { keys: ["u"], text: "take back your last decision", short: "undo", run: () => app.undo() },
    { keys: ["c"], text: "choose another concept", run: () => app.chooseConcept() },
    { keys: ["?"], text: "show or hide these keys", short: "keys", run: () => app.help() },
  ];
  const grid = [
    { keys: ["a"], text: "accept", short: "accept", run: () => app.accept() },
    { keys: ["t", "Enter"], text: "trim", short: "trim", run: () => app.openTrim(false) },
    { keys: ["s"], text: "split into parts", short: "split", run: () => app.split() },
    ...both,
    { keys: ["j", "ArrowRight"], text: "next", again: true, run: () => app.grid.step(1) },
    { keys: ["k", "ArrowLeft"], text: "previous", again: true, run: () => app.grid.step(-1) },
    { keys: ["ArrowDown"], text: "one row down", again: true, run: () => app.grid.step(app.grid.columns) },
    { keys: ["ArrowUp"], text: "one row up", again: true, run: () => app.grid.step(-app.grid.columns) },
    { keys: ["PageDown"], text: "next page", again: true, run: () => app.grid.step(app.grid.most) },
    { keys: ["PageUp"], text: "previous page", again: true, run: () => app.grid.step(-app.grid.most) },
    { keys: ["Home"], text: "first", again: true, run: () => app.grid.step(-1e9) },
    { keys: ["End"], text: "last", again: true, run: () => app.grid.step(1e9) },
    { keys: [" "], text: "stop or play the videos", run: () => app.grid.pause() },
    { keys: ["f"], text: "list others: to decide, not trimmed, mine, all", run: () => app.filter() },
    { keys: ["p"], text: "show or hide what numbers propose", run: () => app.hideProposals() },
    { keys: ["b"], text: "to the blind second pass and back", run: () => app.changePass() },
  ];
  const moving = [
    { keys: [","], text: "one frame back", again: true, run: () => app.trim.step(-1) },
    { keys: ["."], text: "one frame on", again: true, run: () => app.trim.step(1) },
    { keys: ["<"], text: "ten frames back", again: true, run: () => app.trim.step(-10) },
    { keys: [">"], text: "ten frames on", again: true, run: () => app.trim.step(10) },
    { keys: ["["], text: "to the previous change of shot, or jump", run: () => app.trim.boundary(-1) },
    { keys: ["]"], text: "to the next change of shot, or jump", run: () => app.trim.boundary(1) },
    { keys: ["Escape"], text: "back to the grid, nothing stored", short: "back", run: () => app.closeTrim() },
  ];
  const trim = [
    { keys: ["Enter", "a"], text: "accept this clip", short: "accept", run: () => app.acceptPart() },
    { keys: ["i"], text: "the clip starts at this frame", short: "in", run: () => app.trim.set("first") },
    { keys: ["o"], text: "the clip ends with this frame", short: "out", run: () => app.trim.set("last") },
    { keys: ["e"], text: "the event starts at this frame", short: "event in", run: () => app.trim.set("eventFirst") },
    { keys: ["r"], text: "the event ends with this frame", short: "event out", run: () => app.trim.set("eventLast") },
    { keys: ["g"], text: "put the clip around the event", short: "context", run: () => app.trim.around() },
    ...moving,
    { keys: [" "], text: "play or stop the clip", short: "play", run: () => app.trim.play() },
    { keys: ["s"], text: "split into parts instead", run: () => app.split() },
    ...both,
  ];
  const split = [
    { keys: ["Enter"], text: "store the split: every kept part is then decided", short: "store", run: () => app.storeSplit() },
    { keys: ["ArrowRight", "j"], text: "next part", again: true, run: () => app.trim.choose(1) },
    { keys: ["ArrowLeft", "k"], text: "previous part", again: true, run: () => app.trim.choose(-1) },
    { keys: [" "], text: "keep the part, or leave it out", short: "keep or leave out", run: () => app.trim.keep() },
    { keys: ["m"], text: "cut the part at this frame", short: "cut", run: () => app.trim.cut() },
    { keys: ["p"], text: "play or stop the part", run: () => app.trim.play() },
    ...moving,
    { keys: ["?"], text: "show or hide these keys", short: "keys", run: () => app.help() },
  ];
  return { grid, trim, split };
}

const SHOWN = { " ": "Space", ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓" };

export const shown = (key) => SHOWN[key] ?? key;
