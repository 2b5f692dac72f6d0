// Two boxes for two expressions: saved while they are typed, and kept while the server is away.

import { Api } from "./api.js";
import { TROUBLE } from "./core/outbox.js";
import { STATUS, Typed } from "./core/typed.js";
import { el, pause } from "./dom.js";

const NAMES = ["First", "Second"];
const LABELS = ["First expression", "Second expression, in other words"];

/**
 * Build the boxes, fill them, and save what is typed.
 *
 * @param {HTMLElement} place what is in it now is replaced.
 * @param {object} how
 * @param {string} how.root where the application is, "" or "/annotate".
 * @param {string} how.job
 * @param {{fewest: number, most: number, longest: number, judged: object}} how.limits of words,
 *   and of characters; what the server says of the texts as they are.
 * @param {() => void} how.handIn is called when everything is saved and shall be handed in.
 */
export async function write(place, { root, job, limits, handIn }) {
  const api = new Api(root, job);
  const { visitor, expressions } = await patiently(() => api.state());
  const boxes = LABELS.map((_, at) => box(at, limits));
  const checks = el("div", { id: "checks", className: "checks", "aria-live": "polite" });
  const give = el("button", { type: "button", id: "hand-in", className: "button" }, "Hand in");
  place.replaceChildren(
    ...boxes.map((text, at) => el("label", { id: `expression-${at + 1}` }, el("span", {}, LABELS[at]), text)),
    checks,
    el("p", {}, give),
  );
  let { judged } = limits;
  const fill = (texts) => boxes.forEach((each, at) => (each.value = texts[at] ?? ""));
  const read = () => boxes.map((each) => each.value);
  const show = (status, fact) => {
    if (fact?.words) judged = fact;
    checks.replaceChildren(...judgement(judged, limits), line(status, fact, choose));
    checks.dataset.status = status;
  };
  const choose = (mine) => (mine ? typed.mine() : fill(typed.theirs()));
  const server = pair(expressions);
  const owner = `refvps-expressions:${location.origin}${root}:${visitor}:${job}`;
  const typed = new Typed({
    server,
    kept: keptAt(owner),
    send: (body) => api.saveExpressions(body),
    load: async () => pair((await api.state()).expressions),
    // The first thing may be said while this is still being made.
    changed: (status, fact) => queueMicrotask(() => show(status, fact)),
    pause,
  });
  fill(typed.texts);
  if (typed.texts === server.texts) {
    checks.replaceChildren(...judgement(judged, limits), el("p", { className: "saved" }, "Saved while you type."));
  }
  for (const each of boxes) each.addEventListener("input", () => typed.type(read()));
  give.addEventListener("click", async () => {
    give.disabled = true;
    if (await typed.settled()) handIn();
    give.disabled = false;
  });
}

function box(at, { longest }) {
  return el("textarea", { rows: 2, maxLength: longest, spellcheck: true, lang: "en", dir: "auto" });
}

/** Return the server's texts as two; a job that nobody began has none. */
function pair({ texts, rev }) {
  return { texts: [texts[0] ?? "", texts[1] ?? ""], rev };
}

function judgement({ words, problems }, { fewest, most }) {
  const counted = words.map((count, at) => {
    const text = `${NAMES[at]}: ${count} ${count === 1 ? "word" : "words"} (of ${fewest} to ${most})`;
    return el("li", { className: count >= fewest && count <= most ? "fine" : "" }, text);
  });
  const wrong = problems.map((text) => el("li", { className: "bad" }, `! ${text}`));
  const complete = words.every((count) => count > 0) && !wrong.length;
  const fine = complete ? [el("li", { className: "fine" }, "they differ")] : [];
  return [el("ul", {}, ...counted, ...wrong, ...fine)];
}

function line(status, fact, choose) {
  if (status === STATUS.CONFLICT) return conflict(fact, choose);
  const text = {
    [STATUS.SAVED]: "✓ saved",
    [STATUS.SAVING]: "…",
    [STATUS.AWAY]: "Not saved yet: the server does not answer. What you typed is kept here.",
    [STATUS.REFUSED]: `! Not saved: ${fact?.message}`,
  }[status];
  return el("p", { className: status === STATUS.REFUSED ? "saved bad" : "saved" }, text);
}

function conflict({ texts }, choose) {
  return el(
    "div",
    { className: "note bad", role: "alert" },
    el("p", {}, "Another tab saved other expressions meanwhile:"),
    el("ul", { className: "quotes" }, ...texts.map((text) => el("li", {}, text || "(nothing)"))),
    el("button", { type: "button", onclick: () => choose(true) }, "Keep what is in the boxes"),
    el("button", { type: "button", onclick: () => choose(false) }, "Take those"),
  );
}

/** Return a place in the browser's own storage; a browser that has none still saves. */
function keptAt(key) {
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(record) {
      try {
        if (record) localStorage.setItem(key, JSON.stringify(record));
        else localStorage.removeItem(key);
      } catch {
        // Full, or a private window.
      }
    },
  };
}

async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.trouble !== TROUBLE.GONE) throw error;
      await pause(1000);
    }
  }
}
