// Where a segmenter was not sure: a suggestion of what to ignore.

export const LOGIT_SIDE = 256;

/** Return half-precision numbers, little-endian, as ordinary ones. */
export function fromHalf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Float32Array(bytes.byteLength / 2);
  for (let at = 0; at < found.length; at++) {
    const bits = view.getUint16(2 * at, true);
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) found[at] = sign * fraction * 2 ** -24;
    else if (exponent === 31) found[at] = fraction ? NaN : sign * Infinity;
    else found[at] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return found;
}

/** Return the pixels whose logit lies within `near` of 0, as a region; null where none does. */
export function unsureRegion(logits, size, near) {
  const { width, height } = size;
  const bits = new Uint8Array(width * height);
  let any = false;
  for (let y = 0; y < height; y++) {
    const row = place((y + 0.5) / height);
    for (let x = 0; x < width; x++) {
      const column = place((x + 0.5) / width);
      const top = mix(logits, row.low, column);
      const value = top + row.share * (mix(logits, row.high, column) - top);
      if (Math.abs(value) <= near) {
        bits[y * width + x] = 1;
        any = true;
      }
    }
  }
  return any ? { x: 0, y: 0, width, height, bits } : null;
}

function place(fraction) {
  const at = Math.min(LOGIT_SIDE - 1, Math.max(0, fraction * LOGIT_SIDE - 0.5));
  const low = Math.floor(at);
  return { low, high: Math.min(LOGIT_SIDE - 1, low + 1), share: at - low };
}

function mix(logits, row, column) {
  const from = row * LOGIT_SIDE;
  const left = logits[from + column.low];
  return left + column.share * (logits[from + column.high] - left);
}
