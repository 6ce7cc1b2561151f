// A poll that waited for the one before it asks nothing when that one brought the end. A page that
// nobody looks at does not ask the server to hold its poll: others may need the place.
document.addEventListener("htmx:before:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET" || !request.action.includes("/status/")) return;
  if (!sourceElement.hasAttribute("hx-get")) event.preventDefault();
  if (document.hidden) request.headers.Prefer = "wait=0";
});
