// The composer as a whole: one press is one run of what the page says, and uploads come first.
import { $, $$, announce, on } from "./dom.js";
import { pending, uploading } from "./tray.js";
import { drawVariables } from "./variables.js";

export const composer = () => $("[data-composer]");
const refusals = () => $$("[data-tray-errors] .field-error").length;
const said = () => $(".run-cost")?.textContent;

// The second click of a double click is the same press.
on("click", ".run-bar [type=submit]", (event) => event.detail > 1 && event.preventDefault());

document.addEventListener("submit", async (event) => {
  if (event.target !== composer() || !pending()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  announce("Waiting for the images, then it runs");
  const known = refusals(); // those were there to be read before the press
  const pressed = said();
  await uploading();
  if (said() !== pressed) announce("The form was changed while the images were sent. Press Run again.");
  else if (refusals() === known) composer().requestSubmit();
}, { capture: true });

on("click", "[data-reset-parameters]", () => {
  for (const first of $$(".parameter .segmented label:first-child input")) first.checked = true;
  $("#reasoning").checked = $("#blind").checked = false;
  for (const field of $$(".sweep-row .select, .sweep-of .input")) field.value = "";
  $("#repeats").value = "1";
  $("#repeats").dispatchEvent(new Event("change", { bubbles: true }));
});

// What is drawn beside the fields follows from what is in them, however it came there.
addEventListener("pageshow", (event) => {
  // Back to a question that was answered: the form again, which asks anew.
  if (event.persisted) $(".confirm [name=edit]")?.click();
  if (!composer()) return;
  drawVariables();
  for (const drawn of $$("output[for]")) drawn.textContent = $(`#${drawn.htmlFor}`).value;
  // Addresses that were refused are in a field of forms without script: what is sent is seen.
  $("#image-urls").parentElement.classList.toggle("without-script", !$("#image-urls").value);
});
