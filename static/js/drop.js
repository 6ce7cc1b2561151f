// Menus that are details: Escape and a press elsewhere close them.
import { $, $$, on } from "./dom.js";

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && $(".drop[open]");
  if (!open) return;
  if (open.contains(document.activeElement)) $("summary", open).focus();
  open.open = false;
});
document.addEventListener("click", (event) =>
  $$(".drop[open]").forEach((drop) => drop.contains(event.target) || (drop.open = false)));
on("click", ".drop a", (event, link) => (link.closest(".drop").open = false));
