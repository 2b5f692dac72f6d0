// Builds what a page shows from plain data, and tells the server what was clicked.
// Texts become text nodes: nothing that people typed is ever parsed as HTML or run.

const TAGS = new Set(
  ("a abbr b br button caption code dd div dl dt em figcaption figure h1 h2 h3 header img kbd li " +
    "main nav ol p section small span strong table tbody td th thead time tr ul").split(" "),
);
const PLAIN = new Set(
  ("alt aria-current aria-hidden aria-label aria-live aria-pressed colspan datetime download " +
    "height id lang loading role scope tabindex title width target disabled").split(" "),
);
const LOCAL = /^(?:[?#]|\.?\/(?![/\\])|[a-z0-9_-]+(?:[/?#]|$))[^\\]*$/i;

export function mount(element, props, watch, tell) {
  const host = element.querySelector(".view");
  const view = { host, tell, kept: new Map(), keys: {} };
  const draw = () => {
    render(view, props.value);
    answered(props.value);
  };
  watch("value", draw);
  document.addEventListener("keydown", (event) => pressed(view, event));
  draw();
}

// ---- one question at a time, for all places of a page: Gradio drops what is asked meanwhile

const PATIENCE = 8000;
const LONGEST = 32;
const asking = { number: 0, open: null, waiting: null, held: [] };

function ask(view, find) {
  if (asking.open !== null) {
    if (asking.held.length < LONGEST) asking.held.push({ view, find });
    return;
  }
  const data = find();
  if (data === undefined || !view.host.isConnected) return;
  asking.number += 1;
  asking.open = { number: asking.number, view, written: JSON.stringify(data) };
  asking.waiting = setTimeout(givenUp, PATIENCE);
  view.host.setAttribute("aria-busy", "true");
  view.tell({ ...data, asked: asking.number });
}

function answered(value) {
  // The head of the page is part of every answer and says which question it answers.
  if (asking.open === null || value?.[1]?.answers !== asking.open.number) return;
  clearTimeout(asking.waiting);
  // What else the answer changes is drawn first, so that a held key means what is then shown.
  asking.waiting = setTimeout(() => {
    settle();
    goOn();
  }, 0);
}

function settle() {
  asking.open.view.host.removeAttribute("aria-busy");
  asking.open = null;
}

function givenUp() {
  settle();
  asking.held = [];
}

function goOn() {
  while (asking.held.length && asking.open === null) {
    const { view, find } = asking.held.shift();
    ask(view, find);
  }
}

function clicked(view, data) {
  if (asking.open?.view === view && asking.open.written === JSON.stringify(data)) return;
  ask(view, () => data);
}

function render(view, value) {
  const focus = document.activeElement?.closest?.("[data-key]");
  const key = focus && view.host.contains(focus) ? focus.dataset.key : null;
  const sorted = remembered(view.host);
  view.keys = {};
  view.found = new Map();
  const made = value === null || value === undefined || value === "" ? [] : [build(view, value)];
  view.kept = view.found;
  view.host.replaceChildren(...made.filter(Boolean));
  sorted.forEach(([id, column, rising]) => resort(view.host, id, column, rising));
  if (key) view.host.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  view.host.dataset.drawn = String(Number(view.host.dataset.drawn || 0) + 1);
}

function build(view, node) {
  if (!Array.isArray(node)) return document.createTextNode(String(node ?? ""));
  const [name, given, ...children] = node;
  if (given.key) {
    // An element that is as it was stays: a film goes on, a picture is not loaded again.
    const written = JSON.stringify(node);
    const old = view.kept.get(given.key);
    if (old && old.written === written) {
      view.found.set(given.key, old);
      return old.made;
    }
    const made = make(view, name, given, children);
    made.dataset.key = given.key;
    view.found.set(given.key, { written, made });
    return made;
  }
  return make(view, name, given, children);
}

function make(view, name, given, children) {
  const [tag, ...classes] = name.split(".");
  if (tag === "film") return film(given, classes);
  if (!TAGS.has(tag)) throw new Error(`no page shows a ${tag}`);
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  if (tag === "button") made.type = "button";
  for (const [key, value] of Object.entries(given)) dress(view, made, key, value);
  children.forEach((child) => made.append(build(view, child)));
  if (classes.includes("sortable")) sortable(made);
  return made;
}

function dress(view, made, key, value) {
  if (PLAIN.has(key)) made.setAttribute(key, value === true ? "" : String(value));
  else if ((key === "href" || key === "src") && LOCAL.test(value)) made.setAttribute(key, value);
  else if (key === "share") made.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
  else if (key === "at") [made.style.left, made.style.top] = value.map((v) => `${100 * v}%`);
  else if (key === "sort") made.dataset.sort = String(value);
  else if (key === "keys") view.keys = value;
  else if (key === "on") clicking(view, made, value);
  else if (key === "place") placing(view, made, value);
  else if (key === "post") made.addEventListener("click", () => post(value));
}

function clicking(view, made, data) {
  const { ask: question, ...told } = data;
  made.addEventListener("click", () => {
    if (!question || window.confirm(question)) clicked(view, told);
  });
}

function placing(view, made, data) {
  made.classList.add("placing");
  made.addEventListener("click", (event) => {
    const box = made.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    clicked(view, { ...data, x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) });
  });
}

async function post({ to, then }) {
  await fetch(to, { method: "POST" });
  location.assign(then);
}

function pressed(view, event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const find = () => view.keys[event.key] ?? view.keys[event.key.toLowerCase()];
  const data = find();
  if (data === undefined || !view.host.isConnected) return;
  event.preventDefault();
  if (asking.open === null) ask(view, find);
  else if (judges(data)) tooEarly();
  else if (!event.repeat) ask(view, () => (judges(find()) ? undefined : find()));
}

// A key that judges what is not shown yet would judge it unseen.
const judges = (data) => data?.do !== undefined;
const tooEarly = () => document.dispatchEvent(new CustomEvent("refvps-early"));

// ---- tables that sort

function sortable(table) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    if (!head.textContent) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      order(table, column, head.getAttribute("aria-sort") !== "ascending");
    });
  });
}

