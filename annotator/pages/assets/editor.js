// Puts the editor into its place on a job's page, once the server says that there is such a job.

export async function open(place, root, props, watch, submitted) {
  if (!props.value) await new Promise((resolve) => watch("value", () => props.value && resolve()));
  const job = new URLSearchParams(location.search).get("job") ?? "";
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(job)) return;
  place.addEventListener("refvps-submitted", () => submitted());
  let editor;
  try {
    editor = await import(`${root}/editor/main.js`);
  } catch {
    const text = document.createElement("p");
    text.className = "notice bad";
    text.setAttribute("role", "alert");
    text.textContent = "The editor is not installed on this server; tell whoever runs it.";
    place.replaceChildren(text);
    return;
  }
  const handle = await editor.mount(place, { job, root });
  addEventListener("pagehide", () => handle?.close?.());
}
