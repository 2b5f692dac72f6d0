// One tab writes. Which tab of this browser is settled by a lock of the browser, which browser by
// the lease of the server; a page that crashed has its lease again at once.

import { TROUBLE } from "./core/outbox.js";

/** Milliseconds in which a tab that was just closed lets go. */
const CLOSING = 1000;

export class Lease {
  #timer = null;
  #unlock = null;

  /**
   * @param {import("./api.js").Api} api
   * @param {string} owner names the job of this user on this server.
   * @param {(message: string) => void} onLost told when another tab has it.
   */
  constructor(api, owner, onLost) {
    Object.assign(this, { api, owner, onLost });
    this.held = false;
    this.closed = false;
  }

  /** Take the job for writing; return "" or why not. */
  async take() {
    if (!(await this.#lock())) return "it is open in another tab of this browser";
    try {
      await this.#again();
    } catch (error) {
      if (error.trouble === TROUBLE.GONE || error.trouble === TROUBLE.LOGIN) throw error;
      this.#letGo();
      return error.message;
    }
    this.held = true;
    if (this.closed) {
      this.close();
      return "it was closed while it was opened";
    }
    this.#renewLater(this.seconds);
    return "";
  }

  /** Hold it no longer; another tab may write. */
  lose(message) {
    if (!this.held) return;
    this.held = false;
    clearTimeout(this.#timer);
    this.#letGo();
    this.onLost(message);
  }

  /** Give it back for good, also what is still being taken. */
  close() {
    this.closed = true;
    clearTimeout(this.#timer);
    if (this.held) this.api.farewell("release", {});
    this.held = false;
    this.#letGo();
  }

  /** Take it with the token that this browser had before, or with a new one. */
  async #again() {
    const key = `refvps-lease:${this.owner}`;
    // Without locks two tabs of a browser must not share a token, so each keeps its own.
    const storage = navigator.locks ? localStorage : sessionStorage;
    const known = storage.getItem(key);
    if (known) {
      this.api.lease = known;
      try {
        this.seconds = (await this.api.renew()).seconds;
        return;
      } catch (error) {
        if (error.trouble !== TROUBLE.LEASE) throw error;
      }
    }
    const taken = await this.api.takeLease();
    this.api.lease = taken.lease;
    this.seconds = taken.seconds;
    storage.setItem(key, taken.lease);
  }

  #renewLater(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      try {
        await this.api.renew();
      } catch (error) {
        if (error.trouble === TROUBLE.LEASE) {
          this.lose(error.message);
          return;
        }
      }
      if (this.held) this.#renewLater(seconds);
    }, (seconds * 1000) / 3);
  }

  /** Take the browser's lock; without locks (plain http) every tab may try. */
  #lock() {
    if (this.#unlock || !navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = () => {
        resolve(!this.closed);
        return this.closed ? null : new Promise((done) => (this.#unlock = done));
      };
      const how = { signal: AbortSignal.timeout(CLOSING) };
      navigator.locks.request(`refvps:${this.owner}`, how, held).catch(() => resolve(false));
    });
  }

  #letGo() {
    this.#unlock?.();
    this.#unlock = null;
  }
}
