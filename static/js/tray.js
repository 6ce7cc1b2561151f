// Image tray: upload at once, paste, drop, address, remove, reorder. Each tile is
// a hidden field, so the order on screen is the order in the form.
import { $, $$, announce, icon, on } from "./dom.js";
import { renew } from "./token.js";

const tray = () => $("[data-tray] .tray");
const uploads = new Set();
export const uploading = () => Promise.allSettled([...uploads]);
export const pending = () => uploads.size > 0;

export function refresh() {
  const items = $$("li", tray());
  tray().hidden = !items.length;
  $("[data-image-count]").textContent = items.length ? `${items.length} image${items.length > 1 ? "s" : ""}` : "No images";
  items.forEach((item, index) => {
    $(".tray-number", item).textContent = index + 1;
    $(".tray-remove", item).ariaLabel = `Remove image ${index + 1}`;
    for (const button of $$("[data-move]", item)) {
      const earlier = button.dataset.move < 0;
      button.ariaLabel = `Move image ${index + 1} ${earlier ? "earlier" : "later"}`;
      button.disabled = index === (earlier ? 0 : items.length - 1);
    }
  });
  document.dispatchEvent(new Event("tray:change"));
}

function button(className, name) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = `button ${className}`;
  node.append(icon(name));
  return node;
}

function mover(step, name) {
  const node = button("button-quiet button-icon", name);
  node.dataset.move = step;
  return node;
}

export function addTile(picture, reference = "") {
  const item = document.createElement("li");
  item.className = "tray-image";
  item.draggable = true;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "tray";
  field.value = reference;
  field.disabled = !reference;
  const number = document.createElement("span");
  number.className = "tray-number";
  number.ariaHidden = "true";
  const order = document.createElement("span");
  order.className = "tray-order";
  order.append(mover(-1, "arrow-left"), mover(1, "arrow-right"));
  item.append(field, picture, number, button("button-icon tray-remove", "x"), order);
  tray().append(item);
  refresh();
  return item;
}

export function picture(source, label) {
  const image = document.createElement("img");
  image.className = "picture";
  image.alt = image.title = label;
  image.src = image.dataset.source = source;
  // A browser that cannot show the format still sends it; the server's thumbnail follows.
  image.addEventListener("error", () => image.removeAttribute("src"), { once: true });
  return image;
}

export function addressTile(address, asIs = false) {
  const tile = document.createElement("span");
  const host = document.createElement("span");
  tile.className = "picture tray-pending";
  tile.title = address;
  host.textContent = new URL(address).hostname + (asIs ? ", not kept" : "");
  tile.append(icon("link"), host);
  return tile;
}

function showError(text) {
  const line = document.createElement("p");
  const words = document.createElement("span");
  line.className = "field-error";
  line.setAttribute("role", "alert");
  words.textContent = text;
  line.append(icon("circle-alert"), words);
  $("[data-tray-errors]").append(line);
}

function refusal(request, file) {
  renew(request.getResponseHeader("X-CSRFToken"));
  if (request.status === 422) return request.responseText;
  if (request.status === 401) return `You are signed out. Sign in on another page, then add ${file.name} again.`;
  return `${file.name} was not taken by the server. Add it again.`;
}

function send(file, item) {
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.ariaLabel = `Uploading ${file.name}`;
  item.append(bar);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("image", file, file.name || "pasted image");
    request.open("POST", $("[data-composer]").dataset.uploadTo);
    request.setRequestHeader("X-CSRFToken", $("[name=csrfmiddlewaretoken]").value);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    request.addEventListener("load", () => request.status === 200 ? resolve(request.responseText) : reject(refusal(request, file)));
    request.addEventListener("error", () => reject(`${file.name} did not reach the server. Check the connection, then add it again.`));
    request.addEventListener("abort", () => resolve("")); // its tile was removed: nobody waits for it
    request.send(data);
    item.upload = request;
  });
}

async function addFile(file) {
  const source = URL.createObjectURL(file);
  const item = addTile(picture(source, file.name));
  const upload = send(file, item).then((html) => {
    if (!item.isConnected) return;
    const made = new DOMParser().parseFromString(html, "text/html").querySelector("li");
    const field = $("[name=tray]", item);
    field.value = $("[name=tray]", made).value;
    field.disabled = false;
    $(".picture", item).replaceWith($(".picture", made));
    announce(`Added ${file.name}`);
  }).catch((reason) => { item.remove(); showError(String(reason)); })
    .finally(() => { URL.revokeObjectURL(source); $("progress", item)?.remove(); uploads.delete(upload); refresh(); });
  uploads.add(upload);
}

function addFiles(files) {
  if (!tray() || tray().closest("[inert]") || !files?.length) return;
  $("[data-tray-errors]").replaceChildren();
  [...files].forEach(addFile);
}

on("change", "[data-file]", (event, input) => { addFiles(input.files); input.value = ""; });
document.addEventListener("paste", (event) => addFiles(event.clipboardData?.files));

$("#image-address")?.addEventListener("close", (event) => {
  const field = $("[data-url-field]");
  if (event.target.returnValue === "add" && field.value) {
    const asIs = $("[data-url-as-is]");
    addTile(addressTile(field.value, asIs.checked), asIs.checked ? `address:${field.value}` : field.value);
    asIs.checked = false;
    announce("Added image from URL");
  }
  field.value = "";
  event.target.returnValue = "";
});

on("click", ".tray-remove", (event, clicked) => {
  const item = clicked.closest("li");
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.upload?.abort();
  item.remove();
  refresh();
  (next ? $(".tray-remove", next) : $("[data-file]")).focus();
  announce("Image removed");
});

on("click", "[data-move]", (event, clicked) => {
  const item = clicked.closest("li");
  if (clicked.dataset.move < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  refresh();
  (clicked.disabled ? $("[data-move]:enabled", item) : clicked)?.focus();
});

let dragged = null;
on("dragstart", ".tray-image", (event, item) => { dragged = item; item.classList.add("is-dragged"); });
on("dragend", ".tray-image", (event, item) => { dragged = null; item.classList.remove("is-dragged"); refresh(); });
on("dragover", ".tray-image", (event, item) => {
  if (!dragged || dragged === item) return;
  const before = event.clientX < item.getBoundingClientRect().x + item.offsetWidth / 2;
  item[before ? "before" : "after"](dragged);
});

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!tray()) return;
  if (dragged) event.preventDefault();
  if (!hasFiles(event)) return;
  event.preventDefault();
  $("[data-tray]").classList.add("is-dropping");
});
document.addEventListener("dragleave", (event) => event.relatedTarget || $("[data-tray]")?.classList.remove("is-dropping"));
document.addEventListener("drop", (event) => {
  if (!tray() || !hasFiles(event)) return;
  event.preventDefault();
  $("[data-tray]").classList.remove("is-dropping");
  addFiles(event.dataTransfer.files);
});
