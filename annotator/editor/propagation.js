// Carrying the target from keyframe to keyframe, as a stream that can be stopped.

export class Propagation {
  #stop = null;

  constructor(editor) {
    this.editor = editor;
    this.progress = null;
  }

  get running() {
    return this.#stop !== null;
  }

  /** Carry over [start, stop), or up to the next finished keyframe where `stop` is null. */
  async run(start, stop, forward) {
    const { editor } = this;
    if (this.running) {
      editor.say("The target is being carried already; stop that first with the full stop.");
      return;
    }
    if (!editor.mayWrite()) return;
    this.#stop = new AbortController();
    const entries = [];
    const began = performance.now();
    this.progress = { done: 0, rate: 0, text: "waits for what is being saved" };
    editor.toolbar.update();
    try {
      await editor.work.outbox.drained();
      this.progress.text = "begins";
      editor.activity.note("propagate_start");
      const body = { start, stop, forward, session: editor.work.session };
      for await (const line of editor.api.propagate(body, this.#stop.signal)) {
        if (line.error) throw new Error(line.error);
        if (line.done) continue;
        const entry = editor.work.heard(line);
        if (entry) entries.push(entry);
        if (!this.progress.done) editor.timings.add("propagation, first frame", performance.now() - began);
        this.progress.done++;
        this.progress.rate = (1000 * this.progress.done) / (performance.now() - began);
        this.progress.text = `${this.progress.done} keyframes, ${this.progress.rate.toFixed(1)} a second`;
        this.progress.k = line.k;
        editor.toolbar.update();
      }
      editor.say(entries.length ? `Carried over ${entries.length} keyframes.` : "No keyframe was free to be changed.");
      editor.activity.note("propagate_done");
    } catch (error) {
      if (error.name === "AbortError") editor.say(`Stopped after ${entries.length} keyframes.`);
      else if (error.trouble === "lease") editor.lease.lose(error.message);
      else editor.say(`Carrying stopped: ${error.message}.`);
    } finally {
      editor.work.group(entries);
      this.#stop = null;
      this.progress = null;
      editor.toolbar.update();
    }
  }

  /** Stop after the step under way. What was carried so far stays, and can be undone. */
  cancel() {
    if (!this.running) return;
    const { editor } = this;
    editor.activity.note("propagate_cancel");
    editor.api.cancel().catch(() => {});
    this.#stop.abort();
  }
}
