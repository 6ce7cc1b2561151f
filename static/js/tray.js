// Image tray: upload at once, paste, drop, address, remove, reorder. Each tile is
// a hidden field, so the order on screen is the order in the form.
import { $, $$, announce, icon, on } from "./dom.js";
import { told } from "./problems.js";
import { headers, renew } from "./token.js";

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
    const change = $("[data-change]", item);
    if (change) change.ariaLabel = `Change image ${index + 1}`;
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

function changer() {
  const node = button("button-quiet button-icon", "square-pen");
  node.dataset.change = "";
  node.title = "Turn, crop, cover or make smaller";
  return node;
}

export function addTile(picture, reference = "") {
  const item = document.createElement("li");
  item.className = "tray-image";
  item.draggable = true;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "tray";
  field.autocomplete = "off"; // no browser puts the value of another tile here
  field.value = reference;
  field.disabled = !reference;
  const number = document.createElement("span");
  number.className = "tray-number";
  number.ariaHidden = "true";
  const order = document.createElement("span");
  order.className = "tray-order";
  order.append(mover(-1, "arrow-left"), ...(picture.matches("img") ? [changer()] : []), mover(1, "arrow-right"));
  item.append(field, picture, number, button("button-icon tray-remove", "x"), order);
  tray().append(item);
  refresh();
  return item;
}

export function addTiles(tiles) {
  tray().append(...tiles);
  refresh();
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

export function addressTile(reference) {
  const tile = document.createElement("span");
  const host = document.createElement("span");
  const address = reference.replace(/^address:/, "");
  tile.className = "picture tray-pending";
  tile.title = address;
  host.textContent = (URL.canParse(address) ? new URL(address).hostname : address) + (address === reference ? "" : ", not kept");
  tile.append(icon("link"), host);
  return tile;
}

export function showError(text) {
  const line = document.createElement("p");
  const words = document.createElement("span");
  line.className = "field-error";
  line.setAttribute("role", "alert");
  words.textContent = text;
  line.append(icon("circle-alert"), words);
  $("[data-tray-errors]").append(line);
}

export function refusal(status, words, token, name) {
  renew(token);
  if (status === 422) return words;
  if (status === 401) return `You are signed out. Sign in on another page, then add ${name} again.`;
  const said = told(words)?.textContent.trim();
  return said ? `${name} was not added. ${said}` : `${name} was not taken by the server. Add it again.`;
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
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    request.addEventListener("load", () => {
      const { status, responseText: text } = request;
      status === 200 ? resolve(text) : reject(refusal(status, text, request.getResponseHeader("X-CSRFToken"), file.name));
    });
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
    const came = new DOMParser().parseFromString(html, "text/html");
    const made = $(".tray-image", came);
    if (!made) { // of a PDF the pages are chosen first
      item.remove();
      document.dispatchEvent(new CustomEvent("tray:pdf", { detail: $("dialog", came) }));
      return;
    }
    const field = $("[name=tray]", item);
    field.value = $("[name=tray]", made).value;
    field.disabled = false;
    $(".picture", item).replaceWith($(".picture", made));
    announce(`Added ${file.name}`);
  }).catch((reason) => { item.remove(); showError(String(reason)); })
    .finally(() => { URL.revokeObjectURL(source); $("progress", item)?.remove(); uploads.delete(upload); refresh(); });
  uploads.add(upload);
}

const most = () => Number($("[data-tray]").dataset.most);
export const room = () => Math.max(most() - $$("li", tray()).length, 0);

function addFiles(files) {
  if (!tray() || tray().closest("[inert]") || !files?.length) return;
  $("[data-tray-errors]").replaceChildren();
  const fitting = room();
  const over = [...files].slice(fitting).map((file) => file.name || "a pasted image");
  [...files].slice(0, fitting).forEach(addFile);
  if (over.length) showError(`A run takes at most ${most()} images. Left out: ${over.slice(0, 5).join(", ")}${over.length > 5 ? ` and ${over.length - 5} more` : ""}.`);
}

function take(input) {
  addFiles(input.files);
  input.value = "";
}
on("change", "[data-file]", (event, input) => take(input));
// What was chosen while this script was still on its way. A draft of the tab is in the form by then.
addEventListener("DOMContentLoaded", () => $$("[data-file]").filter((input) => input.files.length).forEach(take));

// Spreadsheets and word processors put a picture beside every text that is copied: the text is what was asked
// for. Where the text is but the name of the file, a file manager wrote it.
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const lines = event.clipboardData?.getData("text/plain").split(/[\r\n]+/).filter((line) => line.trim()) ?? [];
  if (!tray() || !files.length) return;
  const named = lines.every((line) => files.some(({ name }) => line.trim().endsWith(name) || line.trim().endsWith(encodeURIComponent(name))));
  if (lines.length && !named) {
    if (!event.target.closest("input, textarea")) announce("The clipboard holds text. Its picture was not added. Paste the text into a field.");
    return;
  }
  if (lines.length) event.preventDefault();
  addFiles(files);
});

const addressDialog = () => $("#image-address");

function sayInDialog(words) {
  const line = $("#url-error");
  $("span", line).textContent = words;
  line.hidden = !words;
  $("[data-url-field]").setAttribute("aria-invalid", Boolean(words));
  if (words) $("[data-url-field]").focus();
}

async function sendAddresses(form) {
  const wanted = $("[data-url-field]").value.split("\n").filter((line) => line.trim()).length;
  if (wanted > room()) return `A run takes at most ${most()} images, and there is room for ${room()}. You gave ${wanted}.`;
  const answer = await fetch($("[data-composer]").dataset.uploadTo, { method: "POST", body: new FormData(form), headers: headers() });
  const text = await answer.text();
  if (!answer.ok) return refusal(answer.status, text, answer.headers.get("X-CSRFToken"), "The address");
  const tiles = new DOMParser().parseFromString(text, "text/html").querySelectorAll("li");
  if (!addressDialog().open) return "";
  addTiles(tiles);
  announce(tiles.length === 1 ? "Added image from URL" : `Added ${tiles.length} images`);
  addressDialog().close();
  return "";
}

let sending = false;
on("submit", "[data-addresses]", async (event, form) => {
  event.preventDefault(); // what cannot be used is said here, where it can be corrected
  if (sending) return;
  sending = true;
  try { sayInDialog(await sendAddresses(form)); }
  catch { sayInDialog("The server was not reached. Nothing was added. Check the connection, then add it again."); }
  finally { sending = false; }
});
on("keydown", "[data-url-field]", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
addressDialog()?.addEventListener("close", () => { $("[data-addresses]").reset(); sayInDialog(""); });

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
