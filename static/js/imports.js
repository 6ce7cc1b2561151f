// An import: shows how much of its files has been sent. Without it the browser says so, or nothing.
import { $, on } from "./dom.js";
import { clear, line, lost, problem, say } from "./problems.js";

let sendingFiles = false;

function sendFiles(form) {
  const bar = $("progress", form);
  const request = new XMLHttpRequest();
  const end = (made) => {
    sendingFiles = false;
    bar.hidden = true;
    if (made) say(form, form, made);
  };
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const words = ($(".notice-bad p", page) ?? $("main p", page))?.textContent.trim();
    end(words ? line(words) : problem(request.status, request.responseText));
  });
  request.addEventListener("error", () => end(line(`${lost()} Press again.`)));
  clear(form);
  sendingFiles = true;
  bar.value = 0;
  bar.hidden = false;
  request.send(new FormData(form));
}

on("submit", "[data-import]", (event, form) => {
  event.preventDefault();
  if (!sendingFiles) sendFiles(form);
});
