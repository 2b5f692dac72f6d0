// What tools do to label maps, against masks written out and against NumPy.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stroke } from "../../annotator/editor/core/brush.js";
import { between, edgeBand, signedDistance, squaredDistance } from "../../annotator/editor/core/distance.js";
import { colourRegion, labelRegion, pieces } from "../../annotator/editor/core/fill.js";
import { IGNORE, TARGET, applyRegion, boundsOf, count, difference, hash, planeOf, put } from "../../annotator/editor/core/labels.js";
import { polygonRegion, thinned } from "../../annotator/editor/core/polygon.js";
import { areaOf, decodeRuns, encodeRuns, overlap, paintRuns, runsOf, sharedArea } from "../../annotator/editor/core/rle.js";
import { LOGIT_SIDE, fromHalf, unsureRegion } from "../../annotator/editor/core/suggest.js";
import { blobs, chance, labelsOf, reference, regionOf, rowsOf } from "./support.mjs";

const PAINT = { plane: "target", erase: false, mode: "over" };
const ERASE = { ...PAINT, erase: true };
const COVER = { plane: "ignore", erase: false, mode: "over" };

let numpy;
before(() => {
  numpy = reference();
});
after(() => numpy.close());

function drawn(size, path, radius, rule = PAINT, labels = new Uint8Array(size.width * size.height)) {
  const stroke = new Stroke(labels, size, radius, rule);
  for (const [x, y] of path) stroke.to({ x, y });
  return stroke;
}

test("a dot of the smallest brush is one pixel", () => {
  const size = { width: 4, height: 3 };
  const stroke = drawn(size, [[1.5, 1.5]], 0.5);
  assert.deepEqual(rowsOf(stroke.labels, size), ["....", ".#..", "...."]);
});

test("a brush of radius 1 is a plus", () => {
  const size = { width: 5, height: 5 };
  const stroke = drawn(size, [[2.5, 2.5]], 1);
  assert.deepEqual(rowsOf(stroke.labels, size), [".....", "..#..", ".###.", "..#..", "....."]);
});

test("a flick of two points leaves no gap", () => {
  const size = { width: 9, height: 3 };
  const stroke = drawn(size, [[0.5, 1.5], [8.5, 1.5]], 0.5);
  assert.deepEqual(rowsOf(stroke.labels, size), [".........", "#########", "........."]);
});

test("strokes cover exactly the pixels within the radius of their path", async () => {
  const random = chance(7);
  for (let turn = 0; turn < 40; turn++) {
    const size = { width: 20 + Math.floor(random() * 60), height: 15 + Math.floor(random() * 40) };
    const path = Array.from({ length: 1 + Math.floor(random() * 5) }, () => [
      (random() * 1.4 - 0.2) * size.width,
      (random() * 1.4 - 0.2) * size.height,
    ]);
    const radius = 0.4 + random() * 9;
    const stroke = drawn(size, path, radius);
    const expected = await numpy.ask({ ask: "swept", ...size, path, radius });
    assert.deepEqual(Array.from(stroke.labels), expected, `turn ${turn}`);
    const again = new Uint8Array(size.width * size.height);
    const region = stroke.region();
    if (region) applyRegion(again, size.width, region, PAINT);
    assert.deepEqual(again, stroke.labels);
  }
});

test("a stroke that is taken back leaves everything as it was", () => {
  const random = chance(3);
  const size = { width: 30, height: 20 };
  const labels = blobs(size, random);
  const before = labels.slice();
  const stroke = drawn(size, [[3, 3], [25, 12]], 4, ERASE, labels);
  assert.notDeepEqual(labels, before);
  stroke.takeBack();
  assert.deepEqual(labels, before);
});

