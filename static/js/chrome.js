// Theme, dialogs, keys and sliders.
import { $, $$, announce, on } from "./dom.js";

const themes = ["system", "light", "dark"];
on("submit", "[data-theme-form]", (event, form) => {
  event.preventDefault();
  const name = event.submitter?.value ?? $("button", form).value;
  if (name === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = name;
  const [prefix, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
  document.cookie = `${prefix}theme=${name}; path=/; max-age=31536000; samesite=lax${secure}`;
  if (!document.cookie.split("; ").includes(`${prefix}theme=${name}`))
    announce("The browser keeps no cookie of this site: the theme is for this page only. Allow cookies in the browser's settings.");
  $("[data-theme-name]").textContent = name[0].toUpperCase() + name.slice(1);
  $("#main-menu [name=theme]").value = themes[(themes.indexOf(name) + 1) % themes.length];
  $$("[data-theme-form] [aria-pressed]").forEach((one) => one.setAttribute("aria-pressed", one.value === name));
});

on("click", "[data-open]", (event, button) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a link opens beside this page
  event.preventDefault();
  $("#main-menu").hidePopover?.();
  $("#" + button.dataset.open).showModal();
});
on("click", "[data-close]", (event, button) => button.closest("dialog").close(""));
on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close(""));

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=range])");
  const enter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (enter && !event.repeat && !$("dialog[open]")) (event.target.closest(".ask-form") ?? $("[data-composer], #setup"))?.requestSubmit();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && $("[data-search]")) { event.preventDefault(); $("[data-search]").focus(); }
  if (event.key === "?" && !$("dialog[open]")) $("#shortcuts").showModal();
});
// Enter in a field presses a form's first button: a hidden one, which does nothing, where a press spends.
document.addEventListener("submit", (event) => {
  if (!event.submitter?.hidden) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
if (/Mac|iP(hone|ad)/.test(navigator.platform))
  $$("kbd").forEach((key) => (key.textContent = key.textContent.replace("Ctrl", "⌘")));

on("input", ".slider", (event, slider) => ($(`output[for=${slider.id}]`).textContent = slider.value));

// A revoked link takes its button along, and the form that made one folds: reading goes on at what was said.
document.addEventListener("htmx:after:swap", (event) => {
  const held = document.activeElement;
  const lost = held === document.body || !held?.checkVisibility();
  if (lost && event.detail.ctx?.target?.id === "share-sheet") $(".share-said")?.focus();
});
