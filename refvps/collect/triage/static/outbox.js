// Decisions on their way to the server, one after another, in the order they were made.
// One counts as stored when the server has said so, and not before.

import { Away, LoggedOut, Refused, post } from "./api.js";

const WAITS = [500, 1000, 2000, 4000];

export class Outbox {
  #queue = [];
  #busy = false;

  /**
   * @param prepare returns address and body of an entry at the moment it is first sent, or null.
   * @param told is called with (what, entry, answer): "stored", "refused", "waiting", "empty".
   */
  constructor(prepare, told) {
    this.prepare = prepare;
    this.told = told;
  }

  get length() {
    return this.#queue.length;
  }

  has(subject) {
    return this.#queue.some((entry) => entry.subject === subject);
  }

  push(entry) {
    this.#queue.push({ ...entry, tries: 0 });
    void this.#work();
  }

  /** Sends what waits at once, when the server is there again. */
  hurry() {
    this.wake?.();
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length) await this.#send(this.#queue[0]);
    this.#busy = false;
    this.told("empty");
  }

  async #send(entry) {
    entry.request ??= this.prepare(entry);
    if (entry.request === null) {
      this.#queue.shift();
      this.told("refused", entry, new Refused(409, { error: "there is nothing to take back" }));
      return;
    }
    try {
      const answer = await post(entry.request.path, entry.request.body);
      this.#queue.shift();
      this.told("stored", entry, answer);
    } catch (error) {
      if (error instanceof Away || error instanceof LoggedOut) await this.#wait(entry, error);
      else this.#refuse(entry, error);
    }
  }

  async #wait(entry, error) {
    this.told("waiting", entry, error);
    const pause = WAITS[Math.min(entry.tries, WAITS.length - 1)];
    entry.tries += 1;
    await new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, pause);
    });
  }

  #refuse(entry, error) {
    // What was meant for the same subject was meant in ignorance of this, so it goes as well.
    this.#queue = this.#queue.filter((other) => other.subject !== entry.subject);
    this.told("refused", entry, error);
  }
}
