// What is not acknowledged, kept by the browser: in IndexedDB, and what IndexedDB had no time for
// before the page went, in localStorage.

import { runsOf } from "./core/rle.js";

const DATABASE = "refvps-annotate";
const STORE = "operations";

export class Journal {
  #unsettled = new Map();

  /** @param {string} owner whose work it is, on which job of which server. */
  constructor(owner) {
    this.owner = owner;
    this.database = open();
  }

  /** Keep an operation, or its newer form. */
  async put(operation) {
    const record = { ...recordOf(operation), owner: this.owner };
    this.#unsettled.set(record.id, record);
    await this.#change((store) => store.put(record));
    if (this.#unsettled.get(record.id) === record) this.#unsettled.delete(record.id);
  }

  /** Forget an operation. */
  async remove({ id }) {
    this.#unsettled.delete(id);
    localStorage.removeItem(this.#urgentKey(id));
    await this.#change((store) => store.delete(id));
  }

  /** Return all that is kept for this owner. */
  async all() {
    const found = new Map();
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.#urgentKey(""))) continue;
      const record = fromText(localStorage.getItem(key));
      if (record) found.set(record.id, record);
    }
    const database = await this.database;
    if (!database) return [...found.values()];
    const store = database.transaction(STORE).objectStore(STORE);
    const stored = await finished(store.index("owner").getAll(this.owner));
    for (const record of stored) if (!found.has(record.id)) found.set(record.id, record);
    return [...found.values()];
  }

  /** Write at once what is not safe yet; the page is about to go. */
  flush(extra = []) {
    const late = [...this.#unsettled.values(), ...extra.map((each) => ({ ...recordOf(each), owner: this.owner }))];
    for (const record of late) {
      try {
        localStorage.setItem(this.#urgentKey(record.id), toText(record));
      } catch {
        return; // full: IndexedDB has most of it
      }
    }
  }

  #urgentKey(id) {
    return `${DATABASE}:${this.owner}:${id}`;
  }

  async #change(change) {
    const database = await this.database;
    if (!database) return;
    const transaction = database.transaction(STORE, "readwrite");
    change(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** Return what of an operation outlives the page. */
function recordOf(operation) {
  const { id, made, job, k, kind, session, seq, base, after, draft } = operation;
  const { region, rule, replace, marks, action, flag, mine } = operation;
  const record = { id, made, job, k, kind, session, seq, base, after, draft, region, rule, replace, marks, action, flag, mine };
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function toText(record) {
  const plain = { ...record };
  if (record.region) {
    const { bits, ...rect } = record.region;
    plain.region = { ...rect, runs: Array.from(runsOf(bits, 1, rect)) };
  }
  if (record.replace) plain.replace = Array.from(record.replace);
  return JSON.stringify(plain);
}

function fromText(text) {
  try {
    const record = JSON.parse(text);
    if (record.region) record.region.bits = bitsOf(record.region);
    if (record.replace) record.replace = Uint32Array.from(record.replace);
    return record;
  } catch {
    return null;
  }
}

function bitsOf({ width, height, runs }) {
  const columns = [];
  runs.forEach((length, at) => {
    for (let left = length; left > 0; left--) columns.push(at & 1);
  });
  const bits = new Uint8Array(width * height);
  columns.forEach((value, at) => (bits[(at % height) * width + Math.floor(at / height)] = value));
  return bits;
}

/** Return the database, or null where the browser has none to give. */
function open() {
  return new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open(DATABASE, 1);
    } catch {
      resolve(null);
      return;
    }
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: "id" });
      store.createIndex("owner", "owner");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
