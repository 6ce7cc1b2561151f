// What went wrong is said where it was pressed, and stays there until a press succeeds. The server
// answers htmx with one sentence (playground/web/fragments.py); what a proxy says, or nobody, has words here.
import { $, icon, on } from "./dom.js";
import { isWait, unheard } from "./polls.js";
import { renew } from "./token.js";

const SILENT = [502, 504];
const lines = new WeakMap(); // by the element that a line stands at
const again = new WeakMap(); // how to press again, by its button

// Where a line goes: into a row or the bar of ticked rows, above Run, into the dialog that was to be filled, or behind the form.
function placeOf(source, target) {
  const row = source.closest(".row");
  if (row) return [$(".cell-prompt", row), "beforeend"];
  if (source.id === "ticked") return [source, "afterbegin"];
  if (source.closest("[data-composer], .setup")) return [$(":is([data-composer], #setup) .run-bar"), "beforebegin"];
  if (target?.closest?.("dialog")?.contains(source) === false) return [target, "afterbegin"];
  return [source.closest("form") ?? source, "afterend"];
}

function press({ sourceElement: source, request }) {
  if (source.matches("form")) source.requestSubmit(request.submitter);
  else if (source.matches("a, button")) source.click();
  else source.dispatchEvent(new Event("change", { bubbles: true }));
}

export function line(words) {
  const made = document.createElement("p");
  made.className = "problem field-error";
  made.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = words;
  made.append(icon("circle-alert"), text);
  return made;
}

function offer(ctx) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.dataset.again = "";
  button.textContent = "Try again";
  again.set(button, () => press(ctx));
  return button;
}
on("click", "[data-again]", (event, button) => again.get(button)?.());

// A sum that comes or fails late takes nothing away but what was said of sums: a press that failed still did.
const isSum = (source) => source.matches("[data-sum]");
const ofSums = new WeakSet();

export function clear(source, target) {
  const made = lines.get(placeOf(source, target)[0]);
  if (made && (!isSum(source) || ofSums.has(made))) made.remove();
}

export function say(source, target, made) {
  const [at, where] = placeOf(source, target);
  const before = lines.get(at);
  if (isSum(source) && before?.isConnected && !ofSums.has(before)) return;
  lines.set(at, made);
  if (isSum(source)) ofSums.add(made);
  if (before?.isConnected) before.replaceWith(made); // nothing moves under a pointer that is about to press
  else at.insertAdjacentElement(where, made);
}

// A row that is gone says so in its own place: nothing in it can be pressed any more.
function bury(row, made) {
  const box = $(".row-check", row);
  box.checked = false;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  const cell = document.createElement("td");
  cell.className = "cell-gone";
  cell.colSpan = row.cells.length;
  cell.append(made);
  row.replaceChildren(cell);
}

const isRun = (ctx) => ctx.sourceElement.matches("[data-composer], #setup");

export const lost = () => navigator.onLine
  ? "The server did not answer. Nothing was sent, or its answer was lost."
  : "There is no connection. Nothing was sent.";

function unanswered(ctx) {
  const words = lost();
  if (isRun(ctx)) return line(`${words} Press Run again: it cannot run twice.`);
  const made = line(words);
  made.append(offer(ctx));
  return made;
}

// The sentence of an error, as the server says it.
export const told = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("[data-problem]");

export const problem = (status, text) => told(text) ??
  line(`The server answered with error ${status}. Look whether anything was changed, then press again.`);

// Nothing where the answer is a fragment that says by itself what is wrong.
function sentence(ctx) {
  const { response: { status, headers }, text } = ctx;
  if (told(text)) return told(text);
  if (SILENT.includes(status)) return unanswered(ctx);
  if (status === 503 && isRun(ctx)) return line("The server is busy. Nothing was sent. Press Run again.");
  const isFragment = headers.get("Content-Type")?.startsWith("text/html") && !/^\s*(<!doctype|<html|$)/i.test(text);
  return isFragment ? null : problem(status, text);
}

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!isWait(ctx.sourceElement) && ctx.response.status < 400) clear(ctx.sourceElement, ctx.target);
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const source = ctx.sourceElement;
  if (!(ctx.response?.status >= 400)) return;
  renew(ctx.response.headers.get("X-CSRFToken"));
  if (isWait(source) && ctx.response.status >= 500) return event.preventDefault();
  const made = sentence(ctx);
  if (!made) return;
  event.preventDefault();
  const row = source.closest(".row");
  if (row && ctx.response.status === 404) bury(row, made);
  else say(source, ctx.target, made);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx || ctx.text !== undefined) return; // a fault of the page itself
  if (isWait(ctx.sourceElement)) unheard(ctx.sourceElement);
  else say(ctx.sourceElement, ctx.target, unanswered(ctx));
});
