// Handing a job in: what blocks it, what is worth another look, and the question.

import { submitChecks } from "./core/review.js";
import { el } from "./dom.js";

const MOST_LISTED = 12;

export async function submitJob(editor) {
  if (!editor.mayWrite()) return;
  editor.tools.finishStroke();
  editor.say("Waiting for what is being saved …");
  await editor.work.outbox.drained();
  editor.say("");
  const { blocking, warnings } = submitChecks(editor.facts(), editor.size.width * editor.size.height);
  const content = [];
  if (blocking.length) content.push(el("h3", { textContent: "Still missing" }), listed(editor, blocking));
  if (warnings.length) content.push(el("h3", { textContent: "Worth another look" }), listed(editor, warnings));
  if (!content.length) content.push(el("p", { textContent: "Every keyframe has a label and nothing seems wrong." }));
  const choices = blocking.length ? [["back", "Back to work"]] : [["submit", "Hand in"], ["back", "Back to work"]];
  const choice = await editor.dialogs.ask(blocking.length ? "Not finished yet" : "Hand this job in?", content, choices);
  if (choice !== "submit") return;
  try {
    await editor.api.submit();
  } catch (error) {
    editor.say(`Not handed in: ${error.message}.`);
    return;
  }
  editor.activity.note("submit");
  await editor.activity.flush();
  editor.setReadOnly(true);
  editor.lease.close();
  editor.notices.show("read-only", "Handed in. Thank you! You may close this page.");
  editor.host.dispatchEvent(new CustomEvent("refvps-submitted", { bubbles: true, composed: true, detail: { job: editor.job } }));
}

function listed(editor, findings) {
  const shown = findings.slice(0, MOST_LISTED).map(({ text, frames }) => {
    const go = () => {
      editor.dialogs.closeAll();
      editor.show(frames[0]);
    };
    const link = frames.length ? [el("button", { type: "button", className: "go", textContent: `go to ${frames[0]}`, onclick: go })] : [];
    return el("li", {}, `${text} `, ...link);
  });
  const more = findings.length - MOST_LISTED;
  if (more > 0) shown.push(el("li", { textContent: `and ${more} more` }));
  return el("ul", { className: "findings" }, ...shown);
}
