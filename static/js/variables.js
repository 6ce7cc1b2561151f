// A field for each {{variable}} of the prompts, as soon as it is typed. Without script the
// server asks for them, and it draws the same fields.
import { $, $$ } from "./dom.js";

const VARIABLE = /\{\{[ \t]*([A-Za-z][A-Za-z0-9_]{0,39})[ \t]*\}\}/g; // as in playground/submission/variables.py
const MAX_VARIABLES = 20;
const typed = new Map();

const asText = () => $("[name=as_text]", box())?.checked;

function named() {
  const texts = $$("#prompt, #system-prompt").map((area) => area.value).join("\n");
  return [...new Set([...texts.matchAll(VARIABLE)].map((found) => found[1]))].slice(0, MAX_VARIABLES);
}

function field(name) {
  const row = $("template", box()).content.firstElementChild.cloneNode(true);
  const [label, area] = [$("label", row), $("textarea", row)];
  area.id = label.htmlFor = `var-${name}`;
  area.name = `var_${name}`;
  area.value = typed.get(name) ?? "";
  label.textContent = name;
  return row;
}

const box = () => $("[data-variables]");
const areas = () => $$(".variable textarea", box() ?? document);

const values = () => Object.fromEntries(areas().map((area) => [area.name.slice(4), area.value]));

export function drawVariables(known = {}) {
  if (!box()) return;
  for (const [name, value] of Object.entries({ ...values(), ...known })) typed.set(name, value);
  const rows = new Map(areas().map((area) => [area.name.slice(4), area.closest(".variable")]));
  const names = asText() ? [] : named();
  box().hidden = !named().length;
  if (names.join() === [...rows.keys()].join()) return;
  for (const row of rows.values()) row.remove();
  box().append(...names.map((name) => rows.get(name) ?? field(name)));
}

document.addEventListener("input", (event) => event.target.matches("#prompt, #system-prompt, [name=as_text]") && drawVariables());
