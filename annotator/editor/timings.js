// How long things take, for the figures of the benchmark and the tests.

const MOST = 2000;

export class Timings {
  #begun = new Map();

  constructor() {
    this.values = {};
  }

  add(name, milliseconds) {
    const list = (this.values[name] ??= []);
    if (list.length >= MOST) list.shift();
    list.push(milliseconds);
  }

  start(name, key) {
    if (!this.#begun.has(name)) this.#begun.set(name, new Map());
    if (!this.#begun.get(name).has(key)) this.#begun.get(name).set(key, performance.now());
  }

  end(name, key) {
    const began = this.#begun.get(name)?.get(key);
    if (began === undefined) return;
    this.#begun.get(name).delete(key);
    this.add(name, performance.now() - began);
  }
}
