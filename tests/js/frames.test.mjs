// Decoded frames: the budget is kept, and what is shown is never let go for what may come next.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Frames } from "../../annotator/editor/frames.js";

const EACH = 3840 * 2160 * 4;
const AHEAD = 16;

class Bitmap {
  closed = false;

  constructor(index) {
    this.index = index;
  }

  close() {
    this.closed = true;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const load = async (index) => new Bitmap(index);

for (const room of [1, 4.5, 6, 40]) {
  test(`the frame that is shown stays while others come, with room for ${room}`, async () => {
    const frames = new Frames(load, EACH, room * EACH);
    let shown = null;
    for (let index = 0; index < 60; index++) {
      frames.ahead(Array.from({ length: AHEAD }, (_, step) => Math.min(59, index + step)));
      for (let turn = 0; turn < 5; turn++) {
        await settled();
        assert.ok(!shown?.closed, `frame ${index - 1} was let go while it was shown`);
      }
      shown = await frames.get(index);
      assert.equal(shown.index, index);
      assert.ok(!shown.closed);
      assert.ok(frames.count <= Math.max(4, room));
    }
  });
}

test("what was asked for comes before what may be needed, and a failure can be tried again", async () => {
  const order = [];
  let broken = true;
  const frames = new Frames(async (index) => {
    order.push(index);
    if (index === 9 && broken) throw new Error("gone");
    return new Bitmap(index);
  }, 1, 100);
  frames.ahead([1, 2, 3, 4, 5, 6]);
  await assert.rejects(frames.get(9), /gone/);
  await settled();
  assert.equal(order.indexOf(9), 4); // after the four that were under way
  broken = false;
  assert.equal((await frames.get(9)).index, 9);
});
