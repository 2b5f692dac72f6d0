// What somebody types, kept by the browser until the server has it on its disk.

import { TROUBLE } from "./outbox.js";

/** Milliseconds without a key before what was typed is sent. */
const QUIET = 250;
const WAITS = [250, 500, 1000, 2000];

/** What a page may say of the texts. */
export const STATUS = Object.freeze({
  SAVED: "saved",
  SAVING: "saving", // typed and not yet acknowledged
  AWAY: "away", // the server does not answer, or wants a login; it is asked again and again
  CONFLICT: "conflict", // another tab wrote meanwhile: somebody decides
  REFUSED: "refused", // the server takes other texts only
});

export class Typed {
  #running = false;
  #stopped = false;
  #sent = null;
  #waiting = [];

  /**
   * @param {object} how
   * @param {{texts: string[], rev: number}} how.server what the server has.
   * @param {{read: () => object | null, write: (record: object | null) => void}} how.kept
   *   where the browser keeps what is not acknowledged; a reload begins with it.
   * @param {(body: {texts: string[], rev: number}) => Promise<{rev: number}>} how.send
   *   rejects with {trouble, message}.
   * @param {() => Promise<{texts: string[], rev: number}>} how.load asks what the server has.
   * @param {(status: string, fact: object | null) => void} how.changed is told how it stands: with
   *   the reply when saved, the error when refused, the server's texts when in conflict.
   * @param {(milliseconds: number) => Promise<void>} how.pause
   */
  constructor({ server, kept, send, load, changed, pause }) {
    Object.assign(this, { kept, send, load, changed, pause });
    this.saved = server.texts;
    this.rev = server.rev;
    this.texts = server.texts;
    const left = kept.read();
    if (left && same(left.texts, server.texts)) kept.write(null);
    else if (left) {
      this.texts = left.texts;
      // What was on its way when the page went may have arrived, and then is nobody else's.
      if (left.rev === server.rev || (left.sent && same(left.sent, server.texts))) this.#start();
      else this.#disagree(server);
    }
  }

  /** Take what the boxes say now. */
  type(texts) {
    this.texts = texts;
    this.#keep();
    if (this.#stopped === STATUS.REFUSED) this.#stopped = false;
    this.#start();
  }

  /** Wait until the server has everything; return whether it has. */
  async settled() {
    if (this.#running) await new Promise((resolve) => this.#waiting.push(resolve));
    return !this.#stopped && same(this.texts, this.saved);
  }

  /** After a conflict: what is in this page is saved over what another one wrote. */
  mine() {
    this.rev = this.server.rev;
    this.saved = this.server.texts;
    this.#stopped = false;
    this.#keep();
    this.#start();
  }

  /** After a conflict: what another page wrote is what counts; return it. */
  theirs() {
    this.rev = this.server.rev;
    this.saved = this.texts = this.server.texts;
    this.#stopped = false;
    this.kept.write(null);
    this.changed(STATUS.SAVED, null);
    return this.texts;
  }

  async #start() {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    let failures = 0;
    while (!this.#stopped && (this.#sent || !same(this.texts, this.saved))) {
      if (!failures) this.changed(STATUS.SAVING, null);
      await this.pause(failures ? WAITS[Math.min(failures, WAITS.length) - 1] : QUIET);
      // What may have arrived is asked again as it was: only so an answer that was lost is known.
      this.#sent ??= this.texts;
      this.#keep();
      try {
        const reply = await this.send({ texts: this.#sent, rev: this.rev });
        failures = 0;
        this.#acknowledge(reply);
      } catch (error) {
        failures += 1;
        await this.#failed(error);
      }
    }
    this.#running = false;
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  #acknowledge(reply) {
    this.rev = reply.rev;
    this.saved = this.#sent;
    this.#sent = null;
    this.#keep();
    this.changed(same(this.texts, this.saved) ? STATUS.SAVED : STATUS.SAVING, reply);
  }

  async #failed(error) {
    const trouble = error?.trouble ?? TROUBLE.REFUSED;
    if (trouble === TROUBLE.GONE || trouble === TROUBLE.LOGIN) {
      this.changed(STATUS.AWAY, error);
      return;
    }
    if (trouble === TROUBLE.CONFLICT) {
      const server = await this.load().catch(() => null);
      if (!server) return; // away now: the same is sent again, and is in conflict again
      this.#sent = null;
      this.#disagree(server);
      return;
    }
    this.#sent = null;
    this.#stopped = STATUS.REFUSED;
    this.changed(STATUS.REFUSED, error);
  }

  #disagree(server) {
    this.server = server;
    this.#stopped = STATUS.CONFLICT;
    this.changed(STATUS.CONFLICT, server);
  }

  #keep() {
    const all = !this.#sent && same(this.texts, this.saved);
    this.kept.write(all ? null : { texts: this.texts, rev: this.rev, sent: this.#sent });
  }
}

/** Return whether two lists of texts are the same to the server, which ignores spaces around. */
export function same(one, other) {
  const plain = (texts) => texts.map((text) => text.trim().split(/\s+/).join(" "));
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}
