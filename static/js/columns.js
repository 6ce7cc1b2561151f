// Compare: keys 1 to 9 bring a column to the front, 0 goes back.
import { $, $$, announce } from "./dom.js";

let front = 0; // 0: all columns

function drawColumns() {
  const grid = $("[data-columns]");
  if (!grid) return;
  const cards = $$(":scope > .result", grid);
  if (front > cards.length) front = 0;
  cards.forEach((card, index) => card.classList.toggle("is-front", index === front - 1));
  grid.classList.toggle("has-front", front > 0);
}

function bringForward(number) {
  const card = $$("[data-columns] > .result")[number - 1];
  if (number && !card) return;
  front = number;
  drawColumns();
  announce(card ? `${card.ariaLabel}. Press 0 for all columns` : "All columns");
  card?.scrollIntoView({ block: "nearest" });
}

// A card or a page that comes from the server knows nothing of what is in front.
document.addEventListener("htmx:after:swap", drawColumns);

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if ($("[data-columns]") && /^[0-9]$/.test(event.key)) bringForward(Number(event.key));
});

// Columns that scroll on their own keep in step, by share of their height, unless told apart.
let leader = null;
document.addEventListener("pointerover", (event) => (leader = event.target.closest?.("#cells .result-body") ?? leader));
document.addEventListener("focusin", (event) => (leader = event.target.closest?.("#cells .result-body") ?? leader));
document.addEventListener("scroll", (event) => {
  if (event.target !== leader || !$("#columns-scroll")?.checked || !$("#scroll-together").checked) return;
  const share = leader.scrollTop / Math.max(leader.scrollHeight - leader.clientHeight, 1);
  for (const body of $$("#cells .result-body"))
    if (body !== leader) body.scrollTop = share * (body.scrollHeight - body.clientHeight);
}, { capture: true, passive: true });
