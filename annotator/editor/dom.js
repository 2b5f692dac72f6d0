// Elements, made without markup: texts stay texts, whatever people typed.

/** Return an element. `props` are properties; "on…" are listeners, "data-…" and "aria-…" attributes. */
export function el(tag, props = {}, ...children) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for") found.setAttribute(name, value);
    else found[name] = value;
  }
  found.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return found;
}

/** Tells whoever listens. */
export class Signals {
  #listeners = new Map();

  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  emit(name, ...facts) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...facts);
  }
}

/** Wait some milliseconds. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