function order(table, column, rising) {
  const rows = [...table.tBodies[0].rows];
  const of = (row) => row.cells[column]?.dataset.sort ?? row.cells[column]?.textContent ?? "";
  const compare = (one, other) => of(one).localeCompare(of(other), "en", { numeric: true });
  rows.sort((one, other) => (rising ? compare(one, other) : compare(other, one)));
  table.tBodies[0].replaceChildren(...rows);
  table.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
  const head = table.tHead.rows[0].cells[column];
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
}

function remembered(host) {
  return [...host.querySelectorAll("table.sortable th[aria-sort]")].map((head) => [
    head.closest("table").id, head.cellIndex, head.getAttribute("aria-sort") === "ascending",
  ]);
}

function resort(host, id, column, rising) {
  const table = host.querySelector(`#${CSS.escape(id)}`);
  if (table?.tBodies[0]) order(table, column, rising);
}

// ---- a clip at 24 frames a second, from single frames, so that no frame is ever another one

const FPS = 24;

function film({ url, frames, width, height, start, points, label }, classes) {
  const box = document.createElement("div");
  box.className = ["film", ...classes].join(" ");
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const play = document.createElement("button");
  play.type = "button";
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = frames - 1;
  slider.setAttribute("aria-label", "frame");
  const said = document.createElement("span");
  const bar = document.createElement("div");
  bar.className = "film-bar";
  bar.append(play, slider, said);
  box.append(canvas, bar);

  const images = new Array(frames);
  let shown = start;
  let running = false;
  const load = (index) => {
    if (!images[index]) {
      images[index] = new Image();
      images[index].src = `${url}${index}`;
      images[index].onload = () => index === shown && paint();
    }
    return images[index];
  };
  const mark = (context) => {
    const radius = Math.max(5, width / 70);
    for (const [x, y] of points) {
      for (const [colour, thick] of [["#000", radius / 1.6], ["#ff1a8c", radius / 3]]) {
        context.beginPath();
        context.arc(x * width, y * height, radius, 0, 7);
        context.strokeStyle = colour;
        context.lineWidth = thick;
        context.stroke();
      }
    }
  };
  const paint = () => {
    const image = load(shown);
    slider.value = shown;
    said.textContent = `${shown} / ${frames - 1}`;
    if (!image.complete || !image.naturalWidth) return false;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    if (shown === start) mark(context);
    return true;
  };
  const say = () => (play.textContent = running ? "Pause" : "Play");
  let last = 0;
  const step = (now) => {
    if (!running || !box.isConnected) return;
    if (now - last >= 1000 / FPS - 2) {
      const next = (shown + 1) % frames;
      for (let ahead = 1; ahead <= 12; ahead += 1) load((shown + ahead) % frames);
      if (load(next).complete) {
        last = now;
        shown = next;
        paint();
      }
    }
    requestAnimationFrame(step);
  };
  play.addEventListener("click", () => {
    running = !running;
    say();
    if (running) requestAnimationFrame(step);
  });
  slider.addEventListener("input", () => {
    running = false;
    shown = Number(slider.value);
    say();
    paint();
  });
  say();
  paint();
  return box;
}
