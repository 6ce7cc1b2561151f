// History: how many rows are ticked, all of them at once, and acting on them without leaving the page.
import { $, $$, announce, on } from "./dom.js";
import { renew } from "./token.js";

const DONE = { star: "Starred", unstar: "Star removed", tag: "Tagged", untag: "Tag removed", delete: "Deleted" };
const rows = () => $$(".row-check");
const ticked = () => $$(".row-check:checked");

function show() {
  const form = $("#ticked");
  if (!form) return;
  const count = ticked().length;
  $("[data-ticked-count]", form).textContent = count ? `${count} selected` : "";
  const all = $("[data-tick-all]");
  if (all) {
    all.checked = count > 0 && count === rows().length;
    all.indeterminate = count > 0 && !all.checked;
  }
  const star = $("[data-star-ticked]", form);
  const starred = count > 0 && ticked().every((one) => $(".star", one.closest("tr")).ariaPressed === "true");
  star.value = starred ? "unstar" : "star";
  $("span", star).textContent = starred ? "Unstar" : "Star";
}

on("change", ".row-check", show);
on("change", "[data-tick-all]", (event, all) => {
  for (const one of rows()) one.checked = all.checked;
  show();
});
// A tag that was sent leaves room for the next one; the page that comes back keeps what is typed.
on("submit", "[data-clears]", (event, form) => setTimeout(() => ($(".input", form).value = "")));
on("reset", "#ticked", () => setTimeout(show));
document.addEventListener("htmx:after:swap", show);

// Each row comes back as it is now; what does not come back is gone.
function replace(page, boxes) {
  const before = rows();
  for (const box of boxes) {
    const row = box.closest("tr");
    const group = row.parentElement;
    const fresh = page.getElementById(row.id);
    if (fresh) {
      $(".row-check", fresh).checked = true;
      row.replaceWith(fresh);
      htmx.process(fresh);
    } else row.remove();
    if (!$(".row", group)) group.remove();
  }
  $("#undo").replaceWith(page.getElementById("undo"));
  show();
  // Whoever works with the keys goes on at the next row that is left.
  const last = before.indexOf(boxes.at(-1));
  const near = [...before.slice(last + 1), ...before.slice(0, last).reverse()].find((one) => one.isConnected);
  if (!boxes.at(-1)?.isConnected && !page.querySelector(".row")) (near ?? $("#q"))?.focus();
}

async function send(form, action, body, ids) {
  try {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "HX-Request": "true" } });
    renew(response.headers.get("X-CSRFToken"));
    if (!response.ok) {
      announce(response.headers.get("X-Notice") ?? "The server is busy. Nothing was changed. Try again.");
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = ids.map((id) => document.getElementById(id)).filter(Boolean);
    replace(page, found.map((row) => $(".row-check", row)));
    for (const one of $$("details[open]", form)) one.open = false;
    if (action !== "delete") announce(`${DONE[action]}: ${ids.length} row${ids.length === 1 ? "" : "s"}`);
  } catch {
    announce("The server did not answer. Look whether anything was changed, then try again.");
  }
}

// One after the other, each with what was ticked at its press; the second of a double click is none.
const waiting = new Set();
let sent = Promise.resolve();
on("submit", "#ticked", (event, form) => {
  const action = event.submitter?.value;
  if (!(action in DONE)) return;
  event.preventDefault();
  if (waiting.has(action)) return;
  waiting.add(action);
  const body = new FormData(form, event.submitter);
  const ids = ticked().map((one) => one.closest("tr").id);
  sent = sent.then(() => send(form, action, body, ids)).finally(() => waiting.delete(action));
});
show();
