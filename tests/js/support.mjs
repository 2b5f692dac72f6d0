// Little masks as text, seeded chance, and a NumPy reference that answers questions.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const CORE = new URL("../../annotator/editor/core/", import.meta.url);

/** Return labels of rows such as "..#": "." nothing, "#" target, "o" Ignore, "@" both. */
export function labelsOf(...rows) {
  const size = { width: rows[0].length, height: rows.length };
  const labels = Uint8Array.from(rows.join(""), (sign) => ".#o@".indexOf(sign));
  return { labels, size };
}

/** Return labels as rows. */
export function rowsOf(labels, { width }) {
  const text = Array.from(labels, (label) => ".#o@"[label]).join("");
  return text.match(new RegExp(`.{${width}}`, "g"));
}

/** Return a region of rows of "#" and ".", with its corner at (x, y). */
export function regionOf(x, y, ...rows) {
  const bits = Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 1 : 0));
  return { x, y, width: rows[0].length, height: rows.length, bits };
}

/** Return a function that gives numbers in [0, 1), always the same ones for a seed. */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Return labels of random blobs. */
export function blobs(size, random, bits = 3, many = 6) {
  const labels = new Uint8Array(size.width * size.height);
  for (let blob = 0; blob < many; blob++) {
    const [x, y] = [random() * size.width, random() * size.height];
    const radius = 1 + (random() * Math.min(size.width, size.height)) / 4;
    const bit = 1 + Math.floor(random() * bits);
    for (let at = 0; at < labels.length; at++) {
      const away = Math.hypot((at % size.width) - x, Math.floor(at / size.width) - y);
      if (away <= radius) labels[at] ^= bit;
    }
  }
  return labels;
}

/** Start the reference; ask it with `ask({ask: name, ...})`, and close it. */
export function reference() {
  const path = fileURLToPath(new URL("reference.py", import.meta.url));
  const child = spawn(process.env.REFVPS_PYTHON ?? "python3", [path], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift().resolve(JSON.parse(line)));
  child.on("exit", () => waiting.forEach(({ reject }) => reject(new Error("the reference ended"))));
  return {
    ask(question) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      });
    },
    close() {
      child.stdin.end();
    },
  };
}
