// Model picker: search, chips that remove, clear. What is chosen and what it costs
// comes from the server after each change.
import { $, $$, announce, on } from "./dom.js";

// A typed id is taken back by emptying its field.
const drop = (box) => (box.type === "checkbox" ? (box.checked = false) : (box.value = ""));
const boxes = () => $$("[data-models] [name=models]");
const changed = () => $(".model-options").dispatchEvent(new Event("change", { bubbles: true }));

on("click", "[data-remove-model]", (event, button) => {
  const chips = $$(".chip");
  const place = chips.indexOf(button.closest(".chip"));
  boxes().filter((box) => box.value === button.dataset.removeModel).forEach(drop);
  button.closest(".chip").remove();
  const next = chips[place + 1] ?? chips[place - 1];
  (next ? $("button", next) : $(".model-picker summary")).focus();
  announce(`Removed ${button.ariaLabel.replace("Remove ", "")}`);
  changed();
});

on("click", "[data-clear-models]", () => {
  boxes().forEach(drop);
  changed();
  $(".model-picker").open = true;
});

on("input", "#model-search", (event, field) => {
  const words = field.value.toLowerCase().split(/\s+/);
  const matches = (text) => words.every((word) => text.toLowerCase().includes(word));
  for (const group of $$(".model-options fieldset")) {
    const vendor = $("legend", group).textContent;
    for (const option of $$(".model-option", group))
      option.hidden = !matches(`${vendor} ${$("input", option).value} ${option.textContent}`);
    group.hidden = !$(".model-option:not([hidden])", group);
  }
  $(".picker-none").hidden = Boolean($(".model-options fieldset:not([hidden])"));
});
on("keydown", "#model-search", (event) => {
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
});