test("Ignore lies over the target and does not hide it for good", () => {
  const { labels, size } = labelsOf("###.", "###.");
  const region = regionOf(1, 0, "###");
  applyRegion(labels, size.width, region, COVER);
  assert.deepEqual(rowsOf(labels, size), ["#@@o", "###."]);
  applyRegion(labels, size.width, region, { ...COVER, erase: true });
  assert.deepEqual(rowsOf(labels, size), ["###.", "###."]);
});

test("Ignore can be kept outside the target, or inside it", () => {
  const outside = labelsOf("##..");
  applyRegion(outside.labels, 4, regionOf(1, 0, "###"), { ...COVER, mode: "outside" });
  assert.deepEqual(rowsOf(outside.labels, outside.size), ["##oo"]);
  const inside = labelsOf("##..");
  applyRegion(inside.labels, 4, regionOf(1, 0, "###"), { ...COVER, mode: "inside" });
  assert.deepEqual(rowsOf(inside.labels, inside.size), ["#@.."]);
});

test("a polygon is filled by the even-odd rule, so a loop in a loop is a hole", () => {
  const size = { width: 8, height: 6 };
  const corner = (x, y) => ({ x, y });
  const points = [
    corner(1, 1), corner(7, 1), corner(7, 5), corner(1, 5), corner(1, 1),
    corner(3, 2), corner(5, 2), corner(5, 4), corner(3, 4), corner(3, 2),
  ];
  const labels = new Uint8Array(48);
  applyRegion(labels, 8, polygonRegion(points, size), PAINT);
  assert.deepEqual(rowsOf(labels, size), [
    "........", ".######.", ".##..##.", ".##..##.", ".######.", "........",
  ]);
});

test("polygons cover what NumPy says, also beyond the image", async () => {
  const random = chance(11);
  for (let turn = 0; turn < 40; turn++) {
    const size = { width: 12 + Math.floor(random() * 50), height: 9 + Math.floor(random() * 40) };
    const points = Array.from({ length: 3 + Math.floor(random() * 9) }, () => [
      (random() * 1.6 - 0.3) * size.width,
      (random() * 1.6 - 0.3) * size.height,
    ]);
    const labels = new Uint8Array(size.width * size.height);
    const region = polygonRegion(points.map(([x, y]) => ({ x, y })), size);
    if (region) applyRegion(labels, size.width, region, PAINT);
    assert.deepEqual(Array.from(labels), await numpy.ask({ ask: "polygon", ...size, points }));
  }
});

test("no polygon comes of less than three corners or of a line", () => {
  const size = { width: 9, height: 9 };
  assert.equal(polygonRegion([{ x: 1, y: 1 }, { x: 5, y: 5 }], size), null);
  assert.equal(polygonRegion([{ x: 1, y: 1 }, { x: 5, y: 1 }, { x: 8, y: 1 }], size), null);
  assert.equal(polygonRegion([{ x: -9, y: -9 }, { x: -5, y: -9 }, { x: -5, y: -1 }], size), null);
});

test("a path is thinned and keeps its first point", () => {
  const path = [0, 0.1, 0.2, 3, 3.1].map((x) => ({ x, y: 0 }));
  assert.deepEqual(thinned(path, 1).map((p) => p.x), [0, 3]);
});

test("filling takes what hangs together: a hole, or a speck", () => {
  const { labels, size } = labelsOf("#####", "#...#", "#.#.#", "#...#", "#####");
  applyRegion(labels, 5, labelRegion(labels, size, { x: 1, y: 1 }, TARGET), PAINT);
  assert.deepEqual(rowsOf(labels, size), Array(5).fill("#####"));
  const specks = labelsOf("##..#", "##...");
  applyRegion(specks.labels, 5, labelRegion(specks.labels, specks.size, { x: 4, y: 0 }, TARGET), ERASE);
  assert.deepEqual(rowsOf(specks.labels, specks.size), ["##...", "##..."]);
});

