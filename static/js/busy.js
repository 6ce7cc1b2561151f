// A server that is busy, that starts no more now or knows nobody here any more leaves the page as it is: this says so.
// A poll says nothing: when busy the next one follows by itself, when signed out the page shows it.
import { announce } from "./dom.js";
import { renew } from "./token.js";

const said = {
  401: "You are signed out. Nothing was sent. Sign in on another page, then press again.",
  403: "The page was from before you signed in. Nothing was sent. Press again.",
};

document.addEventListener("htmx:response:error", (event) => {
  const { response, request, sourceElement } = event.detail.ctx;
  const renewed = renew(response.headers.get("X-CSRFToken"));
  if (request.method.toUpperCase() === "GET") return;
  if (response.status === 401 || renewed) announce(said[response.status]);
  if (response.headers.has("X-Notice")) announce(response.headers.get("X-Notice"));
  if (response.status !== 503) return;
  const composing = sourceElement.closest("[data-composer]");
  announce(composing ? "The server is busy. Nothing was sent. Press Run again." : "The server is busy. Nothing was changed. Try again.");
});
