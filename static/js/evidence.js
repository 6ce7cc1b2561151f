// Evidence: a value and its places on the image are lit together. The page says all of it without.
import { $, $$, on } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
let pressedItem = ""; // the item that was pressed
let litItem = "";

const itemOf = (node) => node?.closest("[data-item]")?.dataset.item ?? node?.getAttribute("href")?.match(/^#e(\d+)$/)?.[1];
const valuesOf = (item) => $$(`:is(.prose, .conflicts) a.evidence[href="#e${item}"]`);
const rowOf = (item) => $(`:is(.evidence-list, .prose) [data-item="${item}"]`);
const placesOf = (item) => $$(`.place[data-item="${item}"]`);

function shape(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// The whole image in small, with the places of an item; for a narrow screen, where it is out of sight.
function drawWhole(item) {
  const place = placesOf(item)[0];
  const picture = $("img", place.closest(".evidence-image"));
  const { width, height } = place.ownerSVGElement.viewBox.baseVal;
  const image = shape("image", { href: picture.currentSrc || picture.src, width, height, preserveAspectRatio: "none" });
  const polygons = placesOf(item).filter((one) => one.ownerSVGElement === place.ownerSVGElement)
    .flatMap((one) => $$("polygon", one).map((polygon) => polygon.cloneNode()));
  return shape("svg", { class: "crop crop-whole", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, image, ...polygons);
}

function sayItem(item) {
  const row = rowOf(item);
  const said = document.createElement("p");
  const value = document.createElement("strong");
  if (row.matches("tr")) { // of what the reader itself answered
    const [line, ...cells] = [...row.cells].map((cell) => cell.textContent.trim()).filter(Boolean);
    value.textContent = cells.join(" ");
    said.append(value, ` · line ${line} · read with ${row.dataset.confidence}`);
    return said;
  }
  value.textContent = $(".evidence", row).textContent;
  const confidence = $(":scope > .number:last-child", row)?.textContent;
  const where = $(":scope > .where:not(.evidence-mark)", row)?.textContent ?? $(".nearest, .status", row).textContent.trim();
  said.append(value, ` · ${where}`, confidence ? ` · read with ${confidence}` : "");
  const mentions = valuesOf(item).filter((one) => one.id && one.closest(".prose"));
  const hint = document.createElement("span");
  hint.className = "hint";
  const alone = mentions[0]?.id.startsWith("v");
  hint.append(alone ? (mentions.length > 1 ? `Said ${mentions.length} times: ` : "") : "Said by ");
  if (!alone || mentions.length > 1)
    mentions.forEach((one, index) => {
      const link = document.createElement("a");
      link.href = `#${one.id}`;
      link.textContent = alone ? index + 1 : one.id[0].toUpperCase();
      hint.append(index ? ", " : "", link);
    });
  said.append(document.createElement("br"), hint);
  return said;
}

const idle = new WeakMap(); // what each line says while nothing is lit
function drawLine(line, item) {
  if (!idle.has(line)) idle.set(line, [...line.childNodes]);
  if (!item) return line.replaceChildren(...idle.get(line));
  const crop = $(".crop", rowOf(item))?.cloneNode(true);
  crop?.removeAttribute("width");
  crop?.removeAttribute("height");
  const pinned = line.closest("[data-evidence-pin]") && placesOf(item).length;
  line.replaceChildren(...[pinned && drawWhole(item), crop, sayItem(item)].filter(Boolean));
}

function light(item) {
  if (item === litItem || (item && !rowOf(item))) return;
  $$(".is-lit").forEach((node) => node.classList.remove("is-lit"));
  litItem = item;
  if (item) [...valuesOf(item), rowOf(item), ...placesOf(item)].forEach((node) => node.classList.add("is-lit"));
  const body = item && rowOf(item).closest(".reader-body"); // a card has its own line and pin
  const isOf = (node) => item && node.closest(".reader-body") === body;
  $$("[data-evidence-line]").forEach((line) => drawLine(line, isOf(line) ? item : ""));
  $$("[data-evidence-pin]").forEach((pin) => pin.classList.toggle("is-open", isOf(pin) && placesOf(item).length > 0));
}

const SOURCE = ":is(.prose, .conflicts) a.evidence, .prose tr[data-item], .place, .evidence-list > li";
on("pointerover", SOURCE, (event, node) => event.pointerType === "mouse" && light(itemOf(node)));
on("pointerout", SOURCE, (event) => event.pointerType === "mouse" && light(pressedItem));
on("focusin", SOURCE, (event, node) => light(itemOf(node)));
on("focusout", SOURCE, () => light(pressedItem));

document.addEventListener("click", (event) => {
  const node = event.target.closest(SOURCE);
  if (event.ctrlKey || event.metaKey || event.target.closest(".evidence-line, .evidence-pinned")) return;
  if (!node || event.target.closest(".evidence-list")) {
    pressedItem = node ? itemOf(node) : "";
    return light(pressedItem);
  }
  event.preventDefault();
  pressedItem = itemOf(node);
  light(pressedItem);
  if (node.matches(".place")) (valuesOf(pressedItem)[0] ?? rowOf(pressedItem)).scrollIntoView({ block: "nearest" });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && litItem) light((pressedItem = ""));
});

// One stop of Tab for each answer, arrow keys within. The stop is where one was last.
const linksBeside = (node) => $$("a.evidence", node.closest(".prose, .conflicts"));
function oneStop(root = document) {
  for (const answer of $$(".prose:has(a.evidence), .conflicts:has(a.evidence)", root))
    linksBeside(answer.firstElementChild).forEach((link, index) => (link.tabIndex = index ? -1 : 0));
}
on("keydown", ":is(.prose, .conflicts) a.evidence", (event, link) => {
  const links = linksBeside(link);
  const place = links.indexOf(link);
  const steps = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: links.length - 1 };
  const next = links[steps[event.key]];
  if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // arrow keys of the page mean something else
  link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// Who wants every answer checked has it pressed. A page that is drawn ahead presses nothing.
const asked = new Set();
function pressCheck() {
  const form = $("form[data-check-always]");
  if (!form || document.prerendering || asked.has(form.action)) return;
  asked.add(form.action);
  form.requestSubmit();
}
// In Compare the pin comes on wide windows, too, while no image with places is in sight.
const away = new IntersectionObserver((seen) => {
  const isAway = !seen.some((one) => one.isIntersecting);
  $$("[data-evidence-pin]").forEach((pin) => pin.classList.toggle("is-away", isAway));
});
function drawEvidence() {
  pressedItem = litItem = "";
  away.disconnect();
  $$(".evidence-image:not(.reader-body *)").forEach((picture) => away.observe(picture));
  oneStop();
  pressCheck();
}
document.addEventListener("prerenderingchange", pressCheck);
document.addEventListener("htmx:after:swap", drawEvidence);
addEventListener("DOMContentLoaded", drawEvidence);