test("the wand takes pixels of one colour that hang together", () => {
  const colours = [10, 12, 200, 11, 90, 10];
  const rgba = Uint8ClampedArray.from(colours.flatMap((grey) => [grey, grey, grey, 255]));
  const region = colourRegion(rgba, { width: 3, height: 2 }, { x: 0, y: 0 }, 5);
  assert.deepEqual([region.width, region.height, ...region.bits], [2, 2, 1, 1, 1, 0]);
});

test("components, holes and the smallest piece are those of SciPy", async () => {
  const random = chance(5);
  for (let turn = 0; turn < 20; turn++) {
    const size = { width: 10 + Math.floor(random() * 30), height: 8 + Math.floor(random() * 20) };
    const labels = blobs(size, random, 1, 9);
    const found = pieces(labels, size, TARGET);
    const expected = await numpy.ask({ ask: "pieces", ...size, plane: Array.from(labels) });
    assert.deepEqual([found.components, found.holes, found.smallest], expected);
  }
});

test("runs are those of pycocotools, both ways, at any size", async () => {
  const random = chance(9);
  const sizes = [{ width: 1, height: 1 }, { width: 1, height: 7 }, { width: 5, height: 1 }];
  for (let turn = 0; turn < 30; turn++) {
    const size = sizes[turn] ?? { width: 3 + Math.floor(random() * 90), height: 2 + Math.floor(random() * 70) };
    const labels = turn % 7 === 3 ? new Uint8Array(size.width * size.height).fill(3) : blobs(size, random);
    for (const bit of [TARGET, IGNORE]) {
      const text = encodeRuns(runsOf(labels, bit, size));
      const plane = Array.from(planeOf(labels, bit));
      assert.equal(text, await numpy.ask({ ask: "counts", ...size, plane }));
      assert.equal(areaOf(decodeRuns(text)), await numpy.ask({ ask: "area", ...size, counts: text }));
      const back = labels.slice().fill(bit ^ 3);
      paintRuns(back, bit, decodeRuns(text), size);
      assert.deepEqual(Array.from(planeOf(back, bit)), plane);
      assert.equal(count(back, bit ^ 3), back.length, "the other plane stays");
    }
  }
});

test("the bounds of a plane hold all of it and nothing more", () => {
  const random = chance(31);
  for (let turn = 0; turn < 60; turn++) {
    const size = { width: 1 + Math.floor(random() * 30), height: 1 + Math.floor(random() * 20) };
    const labels = turn % 5 ? blobs(size, random, 3, 2) : new Uint8Array(size.width * size.height);
    for (const bit of [TARGET, IGNORE]) {
      const places = [...labels.keys()].filter((at) => labels[at] & bit);
      const [xs, ys] = [places.map((at) => at % size.width), places.map((at) => Math.floor(at / size.width))];
      const wanted = places.length
        ? { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs) + 1, height: Math.max(...ys) - Math.min(...ys) + 1 }
        : null;
      assert.deepEqual(boundsOf(labels, bit, size), wanted);
    }
  }
});

test("shared area and overlap are those of the pixels", () => {
  const random = chance(13);
  const size = { width: 40, height: 30 };
  for (let turn = 0; turn < 20; turn++) {
    const [one, other] = [blobs(size, random, 1), blobs(size, random, 1)];
    const shared = one.filter((value, at) => value && other[at]).length;
    const union = one.filter((value, at) => value || other[at]).length;
    const runs = [one, other].map((labels) => runsOf(labels, TARGET, size));
    assert.equal(sharedArea(...runs), shared);
    assert.equal(overlap(...runs), union ? shared / union : 1);
  }
  const none = runsOf(new Uint8Array(1200), TARGET, size);
  assert.equal(overlap(none, none), 1);
});

