// What can be taken back: a stack for every keyframe, all of them bounded by bytes together.

const LEAST_BYTES = 64;

/** Undo and redo by keyframe. An entry is whatever `bytesOf` can weigh; the oldest are forgotten. */
export class UndoBook {
  /**
   * @param {number} most bytes that all entries take together.
   * @param {(entry: object) => number} bytesOf what one takes.
   */
  constructor(most = 64 * 1024 * 1024, bytesOf = patchBytes) {
    Object.assign(this, { most, bytesOf });
    this.done = new Map();
    this.undone = new Map();
    this.bytes = 0;
    this.age = 0;
  }

  /** Remember a step of a keyframe; what was undone on it is forgotten. */
  push(k, entry) {
    for (const held of this.undone.get(k) ?? []) this.bytes -= held.bytes;
    this.undone.delete(k);
    this.#put(this.done, k, { entry, bytes: this.bytesOf(entry), age: this.age++ });
    this.#forget();
  }

  /** Return the last step of a keyframe, now undone; null where there is none. */
  undo(k) {
    return this.#move(this.done, this.undone, k);
  }

  /** Return the step of a keyframe that was undone last, now done again; null where none is. */
  redo(k) {
    return this.#move(this.undone, this.done, k);
  }

  /** Return the last step without taking it back. */
  last(k) {
    return this.done.get(k)?.at(-1)?.entry ?? null;
  }

  /** Return the step that would be redone next. */
  next(k) {
    return this.undone.get(k)?.at(-1)?.entry ?? null;
  }

  /** Return how many steps can be undone and redone on a keyframe. */
  depth(k) {
    return { undo: this.done.get(k)?.length ?? 0, redo: this.undone.get(k)?.length ?? 0 };
  }

  /** Weigh an entry again whose patch changed. */
  reweigh(k, entry) {
    for (const held of [...(this.done.get(k) ?? []), ...(this.undone.get(k) ?? [])]) {
      if (held.entry !== entry) continue;
      this.bytes += this.bytesOf(entry) - held.bytes;
      held.bytes = this.bytesOf(entry);
    }
    this.#forget();
  }

  /** Forget one entry wherever it stands. */
  drop(k, entry) {
    for (const side of [this.done, this.undone]) {
      const stack = side.get(k) ?? [];
      const place = stack.findIndex((held) => held.entry === entry);
      if (place < 0) continue;
      this.bytes -= stack[place].bytes;
      stack.splice(place, 1);
    }
  }

  #move(from, to, k) {
    const held = from.get(k)?.pop();
    if (!held) return null;
    this.#put(to, k, held, 0);
    return held.entry;
  }

  #put(side, k, held, bytes = held.bytes) {
    if (!side.has(k)) side.set(k, []);
    side.get(k).push(held);
    this.bytes += bytes;
  }

  #forget() {
    while (this.bytes > this.most) {
      let oldest = null;
      for (const side of [this.done, this.undone]) {
        for (const stack of side.values()) {
          if (stack.length && (!oldest || stack[0].age < oldest[0].age)) oldest = stack;
        }
      }
      if (!oldest || this.#onlyOne()) return;
      this.bytes -= oldest.shift().bytes;
    }
  }

  #onlyOne() {
    let steps = 0;
    for (const side of [this.done, this.undone]) for (const stack of side.values()) steps += stack.length;
    return steps <= 1; // the last step can always be taken back, however large it was
  }
}

/** Return what an entry with a patch takes. */
export function patchBytes(entry) {
  const patch = entry.patch;
  return LEAST_BYTES + (patch ? patch.before.length + patch.after.length : 0);
}
