"""What becomes of a note's HTML on the server.

zotero.org sends every note through TinyMCE's serializer. This module reproduces what that does to the notes
people write: text without a block is put into ``<p>``, white space collapses, a line break is put around
blocks, ``<b>`` and ``<i>`` become ``<strong>`` and ``<em>``, attributes take a fixed order, and whatever
could run is dropped. It is no general HTML sanitiser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_BLOCKS = _names(
    "address article aside blockquote body center dd dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li main menu nav ol p pre "
    "section table tbody td tfoot th thead title tr ul"
)
# Elements that the serializer puts on lines of their own.
_ON_OWN_LINE = _names(
    "p h1 h2 h3 h4 h5 h6 blockquote div title style pre script td th ul ol li dl dt dd area "
    "table thead tfoot tbody tr section article hgroup aside figure figcaption option "
    "optgroup datalist"
)
_INLINE = _names(
    "a abbr acronym b bdi bdo big br cite code del details dfn em font i iframe img input ins "
    "kbd label mark q s samp select small span strike strong sub summary sup textarea time tt "
    "u var"
)
_DROPPED_WITH_CONTENT = frozenset(
    ["script", "style", "svg", "math", "noscript", "object", "template"]
)
# What is not known, and the document itself, is taken away; what it holds stays.
_KNOWN = (_BLOCKS | _INLINE | _VOID) - {"html"}
_MAX_DEPTH = 200
_RENAMED = {"b": "strong", "i": "em"}
_ATTRIBUTE_ORDER = (
    "id accesskey class dir lang style tabindex title role href target rel media hreflang src "
    "alt usemap ismap accept autocomplete checked disabled max maxlength min multiple name "
    "pattern readonly required size type value width height colspan rowspan start"
)
_RANK = {name: rank for rank, name in enumerate(_ATTRIBUTE_ORDER.split())}
_BOOLEAN = frozenset(["checked", "disabled", "ismap", "multiple", "readonly", "required"])
# What is meant for links into a new window: the serializer takes it away from others.
_IDLE_RELATIONS = frozenset(["noopener", "noreferrer"])
_UNSAFE_LINK = re.compile(r"\s*(?:java|vb)script\s*:", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", re.IGNORECASE)
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)['\"]?\s*\)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_NO_BREAK_SPACE = "\u00a0"
_SPACE = " \t\r\n"


@dataclass(slots=True)
class _Element:
    name: str
    attributes: list[tuple[str, str]] = field(default_factory=list)
    children: list[_Element | str] = field(default_factory=list)


class _Comment(str):
    __slots__ = ()


class _Builder(HTMLParser):
    """Builds the tree; closes what was left open, as a browser would for the usual mistakes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("")
        self._open = [self.root]
        self._dropped = ""
        self._dropped_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped or tag in _DROPPED_WITH_CONTENT:
            self._drop(tag)
            return
        name = _RENAMED.get(tag, tag)
        if name not in _KNOWN or len(self._open) > _MAX_DEPTH:
            return
        self._close_implied(name)
        element = _Element(name, _kept_attributes(attrs))
        self._open[-1].children.append(element)
        if name not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            self._drop(tag, opened=False)
            return
        name = _RENAMED.get(tag, tag)
        depth = next(
            (n for n in range(len(self._open) - 1, 0, -1) if self._open[n].name == name), 0
        )
        if depth:
            del self._open[depth:]

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        if not self._dropped:
            self._open[-1].children.append(_Comment(data))

    def _drop(self, tag: str, *, opened: bool = True) -> None:
        """Follow an element that is dropped to its own end, past others of its name inside it."""
        self._dropped = self._dropped or tag
        if tag == self._dropped:
            self._dropped_depth += 1 if opened else -1
        if not self._dropped_depth:
            self._dropped = ""

    def _close_implied(self, name: str) -> None:
        """A block ends the paragraph before it, a list item the item before it."""
        if name in _BLOCKS and any(element.name == "p" for element in self._open):
            self.handle_endtag("p")
        if name in {"li", "td", "tr"} and self._open[-1].name == name:
            self.handle_endtag(name)


