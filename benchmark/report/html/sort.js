"use strict";
// Makes every table sortable by its heads. Without this script the page is whole, only unsorted.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, heads, place));
  });
}

function sort(table, heads, place) {
  const number = heads[place].classList.contains("n");
  const before = heads[place].getAttribute("aria-sort");
  // Numbers start with the highest, names with the first; the next click turns it round.
  const first = number ? "descending" : "ascending";
  const other = number ? "ascending" : "descending";
  const order = before === first ? other : first;
  heads.forEach((head) => head.removeAttribute("aria-sort"));
  heads[place].setAttribute("aria-sort", order);
  const turn = order === "ascending" ? 1 : -1;
  const keyed = [...table.tBodies[0].rows].map((row) => [row.cells[place].dataset.value, row]);
  keyed.sort(([a], [b]) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    if (number) return turn * (Number(a) - Number(b));
    return turn * (a < b ? -1 : a > b ? 1 : 0);
  });
  table.tBodies[0].append(...keyed.map(([, row]) => row));
}
