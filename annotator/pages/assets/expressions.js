// Puts the two boxes into their place on a page of expressions, while there is something to write.

export async function open(place, root, props, watch, handIn) {
  const job = new URLSearchParams(location.search).get("job") ?? "";
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(job)) return;
  const { write } = await import(`${root}/editor/expressions.js`);
  let open = false;
  const draw = () => {
    const limits = props.value;
    if (Boolean(limits) === open) return;
    open = Boolean(limits);
    if (open) write(place, { root, job, limits, handIn });
    else place.replaceChildren();
  };
  watch("value", draw);
  draw();
}
