// Menus that are details: Escape and a press elsewhere close them.
import { $, $$, on } from "./dom.js";

const OPEN = ".drop[open]";

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && $(OPEN);
  if (!open) return;
  if (open.contains(document.activeElement)) $("summary", open).focus();
  open.open = false;
});
document.addEventListener("click", (event) =>
  $$(OPEN).forEach((drop) => drop.contains(event.target) || (drop.open = false)));
on("click", ".drop a", (event, link) => (link.closest(".drop").open = false));
