// A case that is marked by hand: keys mark the framed answer and frame the next. Each mark is saved as it is given.
import { $, $$, announce } from "./dom.js";

let framed = 0;
let lastMarked = -1;

const answerCards = () => $$("[data-marking] [data-answer]");
const choice = (card, value) => $(`input[type=radio][value="${value}"]`, card);

function drawFrame() {
  answerCards().forEach((card, place) => {
    card.classList.toggle("is-current", place === framed);
    if (place === framed) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  });
}

function frame(place) {
  const all = answerCards();
  framed = Math.min(Math.max(place, 0), all.length - 1);
  drawFrame();
  all[framed]?.scrollIntoView({ block: "nearest" });
}

function mark(place, value) {
  const card = answerCards()[place];
  const input = card && choice(card, value);
  if (!input || input.matches(":disabled")) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const left = answerCards().filter((one) => choice(one, "")?.checked && !choice(one, "").matches(":disabled")).length;
  announce(`${card.ariaLabel} ${value || "not marked"}. ${left} left`);
  lastMarked = value ? place : -1;
  if (value) frame(place + 1);
}

const MARK_KEYS = { y: "right", n: "wrong" };
document.addEventListener("keydown", (event) => {
  const form = $("[data-marking]");
  if (!form || $("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input:not([type=radio]), textarea, select")) return;
  const { key } = event;
  if (MARK_KEYS[key]) mark(framed, MARK_KEYS[key]);
  else if (/^[1-5]$/.test(key)) mark(framed, key);
  else if (key === "u") mark(lastMarked < 0 ? framed : lastMarked, "");
  else if (key === "ArrowRight") frame(framed + 1);
  else if (key === "ArrowLeft") frame(framed - 1);
  else if (key === "e") $(".input", answerCards()[framed])?.focus();
  else if (key === "j" || key === "k") $(`[data-step=${key}]`, form)?.click();
  else if (key === "Enter" && !event.target.closest("a, button, summary")) form.requestSubmit($("[data-next]", form));
  else return;
  event.preventDefault();
});

document.addEventListener("htmx:after:swap", drawFrame);
drawFrame();
