// Trimming and splitting one video. Every still picture here was decoded by the server.

import { frameAddress, get, previewAddress } from "./api.js";
import { byId, element, seconds } from "./dom.js";
import { Film, Part } from "./film.js";
import { Strip } from "./strip.js";

const CONTEXT = 0.5;
const AROUND = [1, -1, 2];
const PICTURES = [
  ["before", "the frame before"],
  ["first", "first frame of the clip"],
  ["last", "last frame of the clip"],
  ["after", "the frame after"],
];

export class Trim {
  root = byId("trim");
  film = null;

  get open() {
    return this.film !== null;
  }

  get splitting() {
    return this.open && this.segments !== null;
  }

  /** Opens a subject; `split` offers its shots as parts, `proposals` shows where it may jump. */
  async show(subject, split, proposals) {
    const film = new Film(await get("api/film", { subject: subject.id }));
    if (!proposals) film.jumps = [];
    this.subject = subject;
    this.film = film;
    this.part = new Part(film.part);
    this.segments = split ? film.segments.map((each) => ({ part: new Part(each), kept: true })) : null;
    if (split && !this.segments.length) {
      this.segments = [{ part: new Part([0, film.count - 1, 0, film.count - 1]), kept: true }];
    }
    this.chosen = 0;
    this.head = this.current.first;
    this.answer = null;
    this.#build();
    this.root.hidden = false;
    this.update();
  }

