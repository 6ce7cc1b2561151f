// Fields that grow with what is typed, where the browser has no field-sizing.
import { $$, on } from "./dom.js";

const GROWN = "#prompt, .variable textarea, .prompt-variant textarea";

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`; // at most max-height
}

if (!CSS.supports("field-sizing", "content")) {
  const all = () => $$(GROWN).filter((area) => area.value).forEach(grow);
  for (const type of ["input", "focusin"]) on(type, GROWN, (event, area) => grow(area));
  // What was filled in meanwhile: by the server, the browser or a draft.
  for (const type of ["pageshow", "resize"]) addEventListener(type, all);
  document.addEventListener("htmx:after:swap", all);
}
