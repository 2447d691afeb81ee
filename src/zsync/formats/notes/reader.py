"""A note's HTML as boxes and runs: one pass over the tags, and a machine that fixes their nesting."""

import html as html_entities
import re
from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple
from urllib.parse import quote

from zsync.core.foreign_text import encoded
from zsync.core.patterns import regex
from zsync.formats.notes.boxes import (
    EMPHASIS,
    STRIKE,
    STRONG,
    Box,
    CodeBlock,
    Paragraph,
    Rule,
    Run,
)

# Possessive quantifiers and "or the end of the text" leave nothing to try again: one pass, whatever
# comes. As in a browser, a tag or comment that is never closed takes the rest of the text with it.
_INSIDE_TAG = r"""(?:[^>=]++|=[ \t\n\r\f]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+"""
_HIDDEN = "script|style|title|textarea|iframe|noembed|noframes|noscript|xmp|template|object|svg"
_TAG = regex(
    rf"""<(?:
        !--(?:-?>|.*?(?:--!?>|\Z))
      | (?P<hidden>{_HIDDEN})(?=[ \t\n\r\f/>]){_INSIDE_TAG}(?:>|\Z)
        .*?(?:</(?P=hidden)(?=[ \t\n\r\f/>])[^>]*+>|\Z)
      | (?P<close>/?)(?P<name>[a-z][^ \t\n\r\f/>]*+)(?P<attributes>{_INSIDE_TAG})(?:>|\Z)
      | [!?/][^>]*+(?:>|\Z)
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = regex(r"""([^\s/=>"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))""")
# Control characters, the byte order mark, and halves of surrogate pairs, which no UTF-8 file can hold.
UNWANTED = regex("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_SPACE = regex("[ \t\n\x0b\x0c\r\x85\xa0\u2028\u2029]+")
_UNUSUAL_SPACE = regex("[\t\n\x0b\x0c\r\x85\xa0\u2028\u2029]")
_LINE_END = regex("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# html.unescape gives such a number to int(), which refuses thousands of digits.
_HUGE_NUMBER = regex("&#[0-9]{8,};?")
_LINE_THROUGH = regex(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
PUBLIC_SCHEME = regex(r"https?://[^\s/]|mailto:\S|zotero://\S", re.IGNORECASE)
_PRIVATE_SCHEME = regex("file:|data:|javascript:", re.IGNORECASE)
# What Markdown may take for its own in an address.
_UNSAFE_IN_URL = regex(r"""[ <>\\"`|]""")
_BALANCED = regex(r"[^()]*+(?:\([^()]*+\)[^()]*+)*+")
_ENTITY = regex(r"&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)")

_KINDS = ("math", "code", "sub", "sup")
_ALL_EFFECTS = ("none", "strong", "emphasis", "strike", *_KINDS)
_EFFECTS = {
    "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis",
    "s": "strike", "strike": "strike", "del": "strike", "code": "code", "sub": "sub", "sup": "sup",
    "h1": "strong", "h2": "strong", "h3": "strong", "h4": "strong", "h5": "strong", "h6": "strong",
}  # fmt: skip
_CONTAINERS = frozenset(("blockquote", "ul", "ol", "table"))
_PARTS = {"li": "li", "tr": "tr", "td": "td", "th": "td"}
_AROUND = {"li": ("ul", "ol"), "tr": ("table",), "td": ("tr", "table")}
_BLOCKS = frozenset((
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "aside", "header", "footer",
    "main", "nav", "figure", "figcaption", "address", "center", "details", "summary", "dl", "dt", "dd",
    "form", "fieldset", "caption", "thead", "tbody", "tfoot", "html", "head", "body",
))  # fmt: skip
# Boxes within boxes, the note itself included. Below that, boxes are left out and their text is kept:
# the cost of indentation stays linear, and readers of Markdown stop at about this depth themselves.
_DEEPEST = 14


class _Link(NamedTuple):
    """An open link: the address as written, and the URL to publish if there is one."""

    address: str
    url: str | None

    def hides(self, text: str) -> bool:
        """Whether the text only repeats an address that says too much, such as a path on a disk."""
        return text.strip() == self.address and bool(_PRIVATE_SCHEME.match(self.address))


# An attribute's name; its value, which may hold anything, is passed over.
_ATTRIBUTE_NAME = regex(r"""([^\s/=>"'][^\s/=>]*+)(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?""")


def attribute_names(html: str) -> Iterator[str]:
    """Return the names of the attributes that a browser finds on the elements, in lower case."""
    for tag in _TAG.finditer(html):
        if tag["attributes"] and not tag["close"]:
            yield from (name.lower() for name in _ATTRIBUTE_NAME.findall(tag["attributes"]))


def read(html: str) -> Box:
    """Read a note into boxes, paragraphs and runs."""
    reader = _Reader()
    html = UNWANTED.sub("", html)
    position = 0
    for tag in _TAG.finditer(html):
        if tag.start() > position:
            reader.text(html[position : tag.start()])
        position = tag.end()
        if name := tag["name"]:
            if tag["close"]:
                reader.end(name.lower())
            else:
                reader.start(name.lower(), tag["attributes"])
    reader.text(html[position:])
    return reader.finish()


class _Reader:
    """Takes tags and text one after the other, fixes what is not nested properly, and builds the boxes."""

    def __init__(self) -> None:
        self._note = Box("note")
        self._boxes = [self._note]
        self._left_out = (
            0  # containers open now that have no box: too deep, or within a table's cell
        )
        self._runs: list[Run] = []
        self._preformatted: list[str] | None = None
        self._preformatted_math = False
        self._links: list[_Link] = []
        self._opened: dict[str, list[str]] = {}  # by tag: the effects that end when it is closed
        self._effects = dict.fromkeys(_ALL_EFFECTS, 0)  # how many open tags ask for each

    def finish(self) -> Box:
        """End what is still open."""
        if self._preformatted is not None:
            self._end_preformatted()
        self._end_paragraph()
        return self._note

    def text(self, source: str) -> None:
        """Take the text between two tags, its entities not decoded yet."""
        text = decode(source)
        if self._preformatted is not None:
            self._preformatted.append(_LINE_END.sub("\n", text).replace("\xa0", " "))
        elif not (self._links and self._links[-1].hides(text)):
            self._add_text(_collapse_spaces(text))

    def start(self, name: str, attributes: str) -> None:
        """Take a start tag."""
        if self._preformatted is not None:
            if name == "br":
                self._preformatted.append("\n")
        elif name in self._STARTS:
            self._STARTS[name](self, attributes)
        elif name in _CONTAINERS:
            self._open_container(name, attributes)
        elif name in _PARTS:
            self._open_part(_PARTS[name])
        else:
            self._start_plain(name, _EFFECTS.get(name))

    def end(self, name: str) -> None:
        """Take an end tag; one that closes nothing has no effect."""
        if self._preformatted is not None:
            if name == "pre":
                self._end_preformatted()
        elif name == "a":
            del self._links[-1:]
        elif name in _CONTAINERS:
            self._close_container(name)
        elif name in _PARTS:
            self._close_part(_PARTS[name])
        else:
            self._end_plain(name)

    # Inline elements, and the paragraphs they are in

    def _start_plain(self, name: str, effect: str | None) -> None:
        if name in _BLOCKS:
            self._end_paragraph()
        if effect is not None:
            self._opened.setdefault(name, []).append(effect)
            self._effects[effect] += 1

    def _end_plain(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_paragraph()
        if self._opened.get(name):
            self._effects[self._opened[name].pop()] -= 1

    def _start_span(self, attributes: str) -> None:
        values = _parse_attributes(attributes)
        if "math" in values.get("class", "").split():
            self._start_plain("span", "math")
        elif _LINE_THROUGH.search(values.get("style", "")):
            self._start_plain("span", "strike")
        else:
            self._start_plain("span", "none")

    def _start_link(self, attributes: str) -> None:
        address = _parse_attributes(attributes).get("href", "")
        self._links.append(_Link(address.strip(), _safe_url(address)))

    def _start_image(self, attributes: str) -> None:
        """Show where an image stands.

        One on the web becomes a link, so that reading the list does not call a server that its author
        never chose; one in the library (or in the HTML itself) has no address that a reader could open.
        """
        values = _parse_attributes(attributes)
        source = _safe_url(values.get("src", ""))
        if source is None or not source.lower().startswith("http"):
            self._add_text("[image]")
        else:
            label = _SPACE.sub(" ", values.get("alt", "")).strip() or "image"
            self._runs.append(Run(label, "text", self._style(), source))

    def _break_line(self, _attributes: str) -> None:
        """Break the line; two breaks, which old editors put between paragraphs, end the paragraph."""
        if self._boxes[-1].name == "td" or self._kind() not in ("text", "code"):
            self._add_text(" ")
        elif self._runs and self._runs[-1].text == "\n":
            self._end_paragraph()
        elif self._runs:
            self._runs.append(Run("\n", "text", self._style(), self._link()))

    def _add_text(self, text: str) -> None:
        if text.startswith(" ") and (not self._runs or self._runs[-1].text[-1] in " \n"):
            text = text[1:]
        if text:
            self._runs.append(Run(text, self._kind(), self._style(), self._link()))

    def _end_paragraph(self) -> None:
        if self._runs:
            self._boxes[-1].children.append(Paragraph(self._runs))
            self._runs = []

    def _kind(self) -> str:
        for kind in _KINDS:
            if self._effects[kind]:
                return kind
        return "text"

    def _style(self) -> int:
        """Return which marks the text has; next to a letter, ``~~`` cannot stand beside other marks."""
        effects = self._effects
        if effects["strike"]:
            return STRIKE
        return (effects["strong"] and STRONG) | (effects["emphasis"] and EMPHASIS)

    def _link(self) -> str | None:
        return self._links[-1].url if self._links else None

    # Preformatted text and rules

    def _start_preformatted(self, attributes: str) -> None:
        if self._boxes[-1].name != "td":
            self._end_paragraph()
        self._preformatted = []
        self._preformatted_math = "math" in _parse_attributes(attributes).get("class", "").split()

    def _end_preformatted(self) -> None:
        text = "".join(self._preformatted or ())
        self._preformatted = None
        if self._boxes[-1].name == "td":
            kind = "math" if self._preformatted_math else "code"
            self._runs.append(Run(f"{text} ", kind))
        elif self._preformatted_math:
            self._boxes[-1].children.append(Paragraph([Run(text, "display")]))
        elif text.strip():
            self._boxes[-1].children.append(CodeBlock(text))

    def _add_rule(self, _attributes: str) -> None:
        self._end_paragraph()
        if self._boxes[-1].name != "td":
            self._boxes[-1].children.append(Rule())

    # Boxes

    def _open_container(self, name: str, attributes: str) -> None:
        self._end_paragraph()
        if len(self._boxes) >= _DEEPEST or self._boxes[-1].name == "td":
            self._left_out += 1
        else:
            self._push(name, _start_number(attributes) if name == "ol" else 1)

    def _close_container(self, name: str) -> None:
        self._end_paragraph()
        if self._left_out:
            self._left_out -= 1
        else:
            self._pop_to(name)

    def _open_part(self, name: str) -> None:
        """Open a list's item, a table's row or a row's cell, which end those before them."""
        self._end_paragraph()
        if self._left_out:
            return
        around = next(
            (box.name for box in reversed(self._boxes) if box.name in _AROUND[name]), None
        )
        if around == "table" and name == "td":
            self._open_part("tr")
            around = "tr"
        if around is not None:
            while self._boxes[-1].name != around:
                self._boxes.pop()
            self._push(name)

    def _close_part(self, name: str) -> None:
        self._end_paragraph()
        if not self._left_out:
            self._pop_to(name)

    def _push(self, name: str, start: int = 1) -> None:
        box = Box(name, start=start)
        self._boxes[-1].children.append(box)
        self._boxes.append(box)

    def _pop_to(self, name: str) -> None:
        if any(box.name == name for box in self._boxes):
            while self._boxes.pop().name != name:
                pass

    _STARTS: ClassVar[dict[str, Callable[["_Reader", str], None]]] = {
        "span": _start_span,
        "a": _start_link,
        "img": _start_image,
        "br": _break_line,
        "pre": _start_preformatted,
        "hr": _add_rule,
    }


def decode(source: str) -> str:
    """Replace entities by their characters, as a browser does, without those that no file should hold."""
    if "&" not in source:
        return source
    return UNWANTED.sub("", html_entities.unescape(_HUGE_NUMBER.sub("\ufffd", source)))


def _collapse_spaces(text: str) -> str:
    return _SPACE.sub(" ", text) if "  " in text or _UNUSUAL_SPACE.search(text) else text


def _parse_attributes(source: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, *forms in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), decode("".join(forms)))
    return values


def _start_number(attributes: str) -> int:
    start = _parse_attributes(attributes).get("start", "")
    return int(start) if re.fullmatch("[0-9]{1,8}", start) else 1


def _safe_url(address: str) -> str | None:
    """Encode an address for a Markdown link; None for a scheme that a public list must not hold."""
    url = re.sub("[\t\n\r]", "", address).strip()
    if not PUBLIC_SCHEME.match(url):
        return None
    url = _UNSAFE_IN_URL.sub(lambda unsafe: quote(unsafe[0]), encoded(url))
    if not _BALANCED.fullmatch(url):
        url = url.replace("(", "%28").replace(")", "%29")
    return _ENTITY.sub(r"\\&", url)
