// Full-resolution viewer: zoom, pan, next and previous, download. Without it the
// same link opens the original.
import { $, $$, on } from "./dom.js";

const viewer = () => $("#viewer");
const image = () => $("[data-viewer-image]");
const stage = () => $("[data-viewer-stage]");
const MAX_SCALE = 16;
let links = [];
let place = 0;
let scale = 1;
let shift = { x: 0, y: 0 };

function fitScale() {
  const { naturalWidth: width, naturalHeight: height } = image();
  return Math.min(stage().clientWidth / (width || 1), stage().clientHeight / (height || 1), 1);
}

function drawImage() {
  const least = Math.min(fitScale(), 1);
  scale = Math.min(Math.max(scale, least), MAX_SCALE);
  const room = (size, frame) => Math.max((size * scale - frame) / 2, 0);
  const limit = (value, most) => Math.min(Math.max(value, -most), most);
  shift.x = limit(shift.x, room(image().naturalWidth, stage().clientWidth));
  shift.y = limit(shift.y, room(image().naturalHeight, stage().clientHeight));
  image().style.transform = `translate(-50%, -50%) translate(${shift.x}px, ${shift.y}px) scale(${scale})`;
  $("[data-viewer-scale]").textContent = `${Math.round(scale * 100)}%`;
}

function zoom(factor, at = { x: 0, y: 0 }) {
  const before = scale;
  scale = Math.min(Math.max(scale * factor, Math.min(fitScale(), 1)), MAX_SCALE);
  shift = { x: at.x - (at.x - shift.x) * scale / before, y: at.y - (at.y - shift.y) * scale / before };
  drawImage();
}

function fit() {
  scale = fitScale();
  shift = { x: 0, y: 0 };
  drawImage();
}

function show(index) {
  place = (index + links.length) % links.length;
  const link = links[place];
  const alt = $("img", link)?.alt ?? "";
  image().removeAttribute("src");
  image().alt = alt;
  image().onload = fit;
  image().src = link.href;
  $("[data-viewer-download]").href = link.href;
  $("[data-viewer-download]").download = link.dataset.view || "image";
  $("[data-viewer-caption]").textContent = links.length > 1 ? `${place + 1} of ${links.length}. ${alt}` : alt;
  $$("[data-viewer-step]").forEach((button) => (button.hidden = links.length < 2));
}

on("click", "a[data-view]", (event, link) => {
  if (!viewer() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  links = $$("a[data-view]");
  viewer().showModal();
  show(links.indexOf(link));
  stage().focus();
});
on("click", "[data-zoom]", (event, button) => ({ in: () => zoom(1.5), out: () => zoom(1 / 1.5), fit })[button.dataset.zoom]());
on("click", "[data-viewer-step]", (event, button) => show(place + Number(button.dataset.viewerStep)));

const STEP = 60;
const keys = {
  "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: fit,
  ArrowLeft: () => (shift.x += STEP), ArrowRight: () => (shift.x -= STEP),
  ArrowUp: () => (shift.y += STEP), ArrowDown: () => (shift.y -= STEP),
  PageUp: () => show(place - 1), PageDown: () => show(place + 1),
};
document.addEventListener("keydown", (event) => {
  if (!viewer()?.open || !keys[event.key] || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  keys[event.key]();
  drawImage();
});

document.addEventListener("wheel", (event) => {
  if (!event.target.closest?.("[data-viewer-stage]")) return;
  event.preventDefault();
  const frame = stage().getBoundingClientRect();
  zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, { x: event.clientX - frame.x - frame.width / 2, y: event.clientY - frame.y - frame.height / 2 });
}, { passive: false });

on("pointerdown", "[data-viewer-stage]", (event, area) => {
  if (event.button || !event.isPrimary) return;
  const start = { x: event.clientX - shift.x, y: event.clientY - shift.y };
  const move = (moved) => { shift = { x: moved.clientX - start.x, y: moved.clientY - start.y }; drawImage(); };
  area.setPointerCapture(event.pointerId);
  area.addEventListener("pointermove", move);
  // Whatever ends the drag ends the capture: a release, or a browser that takes the finger for its own.
  area.addEventListener("lostpointercapture", () => area.removeEventListener("pointermove", move), { once: true });
});
addEventListener("resize", () => viewer()?.open && drawImage());
