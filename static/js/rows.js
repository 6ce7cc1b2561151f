// How many images there are, for the count and the cost of "One run per image".
import { $, $$ } from "./dom.js";

document.addEventListener("tray:change", () => {
  const number = $("[data-image-number]");
  const count = String($$("[data-tray] .tray-image").length);
  if (!number || number.value === count) return;
  number.value = count;
  if ($("[name=image_mode][value=each]").checked) number.dispatchEvent(new Event("change", { bubbles: true }));
});
