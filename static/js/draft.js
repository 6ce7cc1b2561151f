// What was typed survives a reload and Back. It belongs to the address that it was typed on: the bare
// one has one draft, one that fills the form in has a draft for each visit, so that it opens as it is meant.
import { composer } from "./composer.js";
import { $, $$, on } from "./dom.js";
import { addTile, addressTile, picture, refresh } from "./tray.js";
import { drawVariables } from "./variables.js";

const KEY = composer() && location.pathname === "/" ? `draft${location.search && ` ${visit()}`}` : "";

export function visit() {
  const state = history.state ?? {};
  state.draft ??= Date.now();
  history.replaceState({ ...state, htmx: true }, ""); // htmx would put its mark in place of ours
  return state.draft;
}

const UNKEPT = ["hidden", "file", "submit", "button"];
const fields = () => [...composer().elements].filter((field) => field.name && !UNKEPT.includes(field.type));
const isBox = (field) => ["checkbox", "radio"].includes(field.type);
const pairs = (some) => some.map((field) => [field.name, field.value]);

function save() {
  if (!KEY || !composer()) return;
  const [boxes, texts] = [fields().filter(isBox), fields().filter((field) => !isBox(field))];
  const tray = $$(".tray-image", composer()).map((item) => ({
    reference: $("[name=tray]", item).value,
    thumbnail: $("img", item)?.getAttribute("src") ?? $("img", item)?.dataset.source ?? "",
    label: $("img", item)?.alt ?? "",
  })).filter((tile) => tile.reference);
  keep(JSON.stringify({ texts: pairs(texts), ticked: pairs(boxes.filter((box) => box.checked)), tray }));
}

function keep(draft) {
  try { sessionStorage.setItem(KEY, draft); } catch { if (hasRoomAgain()) keep(draft); }
}

function hasRoomAgain() {
  try {
    const oldest = Object.keys(sessionStorage).filter((key) => key.startsWith("draft ") && key !== KEY).sort()[0];
    sessionStorage.removeItem(oldest);
    return Boolean(oldest);
  } catch { return false; } // storage is off
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
}

function fill({ texts, ticked }) {
  const left = [...texts];
  const isKept = (field) => field.type !== "radio" || ticked.some(([name]) => name === field.name); // not of a draft from before
  for (const field of fields()) {
    if (isBox(field) && isKept(field)) field.checked = ticked.some(([name, value]) => name === field.name && value === field.value);
    const place = isBox(field) ? -1 : left.findIndex(([name]) => name === field.name);
    if (place >= 0) field.value = left.splice(place, 1)[0][1];
  }
}

function restore(draft) {
  fill(draft);
  drawVariables();
  fill(draft); // the variables have their fields now
  $(".tray", composer()).replaceChildren();
  for (const { reference, thumbnail, label } of draft.tray)
    addTile(thumbnail ? picture(thumbnail, label) : addressTile(reference), reference);
  for (const fold of $$("details", composer()))
    if (fields().some((field) => fold.contains(field) && !isBox(field) && field.value !== field.defaultValue)) fold.open = true;
  refresh();
  composer().dispatchEvent(new Event("change", { bubbles: true }));
}

const draft = KEY && kept();
if (draft?.texts?.length) restore(draft);
for (const type of ["input", "change", "tray:change"]) document.addEventListener(type, save);
// Who signs out leaves no draft to the next person at this tab.
on("submit", "form[action^='/sign-out/'], form[action^='/settings/sessions/end/']", () => sessionStorage.clear());
