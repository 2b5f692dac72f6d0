// One candidate in the grid.

import { previewAddress } from "./api.js";
import { element, seconds } from "./dom.js";

const WORDS = {
  open: "",
  accept: "accepted",
  split: "split",
  exclude: "excluded",
  taken: "decided by somebody else; it waits for your blind second pass",
};

export class Tile {
  constructor(subject, picked) {
    this.video = element("video", { muted: true, playsinline: true, loop: true, preload: "auto" });
    this.video.muted = true;
    this.length = element("span", { class: "length" });
    this.facts = element("div", { class: "facts" });
    this.root = element(
      "li",
      { class: "tile", role: "option", tabindex: "-1", id: `tile ${subject.id}` },
      element("div", { class: "look" }, this.video, this.length),
      this.facts,
    );
    this.root.addEventListener("click", () => picked(subject.id));
  }

  /** Shows a subject; `more` has what the page knows beside it: storing, note, hide, reasons. */
  show(subject, more) {
    this.span = subject.span;
    this.root.dataset.subject = subject.id;
    this.root.dataset.status = more.storing ? "storing" : subject.status;
    const [width, height] = subject.preview;
    this.root.classList.toggle("tall", height >= width);
    const address = previewAddress(subject.media);
    if (this.address !== address) {
      this.address = address;
      this.video.src = address;
    }
    this.length.textContent = seconds(subject.seconds);
    this.facts.replaceChildren(
      element("p", { class: "title", title: subject.title }, subject.title || subject.id),
      element("p", { class: "concept" }, more.concept ?? subject.concept),
      subject.query ? element("p", { class: "query" }, `“${subject.query}”`) : null ?? "",
      element("p", { class: "numbers" }, numbers(subject)),
      this.#chips(subject, more),
      element("p", { class: "verdict" }, verdict(subject, more)),
    );
  }

  select(selected) {
    this.root.setAttribute("aria-selected", selected);
    if (selected) this.root.focus({ preventScroll: true });
  }

  play(playing) {
    if (playing) this.video.play().catch(() => {});
    else this.video.pause();
  }

  /** Keeps a part's video within its part. */
  hold() {
    if (!this.span || this.video.readyState < 2 || this.video.seeking) return;
    const now = this.video.currentTime;
    if (now < this.span[0] - 0.1 || now >= this.span[1]) this.video.currentTime = this.span[0];
  }

  stop() {
    this.video.removeAttribute("src");
    this.video.load();
  }

  #chips(subject, more) {
    const chips = element("ul", { class: "chips" });
    const add = (kind, text, title = text) =>
      chips.append(element("li", { class: kind, title }, text));
    if (!more.hide) {
      for (const each of subject.proposals) {
        const key = more.keys[each.reason] ?? "s";
        add("proposal", `${key}? ${each.text}`);
      }
      if (subject.faces > 0) {
        add("proposal", `v? a face in ${Math.round(100 * subject.faces)} % of looks`);
      }
      for (const sure of [true, false]) {
        const like = subject.like.filter((each) => each.sure === sure);
        if (!like.length) continue;
        const others = like.length > 1 ? ` and ${like.length - 1} more` : "";
        const every = like.map((each) => `${each.id} (${each.relation})`).join(", ");
        const words = sure ? "d? like" : "d? a little like";
        add(sure ? "like" : "like doubtful", `${words} ${like[0].id}${others}`, every);
      }
    }
    for (const flag of subject.flags) add("flag", flag);
    return chips;
  }
}

function numbers(subject) {
  const found = [`${subject.size[0]}×${subject.size[1]}`];
  if (subject.shots) found.push(subject.shots === 1 ? "1 shot" : `${subject.shots} shots`);
  if (subject.change !== null) found.push(`change ${(100 * subject.change).toFixed(1)} %`);
  return found.join(" · ");
}

function verdict(subject, more) {
  if (more.storing) return `storing: ${more.storing}…`;
  if (more.note) return more.note;
  const said = [WORDS[subject.status]];
  if (!subject.decision) return said[0];
  if (subject.decision.reason) said.push(`: ${subject.decision.reason}`);
  if (subject.clips.length) said.push(`, ${seconds(subject.clips[0][1] - subject.clips[0][0])}`);
  else if (subject.status === "accept" && !more.second) said.push(", not trimmed");
  if (!subject.decision.mine) said.push(` (${subject.decision.by})`);
  return said.join("");
}
