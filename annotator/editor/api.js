// What is asked of the server. A failure says what it means for what waits.

import { TROUBLE } from "./core/outbox.js";

/** A request that failed: `trouble` is one of TROUBLE. */
export class RequestError extends Error {
  constructor(trouble, message, body = {}, status = 0) {
    super(message);
    Object.assign(this, { trouble, body, status });
  }
}

const REASONS = { lease: TROUBLE.LEASE, conflict: TROUBLE.CONFLICT };

export class Api {
  /** @param {string} root where the application is, "" or "/annotate". @param {string} job */
  constructor(root, job) {
    this.root = root;
    this.job = job;
    this.lease = "";
  }

  state() {
    return this.#json("GET", "state");
  }

  masks() {
    return this.#json("GET", "masks");
  }

  frameMasks(k) {
    return this.#json("GET", `frames/${k}/masks`);
  }

  beside(k) {
    return this.#json("GET", `frames/${k}/beside`);
  }

  /** Tell which keyframe is on the screen, so that the model prepares for a click on it. */
  shown(k) {
    return this.#fetch("GET", `frames/${k}/planes`).then((response) => response.arrayBuffer()).catch(() => {});
  }

  async logits(k) {
    const response = await this.#fetch("GET", `frames/${k}/logits`);
    return new Uint8Array(await response.arrayBuffer().catch(cutOff));
  }

  takeLease() {
    return this.#json("POST", "lease", {});
  }

  renew() {
    return this.#json("POST", "renew", {});
  }

  saveMasks(k, body) {
    return this.#json("PUT", `frames/${k}/masks`, body);
  }

  act(k, body) {
    return this.#json("POST", `frames/${k}/action`, body);
  }

  restore(k, body) {
    return this.#json("POST", `frames/${k}/restore`, body);
  }

  saveExpressions(body) {
    return this.#json("PUT", "expressions", body);
  }

  predict(body) {
    return this.#json("POST", "sam/predict", body);
  }

  cancel() {
    return this.#json("POST", "sam/cancel", {});
  }

  submit() {
    return this.#json("POST", "submit", {});
  }

  events(batch) {
    return this.#json("POST", "events", batch);
  }

  /** Yield the lines of a propagation; ending the loop early, or `signal`, ends it. */
  async *propagate(body, signal) {
    const response = await this.#fetch("POST", "sam/propagate", body, signal);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let [rest, ended] = ["", false];
    try {
      for (;;) {
        const { value, done } = await reader.read();
        ended = done;
        if (done) return;
        const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
        rest = lines.pop();
        for (const line of lines) yield JSON.parse(line);
      }
    } finally {
      if (!ended) reader.cancel().catch(() => {});
    }
  }

  /** Return a frame at the full rate as a picture. */
  async frame(clip, index) {
    const response = await this.#reach(`${this.root}/api/clips/${clip}/frames/${index}`, {});
    const content = await response.blob().catch(() => {
      throw new RequestError(TROUBLE.GONE, "the frame was cut off");
    });
    return createImageBitmap(content);
  }

  /** Send something while the page goes away; nobody waits for the answer. */
  farewell(tail, body) {
    try {
      fetch(this.#url(tail), { ...this.#request("POST", body), keepalive: true }).catch(() => {});
    } catch {
      // The page is going away; what matters is in the journal.
    }
  }

  async #json(method, tail, body) {
    const response = await this.#fetch(method, tail, body);
    return response.json().catch(cutOff);
  }

  #fetch(method, tail, body, signal) {
    return this.#reach(this.#url(tail), { ...this.#request(method, body), signal });
  }

  async #reach(url, request) {
    let response;
    try {
      response = await fetch(url, request);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new RequestError(TROUBLE.GONE, "the server does not answer");
    }
    if (response.ok) return response;
    const found = await response.json().catch(() => ({}));
    const message = found.error ?? `the server answered ${response.status}`;
    throw new RequestError(troubleOf(response.status, found), message, found, response.status);
  }

  #request(method, body) {
    const headers = { "x-refvps": "1" };
    if (this.lease) headers["x-lease"] = this.lease;
    if (body !== undefined) headers["content-type"] = "application/json";
    return { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  }

  #url(tail) {
    return `${this.root}/api/jobs/${this.job}/${tail}`;
  }
}

/** Cut off in the middle: whether it was done is not known, and asking again does it once. */
function cutOff() {
  throw new RequestError(TROUBLE.GONE, "the answer of the server was cut off");
}

function troubleOf(status, body) {
  if (status === 401) return TROUBLE.LOGIN;
  if (status >= 500) return TROUBLE.GONE;
  return REASONS[body.reason] ?? TROUBLE.REFUSED;
}
