// A busy server answers 503 and the page stays as it is: this says so. A poll says
// nothing, for the next one follows by itself.
import { announce } from "./dom.js";

document.addEventListener("htmx:response:error", (event) => {
  const { response, request, sourceElement } = event.detail.ctx;
  if (response.status !== 503 || request.method.toUpperCase() === "GET") return;
  const composing = sourceElement.closest("[data-composer]");
  announce(composing ? "The server is busy. Nothing was sent. Press Run again." : "The server is busy. Nothing was changed. Try again.");
});
