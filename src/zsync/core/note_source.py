"""What a note's HTML says, whoever saved it: the ground on which a note is seen to have changed.

Zotero's programs write one note in different ways. The desktop's editor puts a ``div`` around it, paragraphs
into the items of lists and ``rel="noopener noreferrer nofollow"`` on links; the server takes part of that away
again, orders attributes and breaks lines between blocks (zotero/note-editor, zotero/dataserver). None of it is
an edit. So only what a reader sees is left here: words, where blocks begin, emphasis, addresses.

This is not how a note is rendered: a better rendering in a later release must not look like an edit either.
"""

import html as html_entities
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

# A comment, or a tag with its attributes. Possessive, and an end of the text closes what is open: one pass.
_TAG = re.compile(
    r"""<(?:!--.*?(?:-->|\Z)
      | (?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
        (?P<attributes>(?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z))""",
    re.DOTALL | re.VERBOSE,
)
# An attribute and its value, quoted or not.
_ATTRIBUTE = re.compile(r"""([^\s/=>"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
# Numbers of characters that are longer than any: int() refuses thousands of digits.
_HUGE_NUMBER = re.compile(r"&#[0-9]{8,};?")
_SPACE = re.compile(r"\s+")
_LINE_THROUGH = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)

_SAME: Mapping[str, str] = MappingProxyType(
    {"b": "strong", "i": "em", "strike": "s", "del": "s", "th": "td"}
)
#: Paragraphs, and what stands around other things: all that counts is that the text is parted here.
_PARTING = frozenset({"p", "div", "thead", "tbody", "tfoot", "section", "article", "colgroup"})
#: Blocks whose end shows in what follows them.
_ITEMS = frozenset({"li", "tr", "td"})
#: Blocks, and the break of a line: a paragraph that begins or ends where they do says nothing.
_BLOCKS = _ITEMS | {"ul", "ol", "blockquote", "table", "pre", "hr", "br"}
_BLOCKS |= {f"h{level}" for level in range(1, 7)}
_INLINE = frozenset({"strong", "em", "s", "code", "sub", "sup", "a", "img"})
_SEEN_ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"a": ("href",), "img": ("src", "alt"), "ol": ("start",)}
)
_MARK = "\x1e"
_PART = f"{_MARK}¶"


def note_source(html: str) -> str:
    """Give what a note's HTML says, as a text to be digested: the same for every way to write one note.

    Any text is accepted; time is linear in its length.
    """
    said: list[str] = []
    for piece in _pieces(html):
        if piece == _PART:
            _end_text(said)
            if not _is_at_start(said):
                said.append(_PART)
        elif _block(piece):
            _end_text(said)
            said.append(piece)
        elif text := piece.lstrip(" ") if _is_at_start(said) else piece:
            said.append(text)
    _end_text(said)
    return "".join(said)


def _pieces(html: str) -> Iterator[str]:
    """Give words and marks one after the other: a mark for each tag that says something."""
    position, spans, in_pre = 0, list[str](), False
    for tag in _TAG.finditer(html):
        yield from _words(html[position : tag.start()], in_pre=in_pre)
        position, is_end = tag.end(), bool(tag["close"])
        name = (tag["name"] or "").lower()
        name = _SAME.get(name, name)
        if name == "span":
            if not is_end:
                spans.append(_kind(tag["attributes"]))
            if mark := spans.pop() if is_end and spans else "" if is_end else spans[-1]:
                yield _marked(mark, is_end=is_end)
        elif name in _PARTING or (is_end and name in _ITEMS):
            yield _PART
        elif name in _BLOCKS or name in _INLINE:
            in_pre = not is_end if name == "pre" else in_pre
            yield _marked(name + ("" if is_end else _seen(name, tag["attributes"])), is_end=is_end)
    yield from _words(html[position:], in_pre=in_pre)


def _marked(name: str, *, is_end: bool) -> str:
    return f"{_MARK}{'/' if is_end else ''}{name}{_MARK}"


def _words(source: str, *, in_pre: bool) -> Iterator[str]:
    text = html_entities.unescape(_HUGE_NUMBER.sub("\ufffd", source)).replace(_MARK, "")
    text = text.strip("\n") if in_pre else _SPACE.sub(" ", text)
    if text:
        yield text


def _kind(attributes: str) -> str:
    """Say what a span, or preformatted text, is: mathematics, struck out, or nothing that is seen."""
    values = _attributes(attributes)
    if "math" in values.get("class", "").split():
        return "math"
    return "s" if _LINE_THROUGH.search(values.get("style", "")) else ""


def _seen(name: str, attributes: str) -> str:
    """Give of a tag's attributes those that a reader notices."""
    if name == "pre":
        return f" {kind}" if (kind := _kind(attributes)) else ""
    if name not in _SEEN_ATTRIBUTES:
        return ""
    values = _attributes(attributes)
    seen = (each for each in _SEEN_ATTRIBUTES[name] if each in values)
    return "".join(f" {each}={values[each].strip()}" for each in seen)


def _attributes(source: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, *forms in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), html_entities.unescape("".join(forms)))
    return values


def _block(piece: str) -> str:
    """Give the name of the block whose mark this is, else nothing."""
    name = piece[1:].strip(f"/{_MARK}").partition(" ")[0] if piece.startswith(_MARK) else ""
    return name if name in _BLOCKS else ""


def _is_at_start(said: list[str]) -> bool:
    """Say whether white space says nothing here; where preformatted text begins it does."""
    if not said or said[-1] == _PART or said[-1].endswith(" "):
        return True
    return bool(_block(said[-1])) and not said[-1].startswith(f"{_MARK}pre")


def _end_text(said: list[str]) -> None:
    """Take away the white space and the parting at the end, which the end of a block makes idle."""
    while said and (said[-1] == _PART or not said[-1].strip(" ")):
        said.pop()
    if said:
        said[-1] = said[-1].rstrip(" ")
