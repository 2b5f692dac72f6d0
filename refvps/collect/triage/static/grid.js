// The grid: one page of tiles at a time, so that only what is seen plays.

import { byId } from "./dom.js";
import { Tile } from "./tile.js";

const TILE_WIDTH = 320;
const TILE_HEIGHT = 205;

export class Grid {
  tiles = new Map();
  current = null;
  playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;

  /**
   * @param model what there is to decide.
   * @param more returns what the page knows beside a subject.
   * @param moved is called when another tile is current.
   */
  constructor(model, more, moved) {
    this.root = byId("grid");
    this.model = model;
    this.more = more;
    this.moved = moved;
    this.resize();
    addEventListener("resize", () => {
      this.resize();
      this.draw();
    });
    const hold = () => {
      for (const tile of this.tiles.values()) tile.hold();
      requestAnimationFrame(hold);
    };
    requestAnimationFrame(hold);
  }

  resize() {
    const { clientWidth, clientHeight } = this.root.parentElement;
    this.columns = Math.max(1, Math.floor(clientWidth / TILE_WIDTH));
    this.rows = Math.max(1, Math.floor(clientHeight / TILE_HEIGHT));
    this.root.style.setProperty("--columns", this.columns);
    this.root.style.setProperty("--rows", this.rows);
  }

  get most() {
    return this.columns * this.rows;
  }

  get index() {
    return this.model.order.indexOf(this.current);
  }

  /** Shows the page of the current tile. */
  draw() {
    const order = this.model.order;
    if (this.index < 0) this.current = order[0] ?? null;
    const start = Math.floor(Math.max(0, this.index) / this.most) * this.most;
    const shown = order.slice(start, start + this.most);
    for (const [id, tile] of this.tiles) {
      if (shown.includes(id)) continue;
      tile.stop();
      tile.root.remove();
      this.tiles.delete(id);
    }
    for (const id of shown) {
      if (!this.tiles.has(id)) this.tiles.set(id, this.#made(id));
      const tile = this.tiles.get(id);
      tile.show(this.model.get(id), this.more(this.model.get(id)));
      this.root.append(tile.root);
      tile.play(this.playing && !this.root.hidden);
    }
    for (const [id, tile] of this.tiles) tile.select(id === this.current);
  }

  /** Shows one tile anew. */
  redraw(id) {
    const subject = this.model.get(id);
    if (subject) this.tiles.get(id)?.show(subject, this.more(subject));
  }

  go(id) {
    if (id === null || !this.model.order.includes(id)) return;
    this.current = id;
    this.draw();
    this.moved();
  }

  step(by) {
    const last = this.model.order.length - 1;
    if (last < 0) return;
    this.go(this.model.order[Math.min(last, Math.max(0, this.index + by))]);
  }

  /** Goes to the next tile that is open, from the current one on and then from the start. */
  advance(pending) {
    const order = this.model.order;
    const after = [...order.slice(this.index + 1), ...order.slice(0, this.index + 1)];
    const next = after.find((id) => this.model.get(id).status === "open" && !pending(id));
    if (next !== undefined) this.go(next);
    return next !== undefined;
  }

  pause(paused = this.playing) {
    this.playing = !paused;
    for (const tile of this.tiles.values()) tile.play(this.playing);
  }

  /** Hides the grid behind the trim view; hidden videos do not play. */
  hide(hidden) {
    this.root.hidden = hidden;
    for (const tile of this.tiles.values()) tile.play(this.playing && !hidden);
    if (!hidden) this.draw();
  }

  #made(id) {
    return new Tile(this.model.get(id), (picked) => this.go(picked));
  }
}
