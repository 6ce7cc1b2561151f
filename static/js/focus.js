// After a swap the focus stands on no button that spends, unless it stood on that very button before.
import { $, $$ } from "./dom.js";

const SPENDS = `.run-bar [type=submit]:not([name=edit]),
  :is(form[action$='/retry/'], form[action$='/rerun/'], form[action$='/add/']) button`;
const REFUSED = "[aria-invalid=true], .run-bar [autofocus], .notice-bad, .field-error";

const ADDED = ":is(textarea, select)[autofocus]";
const FORMS = ["composer", "setup"]; // which a press may bring back

const nameOf = (button) => `${button?.form?.action} ${button?.value} ${button?.textContent}`;
let held = "";
document.addEventListener("htmx:before:swap", () => (held = nameOf(document.activeElement)));

function toWords(words) {
  const fold = words?.closest("details");
  if (fold) fold.open = true; // a morph leaves folds as they are
  if (words && words.tabIndex < 0) words.tabIndex = -1; // a paragraph takes no focus by itself
  words?.focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  const { target: swapped } = event.detail.ctx ?? {};
  const target = swapped?.id ?? swapped?.replace("#", ""); // where the answer named another target, its selector
  if (target === "results") $("#results-title")?.focus();
  const isForm = FORMS.includes(target);
  // A schema that was made of an example is what is sent now; a morph leaves what was chosen.
  if (isForm) for (const mode of $$("[name=response_schema_mode]")) mode.checked = mode.defaultChecked;
  if (isForm) toWords($(ADDED, $(`#${target}`)) ?? $(REFUSED, $(`#${target}`)));
  const now = document.activeElement;
  const isLost = isForm && now === document.body;
  const isNew = isForm || nameOf(now) !== held;
  if (isLost || (isNew && now.matches(SPENDS)))
    toWords(isLost || now.closest(".run-bar") ? $(".run-cost") : now.closest("article, section, form"));
});
