// An answer that is still arriving: what is new is added behind what stands there, so that a
// selection and the reader's place stay; whoever sees its end follows it.
const GROWS = ".partial-text, .thoughts pre";
const MOST_CUT = 300; // less than any answer that is cut

function scrollerOf(node) {
  for (let one = node; one; one = one.parentElement)
    if (one.scrollHeight > one.clientHeight && /auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  return document.scrollingElement;
}

// Below 960 px the run bar lies over the end of the window: scroll-padding says how much.
function lowest(scroller) {
  if (scroller !== document.scrollingElement) return Math.min(scroller.getBoundingClientRect().bottom, innerHeight);
  return innerHeight - (parseFloat(getComputedStyle(scroller).scrollPaddingBottom) || 0);
}

const hidden = (node) => node.getBoundingClientRect().bottom - lowest(scrollerOf(node.parentElement));
const isInSight = (node) => node.getBoundingClientRect().bottom > 0 && hidden(node) <= 1;

// Around the whole swap: a line that comes above the text pushes its end down as well.
let followed = [];
document.addEventListener("htmx:before:swap", () => { followed = [...document.querySelectorAll(GROWS)].filter(isInSight); });
document.addEventListener("htmx:after:swap", () => {
  for (const node of followed) if (node.isConnected && !isInSight(node)) scrollerOf(node.parentElement).scrollTop += hidden(node);
});

function append(node, text) {
  if (node.firstChild) node.firstChild.appendData(text);
  else node.append(text);
}

// htmx asks its extensions alone before it changes a node; false keeps it as it is.
function mayChange(oldNode, newNode) {
  if (oldNode.matches?.(".result[aria-busy]")) stayOpen(oldNode, newNode);
  if (!oldNode.matches?.(GROWS)) return true;
  const [known, now] = [oldNode.textContent, newNode.textContent];
  if (!now.startsWith(known)) return true; // a retry: it begins anew
  if (now.length > known.length) append(oldNode, now.slice(known.length));
  return false;
}

// A card that grew past the height where answers are cut stays open when its answer is there.
function stayOpen(card, next) {
  const text = card.querySelector(".partial-text");
  if (text?.offsetHeight > MOST_CUT) next.classList.add("is-open");
}

window.htmx?.registerExtension("growing", { htmx_before_morph_node: (node, { oldNode, newNode }) => mayChange(oldNode, newNode) });
