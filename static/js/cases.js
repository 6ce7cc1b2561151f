// A test set: keys go from case to case and edit one; Enter saves, Escape cancels; the focus stays on the row.
import { $, $$, on } from "./dom.js";

const caseRows = () => $$(".cases tr[id]");
const linkOf = (row) => $(".cell-edit a", row) ?? $("a", row);
let at = ""; // the id of the row that the keys stand on

function goTo(step) {
  const all = caseRows();
  const held = document.activeElement.closest?.(".cases tr[id]")?.id ?? at;
  const place = all.findIndex((row) => row.id === held);
  const next = all[place < 0 ? 0 : place + step];
  if (!next) return;
  at = next.id;
  (linkOf(next) ?? $("textarea", next))?.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!$(".cases, [data-case-form]") || $("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const form = event.target.closest("[data-case-form]");
  if (form && event.key === "Escape") return $("[data-cancel]", form).click();
  if (form && event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
    event.preventDefault();
    return form.requestSubmit();
  }
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) return;
  if (event.key === "j") goTo(1);
  if (event.key === "k") goTo(-1);
  if (event.key === "e") {
    const link = $(".cell-edit a", document.activeElement.closest(".cases tr[id]") ?? document.getElementById(at) ?? document.body);
    if (link) { event.preventDefault(); link.click(); }
  }
});

on("change", "[data-case-files]", (event, input) => {
  const names = [...input.files].map((file) => file.name);
  $("[data-chosen]", input.form).textContent = names.length ? `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}` : "";
});

document.addEventListener("htmx:before:swap", () => (at = document.activeElement.closest?.(".cases tr[id]")?.id ?? at));
document.addEventListener("htmx:after:swap", (event) => {
  const { target } = event.detail.ctx ?? {};
  if ((target?.id ?? target) !== "main" && target !== "#main") return;
  const form = $("[data-case-form]");
  const row = document.getElementById(at);
  if (form) (($("[aria-invalid=true]", form) ?? $("textarea", form))?.focus());
  else (row ? linkOf(row) : $("#q"))?.focus();
});
