// What was typed for a new experiment survives a reload and Back: it is posted to be drawn again, since fields may have
// been added. It is kept with the visit, as a draft of the composer is.
import { $ } from "./dom.js";
import { visit } from "./draft.js";
import { headers } from "./token.js";

const setup = $("#setup");
const SETUP_KEY = setup && `draft ${visit()}`;

function keepSetup() {
  const fields = new URLSearchParams(new FormData(setup));
  fields.delete("csrfmiddlewaretoken"); // the header has the one of now
  try { sessionStorage.setItem(SETUP_KEY, fields); } catch { /* storage is off or full */ }
}

function keptSetup() {
  try { return sessionStorage.getItem(SETUP_KEY); } catch { return null; }
}

async function redraw(fields) {
  const answer = await fetch(setup.action, { method: "POST", body: new URLSearchParams(`${fields}&edit=1`), headers: headers() });
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  setup.replaceChildren(...$("#setup", drawn).childNodes);
  htmx.process(setup);
  setup.dispatchEvent(new Event("change", { bubbles: true })); // a sum of the page as it came is on its way
}

if (setup) {
  const fields = keptSetup();
  if (fields) redraw(fields);
  for (const type of ["input", "change"]) setup.addEventListener(type, keepSetup);
  document.addEventListener("htmx:after:swap", keepSetup);
  setup.addEventListener("keydown", (event) => event.key === "Escape" && $(".confirm [name=edit]", setup)?.click());
}
