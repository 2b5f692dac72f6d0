// Everything that was done and is not acknowledged, in order, one at a time. It is in the journal
// before it is sent and leaves the journal when the server has it on its disk.

/** What a request can fail with, and what that means for what waits. */
export const TROUBLE = Object.freeze({
  GONE: "gone", // the server does not answer: try again until it does
  LOGIN: "login", // the cookie is no longer good: try again, somebody logs in elsewhere
  LEASE: "lease", // another tab writes: keep everything, send nothing
  CONFLICT: "conflict", // the keyframe changed elsewhere: somebody decides
  REFUSED: "refused", // the server will never take this one: set it aside
});

const MOST_TRIES = 2;
const WAITS = [250, 500, 1000, 2000, 4000];

export class Outbox {
  /**
   * @param {object} how
   * @param {(operation: object) => Promise<object>} how.send rejects with {trouble, message}.
   * @param {{put: Function, remove: Function}} how.journal keeps what waits.
   * @param {(operation: object, reply: object) => void} how.onReply
   * @param {(trouble: string | null, error: object | null, operation: object | null) => void} how.onTrouble
   *   told when something goes wrong, and with null when it is well again.
   * @param {(milliseconds: number) => Promise<void>} how.pause
   */
  constructor({ send, journal, onReply, onTrouble, pause }) {
    Object.assign(this, { send, journal, onReply, onTrouble, pause });
    this.queue = [];
    this.sent = null;
    this.stopped = null;
    this.running = false;
    this.idle = [];
  }

  /** Return how many operations are not acknowledged. */
  get pending() {
    return this.queue.length;
  }

  /** Send an operation after all that was put before it. */
  put(operation) {
    this.queue.push(operation);
    this.#keep(operation);
    this.#start();
  }

  /**
   * Give a waiting click its newer list instead of sending both; return whether that was possible.
   * It is where the last thing that waits is a click on the same keyframe and was never sent: what
   * was sent may be saved though no answer came, and its number then stands for what it was.
   */
  replaceLast(k, kind, change) {
    const last = this.queue.at(-1);
    if (!last || last === this.sent || last.k !== k || last.kind !== kind) return null;
    change(last);
    this.#keep(last);
    return last;
  }

  /** Go on after somebody decided, or the lease came back. */
  resume() {
    this.stopped = null;
    this.#start();
  }

  /** Send nothing more until `resume`. */
  stop(trouble) {
    this.stopped = trouble;
  }

  /** Take a waiting operation out for good. */
  async discard(operation) {
    this.queue = this.queue.filter((each) => each !== operation);
    await this.journal.remove(operation);
    if (!this.queue.length) this.#settled();
  }

  /** Wait until everything is acknowledged. */
  drained() {
    if (!this.queue.length) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  #keep(operation) {
    // A journal that cannot be written (a private window) must not stop the work.
    Promise.resolve(this.journal.put(operation)).catch(() => {});
  }

  async #start() {
    if (this.running) return;
    this.running = true;
    let failures = 0;
    while (this.queue.length && !this.stopped) {
      const operation = this.queue[0];
      this.sent = operation;
      try {
        const reply = await this.send(operation);
        if (failures) this.onTrouble(null, null, operation);
        failures = 0;
        this.#acknowledge(operation, reply);
      } catch (error) {
        if (await this.#failed(operation, error, failures)) failures++;
      }
    }
    this.running = false;
    if (!this.queue.length) this.#settled();
  }

  #acknowledge(operation, reply) {
    this.queue = this.queue.filter((each) => each !== operation);
    Promise.resolve(this.journal.remove(operation)).catch(() => {});
    this.onReply(operation, reply);
  }

  /** Deal with a failure; return whether the same operation is tried again. */
  async #failed(operation, error, failures) {
    let trouble = error?.trouble ?? TROUBLE.REFUSED;
    // A segmenter that fails again and again must not keep what comes after from being saved.
    const hopeless = error?.status >= 500 && operation.kind === "predict" && failures >= MOST_TRIES;
    if (hopeless) trouble = TROUBLE.REFUSED;
    if (trouble === TROUBLE.GONE || trouble === TROUBLE.LOGIN) {
      this.onTrouble(trouble, error, operation);
      await this.pause(WAITS[Math.min(failures, WAITS.length - 1)]);
      return true;
    }
    if (trouble === TROUBLE.REFUSED) {
      this.queue = this.queue.filter((each) => each !== operation);
      await Promise.resolve(this.journal.remove(operation)).catch(() => {});
    } else this.stopped = trouble;
    this.onTrouble(trouble, error, operation);
    return false;
  }

  #settled() {
    for (const resolve of this.idle.splice(0)) resolve();
  }
}
