"""An answer cannot run script, load anything, restyle the page, press a button or go elsewhere."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.rendering import render
from playground.rendering.allowlist import sanitise
from tests.rendering.audit import Audit

HTML = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//a.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=https://a.example/beacon.png>",
    "<img srcset='https://a.example/1.png 2x'>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><a xlink:href='javascript:alert(1)'>x</a></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline#https://a.example' href=javascript:1>x</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<math><annotation-xml encoding='text/html'><iframe srcdoc='<script>1</script>'>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></a></title>",
    "<xmp><p title='</xmp><svg/onload=alert(1)>'></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<?xml version='1.0'?><?php echo 1 ?>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!DOCTYPE html><html><body onload=alert(1)>",
    "<iframe src=https://a.example></iframe>",
    "<object data=https://a.example></object><embed src=https://a.example>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<link rel=stylesheet href=https://a.example/x.css>",
    "<style>@import 'https://a.example/x.css'</style>",
    "<p style='background:url(https://a.example)'>x</p>",
    "<base href=https://a.example/><meta http-equiv=refresh content='0;url=https://a.example'>",
    "<form action=/runs/><button>Run</button></form>",
    "<input autofocus onfocus=alert(1)><select><option>x",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<dialog open>Sign in<input name=password></dialog>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='https://a.example' target=_blank rel=opener>x</a>",
    "<p id=main name=csrfmiddlewaretoken class=dialog>x</p>",
    "<button hx-post=/runs/1/delete/ hx-trigger=load>x</button>",
    "<div hx-get=/runs/ hx-trigger='every 1s' hx-target=body>x</div>",
    "<div data-hx-post=/runs/1/share/ data-hx-trigger=load>x</div>",
    "<div hx-on:load='alert(1)' hx-vals='js:{a:alert(1)}'>x</div>",
    "<div data-copy-code data-open=shortcuts popovertarget=account-menu>x</div>",
    "<slot name=x></slot><custom-element></custom-element><portal src=https://a.example>",
]
MARKDOWN = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61&#x76&#x61script:alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](< javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:image/svg+xml;base64,PHN2Zy8+)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://a.example/1)",
    "[x](view-source:https://a.example)",
    "[x](//a.example)",
    "[x](/\\a.example)",
    "[x](\\\\a.example)",
    "[x](/accounts/logout/)",
    "[x](?from=1)",
    "[x](#main)",
    "[x](https:a.example)",
    "[x](http:/a.example)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: //a.example",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<tel:123>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "[x](https://a.example\"onmouseover='alert(1)')",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "![x](javascript:alert(1))",
    "![x](https://a.example/beacon.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![x" onerror="alert(1)](https://a.example)',
    "![<script>alert(1)</script>](https://a.example)",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "# <script>alert(1)</script> {#main .dialog onclick=alert(1)}",
    "x{.dialog #id onclick=alert(1)}",
    "- [ ] <input type=checkbox>\n- [x] done",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
]
LATEX = [
    r"\text{</math><script>alert(1)</script>}",
    r"\text{&lt;/math&gt;&lt;script&gt;alert(1)&lt;/script&gt;}",
    r"\href{javascript:alert(1)}{x}",
    r"\href{https://a.example}{x}",
    r"\style{background:url(https://a.example)}{x}",
    r"\class{dialog}{x}",
    r"\color{red' onclick='alert(1)}{x}",
    r"\unicode{x3c}script\unicode{x3e}",
    r"\verb|<img src=x onerror=alert(1)>|",
    r"\operatorname{<script>}",
    r"\colorbox{red}{x}\fcolorbox{red}{blue}{y}\rule{99em}{99em}",
    r"\begin{array}{c' onclick='x}1\end{array}",
]
HOSTILE = [*HTML, *MARKDOWN, *(f"${latex}$" for latex in LATEX), *(f"$$\n{x}\n$$" for x in LATEX)]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_outside_the_list_survives(text):
    assert Audit(render(text).html).wrong == []


@pytest.mark.parametrize("html", HTML)
def test_the_last_step_alone_removes_it_all(html):
    assert Audit(sanitise(html)).wrong == []


@pytest.mark.parametrize("text", HTML)
def test_html_in_an_answer_can_be_read_as_it_was_written(text):
    assert Audit(render(f"`` {text} ``").html).text.strip() == " ".join(text.split())


@pytest.mark.parametrize("text", [text for text in MARKDOWN if "https://a.example" not in text])
def test_no_link_leads_to_a_hostile_address(text):
    assert Audit(render(text).html).links == []


PIECES = st.sampled_from(
    [
        *("[", "](", ")", "![", "<", ">", "`", "```", "$", "$$", "\\(", "\\[", "\\]", "|", "|-|"),
        *("\n", "- ", "> ", "# ", "*", "_", "~~", "&#", ";", '"', "'", "javascript:", "//"),
        *("https://a.b", "script", "img", " onerror=", "<!--", "\\text{", "}", "{", "\\frac"),
        *("a", " ", "    ", "1. "),
    ]
)


@given(st.text())
def test_any_text_gives_listed_elements_only(text):
    assert Audit(render(text).html).wrong == []


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_marks_gives_listed_elements_only(text):
    assert Audit(render(text).html).wrong == []


@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_last_step_has_nothing_left_to_do(text):
    html = render(text).html
    assert html.startswith("<pre") or sanitise(html) == html


@given(st.text())
def test_the_same_text_gives_the_same_html_in_any_thread(text):
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(render(text).html))
    thread.start()
    thread.join()
    assert found == [render(text).html]
