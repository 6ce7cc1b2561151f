// A poll that waited for the one before it asks nothing when that one brought the end.
document.addEventListener("htmx:before:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  const asks = sourceElement.hasAttribute("hx-get");
  if (request.method === "GET" && request.action.includes("/status/") && !asks) event.preventDefault();
});
