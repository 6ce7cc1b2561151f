// The composer as a whole: one press is one run, uploads come first, and what was
// typed survives a reload and Back.
import { $, $$, announce, on } from "./dom.js";
import { addTile, addressTile, pending, picture, refresh, uploading } from "./tray.js";
import { draw, values } from "./variables.js";

const composer = () => $("[data-composer]");
const wasHere = () => ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
const KEY = "draft";

const refusals = () => $$("[data-tray-errors] .field-error").length;

// The second click of a double click is the same press.
on("click", ".run-bar [type=submit]", (event) => event.detail > 1 && event.preventDefault());

document.addEventListener("submit", async (event) => {
  if (event.target !== composer() || !pending()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  announce("Waiting for the images, then it runs");
  const known = refusals(); // those were there to be read before the press
  await uploading();
  if (refusals() === known) composer().requestSubmit();
}, { capture: true });

on("click", "[data-reset-parameters]", () => {
  for (const name of ["temperature_mode", "tokens_mode"]) $(`[name=${name}][value=default]`).checked = true;
  $("[name=priority][value=latency]").checked = $("[name=max_edge][value='0']").checked = true;
  $("#reasoning").checked = $("#blind").checked = false;
  $("#temperatures").value = "";
  $("#repeats").value = "1";
  $("#repeats").dispatchEvent(new Event("change", { bubbles: true }));
  save();
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if (target?.id === "results") $("#results-title")?.focus();
  if (target?.id === "composer") $("[aria-invalid=true]")?.focus();
});

const texts = ["prompt", "system_prompt", "temperature", "max_tokens", "temperatures", "repeats"];
const choices = ["temperature_mode", "tokens_mode", "priority", "reasoning", "blind", "max_edge", "models", "image_mode", "as_text"];

function save() {
  const form = composer();
  if (!form) return;
  const draft = { address: location.search, texts: {}, choices: {} };
  for (const name of texts) draft.texts[name] = form.elements[name].value;
  for (const name of choices) draft.choices[name] = $$(`[name=${name}]:checked`, form).map((box) => box.value);
  draft.variables = values();
  draft.tray = $$(".tray-image", form).map((item) => ({
    reference: $("[name=tray]", item).value,
    thumbnail: $("img", item)?.getAttribute("src") ?? $("img", item)?.dataset.source ?? "",
    label: $("img", item)?.alt ?? "",
  })).filter((tile) => tile.reference);
  try { sessionStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* storage is full or off */ }
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
}

function restore(draft) {
  const form = composer();
  for (const name of texts) form.elements[name].value = draft.texts[name] ?? "";
  for (const name of choices.filter((name) => draft.choices[name]))
    $$(`[name=${name}]`, form).forEach((box) => (box.checked = draft.choices[name].includes(box.value)));
  draw(draft.variables);
  $(".tray", form).replaceChildren();
  for (const tile of draft.tray ?? [])
    addTile(tile.thumbnail ? picture(tile.thumbnail, tile.label) : addressTile(tile.reference.replace(/^address:/, ""), tile.reference.startsWith("address:")), tile.reference);
  if (draft.texts.system_prompt) $("#system-prompt").closest("details").open = true;
  $("output[for=temperature]").textContent = form.elements.temperature.value;
  $(".model-options").dispatchEvent(new Event("change", { bubbles: true }));
  refresh();
}

// What an address fills in comes before the draft, but not before what was changed at that very address.
addEventListener("DOMContentLoaded", () => {
  const draft = kept();
  if (!composer() || location.pathname !== "/") return;
  if (draft && (!location.search || (wasHere() && draft.address === location.search))) restore(draft);
  else if (location.search) save();
});
for (const type of ["input", "change", "tray:change"]) document.addEventListener(type, save);
// Who signs out leaves no draft to the next person at this tab.
on("submit", "form[action^='/sign-out/'], form[action^='/settings/sessions/end/']", () => sessionStorage.removeItem(KEY));
