// What is wrong with the page as it stands: each line tells the kind of fault, then where.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert], [aria-hidden=true]");
  const wrong = [];
  if (!document.querySelector("link[rel=stylesheet]")) return [`a bare fragment: ${location.pathname}`];
  if (!getComputedStyle(document.documentElement).getPropertyValue("--accent")) wrong.push("the styles did not come");
  if (all("h1").length !== 1) wrong.push(`h1: there are ${all("h1").length}`);
  const ids = all("[id]").map((one) => one.id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice) wrong.push(`an id stands twice: ${twice}`);
  if (document.scrollingElement.scrollWidth - innerWidth > 1) wrong.push(`the page scrolls sideways: ${location.pathname}`);
  for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, summary").filter(isSeen)) {
    const by = (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
    const pictures = [...one.querySelectorAll("img[alt], svg[aria-label]")].map((image) => image.alt ?? image.ariaLabel);
    const names = [one.ariaLabel, one.title, one.textContent, one.type === "submit" && one.value, ...by, ...pictures];
    for (const label of one.labels ?? []) names.push(label.textContent);
    if (!names.some((name) => name && name.trim())) wrong.push(`a control has no name: ${one.outerHTML.slice(0, 120)}`);
  }
  const form = document.querySelector("[data-composer]");
  if (form && !form.querySelector("[inert]")) {
    const given = all("[data-composer] [name=models]").filter((one) => one.type !== "checkbox" || one.checked).map((one) => one.value.trim());
    const chosen = [...new Set(given.filter(Boolean))].sort();
    const chips = all(".chip [data-remove-model]").map((one) => one.dataset.removeModel).sort();
    if (String(chosen) !== String(chips)) wrong.push(`shown is not what is sent: chips of ${chips}, chosen are ${chosen}`);
  }
  const ticked = all(".row-check:checked").length;
  const count = parseInt(document.querySelector("[data-ticked-count]")?.textContent || "0");
  if (ticked !== count) wrong.push(`the bar counts other ticks: ${count}, ticked are ${ticked}`);
  return wrong;
}
