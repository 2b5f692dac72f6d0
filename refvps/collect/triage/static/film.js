// A video by its frames: times follow from frames, never the other way round.

export class Film {
  constructor(found) {
    Object.assign(this, found);
    this.count = found.pts.length;
  }

  get duration() {
    return this.#seconds(this.pts[this.count - 1] + this.lasts);
  }

  /** When a frame is first shown; one past the last is the end. */
  time(index) {
    return index >= this.count ? this.duration : this.#seconds(this.pts[index]);
  }

  /** The frame on screen at a time. */
  at(time) {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.time(middle) <= time + 1e-9) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  clamp(index) {
    return Math.min(this.count - 1, Math.max(0, index));
  }

  /** First frames of shots and after jumps, suppressed flashes left out; with the video's ends. */
  starts() {
    const after = this.boundaries
      .filter((each) => each.kind !== "flash-suppressed")
      .map((each) => each.after);
    return [0, ...[...after, ...this.jumps].sort((one, other) => one - other), this.count - 1];
  }

  #seconds(stamp) {
    return (stamp * this.base[0]) / this.base[1];
  }
}

/** A part: clip and event, by first and last frame. */
export class Part {
  constructor([first, last, eventFirst, eventLast]) {
    Object.assign(this, { first, last, eventFirst, eventLast });
  }

  get numbers() {
    return [this.first, this.last, this.eventFirst, this.eventLast];
  }

  /** Sets one end; the others give way, so that the event stays within the clip. */
  set(end, index) {
    this[end] = index;
    if (end === "first") {
      this.last = Math.max(this.last, index);
      this.eventFirst = Math.max(this.eventFirst, index);
      this.eventLast = Math.max(this.eventLast, index);
    } else if (end === "last") {
      this.first = Math.min(this.first, index);
      this.eventFirst = Math.min(this.eventFirst, index);
      this.eventLast = Math.min(this.eventLast, index);
    } else if (end === "eventFirst") {
      this.first = Math.min(this.first, index);
      this.eventLast = Math.max(this.eventLast, index);
      this.last = Math.max(this.last, this.eventLast);
    } else {
      this.last = Math.max(this.last, index);
      this.eventFirst = Math.min(this.eventFirst, index);
      this.first = Math.min(this.first, this.eventFirst);
    }
  }
}
