// A page from before a sign-in has an old token. The refusal brings the new one: put it everywhere.
import { $$ } from "./dom.js";

export function renew(token) {
  if (!token) return false;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  $$("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  return true;
}
