// Decoded frames: as many as fit into a budget of bytes; the least used are let go.

export const MOST_BYTES = 160 * 1024 * 1024;
const AT_ONCE = 4;

export class Frames {
  #held = new Map();
  #asked = new Map();
  #waiting = [];
  #running = 0;

  /**
   * @param {(index: number) => Promise<ImageBitmap>} load
   * @param {number} bytesEach what one decoded frame takes.
   * @param {number} most bytes of all of them.
   */
  constructor(load, bytesEach, most = MOST_BYTES) {
    this.load = load;
    this.bytesEach = bytesEach;
    this.most = Math.max(4, Math.floor(most / bytesEach));
  }

  /** Return how many frames are held. */
  get count() {
    return this.#held.size;
  }

  /** Return a frame that is here already, or null. */
  peek(index) {
    const found = this.#held.get(index);
    if (!found) return null;
    this.#held.delete(index);
    this.#held.set(index, found);
    return found;
  }

  /** Return a frame, before all that was only asked for ahead. */
  get(index) {
    const found = this.peek(index);
    if (found) return Promise.resolve(found);
    return this.#ask(index, true);
  }

  /**
   * Ask for frames that may be needed next; what was asked ahead before and not begun is dropped.
   * Never for so many that the frame which is shown would have to go for them.
   */
  ahead(indices) {
    const kept = this.#waiting.filter((each) => each.wanted);
    for (const each of this.#waiting) if (!each.wanted) this.#asked.delete(each.index);
    this.#waiting = kept;
    for (const index of indices.slice(0, this.most - 2)) {
      if (!this.#held.has(index)) this.#ask(index, false).catch(() => {});
    }
  }

  /** Let everything go. */
  close() {
    for (const bitmap of this.#held.values()) bitmap.close();
    this.#held.clear();
    this.#waiting = [];
  }

  #ask(index, wanted) {
    const before = this.#asked.get(index);
    if (before) {
      before.wanted ||= wanted;
      if (wanted) this.#waiting.sort((a, b) => b.wanted - a.wanted);
      return before.promise;
    }
    const asked = { index, wanted };
    asked.promise = new Promise((resolve, reject) => Object.assign(asked, { resolve, reject }));
    this.#asked.set(index, asked);
    if (wanted) this.#waiting.unshift(asked);
    else this.#waiting.push(asked);
    this.#next();
    return asked.promise;
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length) this.#fetch(this.#waiting.shift());
  }

  async #fetch(asked) {
    this.#running++;
    try {
      const bitmap = await this.load(asked.index);
      this.#held.set(asked.index, bitmap);
      this.#letGo();
      asked.resolve(bitmap);
    } catch (error) {
      asked.reject(error);
    } finally {
      this.#asked.delete(asked.index);
      this.#running--;
      this.#next();
    }
  }

  #letGo() {
    while (this.#held.size > this.most) {
      const [index, bitmap] = this.#held.entries().next().value;
      this.#held.delete(index);
      bitmap.close();
    }
  }
}
