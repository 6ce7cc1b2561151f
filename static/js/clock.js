// The clocks and bars of running cards go on by themselves: a poll brings news, not the time.
import { $, $$ } from "./dom.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const starts = new WeakMap();

function startOf(node, now) {
  const { elapsed } = node.dataset;
  let known = starts.get(node);
  if (known?.elapsed !== elapsed) starts.set(node, (known = { elapsed, at: now - elapsed * 1000 }));
  return known.at;
}

function drawClock(node, seconds) {
  const { scale, median } = node.dataset;
  if (!scale) {
    $("span", node).firstChild.textContent = seconds.toFixed(1); // a new node would have styles computed anew
    return;
  }
  $(".done", node).setAttribute("width", `${Math.min((100 * seconds) / scale, 100)}%`);
  const usual = $("[data-past]", node.parentElement);
  if (usual && seconds > median) usual.textContent = usual.dataset.past;
}

let drawn = 0;
setInterval(() => {
  const now = performance.now();
  if ($("#no-answer").hasChildNodes()) return; // nobody knows whether it still runs
  if (calm.matches && now - drawn < 1000) return;
  drawn = now;
  $$("[data-elapsed]").forEach((node) => drawClock(node, (now - startOf(node, now)) / 1000));
}, 100);
