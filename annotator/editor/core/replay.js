// What a journal holds when a job is opened again: what is done by itself, and what is asked.

/**
 * Sort what an earlier page left behind.
 *
 * What the server already has is done. What was made from the revision that the server still has
 * is sent again, in order. All else, and a stroke that was not finished, is offered.
 * @param {object[]} kept operations of the journal, by their number.
 * @param {(k: number) => {rev: number, session: string, seq: number}} stampOf what the server has.
 */
export function sorted(kept, stampOf) {
  const [done, again, offered] = [[], [], []];
  const bases = new Map();
  for (const each of [...kept].sort((a, b) => a.made - b.made)) {
    const stamp = stampOf(each.k);
    if (each.draft) {
      offered.push(each);
      continue;
    }
    if (each.seq && stamp.session === each.session && stamp.seq >= each.seq) {
      done.push(each);
      bases.set(each.k, stamp.rev);
      continue;
    }
    const chained = bases.has(each.k);
    if (chained || each.base === stamp.rev) {
      again.push(each);
      bases.set(each.k, stamp.rev);
    } else offered.push(each);
  }
  return { done, again, offered };
}
