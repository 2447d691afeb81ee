"""A head cut into pieces: what is linked, emphasised, quoted or bracketed, and what separators set apart.

Nothing here knows what a piece says. :func:`cut` gives the boxes of a head (a box is a link's text, a bold
run, a quotation ...; the head itself is the first) and, in each, the pieces between its separators.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import LinkSpan


class Kind(StrEnum):
    """What a box is on the page."""

    HEAD = "head"
    LINK = "link"
    ADDRESS = "address"
    IMAGE = "image"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    QUOTE = "quote"
    BRACKET = "bracket"
    TAG = "tag"


# Boxes without words of their own.
OPAQUE = frozenset((Kind.ADDRESS, Kind.IMAGE, Kind.TAG))
# Boxes that may stand in the middle of a value.
TRANSPARENT = frozenset((Kind.ITALIC, Kind.CODE, Kind.QUOTE, Kind.BRACKET))


class Box(NamedTuple):
    """A part of a head from ``start`` to ``end``, its words from ``inner`` to ``after``.

    ``parent`` is the place of the box around it, ``link`` that among the head's links, or -1.
    """

    kind: Kind
    start: int
    inner: int
    after: int
    end: int
    parent: int
    link: int = -1


class Piece(NamedTuple):
    """Words between two separators, ``before`` and ``after``, or a box (its place, else -1)."""

    start: int
    end: int
    box: int
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """The boxes of a head, the head first, and the pieces in each."""

    text: str
    boxes: tuple[Box, ...]
    pieces: tuple[tuple[Piece, ...], ...]
    links: tuple[LinkSpan, ...]


# What may open or close a box: an escape, emphasis, code, quotation marks, brackets, an image, a tag.
_MARK = regex(
    r"\\[!-/:-@\[-`{-~]|(?P<image>!\[[^\[\]]*\]\([^()\s]*\))|\*{1,3}|_{1,3}|~~|`+"
    r"|(?P<tag></?[A-Za-z][^<>]*>)|[\"“”「」『』《》«»()\[\]（）【】]"
)
_PAIRS = {
    "(": ")", "[": "]", "（": "）", "【": "】", "“": "”", "「": "」", "『": "』", "《": "》", "«": "»",
}  # fmt: skip
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_BRACKETS = frozenset("([（【")
_SAME = {
    "*": Kind.ITALIC,
    "_": Kind.ITALIC,
    "**": Kind.BOLD,
    "__": Kind.BOLD,
    "***": Kind.BOLD,
    "___": Kind.BOLD,
}
# Tags of a table set its cells apart as bars do.
_CELL_TAG = regex(r"</?t[dhr]\b", re.IGNORECASE)
_BOLD_TAG = regex(r"<(/?)(b|strong|i|em)\b", re.IGNORECASE)
# What sets two pieces apart. Sentences do not end after an initial or an abbreviation.
_SEPARATOR = regex(
    r"(?P<stop>(?<![ .(\-][A-Z])(?<!\bal)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)(?<!\bSt)[.](?=\s|\Z)"
    r"|[?!](?=\s|\Z)|[。？！])\s*"
    r"|(?P<comma>[,;](?=\s|\Z)|[，；、])\s*"
    r"|(?P<colon>:(?=\s|\Z)|[：])\s*"
    r"|(?P<bar>\s*[|｜]\s*|\s[·•→~/]+\s|\s[-–—]+(?=\s|\Z)\s*|\s?[—]\s?|\s*(?:</?t[dhr]\b[^<>]*>\s*)+)"
    r"|(?P<by>\s(?:[Bb]y)\s(?=\S))"
    r"|(?P<at>\s(?:[Ii]n|[Aa]t|@)(?=\s*\Z|\s[A-Z\d]))\s?"
    r"|(?P<year>\s+(?=(?:19|20)\d\d(?:\W|\Z)))"
    r"|(?P<caps>\s(?=[A-Z][A-Za-z]*[A-Z]+[a-z]?\s?['’]?(?:(?:19|20)\d\d|\d\d)(?:\W|\Z)))"
)
# What a box begins with: a number, a day, and with hyphens after it a year or a venue, ``16-ATC-Title``.
_LEADING = regex(
    r"(?P<number>[\[(]?#?\d{1,4}[\])]?[.):、．]\s*|#\d{1,4}\s+)"
    r"|(?P<hyphen>(?:19|20)?\d\d\s?-\s?(?:[A-Z][A-Za-z&]{1,11}\s?-\s?)?|[A-Z][A-Za-z&]{1,11}['’]?\d{2,4}\s?-\s?)(?=\S)"
    r"|(?P<date>(?:19|20)\d\d(?:[./-]\d{1,2}){0,2}(?=\s))\s+"
)
_BLANK = " \t\r\n\xa0"


def cut(text: str, start: int, end: int, links: Sequence[LinkSpan]) -> Cuts:
    """Cut ``text[start:end]``, in which ``links`` stand.

    Linear in the length of the text, but for boxes in boxes, which are few.
    """
    boxes = _boxes(text, start, end, links)
    inside: list[list[int]] = [[] for _ in boxes]
    for place, box in enumerate(boxes[1:], 1):
        inside[box.parent].append(place)
    pieces = tuple(
        ()
        if box.kind in OPAQUE
        else tuple(_pieces(text, box, [(boxes[each], each) for each in within]))
        for box, within in zip(boxes, inside, strict=True)
    )
    return Cuts(text, tuple(boxes), pieces, tuple(links))


def _boxes(text: str, start: int, end: int, links: Sequence[LinkSpan]) -> list[Box]:
    """All boxes by where they begin, an outer one before those in it."""
    spans = [
        (link.start, link.end, Kind.ADDRESS, link.end, link.end, place)
        if link.is_bare
        else (link.start, link.end, Kind.LINK, link.label_start, link.label_end, place)
        for place, link in enumerate(links)
        if start <= link.start and link.end <= end
    ]
    spans += _marked(text, start, end, links)
    spans.sort(key=lambda span: (span[0], -span[1]))
    boxes = [Box(Kind.HEAD, start, start, end, end, -1)]
    open_ = [0]
    for first, last, kind, inner, after, link in spans:
        while len(open_) > 1 and first >= boxes[open_[-1]].after:
            open_.pop()
        parent = boxes[open_[-1]]
        if first < parent.inner or last > parent.after or parent.kind in OPAQUE:
            continue
        boxes.append(Box(kind, first, inner, after, last, open_[-1], link))
        open_.append(len(boxes) - 1)
    return boxes


def _marked(
    text: str, start: int, end: int, links: Sequence[LinkSpan]
) -> Iterator[tuple[int, int, Kind, int, int, int]]:
    """What signs in the text enclose; addresses hold none."""
    skip = {link.label_end if not link.is_bare else link.start: link.end for link in links}
    opens = {link.start for link in links if not link.is_bare}
    waiting: dict[str, list[tuple[int, int]]] = {}
    pos = start
    stops = sorted(skip)
    at = 0
    while (mark := _MARK.search(text, pos, end)) is not None:
        while at < len(stops) and skip[stops[at]] <= mark.start():
            at += 1
        if at < len(stops) and stops[at] <= mark.start() < skip[stops[at]]:
            pos = skip[stops[at]]
            continue
        said, pos = mark.group(), mark.end()
        if said[0] == "\\" or mark.start() in opens:
            continue
        if mark["image"]:
            yield mark.start(), pos, Kind.IMAGE, pos, pos, -1
        elif mark["tag"] and _CELL_TAG.match(said):
            continue
        elif mark["tag"]:
            yield from _tagged(mark, waiting)
        elif said in _PAIRS:
            waiting.setdefault(said, []).append(mark.span())
        elif opener := _CLOSERS.get(said):
            if waiting.get(opener):
                first, inner = waiting[opener].pop()
                kind = Kind.BRACKET if opener in _BRACKETS else Kind.QUOTE
                yield first, pos, kind, inner, mark.start(), -1
        else:
            yield from _toggled(text, mark, waiting)


def _tagged(
    mark: re.Match[str], waiting: dict[str, list[tuple[int, int]]]
) -> Iterator[tuple[int, int, Kind, int, int, int]]:
    tag = _BOLD_TAG.match(mark.group())
    if tag is None:
        yield *mark.span(), Kind.TAG, mark.end(), mark.end(), -1
        return
    name = tag.group(2).lower()
    if not tag.group(1):
        waiting.setdefault(name, []).append(mark.span())
    elif waiting.get(name):
        first, inner = waiting[name].pop()
        kind = Kind.BOLD if name[0] in "bs" else Kind.ITALIC
        yield first, mark.end(), kind, inner, mark.start(), -1


def _toggled(
    text: str, mark: re.Match[str], waiting: dict[str, list[tuple[int, int]]]
) -> Iterator[tuple[int, int, Kind, int, int, int]]:
    """Marks that open and close alike: emphasis, code, a straight quotation mark."""
    said = mark.group()
    before = text[mark.start() - 1 : mark.start()] if mark.start() else ""
    behind = text[mark.end() : mark.end() + 1]
    if said[0] == "_" and before.isalnum() and behind.isalnum():
        return
    opened = waiting.get(said)
    if opened and before.strip() and not (said == '"' and behind.isalnum()):
        first, inner = opened.pop()
        opened.clear()
        kind = (
            Kind.CODE
            if said[0] == "`"
            else Kind.QUOTE
            if said == '"'
            else _SAME.get(said, Kind.ITALIC)
        )
        yield first, mark.end(), kind, inner, mark.start(), -1
    elif behind.strip() and not (said == '"' and before.isalnum()):
        waiting[said] = [mark.span()]


def _pieces(text: str, box: Box, within: Sequence[tuple[Box, int]]) -> Iterator[Piece]:
    """The pieces of one box in their order: words, and the boxes in it."""
    found: list[tuple[int, int, int, str]] = []
    before, pos = "begin", box.inner
    stop = within[0][0].start if within else box.after
    if lead := _LEADING.match(text, pos + _blanks(text, pos, stop), stop):
        found.append((pos, lead.end(), -1, before))
        pos, before = lead.end(), lead.lastgroup or ""
    for inner, place in [*within, (None, -1)]:
        stop = box.after if inner is None else inner.start
        if pos < stop:
            before = _words(text, pos, stop, before, found)
        if inner is not None:
            found.append((inner.start, inner.end, place, before))
            before, pos = "joined", inner.end
    behinds = [*(each[3] for each in found[1:]), "end" if before == "joined" else before][
        : len(found)
    ]
    for (start, end, place, separator), behind in zip(found, behinds, strict=True):
        yield Piece(start, end, place, separator, behind)


def _words(
    text: str, pos: int, stop: int, before: str, found: list[tuple[int, int, int, str]]
) -> str:
    """Add the words between two boxes; give the separator before what follows."""
    while (separator := _SEPARATOR.search(text, pos, stop)) is not None:
        kind = separator.lastgroup or ""
        end = separator.start() + (kind == "stop" and text[separator.start()] in "?!？！")
        before = _add(text, pos, end, before, found)
        before = kind if before == "joined" or before == "" else _stronger(before, kind)
        pos = separator.end()
    return _add(text, pos, stop, before, found)


def _stronger(one: str, other: str) -> str:
    return one if one == "begin" else other


def _add(
    text: str, start: int, end: int, before: str, found: list[tuple[int, int, int, str]]
) -> str:
    # A bracket that is none of a pair is none of the words.
    while start < end and (text[start] in _BLANK or text[start] in _PAIRS):
        start += 1
    while end > start and (text[end - 1] in _BLANK or text[end - 1] in _CLOSERS):
        end -= 1
    if start == end:
        return before
    found.append((start, end, -1, before))
    return "joined"


def _blanks(text: str, start: int, end: int) -> int:
    pos = start
    while pos < end and text[pos] in _BLANK:
        pos += 1
    return pos - start
