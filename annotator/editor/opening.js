// Opening a job: who may write, and what an earlier page left behind.

import { sorted } from "./core/replay.js";
import { TROUBLE } from "./core/outbox.js";
import { el } from "./dom.js";

const WRITABLE = new Set(["assigned", "in_progress", "changes_requested"]);

/** Take the job for writing if that is possible, and bring back what was not saved. */
export async function opened(editor, state) {
  editor.takeOver = () => takeOver(editor);
  if (!state.own) {
    editor.setReadOnly(true);
    editor.notices.show("read-only", "To look at only: this is somebody else's job.");
    return;
  }
  if (!WRITABLE.has(state.job.state)) {
    editor.setReadOnly(true);
    editor.notices.show("read-only", `To look at only: the job is ${state.job.state.replace("_", " ")}.`);
    return;
  }
  const refused = await editor.notices.patiently(() => editor.lease.take());
  if (refused !== "") {
    editor.setReadOnly(true);
    if (refused) editor.notices.readOnly(refused);
    return;
  }
  editor.setReadOnly(false);
  editor.activity.note("open");
  await recover(editor, state);
}

/** Take the job over from another tab that let it go, and look again at what is there. */
async function takeOver(editor) {
  const refused = await editor.notices.patiently(() => editor.lease.take());
  if (refused !== "") {
    if (refused) editor.notices.readOnly(refused);
    return;
  }
  const state = await editor.notices.patiently(() => editor.api.state());
  const masks = await editor.notices.patiently(() => editor.api.masks());
  if (!state || !masks) return;
  editor.work.load(state, masks);
  editor.notices.hide("read-only");
  editor.setReadOnly(false);
  if (editor.work.outbox.stopped === TROUBLE.LEASE) editor.work.outbox.resume();
  else await recover(editor, state);
  editor.toolbar.showSaved();
}

/** Send again what an earlier page could not, and offer what is not certain. */
async function recover(editor, state) {
  const kept = await editor.journal.all().catch(() => []);
  const { work, stride, keyframes } = editor;
  const usable = kept.filter((each) => each.session !== work.session && each.k < keyframes);
  const stampOf = (k) => state.frames[k * stride] ?? { rev: 0, session: "", seq: 0 };
  const { done, again, offered } = sorted(usable, stampOf);
  for (const record of done) await work.journal.remove(record).catch(() => {});
  for (const record of again) await work.replay(record);
  if (again.length) editor.say(`${again.length} ${again.length === 1 ? "change" : "changes"} that had not been saved are saved now.`);
  if (offered.length) await offer(editor, offered);
}

async function offer(editor, records) {
  const items = records.map((record) => {
    const box = el("input", { type: "checkbox", checked: true });
    const when = new Date(record.made / 1000).toLocaleTimeString();
    const what = record.draft ? "a stroke that was not finished or not taken" : "a change made from an older version";
    return { record, box, line: el("li", {}, el("label", {}, box, ` Keyframe ${record.k}, ${when}: ${what}`)) };
  });
  const choice = await editor.dialogs.ask(
    "Something was left unsaved",
    [el("p", { textContent: "This browser kept what an earlier window could not save:" }), el("ul", {}, ...items.map((each) => each.line))],
    [
      ["put", "Put back what is ticked"],
      ["later", "Ask me again later"],
      ["drop", "Throw it all away"],
    ],
  );
  if (choice === null || choice === "later") return;
  for (const { record, box } of items) {
    if (choice === "put" && box.checked) await editor.work.replay(record, { anew: true });
    else await editor.journal.remove(record).catch(() => {});
  }
}
