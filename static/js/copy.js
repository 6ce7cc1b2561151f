// Copy buttons. Answers hold no buttons of their own, so code blocks get theirs here.
import { $, $$, announce, icon, on } from "./dom.js";
import "./copied.js";

async function copy(text) {
  try {
    // A promise, for what has to be asked for first: the press counts for the browser now, not later.
    if (text instanceof Promise) await navigator.clipboard.write([new ClipboardItem({ "text/plain": text.then((all) => new Blob([all], { type: "text/plain" })) })]);
    else await navigator.clipboard.writeText(text);
    announce("Copied");
  } catch {
    announce(NOT_COPIED);
  }
}

const NOT_COPIED = "Nothing was copied: the browser did not allow it, or the server did not answer. Press again, or select the text and copy it by hand.";

// The answer as it came: the page shows it rendered, and no more of a long one than fits.
async function whole(button) {
  const hidden = button.nextElementSibling;
  if (hidden?.matches("template")) return hidden.content.textContent;
  const answer = await fetch(button.dataset.copyAnswer, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const data = await answer.json();
  return (data.cells?.[button.dataset.cell - 1] ?? data).output ?? "";
}

on("click", "[data-copy]", (event, button) => {
  const source = $("#" + button.dataset.copy);
  copy(source.value ?? source.innerText);
});
on("click", "[data-copy-code]", (event, button) => copy($("pre", button.parentElement).innerText));
on("click", "[data-copy-answer]", (event, button) => copy(whole(button)));

function addButtons(root) {
  for (const block of $$(".code:not(:has([data-copy-code], [data-copy-answer]))", root)) {
    const button = document.createElement("button");
    button.className = "button button-small button-icon";
    button.type = "button";
    if (block.dataset.answer) button.dataset.copyAnswer = block.dataset.answer;
    else button.dataset.copyCode = "";
    button.ariaLabel = `Copy ${($("pre", block)?.ariaLabel ?? "code").toLowerCase()}`;
    button.append(icon("copy"));
    block.append(button);
  }
}
addButtons(document);
document.addEventListener("htmx:after:settle", () => addButtons(document));
