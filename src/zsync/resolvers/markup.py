"""Markup of titles and abstracts -> plain text with the tags that Zotero renders.

Zotero knows ``<i>``, ``<b>``, ``<sub>``, ``<sup>`` and small capitals in a span (its documentation, "Rich
text in titles"). Publishers send those, JATS (``<jats:italic>``), MathML, and entities that were escaped
twice.
"""

import re
from html import unescape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError

from zsync.core.patterns import regex
from zsync.formats.bib import latex_text

_TAGS = {
    "i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b",
    "sub": "sub", "inf": "sub", "sup": "sup",
}  # fmt: skip
_SMALL_CAPITALS = frozenset({"sc", "scp", "small-caps"})
_SMALL_CAPITALS_OPEN = '<span style="font-variant:small-caps;">'
_BLOCKS = frozenset({"p", "title", "sec", "list-item", "li", "br", "div", "label"})
_LEFT_OUT = frozenset({"script", "style", "tex-math", "annotation"})
_MATH_TAG = regex(r"<(/?)(?:\w{1,20}:)?math\b[^<>]*>", re.IGNORECASE)
_PREFIX = regex(r"(</?)\w+:(?=\w)|\s+xmlns(?::\w+)?=(?:\"[^\"]*\"|'[^']*')")
_CONTROL = regex(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# More is neither a title nor an abstract; whoever sends it must not keep us busy.
_LONGEST = 50_000
_ESCAPED_TWICE = regex(r"&amp;(?=#?\w{1,31};)")
_HEADING = regex(r"(?:abstract|summary)\b[.:]?[^\S\n]*(?=\n)", re.IGNORECASE)


def title(text: str) -> str:
    """A title on one line."""
    return " ".join(_plain(text).split())


def paragraphs(text: str) -> str:
    """An abstract, its paragraphs apart by a blank line, without the heading that says that it is one."""
    plain = _plain(text).strip()
    heading = _HEADING.match(plain)
    parts = re.split(r"\n\s*\n", plain[heading.end() :] if heading else plain)
    found = (" ".join(part.split()) for part in parts)
    return "\n\n".join(part for part in found if part)


def words(text: str) -> str:
    """Text without any markup, on one line."""
    text = _CONTROL.sub("", text[:_LONGEST])
    return " ".join(unescape(_ESCAPED_TWICE.sub("&", text)).split())


_TEX = regex(r"\$([^$]{1,200})\$")


def tex(text: str) -> str:
    """A title with the formulas of TeX in it as text; what nobody here can read stays as it is."""
    return _TEX.sub(_tex_formula, text[:_LONGEST])


def _tex_formula(found: re.Match[str]) -> str:
    reading = latex_text.read(found[0])
    return found[0] if reading.unread else reading.text


def _plain(text: str) -> str:
    text = _CONTROL.sub("", text[:_LONGEST]).replace("<![CDATA[", "").replace("]]>", "")
    # Declarations are no markup of a text, and html.parser gives up on those that it does not know.
    text = text.replace("<![", "&lt;![")
    text = _ESCAPED_TWICE.sub("&", text)
    if "<" not in text and "&" not in text:
        return text
    reader = _Reader()
    reader.feed(_with_formulas(text))
    # What is left begins with a tag that never ends: it is text. Not by close(), which looks for the end once
    # more after each sign of what is left.
    reader.handle_data(unescape(reader.rawdata))
    return "".join(reader.parts)


# A word right before or after a formula, where deposits lack the space; "H" and "Ba" are parts of a formula,
# and "nth", "3-fold" and "qubits" are words that go on after one.
_WORD_BEFORE = regex(r"(?:^|(?<=[\s(]))[A-Z]?[a-z]{2,}(?:<[\w:-]{1,30}>)?\Z")
_WORD_AFTER = regex(
    r"(?:</[\w:-]{1,30}>)?(?!(?:th|st|nd|rd|fold|folds|bit|bits)\b)[A-Z]?[a-z]{2,}(?=[\s,.:;?!]|$)"
)


def _with_formulas(text: str) -> str:
    """The text with what stands between the tags of MathML made readable."""
    parts, end, start = [], 0, None
    for tag in _MATH_TAG.finditer(text):
        if not tag[1]:
            start = tag.start() if start is None else start
        elif start is not None:
            formula = _formula(text[start : tag.end()])
            gap = " " if formula and _WORD_BEFORE.search(text, max(end, start - 40), start) else ""
            rest = " " if formula and _WORD_AFTER.match(text, tag.end()) else ""
            parts += [text[end:start], gap + formula + rest]
            end, start = tag.end(), None
    return "".join((*parts, text[end:]))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's form
        self._tag(tag, closing=False)

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, closing=True)

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's form
        if tag.rpartition(":")[2] in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _tag(self, name: str, *, closing: bool) -> None:
        name = name.rpartition(":")[2]
        if name in _LEFT_OUT:
            self._silent = max(0, self._silent + (-1 if closing else 1))
        elif name in _BLOCKS:
            self.parts.append("\n\n")
        elif name in _TAGS and not self._silent:
            self.parts.append(f"</{_TAGS[name]}>" if closing else f"<{_TAGS[name]}>")
        elif name in _SMALL_CAPITALS and not self._silent:
            self.parts.append("</span>" if closing else _SMALL_CAPITALS_OPEN)


def _formula(markup: str) -> str:
    """MathML as text, with subscripts and superscripts; without markup where it cannot be read."""
    from defusedxml import ElementTree  # here: few titles have a formula
    from defusedxml.common import DefusedXmlException

    try:
        return _math(ElementTree.fromstring(_PREFIX.sub(r"\1", markup), forbid_dtd=True))
    except (ParseError, DefusedXmlException):
        return re.sub(r"<[^>]*>", "", markup)


_SCRIPTS = {"msub": ("sub",), "msup": ("sup",), "msubsup": ("sub", "sup"),
            "munder": ("sub",), "mover": ("sup",), "munderover": ("sub", "sup")}  # fmt: skip


def _math(node: Element) -> str:
    """The text of a formula; the ``<`` and ``&`` in it stay escaped for the reader of markup."""
    name = node.tag.rpartition("}")[2]
    if name.startswith("annotation"):
        return ""
    parts = [_math(child) for child in node]
    if name in _SCRIPTS and len(parts) == len(_SCRIPTS[name]) + 1:
        scripts = zip(_SCRIPTS[name], parts[1:], strict=True)
        return parts[0] + "".join(f"<{tag}>{text}</{tag}>" for tag, text in scripts)
    if name == "mfrac" and len(parts) == 2:
        return f"{parts[0]}/{parts[1]}"
    if name == "mspace":
        return " "
    own = (node.text or "").replace("&", "&amp;").replace("<", "&lt;")
    # Blanks between the elements lay the markup out; those of a text are the author's.
    return (own if name == "mtext" else own.strip()) + "".join(parts)
