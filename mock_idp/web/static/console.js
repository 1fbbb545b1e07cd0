// What is more pleasant with a script, and works without one: rows without a new page, copying, and fields by name in
// the list of what was refused.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=row]");
  if (!button) return;
  event.preventDefault();
  const list = button.closest("[data-rows]");
  const rows = list.querySelectorAll(".row");
  if (button.value.endsWith("/add")) add(list, rows[rows.length - 1]);
  else if (rows.length === 1) clear(rows[0]).focus();
  else {
    button.closest(".row").remove();
    list.querySelector("button[value$='/add']").focus();
  }
});

function add(list, last) {
  const row = last.cloneNode(true);
  const input = clear(row);
  const place = Number(list.dataset.last || list.querySelectorAll(".row").length - 1) + 1;
  list.dataset.last = place;
  const mark = row.querySelector("span");
  mark.id = `${list.dataset.rows}-${place}`;
  mark.textContent = place + 1;
  input.setAttribute("aria-labelledby", `${list.dataset.rows}-legend ${mark.id}`);
  const remove = row.querySelector("button");
  remove.setAttribute("aria-label", remove.getAttribute("aria-label").replace(/\d+$/, place + 1));
  last.after(row);
  input.focus();
}

function clear(row) {
  const input = row.querySelector("input");
  input.value = "";
  input.removeAttribute("aria-invalid");
  return input;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.firstChild.textContent = "Copied";
  });
}

for (const link of document.querySelectorAll("#problems a")) {
  const control = document.getElementById(link.hash.slice(1));
  const label = control && (control.labels?.[0] ?? control.querySelector("legend"));
  if (label) link.prepend(`${label.firstChild.textContent.trim()}: `);
}
