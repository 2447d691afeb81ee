"""What a note's HTML says, whoever saved it: the ground on which a note is seen to have changed.

Zotero's programs write one note in different ways. The desktop's editor puts a ``div`` around it, paragraphs
into the items of lists and ``rel="noopener noreferrer nofollow"`` on links; the server takes part of that
away again, orders attributes and breaks lines between blocks (zotero/note-editor, zotero/dataserver). None of
it is an edit. So one form of all of them is made here, with what a reader sees: words, blocks, emphasis,
addresses.

This is not how a note is rendered: a better rendering in a later release must not look like an edit either.
"""

import html as html_entities
import re
from collections.abc import Mapping
from types import MappingProxyType

from zsync.core.patterns import regex

# A comment, or a tag with its attributes. Possessive, and an end of the text closes what is open: one pass.
_TAG = regex(
    r"""<(?:!--.*?(?:-->|\Z)
      | (?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
        (?P<attributes>(?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z))""",
    re.DOTALL | re.VERBOSE,
)
# An attribute and its value, quoted or not.
_ATTRIBUTE = regex(r"""([^\s/=>"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
# Numbers of characters that are longer than any: int() refuses thousands of digits.
_HUGE_NUMBER = regex(r"&#[0-9]{8,};?")
# How editors of all times strike words out.
_LINE_THROUGH = regex(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)

_SAME: Mapping[str, str] = MappingProxyType(
    {"b": "strong", "i": "em", "strike": "s", "del": "s", "th": "td"}
)
_INLINE = frozenset({"strong", "em", "s", "code", "sub", "sup", "a", "img", "br"})
#: Blocks that hold words by themselves; in the others words make paragraphs, as the desktop writes them.
_OF_WORDS = frozenset({"pre", *(f"h{level}" for level in range(1, 7))})
_BLOCKS = _OF_WORDS | {"ul", "ol", "li", "blockquote", "table", "tr", "td", "hr"}
#: What parts words and says nothing else.
_PARTING = frozenset({"p", "div", "thead", "tbody", "tfoot", "section", "article", "colgroup"})
_EMPTY = frozenset({"img", "br", "hr"})
_SEEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"a": ("href",), "img": ("src", "alt"), "ol": ("start",)}
)


def note_source(html: str) -> str:
    """Return what a note's HTML says, as HTML: the same for every way to write one note.

    White space beside a tag does not count. Any text is accepted; time is linear in its length.
    """
    source, position = _Source(), 0
    for tag in _TAG.finditer(html):
        source.words(html[position : tag.start()])
        position = tag.end()
        if tag["name"]:
            name = tag["name"].lower()
            source.tag(_SAME.get(name, name), tag["attributes"], is_end=bool(tag["close"]))
    source.words(html[position:])
    return source.finish()


class _Source:
    """Takes words and tags one after the other, and writes each as one of many ways to write it."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._words: list[str] = []
        self._spans: list[str] = []
        self._holds_words = False
        self._in_paragraph = False

    def words(self, source: str) -> None:
        """Take the text between two tags, its entities not decoded yet."""
        self._words.append(html_entities.unescape(_HUGE_NUMBER.sub("\ufffd", source)))

    def tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        """Take a tag."""
        if name == "span":
            self._span(attributes, is_end=is_end)
        elif name in _INLINE:
            self._inline(name, _seen(name, attributes), is_end=is_end)
        elif name in _PARTING:
            self._end_paragraph()
        elif name in _BLOCKS:
            self._block(name, attributes, is_end=is_end)

    def finish(self) -> str:
        """Return the form that was made."""
        self._end_paragraph()
        return "".join(self._written)

    def _span(self, attributes: str, *, is_end: bool) -> None:
        """Take a span: one without a meaning of its own is passed over."""
        if not is_end:
            self._spans.append(_meaning(attributes))
        meaning = self._spans[-1] if self._spans else ""
        if is_end:
            del self._spans[-1:]
        if meaning == "math":
            self._inline("span", ' class="math"', is_end=is_end)
        elif meaning:
            self._inline(meaning, "", is_end=is_end)

    def _inline(self, name: str, seen: str, *, is_end: bool) -> None:
        self._write_words()
        if not is_end:
            self._begin_paragraph()
        self._write(name, seen, is_end=is_end)

    def _block(self, name: str, attributes: str, *, is_end: bool) -> None:
        self._end_paragraph()
        self._holds_words = name in _OF_WORDS and not is_end
        seen = ' class="math"' if name == "pre" and _meaning(attributes) else ""
        self._write(name, seen or _seen(name, attributes), is_end=is_end)

    def _write(self, name: str, seen: str, *, is_end: bool) -> None:
        self._written.append(
            f"</{name}>" if is_end else f"<{name}{seen} />" if name in _EMPTY else f"<{name}{seen}>"
        )

    def _write_words(self) -> None:
        words = " ".join("".join(self._words).split())
        self._words.clear()
        if words:
            self._begin_paragraph()
            self._written.append(html_entities.escape(words, quote=False))

    def _begin_paragraph(self) -> None:
        if not self._in_paragraph and not self._holds_words:
            self._written.append("<p>")
            self._in_paragraph = True

    def _end_paragraph(self) -> None:
        self._write_words()
        if self._in_paragraph:
            self._written.append("</p>")
            self._in_paragraph = False


def _meaning(attributes: str) -> str:
    """Return what a span, or preformatted text, is: mathematics, struck out, or nothing that is seen."""
    values = _attributes(attributes)
    if "math" in values.get("class", "").split():
        return "math"
    return "s" if _LINE_THROUGH.search(values.get("style", "")) else ""


def _seen(name: str, attributes: str) -> str:
    """Return those of a tag's attributes that a reader notices, in one order."""
    if name not in _SEEN:
        return ""
    values = _attributes(attributes)
    seen = ((each, values[each].strip()) for each in _SEEN[name] if each in values)
    return "".join(f' {each}="{html_entities.escape(value)}"' for each, value in seen)


def _attributes(source: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, *forms in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), html_entities.unescape("".join(forms)))
    return values
