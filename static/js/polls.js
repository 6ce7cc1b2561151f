// What waits for the server: how it asks, and since when it is not answered.
import { $ } from "./dom.js";

const PATIENCE = 40000; // ms for one answer; the server lets a poll wait for 25 s
const PAUSE = 2000; // ms between two tries while nobody answers
let heard = Date.now();
const silent = new Map(); // what waits in vain, and when it was last tried

export const isWait = (source) => Boolean(source.getAttribute?.("hx-trigger")?.includes("every"));

// Asked after each poll that is answered: nothing is written anew, and no time is formatted, for nothing.
function drawUnheard() {
  for (const source of silent.keys()) if (!source.isConnected) silent.delete(source);
  const notice = $("#no-answer");
  if (!silent.size) return notice.replaceChildren();
  const time = new Date(heard).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const words = `The server has not answered since ${time}. This page goes on by itself once it does.`;
  if (notice.textContent !== words) notice.textContent = words;
}

export function unheard(source) {
  silent.set(source, Date.now());
  drawUnheard();
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (isWait(ctx.sourceElement)) ctx.request.timeout = PATIENCE;
});

// A poll that waited for the one before it asks nothing when that one brought the end. A page that
// nobody looks at does not ask the server to let its poll wait: others may need the place. Nor does
// one that was not answered: it wants to know that the server is back. One that is drawn before it
// is opened asks nothing at all.
document.addEventListener("htmx:before:request", (event) => {
  const { request, sourceElement: source } = event.detail.ctx;
  if (Date.now() - silent.get(source) < PAUSE) event.preventDefault();
  if (request.method !== "GET" || !request.action.includes("/status/")) return;
  if (!source.hasAttribute("hx-get") || document.prerendering) event.preventDefault();
  if (document.hidden || silent.has(source)) request.headers.Prefer = "wait=0";
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!isWait(ctx.sourceElement)) return;
  if (ctx.response.status >= 500) return unheard(ctx.sourceElement);
  heard = Date.now();
  silent.delete(ctx.sourceElement);
  drawUnheard();
});
