// Pages of a PDF: boxes and a text like "1-4, 7" are one choice, and what is chosen becomes tiles of the tray.
import { $, $$, announce, on } from "./dom.js";
import { headers } from "./token.js";
import { addTiles, refusal, room } from "./tray.js";

// The same as RANGE in composer/pdf_pages.py.
const PAGE_RANGE = /^(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?$/;

function pagesIn(text, last) {
  const pages = new Set();
  for (const part of text.split(/[,;\n]/).map((one) => one.trim())) {
    const [, start, end = start] = part.match(PAGE_RANGE) ?? [];
    for (let page = Math.max(start, 1); page <= Math.min(end, last); page++) pages.add(page);
  }
  return pages;
}

const choiceOf = (node) => node.closest("[data-pdf-choice]");
const pagesOf = (choice) => pagesIn($("[data-pages-field]", choice).value, Number(choice.dataset.pages));

function sayCount(choice, full = false) {
  const [count, limit] = [pagesOf(choice).size, choice.dataset.most];
  $("[data-pages-count]", choice).textContent = full ? `At most ${limit} pages. Untick one first.` : `${count} of at most ${limit}`;
  const add = $("[data-add-pages]", choice.closest("form"));
  if (add) add.textContent = `Add ${count} page${count === 1 ? "" : "s"}`;
}

on("input", "[data-pages-field]", (event, field) => {
  const pages = pagesOf(choiceOf(field));
  for (const box of $$("[data-page]", choiceOf(field))) box.checked = pages.has(Number(box.value));
  sayCount(choiceOf(field));
});
on("change", "[data-page]", (event, box) => {
  const choice = choiceOf(box);
  const pages = pagesOf(choice);
  const full = box.checked && pages.size >= Number(choice.dataset.most);
  if (full) box.checked = false;
  pages[box.checked ? "add" : "delete"](Number(box.value));
  $("[data-pages-field]", choice).value = [...pages].sort((a, b) => a - b).join(", ");
  sayCount(choice, full);
});
on("keydown", "[data-pdf] [data-pages-field]", (event, field) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit($("[data-add-pages]", field.form));
});

document.addEventListener("tray:pdf", ({ detail: dialog }) => {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  $("[data-pages-field]", dialog).focus();
});

function sayOfPages(form, words) {
  const line = $("[data-pdf-error]", form);
  $("span", line).textContent = words;
  line.hidden = !words;
}

async function askForPages(form, submitter) {
  const choice = $("[data-pdf-choice]", form);
  const count = pagesOf(choice).size;
  const turns = submitter?.name;
  if (!turns && count > room()) return `A run takes at most ${choice.dataset.most} images, and there is room for ${room()}.`;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: headers() });
  const text = await answer.text();
  if (!answer.ok) return refusal(answer.status, text, answer.headers.get("X-CSRFToken"), "The PDF");
  const came = new DOMParser().parseFromString(text, "text/html");
  const dialog = form.closest("dialog");
  if (!dialog.open) return "";
  if (turns) {
    choice.replaceWith($("[data-pdf-choice]", came));
    ($(`[aria-label="${submitter.ariaLabel}"]:enabled`, form) ?? $("[data-pages-field]", form)).focus();
    return "";
  }
  addTiles($$(".tray-image", came));
  announce(`Added ${count} page${count === 1 ? "" : "s"}`);
  dialog.close();
  return "";
}

on("submit", "[data-pdf]", async (event, form) => {
  event.preventDefault();
  if (form.ariaBusy === "true") return; // it takes seconds to draw many pages
  form.ariaBusy = "true";
  sayOfPages(form, "");
  try { sayOfPages(form, await askForPages(form, event.submitter)); }
  catch { sayOfPages(form, "The server was not reached. Nothing was added. Check the connection, then add it again."); }
  finally { form.ariaBusy = "false"; }
});
