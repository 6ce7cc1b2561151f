// Copy buttons. Answers hold no buttons of their own, so code blocks get theirs here.
import { $, $$, announce, icon, on } from "./dom.js";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied");
  } catch {
    announce("The browser did not allow copying. Select the text and copy it by hand.");
  }
}

on("click", "[data-copy]", (event, button) => {
  const source = $("#" + button.dataset.copy);
  copy(source.value ?? source.innerText);
});
on("click", "[data-copy-code]", (event, button) => copy($("pre", button.parentElement).innerText));
on("click", "[data-copy-answer]", (event, button) => copy($(".prose", button.closest(".result"))?.innerText ?? ""));

function addButtons(root) {
  for (const block of $$(".code:not(:has([data-copy-code]))", root)) {
    const button = document.createElement("button");
    button.className = "button button-small button-icon";
    button.type = "button";
    button.dataset.copyCode = "";
    button.ariaLabel = `Copy ${($("pre", block)?.ariaLabel ?? "code").toLowerCase()}`;
    button.append(icon("copy"));
    block.append(button);
  }
}
addButtons(document);
document.addEventListener("htmx:after:settle", () => addButtons(document));
