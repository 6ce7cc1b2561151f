// Runs before the page's own scripts and knows when the page has come to rest: nothing is asked of the server,
// no short timer runs, no other page is on its way.
(() => {
  const timers = new Set();
  const [setTimer, clearTimer, ask, send] = [setTimeout, clearTimeout, fetch, XMLHttpRequest.prototype.send];
  let asked = 0;
  let leaves = false;
  window.setTimeout = (act, ms = 0, ...given) => {
    const timer = setTimer(() => { timers.delete(timer); act(...given); }, ms);
    if (ms <= 1000) timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => { timers.delete(timer); clearTimer(timer); };
  window.fetch = (...given) => { asked++; return ask(...given).finally(() => asked--); };
  XMLHttpRequest.prototype.send = function (...given) {
    asked++;
    this.addEventListener("loadend", () => asked--);
    return send.apply(this, given);
  };
  navigation.addEventListener("navigate", ({ destination, hashChange, downloadRequest }) => {
    if (!destination.sameDocument && !hashChange && downloadRequest === null) leaves = true;
  });
  navigation.addEventListener("navigateerror", () => (leaves = false));
  const frame = () => new Promise((done) => setTimer(done, 20));
  const polls = () => document.querySelector("[hx-get*='/status/'][hx-trigger*=every]");
  // What is not at rest yet after that many ms; nothing where all is.
  window.atRest = async (patience) => {
    const end = performance.now() + patience;
    for (let calm = 0; calm < 2; ) {
      const before = [...timers];
      await frame();
      const busy = { leaves, asked, polls: polls()?.id, loads: document.readyState !== "complete", timers: before.some((timer) => timers.has(timer)) };
      calm = Object.values(busy).some(Boolean) ? 0 : calm + 1;
      if (performance.now() > end) return JSON.stringify(busy);
    }
    return "";
  };
})();
