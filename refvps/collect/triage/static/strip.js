// The film strip: small pictures, the curve of change, marks of shots and of jumps, the part and the
// playhead; and what its marks mean.

import { stripAddress } from "./api.js";
import { element } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const MARKS = {
  cut: "the shot changes",
  gradual: "the shot changes gradually; no clip may hold any of it",
  "flash-suppressed": "a flash or a lamp; the shot goes on",
  jump: "the picture may jump within one shot; look and judge, it divides nothing",
};

export class Strip {
  constructor(film) {
    this.film = film;
    this.pictures = element("img", { class: "pictures", alt: "", src: stripAddress(film.media) });
    this.curve = document.createElementNS(SVG, "svg");
    this.curve.setAttribute("class", "curve");
    this.curve.setAttribute("viewBox", "0 0 1000 100");
    this.curve.setAttribute("preserveAspectRatio", "none");
    this.marks = element("div", { class: "marks" });
    this.parts = element("div", { class: "parts" });
    this.head = element("div", { class: "head" });
    this.root = element(
      "div",
      { class: "strip" },
      this.pictures,
      this.curve,
      this.marks,
      this.parts,
      this.head,
    );
    this.#drawCurve();
    for (const each of film.boundaries) this.#mark(each);
    for (const after of film.jumps) this.#mark({ before: after - 1, after, kind: "jump" });
    this.legend = this.#legend();
  }

  /** Draws the parts: `{part, chosen, kept}` each, the event within as a darker bar. */
  show(parts, head) {
    this.parts.replaceChildren(...parts.map((each) => this.#part(each)));
    this.head.style.left = this.#percent(this.film.time(head));
  }

  #part({ part, chosen, kept }) {
    const from = this.film.time(part.first);
    const to = this.film.time(part.last + 1);
    const box = element("div", { class: `part${chosen ? " chosen" : ""}${kept ? "" : " left-out"}` });
    this.#place(box, from, to);
    const event = element("div", { class: "event" });
    const share = (time) => `${(100 * (time - from)) / (to - from)}%`;
    event.style.left = share(this.film.time(part.eventFirst));
    event.style.right = share(from + to - this.film.time(part.eventLast + 1));
    box.append(event);
    return box;
  }

  #mark({ before, after, kind }) {
    const mark = element("div", { class: `mark ${kind}`, title: MARKS[kind] });
    const from = this.film.time(before + 1);
    if (kind === "gradual") this.#place(mark, from, this.film.time(after));
    else mark.style.left = this.#percent(this.film.time(after));
    this.marks.append(mark);
  }

  /** Says what the marks mean that this video has. */
  #legend() {
    const kinds = new Set(this.film.boundaries.map((each) => each.kind));
    if (this.film.jumps.length) kinds.add("jump");
    const meanings = Object.keys(MARKS).filter((kind) => kinds.has(kind));
    const rows = meanings.map((kind) =>
      element("li", {}, element("span", { class: "swatch" }, element("span", { class: `mark ${kind}` })), MARKS[kind]),
    );
    return element("ul", { class: "legend", hidden: !rows.length }, ...rows);
  }

  #drawCurve() {
    const values = this.film.curve;
    if (values.length < 2) return;
    const most = Math.max(0.05, ...values);
    const points = values.map((value, place) => {
      const x = (1000 * (place + 0.5)) / 6 / this.film.duration;
      return `${x.toFixed(1)},${(100 - (100 * value) / most).toFixed(1)}`;
    });
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", points.join(" "));
    this.curve.append(line);
  }

  #place(box, from, to) {
    box.style.left = this.#percent(from);
    box.style.width = this.#percent(to - from);
  }

  #percent(time) {
    return `${(100 * time) / this.film.duration}%`;
  }
}
