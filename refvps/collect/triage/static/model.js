// What there is to decide, as the server last told it.

export const FILTERS = {
  open: ["to decide", (each) => each.status === "open"],
  untrimmed: ["accepted, not trimmed", (each) => each.status === "accept" && !each.clips.length],
  mine: ["decided by me", (each) => each.decision?.mine],
  all: ["everything", () => true],
};

export class Model {
  subjects = new Map();
  order = [];
  filter = "open";
  cursor = 0;

  /** Takes everything anew; what is listed stays listed where it still exists. */
  replaceAll(answer) {
    this.subjects = new Map(answer.subjects.map((each) => [each.id, each]));
    this.cursor = answer.cursor;
    this.boot = answer.boot;
    this.version = answer.version;
  }

  /** Lists what the filter lets through now. */
  list(filter = this.filter) {
    this.filter = filter;
    const lets = FILTERS[filter][1];
    this.order = [...this.subjects.values()].filter(lets).map((each) => each.id);
  }

  get(id) {
    return this.subjects.get(id);
  }

  /** Takes a candidate and its parts as they are now; parts stand after their video. */
  put(of, now) {
    const before = [...this.subjects.values()].filter((each) => each.of === of);
    const kept = new Set(now.map((each) => each.id));
    for (const gone of before) if (!kept.has(gone.id)) this.#drop(gone.id);
    const added = now.filter((each) => !this.subjects.has(each.id));
    for (const each of now) this.subjects.set(each.id, each);
    if (!added.length) return;
    const place = this.order.indexOf(of);
    const names = added.map((each) => each.id).filter((id) => !this.order.includes(id));
    if (place >= 0) this.order.splice(place + 1, 0, ...names);
    else if (this.filter === "open") {
      this.order.push(...names.filter((id) => FILTERS.open[1](this.get(id))));
    }
  }

  forget(of) {
    for (const each of [...this.subjects.values()]) if (each.of === of) this.#drop(each.id);
  }

  counts() {
    const found = { open: 0, accept: 0, exclude: 0, split: 0, taken: 0 };
    for (const each of this.subjects.values()) found[each.status] += 1;
    return found;
  }

  /** The decisions of this person, oldest first: what undo goes back through. */
  own() {
    return [...this.subjects.values()]
      .filter((each) => each.decision?.mine)
      .sort((one, other) => one.decision.id - other.decision.id)
      .map((each) => each.id);
  }

  #drop(id) {
    this.subjects.delete(id);
    this.order = this.order.filter((each) => each !== id);
  }
}
