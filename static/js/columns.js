// Compare: keys 1 to 9 bring a column to the front, 0 goes back.
import { $, $$, announce } from "./dom.js";

function bringForward(number) {
  const grid = $("[data-columns]");
  const cards = $$(":scope > .result", grid);
  if (number > cards.length) return;
  cards.forEach((card, index) => card.classList.toggle("is-front", index === number - 1));
  grid.classList.toggle("has-front", number > 0);
  const shown = cards[number - 1];
  announce(shown ? `${shown.ariaLabel}. Press 0 for all columns` : "All columns");
  shown?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if ($("[data-columns]") && /^[0-9]$/.test(event.key)) bringForward(Number(event.key));
});
