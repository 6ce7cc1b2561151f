// History: which rows are ticked, all of them at once, and acting on them without leaving the page.
// Ticks belong to runs: the browser puts them back by place (autocomplete keeps it from that), this by id.
import { $, $$, announce, on } from "./dom.js";
import { clear, line, lost, problem, say } from "./problems.js";
import { headers, renew } from "./token.js";

const DONE = { star: "Starred", unstar: "Star removed", tag: "Tagged", untag: "Tag removed", delete: "Deleted" };
const rows = () => $$(".row-check");
const ticked = () => $$(".row-check:checked");
const idOf = (box) => box.closest("tr").id;

function showTicked() {
  const form = $("#ticked");
  if (!form) return;
  const count = ticked().length;
  const ids = ticked().map(idOf);
  $("[data-ticked-count]", form).textContent = count ? `${count} selected` : "";
  $("[data-ticked-title]", form).textContent = count ? $(".row-link", ticked()[0].closest("tr")).textContent : "";
  if (String(ids) !== String(history.state?.ticked ?? [])) history.replaceState({ ...history.state, ticked: ids }, "");
  if (!count) clear(form);
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

on("change", ".row-check", showTicked);
on("change", "[data-tick-all]", (event, all) => {
  for (const one of rows()) one.checked = all.checked;
  showTicked();
});
// A tag that was sent leaves room for the next one; the page that comes back keeps what is typed. One that
// was not taken comes back, or stays where the failure was known before the field was cleared.
const typedTags = new WeakMap();
on("submit", "[data-clears]", (event, form) => {
  typedTags.set(form, $(".input", form).value);
  setTimeout(() => typedTags.has(form) && ($(".input", form).value = ""));
});
const bringBack = ({ detail: { ctx } }) => {
  const form = ctx?.sourceElement;
  if (!typedTags.has(form) || ctx.response?.status < 400) return;
  $(".input", form).value ||= typedTags.get(form);
  typedTags.delete(form);
};
document.addEventListener("htmx:before:swap", bringBack);
document.addEventListener("htmx:error", bringBack);
on("reset", "#ticked", () => setTimeout(showTicked));
document.addEventListener("htmx:after:swap", () => {
  const seen = new Set(); // in order of rank, what was shown may come again behind what was deleted
  for (const row of $$(".row[id]")) seen.has(row.id) ? row.remove() : seen.add(row.id);
  showTicked();
});

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
  showTicked();
  // Whoever works with the keys goes on at the next row that is left.
  const last = before.indexOf(boxes.at(-1));
  const near = [...before.slice(last + 1), ...before.slice(0, last).reverse()].find((one) => one.isConnected);
  if (!boxes.at(-1)?.isConnected && !page.querySelector(".row")) (near ?? $("#q"))?.focus();
}

const words = (number) => `${number} row${number === 1 ? "" : "s"}`;

function tell(form, made) {
  if (ticked().length) say(form, form, made);
  else announce(made.textContent.trim()); // the bar is gone
}

async function sendTicked(form, action, body, ids) {
  let response, text;
  try {
    response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: headers() });
    text = await response.text();
  } catch {
    return tell(form, line(`${lost()} Press again.`));
  }
  renew(response.headers.get("X-CSRFToken"));
  const page = new DOMParser().parseFromString(text, "text/html");
  const found = ids.map((id) => document.getElementById(id)).filter(Boolean);
  const gone = action === "delete" ? 0 : found.filter((row) => !page.getElementById(row.id)).length;
  if (page.getElementById("undo")) replace(page, found.map((row) => $(".row-check", row)));
  if (!response.ok) return tell(form, problem(response.status, text));
  clear(form);
  for (const one of $$("details[open]", form)) one.open = false;
  const missing = gone ? `. ${words(gone)} had been deleted, here or in another tab` : "";
  if (action !== "delete") announce(`${DONE[action]}: ${words(ids.length - gone)}${missing}`);
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
  const ids = ticked().map(idOf);
  sent = sent.then(() => sendTicked(form, action, body, ids)).finally(() => waiting.delete(action));
});
for (const id of history.state?.ticked ?? []) {
  const box = $(".row-check", document.getElementById(id) ?? document.createElement("tr"));
  if (box) box.checked = true;
}
showTicked();
