// How long a person takes for a decision: time while the page is seen.

const MOST = 300_000;

export class Clock {
  #since = performance.now();
  #spent = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#spent += performance.now() - this.#since;
      this.#since = performance.now();
    });
  }

  /** Returns the milliseconds since it was last asked, at most five minutes. */
  take() {
    const now = performance.now();
    const found = this.#spent + (document.hidden ? 0 : now - this.#since);
    this.#spent = 0;
    this.#since = now;
    return Math.round(Math.min(MOST, found));
  }
}