test("distances are those of SciPy", async () => {
  const random = chance(17);
  for (let turn = 0; turn < 10; turn++) {
    const size = { width: 9 + Math.floor(random() * 30), height: 7 + Math.floor(random() * 30) };
    const plane = blobs(size, random, 1, 3);
    plane[Math.floor(random() * plane.length)] = 1;
    const expected = await numpy.ask({ ask: "distance", ...size, plane: Array.from(plane) });
    const found = squaredDistance(plane, size, 1);
    found.forEach((value, at) => assert.ok(Math.abs(Math.sqrt(value) - expected[at]) < 1e-6));
  }
});

test("the band along an edge lies on both sides of it", () => {
  const { labels, size } = labelsOf(".......", "..###..", "..###..", "..###..", ".......");
  const band = edgeBand(labels, size, 0.5);
  const covered = new Uint8Array(labels.length);
  applyRegion(covered, size.width, band, PAINT);
  assert.deepEqual(rowsOf(covered, size), ["..###..", ".#####.", ".##.##.", ".#####.", "..###.."]);
  assert.equal(edgeBand(new Uint8Array(35), size, -1), null);
});

test("between two masks lies the moved and grown one", () => {
  const size = { width: 60, height: 40 };
  const disc = (x, y, radius) => {
    const plane = new Uint8Array(size.width * size.height);
    for (let at = 0; at < plane.length; at++) {
      plane[at] = Math.hypot((at % 60) - x, Math.floor(at / 60) - y) <= radius ? 1 : 0;
    }
    return plane;
  };
  const [one, other] = [disc(12, 20, 4), disc(44, 20, 8)];
  const [same, middle] = between(one, other, size, [0.0001, 0.5]);
  const wanted = disc(28, 20, 6);
  const apart = (a, b) => a.reduce((sum, value, at) => sum + (value !== b[at]), 0);
  assert.equal(apart(same, one), 0);
  assert.ok(apart(middle, wanted) <= 8, `${apart(middle, wanted)} pixels differ`);
  assert.equal(count(between(one, new Uint8Array(2400), size, [0.5])[0], TARGET), 0);
});

test("signed distances are negative inside and never 0", () => {
  const { labels, size } = labelsOf("....", ".##.", "....");
  const away = signedDistance(planeOf(labels, TARGET), size);
  assert.deepEqual(Array.from(away.subarray(4, 8)), [0.5, -0.5, -0.5, 0.5]);
});

test("halves are read as NumPy writes them", async () => {
  const values = [0, 1, -1.5, 10, -1024, 0.0001, 6e-8, 65504];
  const bytes = Uint8Array.from(await numpy.ask({ ask: "halves", values }));
  fromHalf(bytes).forEach((value, at) => {
    assert.ok(Math.abs(value - values[at]) <= Math.abs(values[at]) * 1e-3 + 6e-8);
  });
});

test("what a segmenter was not sure of is where its logit is near 0", () => {
  const logits = new Float32Array(LOGIT_SIDE * LOGIT_SIDE).fill(10);
  for (let row = 0; row < LOGIT_SIDE; row++) logits.fill(-10, row * LOGIT_SIDE, row * LOGIT_SIDE + 128);
  const size = { width: 32, height: 4 };
  const region = unsureRegion(logits, size, 9);
  assert.equal(region, null, "the change falls between two pixels of a small frame");
  const wide = { width: 512, height: 2 };
  const band = unsureRegion(logits, wide, 9);
  assert.deepEqual([band.bits[255], band.bits[256], band.bits[253], band.bits[258]], [1, 1, 0, 0]);
});

test("a patch leads there and back", () => {
  const random = chance(19);
  const size = { width: 33, height: 21 };
  for (let turn = 0; turn < 30; turn++) {
    const before = blobs(size, random);
    const after = turn === 0 ? before.slice() : blobs(size, random);
    const patch = difference(before, after, size.width, size.height);
    const labels = before.slice();
    put(labels, size.width, patch, "after");
    assert.equal(hash(labels), hash(after));
    put(labels, size.width, patch, "before");
    assert.equal(hash(labels), hash(before));
  }
});
