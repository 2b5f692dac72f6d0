// What a journal holds when a job is opened again: what is done by itself, and what is asked.

/**
 * Sort what an earlier page left behind.
 *
 * What the server already has is done. What was made from the revision that the server still has,
 * or follows what the server has last, is sent again, in order. All else, and a stroke that was not
 * finished, is offered.
 * @param {object[]} kept operations of the journal, by their number.
 * @param {(k: number) => {rev: number, session: string, seq: number}} stampOf what the server has.
 */
export function sorted(kept, stampOf) {
  const [done, again, offered] = [[], [], []];
  const chained = new Set();
  for (const each of [...kept].sort((a, b) => a.made - b.made)) {
    const stamp = stampOf(each.k);
    if (each.draft) {
      offered.push(each);
      continue;
    }
    const own = stamp.seq > 0 && stamp.session === each.session;
    const next = stamp.session === each.after?.session && stamp.seq === each.after?.seq;
    if (own && stamp.seq >= each.seq) {
      done.push(each);
      chained.add(each.k);
    } else if (own || next || chained.has(each.k) || each.base === stamp.rev) {
      again.push(each);
      chained.add(each.k);
    } else offered.push(each);
  }
  return { done, again, offered };
}