def _kept_attributes(attrs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    kept = []
    opens_window = ("target", "_blank") in attrs
    for name, value in attrs:
        if name.startswith("on") or (name in {"href", "src"} and _UNSAFE_LINK.match(value or "")):
            continue
        if name in _BOOLEAN:
            value = name
        elif name == "style":
            value = _tidy_style(value or "")
        elif name == "rel" and not opens_window:
            value = " ".join(kind for kind in (value or "").split() if kind not in _IDLE_RELATIONS)
            if not value:
                continue
        kept.append((name, value or ""))
    return sorted(kept, key=lambda pair: _RANK.get(pair[0], len(_RANK)))


def _tidy_style(style: str) -> str:
    style = _RGB.sub(
        lambda found: "#" + "".join(f"{int(part):02x}" for part in found.groups()), style
    )
    style = _URL.sub(r"url('\1')", style)
    rules = (rule.partition(":") for rule in style.split(";"))
    return " ".join(
        f"{name.strip()}: {value.strip()};" for name, _, value in rules if value.strip()
    )


def _is_block(node: _Element | str) -> bool:
    return isinstance(node, _Element) and node.name in _BLOCKS


def _wrap_loose_content(root: _Element) -> None:
    """Put what stands between the top-level blocks into paragraphs."""
    wrapped: list[_Element | str] = []
    loose: list[_Element | str] = []

    def flush() -> None:
        if any(isinstance(node, _Element) or node.strip() for node in loose):
            wrapped.append(_Element("p", children=list(loose)))
        loose.clear()

    for node in root.children:
        if _is_block(node):
            flush()
            wrapped.append(node)
        else:
            loose.append(node)
    flush()
    root.children = wrapped


class _Writer:
    """Writes the tree; the line breaks are TinyMCE's."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def text(self) -> str:
        return "".join(self._parts).strip(_SPACE)

    def write(self, node: _Element | str, *, in_pre: bool = False) -> None:
        if isinstance(node, _Comment):
            self._parts.append(f"<!--{node}-->")
        elif isinstance(node, str):
            self._parts.append(_escaped(node if in_pre else _SPACES.sub(" ", node)))
        else:
            self._write_element(node, in_pre=in_pre or node.name == "pre")

    def _write_element(self, element: _Element, *, in_pre: bool) -> None:
        attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in element.attributes)
        self._break_line(element.name)
        if element.name in _VOID:
            self._parts.append(f"<{element.name}{attributes} />")
            return
        self._parts.append(f"<{element.name}{attributes}>")
        for child in element.children if in_pre else _trimmed(element):
            self.write(child, in_pre=in_pre)
        self._parts.append(f"</{element.name}>")
        self._break_line(element.name)

    def _break_line(self, name: str) -> None:
        if name in _ON_OWN_LINE and self._parts and self._parts[-1] != "\n":
            self._parts.append("\n")


def _trimmed(element: _Element) -> list[_Element | str]:
    """White space at the edges of a block, and next to one, means nothing; an empty block holds a space."""
    if element.name not in _BLOCKS:
        return element.children
    kept: list[_Element | str] = []
    for place, child in enumerate(element.children):
        if type(child) is str:
            if not kept or _is_block(kept[-1]):
                child = child.lstrip(_SPACE)
            if all(_is_block(after) for after in element.children[place + 1 : place + 2]):
                child = child.rstrip(_SPACE)
        if child != "":
            kept.append(child)
    return kept or ([_NO_BREAK_SPACE] if element.name in {"p", "li", "td", "th"} else [])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")


def clean_note(html: str) -> str:
    """Return the note as the server stores it; empty if nothing of it may stay."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    _wrap_loose_content(builder.root)
    writer = _Writer()
    for node in builder.root.children:
        writer.write(node)
    return writer.text()


def note_title(note: str) -> str:
    """Return the first line of a note without its markup: what Zotero shows as its title."""
    first_line = note.lstrip().partition("\n")[0][:1000]
    return _TAG.sub("", first_line).strip()[:79]