  close() {
    this.video.removeAttribute("src");
    this.video.load();
    this.asking?.abort();
    this.film = null;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  /** The part that is edited. */
  get current() {
    return this.splitting ? this.segments[this.chosen].part : this.part;
  }

  /** What is sent: the part, or the parts that are kept. */
  get parts() {
    if (!this.splitting) return [this.part.numbers];
    return this.segments.filter((each) => each.kept).map((each) => each.part.numbers);
  }

  step(by) {
    this.#stop();
    this.head = this.film.clamp(this.head + by);
    this.update();
  }

  /** Goes to the next or the previous first frame of a shot, or after a jump. */
  boundary(by) {
    const starts = this.film.starts();
    const next = by > 0 ? starts.find((each) => each > this.head) : starts.findLast((each) => each < this.head);
    if (next !== undefined) this.step(next - this.head);
  }

  set(end) {
    if (this.splitting) return;
    this.#stop();
    this.part.set(end, this.head);
    this.update();
  }

  /** Puts the clip around the event, with context where the shot has it. */
  async around() {
    if (this.splitting) return;
    const event = `${this.part.eventFirst},${this.part.eventLast}`;
    try {
      this.part = new Part(await get("api/around", { subject: this.subject.id, event }));
      this.update();
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  choose(by) {
    if (!this.splitting) return;
    this.chosen = Math.min(this.segments.length - 1, Math.max(0, this.chosen + by));
    this.#stop();
    this.head = this.current.first;
    this.update();
  }

  keep() {
    const segment = this.segments[this.chosen];
    segment.kept = !segment.kept;
    this.update();
  }

  /** Divides the chosen part at the playhead, which becomes the first frame of the later one. */
  cut() {
    if (!this.splitting) return;
    const { first, last } = this.current;
    if (this.head <= first || this.head > last) {
      this.#say("move the playhead into the part first", true);
      return;
    }
    const kept = this.segments[this.chosen].kept;
    const parts = [this.#whole(first, this.head - 1), this.#whole(this.head, last)];
    this.segments.splice(this.chosen, 1, ...parts.map((part) => ({ part, kept })));
    this.chosen += 1;
    this.update();
  }

  play() {
    if (this.playing) {
      this.#stop();
      this.update();
      return;
    }
    this.playing = true;
    this.video.hidden = false;
    this.video.currentTime = this.film.time(this.current.first);
    this.video.play().catch(() => this.#stop());
    const follow = () => {
      if (!this.playing || !this.open) return;
      const end = this.film.time(this.current.last + 1);
      if (this.video.currentTime >= end - 0.02 || this.video.ended) {
        this.video.currentTime = this.film.time(this.current.first);
        this.video.play().catch(() => {});
      }
      this.strip.show(this.#shown(), this.film.at(this.video.currentTime));
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  /** Shows everything as it is now, and asks the server what the part would be as a clip. */
  update() {
    const { film, head } = this;
    this.picture.src = frameAddress(film.media, head);
    this.place.textContent = `frame ${head} of ${film.count} · ${seconds(film.time(head))}`;
    for (const by of AROUND) new Image().src = frameAddress(film.media, film.clamp(head + by));
    this.strip.show(this.#shown(), head);
    void this.#ask();
  }

  async #ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const frames = this.current.numbers.join(",");
    try {
      const answer = await get("api/part", { subject: this.subject.id, frames }, signal);
      if (!signal.aborted) this.#tell(answer);
    } catch (error) {
      if (error.name !== "AbortError") this.#say(error.message, true);
    }
  }

  #tell(answer) {
    const part = this.current;
    this.answer = answer;
    const first = answer.problem ? part.first : answer.first;
    const last = answer.problem ? part.last : answer.last;
    this.#picture("before", first - 1);
    this.#picture("first", first);
    this.#picture("last", last);
    this.#picture("after", part.last + 1);
    if (answer.problem) this.#say(answer.problem, true);
    else this.#say(this.#words(answer), Boolean(answer.rapid));
    this.root.dataset.part = part.numbers.join(",");
  }

  #words(answer) {
    const found = this.splitting ? [`part ${this.chosen + 1} of ${this.segments.length}`] : [];
    found.push(
      seconds(answer.seconds),
      `${answer.frames} frames at 24 fps`,
      `event on ${answer.annotated} at 6 fps${answer.rapid ? ` (fewer than ${answer.least})` : ""}`,
      `context ${answer.before.toFixed(2)} s before, ${answer.after.toFixed(2)} s after`,
      `${answer.size[0]}×${answer.size[1]}${answer.usual ? "" : ", not a size of the paper's"}`,
      "no change of shot found inside",
    );
    return found.join(" · ");
  }

  #say(text, bad = false) {
    this.told.textContent = text;
    this.told.classList.toggle("bad", bad);
  }

  #picture(name, index) {
    const [image, number] = this.beside[name];
    const there = index >= 0 && index < this.film.count;
    image.hidden = !there;
    if (there) image.src = frameAddress(this.film.media, index);
    number.textContent = there ? `frame ${index}` : index < 0 ? "the video starts" : "the video ends";
    image.dataset.index = there ? index : "";
  }

  #stop() {
    this.playing = false;
    this.video.pause();
    this.video.hidden = true;
  }

  #shown() {
    if (!this.splitting) return [{ part: this.part, chosen: true, kept: true }];
    return this.segments.map((each, place) => ({ ...each, chosen: place === this.chosen }));
  }

  /** A part whose event leaves context free where there is room for it. */
  #whole(first, last) {
    const { film } = this;
    const from = film.time(first);
    const to = film.time(last + 1);
    if (to - from <= 4 * CONTEXT) return new Part([first, last, first, last]);
    const eventLast = film.at(to - CONTEXT - 1e-6);
    return new Part([first, last, film.at(from + CONTEXT), eventLast]);
  }

  #build() {
    this.strip = new Strip(this.film);
    this.picture = element("img", { class: "now", alt: "the frame at the playhead" });
    this.video = element("video", { playsinline: true, src: previewAddress(this.film.media) });
    this.video.muted = true;
    this.video.hidden = true;
    this.playing = false;
    this.place = element("p", { class: "place" });
    this.told = element("p", { class: "told", role: "status" });
    this.beside = {};
    const pictures = PICTURES.map(([name, text]) => {
      const image = element("img", { class: name, alt: text });
      const number = element("span", {});
      this.beside[name] = [image, number];
      return element("figure", { class: name }, image, element("figcaption", {}, text, number));
    });
    const title = this.subject.title || this.subject.id;
    this.root.classList.toggle("splitting", this.splitting);
    this.root.replaceChildren(
      element("h2", {}, this.splitting ? `Split ${title}` : `Trim ${title}`),
      element(
        "div",
        { class: "stage" },
        element("div", { class: "screen" }, this.picture, this.video),
        element("div", { class: "boundaries" }, ...pictures),
      ),
      this.strip.root,
      this.strip.legend,
      this.place,
      this.told,
    );
  }
}
