"""What a browser would find in rendered HTML, judged by a list written apart from the product's."""

from __future__ import annotations

from html.parser import HTMLParser

from pygments.token import STANDARD_TYPES

MATHS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom"),
    *("mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mtable", "mtr", "mtd", "mmultiscripts", "mprescripts"),
}
ELEMENTS = MATHS | {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("strong", "em", "s", "a", "code", "pre", "div", "span", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
LOADING = {"href", "src", "srcset", "action", "formaction", "style", "id", "name", "xlink:href"}
SCROLLS = {"class", "tabindex", "role", "aria-label"}
TURNED = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "th", "td", "div"}
OWN = {"a": {"href", "rel"}, "ol": {"start"}, "div": SCROLLS, "pre": SCROLLS}
CLASSES = {"code", "maths", "table-scroll", "align-end", "align-center", "raw-text"}
DRAWN = {"maths-box", "maths-up", "maths-down", "maths-through"}
CELLS = {f"maths-line-{side}" for side in ("top", "right", "bottom", "left")}
CELLS |= {"maths-left", "maths-right", "maths-flush-left", "maths-flush-right"}
CELLS |= {"maths-gap", "maths-tight"}
BY_TAG = {"mrow": DRAWN, "mtd": CELLS}
COLOURS = {name for name in STANDARD_TYPES.values() if name}


class Audit(HTMLParser):
    """Collects what is on the page: elements, attributes, links, and what should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.links: list[str] = []
        self.wrong: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag not in ELEMENTS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "href":
            self.links.append(value)
        if name == "class":
            allowed = COLOURS if tag == "span" else BY_TAG.get(tag, CLASSES)
            fine = set(value.split()) <= allowed
        elif name == "dir":
            fine = tag in TURNED and value in ("ltr", "rtl")
        elif tag in MATHS:
            fine = name not in LOADING and not name.startswith(("on", "hx-", "data-"))
        else:
            fine = name in OWN.get(tag, set())
        if name == "href":
            fine = fine and value.lower().startswith(("http://", "https://", "mailto:"))
        if not fine:
            self.wrong.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")
