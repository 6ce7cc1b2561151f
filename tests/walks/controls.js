// What can be pressed or filled here, each with what finds it again on another walk; `fits` narrows the choice.
(fits) => {
  const KINDS = {
    run: ".run-bar [type=submit]",
    tick: "[type=checkbox]:not([role=switch]), [type=radio]",
    choose: "select",
    type: "textarea:not([readonly]), input:is(:not([type]), [type=search], [type=text], [type=number]):not([readonly])",
    image: "input[type=file][data-file]:not([capture])",
    press: "a[href], button, summary",
  };
  // Files and other sites lead out of the walk, as do signing out and taking away keys, servers and people.
  const LEAVES = /\.(json|md|csv|html|zip|jsonl|txt)$|^\/(images|admin|static|api)\//;
  const ENDS = /sign.?out|\/(keys|servers|sessions|people|invitations|tokens)\/|password|account/i;
  const modal = document.querySelector("dialog:modal");
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.closest("[inert]") && (!modal || modal.contains(one));
  const isOut = (one) => one.hasAttribute("download") || one.target === "_blank" ||
    (one.matches("a[href]") && (new URL(one.href).origin !== location.origin || LEAVES.test(new URL(one.href).pathname))) ||
    ENDS.test(`${one.getAttribute("formaction") ?? one.form?.getAttribute("action") ?? ""} ${one.getAttribute("href") ?? ""}`) || /sign out/i.test(one.innerText ?? "");
  const nameOf = (one) => (one.ariaLabel || one.innerText || one.labels?.[0]?.innerText || one.name || one.id || "").trim().replace(/\s+/g, " ").slice(0, 60);
  const spends = /\/(retry|rerun|add|runs)\/$/;
  const found = [], times = {}, taken = new Set();
  for (const [kind, selector] of Object.entries(KINDS))
    for (const one of document.querySelectorAll(selector)) {
      if (taken.has(one)) continue;
      taken.add(one);
      const name = nameOf(one);
      const nth = (times[`${kind} ${name}`] = (times[`${kind} ${name}`] ?? -1) + 1);
      if ((kind !== "image" && !isSeen(one)) || isOut(one) || (fits && !one.matches(fits))) continue;
      const to = one.getAttribute("formaction") ?? one.getAttribute("hx-post") ?? (one.type === "submit" ? one.form?.getAttribute("action") : "") ?? "";
      found.push({ kind, name, nth, spends: kind === "run" || spends.test(to), element: one });
    }
  return found;
}
