"""What a hostile answer could have made of a page, asked of the page itself."""

AUDIT = r"""
({elements, classes}) => {
  const wrong = [];
  const say = (what, one) => wrong.push(`${what}: ${one.outerHTML.slice(0, 200)}`);
  const all = [...document.querySelectorAll("*")];
  for (const one of all) {
    const has = (name) => one.hasAttribute(name);
    if ([...one.attributes].some(({name}) => /^(on|hx-on)/i.test(name))) say("handler", one);
    if (one.matches("iframe, frame, object, embed, base, applet")) say("frame", one);
    if (one.matches("meta[http-equiv]:not([http-equiv^=Content-Security])")) say("meta", one);
    if (one.matches("script:not([src^='/static/'])")) say("script", one);
    if (one.matches("style") && location.protocol !== "file:") say("style", one);
    if (has("style") && one.closest(".prose, .prompt-text, .raw-text")) say("style", one);
    const target = one.getAttribute("action") || one.getAttribute("formaction");
    if (target && !/^(\/(?!\/)|#)/.test(target)) say("form", one);
  }
  // Our own script adds a button to each block of code.
  const ours = ".code > button[type=button][data-copy-code='']";
  const bad = /^(id|name|style|src|data-.*|hx-.*|on.*|form.*|target|popover.*)$/;
  for (const one of document.querySelectorAll(".prose *")) {
    if (one.closest(ours)) continue;
    if (!elements.includes(one.localName)) say("element", one);
    if ([...one.classList].some((name) => !classes.includes(name))) say("class", one);
    if ([...one.attributes].some(({name}) => bad.test(name))) say("attribute", one);
    if (one.localName !== "a") continue;
    if (!/^(https?:\/\/|mailto:)/i.test(one.getAttribute("href"))) say("link", one);
    if (one.rel !== "noopener noreferrer nofollow ugc") say("rel", one);
  }
  const ids = all.map((one) => one.id).filter(Boolean);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) wrong.push(`ids twice: ${twice}`);
  if (frames.length) wrong.push("frames");
  if (window.tripped || ({}).tripped) wrong.push("tripped");
  return wrong;
}
"""
