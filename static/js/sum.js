// What a press would start and cost, by what is in the form: asked from the server at every change, and
// whenever the page is shown, since browsers fill forms in by themselves on Back and reload.
import { $, $$, on } from "./dom.js";

let askTimer;
function ask() {
  clearTimeout(askTimer);
  const source = $("[data-sum]");
  if (!source) return;
  $("[name=image_count]").value = $$("[data-tray] .tray-image").length;
  // A request of its own: htmx starts listening in a task after this script, too late for a draft.
  htmx.ajax("GET", source.dataset.sum, { source, swap: "none" });
}

on("change", "[data-composer]", ask);
on("input", ".sweep-fields, #max-tokens", () => { clearTimeout(askTimer); askTimer = setTimeout(ask, 300); });
document.addEventListener("tray:change", () => $("[name=image_mode][value=each]")?.checked && ask());
addEventListener("pageshow", ask);
