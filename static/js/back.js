// Back and reload show what a new request of the address shows, at the place where the reader was.
import { $, $$ } from "./dom.js";

const TYPED = "form[method=post] :is(textarea, input:not([type=hidden], [type=checkbox], [type=radio], [autocomplete=off]))";
const isTyped = () => $$(TYPED).some((field) => field.value !== field.defaultValue);

// A browser that kept the whole page would show what was deleted since as alive. What was typed stays.
addEventListener("pageshow", (event) => event.persisted && !$("[data-composer], #setup") && !isTyped() && location.reload());

// A page that was drawn before it was opened shows what was so when the pointer came to its link.
const STALE = 5000; // ms
document.addEventListener("prerenderingchange", () => {
  if (performance.getEntriesByType("navigation")[0].activationStart > STALE) location.reload();
});

// Firefox forgets the place on pages that no cache keeps.
const kind = performance.getEntriesByType("navigation")[0]?.type;
if (["back_forward", "reload"].includes(kind) && history.state?.place) scrollTo(0, history.state.place);
let scrollTimer;
addEventListener("scroll", () => {
  clearTimeout(scrollTimer);
  scrollTimer = setTimeout(() => history.replaceState({ ...history.state, place: scrollY }, ""), 150);
});
