// A page from before a sign-in, or whose cookie was cleared, has an old token. The refusal brings the new
// one: put it everywhere. That it was asked for already shows the server whether cookies are blocked.
import { $, $$ } from "./dom.js";

export function renew(token) {
  if (!token) return false;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token, "X-Cookie-Asked-For": "1" }));
  $$("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  return true;
}

// What each request of ours carries that htmx does not send: refused in one sentence, with this page's token.
export const headers = () => ({
  "HX-Request": "true",
  "X-CSRFToken": $("[name=csrfmiddlewaretoken]").value,
  ...JSON.parse(document.body.getAttribute("hx-headers:inherited")),
});
