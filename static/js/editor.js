// Changes an image of the tray: boxes over the picture show what the fields say, and dragging one writes its fields.
// All that is more than that is the server's: each button sends the fields and brings a new dialog, or the tile.
import { $, $$, announce, on } from "./dom.js";
import { headers } from "./token.js";
import { refresh, refusal, showError } from "./tray.js";

const CROP_LEAST = 16; // pixels, as composer/image_edit.py says
const HANDLE = 14; // CSS pixels around a corner that take hold of it
const rowsOf = (form) => $$("[data-box]", form); // the crop, then the covered parts
const boxOf = (row) => $$("input", row).map((field) => Math.round(Number(field.value)) || 0);
const writeBox = (row, box) => $$("input", row).forEach((field, at) => (field.value = Math.round(box[at])));
const turnOf = (form) => Number($("[name=turn]:checked", form).value);

function seenSize(form) {
  const { width, height } = $("[data-stage] svg", form).dataset;
  return turnOf(form) % 180 ? [Number(height), Number(width)] : [Number(width), Number(height)];
}

const rect = (name, [x, y, width, height]) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries({ class: name, x, y, width, height })) node.setAttribute(key, value);
  return node;
};

function draw(form) {
  const svg = $("[data-stage] svg", form);
  if (!svg) return;
  const [width, height] = seenSize(form);
  const turn = turnOf(form);
  const moved = { 90: [width, 0], 180: [width, height], 270: [0, height] }[turn];
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  $("image", svg).setAttribute("transform", moved ? `translate(${moved}) rotate(${turn})` : "");
  const [crop, ...covers] = rowsOf(form).map(boxOf);
  const [x, y, w, h] = crop;
  const outside = document.createElementNS("http://www.w3.org/2000/svg", "path");
  outside.setAttribute("class", "edit-outside");
  outside.setAttribute("d", `M0 0h${width}v${height}H0zM${x} ${y}v${h}h${w}v${-h}z`);
  const reach = Math.max(width, height) / 60;
  const corners = [crop, ...covers].flatMap(([left, top, wide, high]) =>
    [[left, top], [left + wide, top], [left, top + high], [left + wide, top + high]]
      .map(([cx, cy]) => rect("edit-handle", [cx - reach / 2, cy - reach / 2, reach, reach])));
  $("[data-drawn]", svg).replaceChildren(outside, ...covers.map((box) => rect("edit-cover", box)), rect("edit-crop", crop), ...corners);
  const edge = Number($("[name=edge]", form).value) || Infinity;
  const scale = Math.min(1, edge / Math.max(w, h));
  $("[data-after]", form).textContent = `${Math.max(1, Math.round(w * scale))} × ${Math.max(1, Math.round(h * scale))} px`;
}

