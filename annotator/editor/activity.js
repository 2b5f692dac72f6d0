// What a person did, for the figures of how long work takes. Losing some of it loses no work.

const EVERY = 5000;
const MOST_HELD = 2000;
const BATCH = 500;

export class Activity {
  #held = [];
  #sending = false;

  constructor(api, session, keyframe) {
    Object.assign(this, { api, session, keyframe });
    this.enabled = false;
    this.timer = setInterval(() => this.flush(), EVERY);
    this.visibility = () => this.note(document.hidden ? "hidden" : "visible");
    document.addEventListener("visibilitychange", this.visibility);
  }

  /** Note an event of the keyframe that is shown. */
  note(ev, frame = this.keyframe()) {
    if (!this.enabled || this.#held.length >= MOST_HELD) return;
    this.#held.push({
      ev,
      frame,
      mono: Math.round(performance.now()) / 1000,
      ts_client: Date.now() / 1000,
      session: this.session,
    });
  }

  /** Send what is held; what cannot be sent now is sent later. */
  async flush() {
    if (this.#sending || !this.#held.length) return;
    this.#sending = true;
    const batch = this.#held.splice(0, BATCH);
    try {
      await this.api.events(batch);
    } catch (error) {
      if (error.trouble !== "refused") this.#held.unshift(...batch);
    } finally {
      this.#sending = false;
    }
  }

  /** Send the rest while the page goes away. */
  close() {
    this.note("close");
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.visibility);
    if (this.#held.length) this.api.farewell("events", this.#held.splice(0, 300));
  }
}
