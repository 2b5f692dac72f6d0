// The editor on a page of its own.

import { mount } from "./main.js";

const { job, root } = document.body.dataset;
const place = document.createElement("main");
place.id = "editor";
document.body.append(place);
mount(place, { job, root });

// A page that the browser kept and shows again has given its lease back: it begins anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
