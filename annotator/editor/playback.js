// Playing at 24 frames a second; the masks of keyframes stay until the next one.

const FPS = 24;
const AHEAD = 16;

export class Playback {
  #timer = null;

  constructor(editor) {
    this.editor = editor;
    this.on = false;
    this.shown = 0;
  }

  toggle() {
    if (this.on) this.stop();
    else this.start();
  }

  start() {
    const { editor } = this;
    const [first, last] = this.#span();
    this.on = true;
    this.from = editor.raw >= last || editor.raw < first ? first : editor.raw;
    this.began = performance.now();
    this.shown = 0;
    editor.toolbar.update();
    this.#tick();
  }

  /** Stop on the keyframe that was shown last. */
  stop() {
    if (!this.on) return;
    this.on = false;
    clearTimeout(this.#timer);
    const { editor } = this;
    editor.show(Math.floor(editor.raw / editor.stride));
    editor.toolbar.update();
  }

  /** Return how many frames a second were shown. */
  get rate() {
    const seconds = (performance.now() - this.began) / 1000;
    return seconds > 0 ? this.shown / seconds : 0;
  }

  async #tick() {
    const { editor } = this;
    const [first, last] = this.#span();
    const due = this.from + Math.floor(((performance.now() - this.began) * FPS) / 1000);
    const index = due > last ? first : due;
    if (due > last) this.#restart(first);
    editor.frames.ahead(Array.from({ length: AHEAD }, (_, step) => Math.min(last, index + step)));
    const began = performance.now();
    const bitmap = await editor.frames.get(index).catch(() => null);
    if (!this.on) return;
    // A frame that was not there in time holds the clock, so that none is passed over.
    if (performance.now() - began > 1000 / FPS) this.#restart(index);
    this.shown++;
    editor.showRaw(index, bitmap);
    const next = this.began + ((index - this.from + 1) * 1000) / FPS;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, next - performance.now()));
  }

  #restart(index) {
    this.from = index;
    this.began = performance.now();
    this.shown = 0;
  }

  #span() {
    const { range, stride, count } = this.editor;
    return range ? [range[0] * stride, range[1] * stride] : [0, count - 1];
  }
}