function turnBoxes(form) {
  const turned = $("[name=turned]", form);
  let [width, height] = Number(turned.value) % 180 === turnOf(form) % 180 ? seenSize(form) : seenSize(form).reverse();
  for (let left = (turnOf(form) - turned.value + 360) % 360; left > 0; left -= 90) {
    for (const row of rowsOf(form)) {
      const [x, y, w, h] = boxOf(row);
      writeBox(row, [height - y - h, x, h, w]);
    }
    [width, height] = [height, width];
  }
  turned.value = turnOf(form);
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

function moved(box, [width, height], dx, dy) {
  const [x, y, w, h] = box;
  return [clamp(x + dx, 0, width - w), clamp(y + dy, 0, height - h), w, h];
}

function resized(box, [width, height], [east, south], dx, dy, least) {
  let [left, top, right, bottom] = [box[0], box[1], box[0] + box[2], box[1] + box[3]];
  if (east) right = clamp(right + dx, left + least, width); else left = clamp(left + dx, 0, right - least);
  if (south) bottom = clamp(bottom + dy, top + least, height); else top = clamp(top + dy, 0, bottom - least);
  return [left, top, right - left, bottom - top];
}

function pointIn(svg, event) {
  const matrix = svg.getScreenCTM().inverse();
  return [matrix.a * event.clientX + matrix.e, matrix.d * event.clientY + matrix.f, matrix.a];
}

// What is under the pointer: a corner of a box, or the inside of one; covered parts before the crop.
function grabbed(form, svg, event) {
  const [px, py, unit] = pointIn(svg, event);
  const reach = HANDLE * unit * (event.pointerType === "touch" ? 1.6 : 1);
  const rows = rowsOf(form);
  const inOrder = [...rows.slice(1).reverse(), rows[0]];
  const near = (a, b) => Math.abs(a - b) <= reach;
  for (const row of inOrder) {
    const [x, y, w, h] = boxOf(row);
    for (const corner of [[1, 1], [0, 1], [1, 0], [0, 0]])
      if (near(px, x + corner[0] * w) && near(py, y + corner[1] * h)) return { row, corner };
  }
  const row = inOrder.find((one) => { const [x, y, w, h] = boxOf(one); return px >= x && px <= x + w && py >= y && py <= y + h; });
  return row && { row };
}

const leastOf = (form, row) => (row.dataset.box === "crop" ? Math.min(CROP_LEAST, ...seenSize(form)) : 1);
let drag = null;
let active = null;

on("pointerdown", "[data-stage]", (event, stage) => {
  const form = stage.closest("form");
  const svg = $("svg", stage);
  const found = grabbed(form, svg, event);
  if (!found) return;
  active = found.row;
  drag = { ...found, form, svg, box: boxOf(found.row), from: pointIn(svg, event) };
  stage.setPointerCapture(event.pointerId);
});
on("pointermove", "[data-stage]", (event) => {
  if (!drag) return;
  const { form, svg, row, corner, box, from } = drag;
  const [x, y] = pointIn(svg, event);
  const [dx, dy] = [x - from[0], y - from[1]];
  writeBox(row, corner ? resized(box, seenSize(form), corner, dx, dy, leastOf(form, row)) : moved(box, seenSize(form), dx, dy));
  draw(form);
});
for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => (drag = null));

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
on("keydown", "[data-stage]", (event, stage) => {
  if (!STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const form = stage.closest("form");
  const row = active?.isConnected && form.contains(active) ? active : rowsOf(form).at(-1);
  const [dx, dy] = STEPS[event.key].map((step) => step * (event.shiftKey ? 10 : 1));
  writeBox(row, moved(boxOf(row), seenSize(form), dx, dy));
  draw(form);
});

on("input", "[data-image-edit] input", (event, field) => {
  active = field.closest("[data-box]") ?? active;
  if (field.name === "turn") turnBoxes(field.form);
  draw(field.form);
});
on("click", "[data-whole]", (event, button) => {
  writeBox(rowsOf(button.form)[0], [0, 0, ...seenSize(button.form)]);
  draw(button.form);
});

let editedTile = null; // the tile whose image is in the dialog

async function sendEdit(body) {
  const answer = await fetch($("[data-composer]").dataset.changeAt, { method: "POST", body, headers: headers() });
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer.status, text, answer.headers.get("X-CSRFToken"), "The image");
  return new DOMParser().parseFromString(text, "text/html");
}
const editWords = (reason) => (typeof reason === "string" ? reason : "The server was not reached. Nothing was changed. Check the connection, then press again.");

function takeEdit(came, dialog) {
  const tile = $(".tray-image", came);
  if (!tile) { dialog.replaceChildren(...$("dialog", came).childNodes); return draw($("form", dialog)); }
  editedTile?.replaceWith(tile);
  dialog.close();
  refresh();
  $("[data-change]", tile)?.focus();
  announce("Image changed");
}

on("click", "[data-change]", async (event, button) => {
  event.preventDefault();
  if ($(".edit-dialog[open]")) return;
  editedTile = button.closest("li");
  if (!$("[name=tray]", editedTile).value) return announce("The image is still on its way. Change it once it has arrived.");
  const body = new FormData();
  body.append("change", $("[name=tray]", editedTile).value);
  try {
    const dialog = $("dialog", await sendEdit(body));
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    draw($("form", dialog));
  } catch (reason) { showError(editWords(reason)); }
});

on("submit", "[data-image-edit]", async (event, form) => {
  event.preventDefault();
  const { submitter } = event;
  const dialog = form.closest("dialog");
  try { takeEdit(await sendEdit(new FormData(form, submitter)), dialog); }
  catch (reason) { $("[data-edit-error]", form).textContent = editWords(reason); return; }
  const rows = rowsOf(dialog);
  if (submitter.name === "do_add") $("input", rows.at(-1)).focus();
  if (submitter.name === "do_remove") ($("input", rows[Number(submitter.value)]) ?? $("[name=do_add]", dialog)).focus();
});
