"""One head cut into its fields, each with the marks around it: emphasis, quotes, brackets, a link.

What a field is written with is a template, so that another entry can be written with it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import Fields, label_text
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import names_other_thing, target_of
from zsync.formats.reading_list.template import Group, Part, Slot, Template
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

START, END = "^", "$"
PAPER, OTHER = "paper", "other"
"""The paper's own link, and any other, where they are the text of no other field."""

_MARKS = (
    ("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("`", "`"), ('"', '"'), ("“", "”"), ("「", "」"),
    ("『", "』"), ("《", "》"), ("(", ")"), ("[", "]"), ("（", "）"), ("【", "】"), ("<i>", "</i>"),
    ("<b>", "</b>"), ("<em>", "</em>"), ("<strong>", "</strong>"), ("<small>", "</small>"),
    ("<sub>", "</sub>"), ("<sup>", "</sup>"),
)  # fmt: skip
_STOPS_INSIDE = ("", ".", ",", "。", "，")
_INTRO = regex(r"(\**)([^\W\d_][\w ]{0,20}?)(\**[ ]?[:：]\**[ ]*)\Z")


class Atom(NamedTuple):
    """A field in a head, with the marks around it."""

    kind: str
    start: int
    end: int
    parts: Template


def atoms(head: str, fields: Fields) -> list[Atom]:
    """The fields of a head in the order in which they stand there, without those within others."""
    found: list[Atom] = []
    for atom in sorted(_bare_atoms(head, fields), key=lambda each: (each.start, -each.end)):
        if not found or atom.start >= found[-1].end:
            found.append(atom)
    return [
        _with_marks(head, atom, found[at - 1].end if at else fields.body if fields.box < 0 else 0,
                    found[at + 1].start if at + 1 < len(found) else len(head))
        for at, atom in enumerate(found)
    ]  # fmt: skip


def _bare_atoms(head: str, fields: Fields) -> Iterator[Atom]:
    if fields.box >= 0:
        yield _box(head, fields.box)
    texts = [_without_marks(head, atom) for atom in _texts(fields)]
    yield from texts
    people = fields.authors or (0, 0)
    has_paper = False
    for link in fields.links:
        if people[0] <= link.start < people[1] or _is_empty(head, link):
            continue
        inside = [atom for atom in texts if link.label_start <= atom.start < link.label_end]
        if inside and not link.is_bare:
            yield _linked(head, link, inside)
            has_paper = True
        elif not any(atom.start <= link.start < atom.end for atom in texts):
            atom = _link(head, link, may_be_paper=not has_paper)
            has_paper = has_paper or atom.kind == PAPER
            yield atom


def _box(head: str, sign: int) -> Atom:
    """A box with the brackets around its sign: they are no part of what joins it to the next field."""
    if head[sign - 1 : sign] == "[" and head.startswith("]", sign + 1):
        return Atom("box", sign - 1, sign + 2, ("[", Slot("box"), "]"))
    return Atom("box", sign, sign + 1, (Slot("box"),))


def _is_empty(head: str, link: LinkSpan) -> bool:
    return link.url_end <= link.url_start or head[link.url_start] == "#"


def _texts(fields: Fields) -> Iterator[Atom]:
    if fields.short:
        yield Atom("short", *fields.short, (Slot("short"),))
    if fields.title[1] > fields.title[0]:
        yield Atom("title", *fields.title, (Slot("title"),))
    if fields.authors:
        yield Atom("authors", *fields.authors, (Slot("authors"),))
    if fields.venue:
        yield Atom("venue", fields.venue.start, fields.venue.end, _venue(fields.venue))


def _without_marks(head: str, atom: Atom) -> Atom:
    """A field whose span takes in the marks around it, down to its words; a venue's style has its own."""
    start, end = atom.start, atom.end
    for opening, closing in _MARKS:
        is_marked = head.startswith(opening, start) and head.endswith(closing, start + 1, end)
        if is_marked and atom.kind != "venue" and end - start > len(opening + closing):
            start, end = start + len(opening), end - len(closing)
    return atom._replace(start=start, end=end)


def _venue(venue: VenueSpan) -> Template:
    opening, separator, two_digits, closing = venue.style
    year: Template = (separator, Slot("yy" if two_digits else "year"))
    named = (
        (Slot("venue"), Group(year if separator else year[1:])) if venue.year else (Slot("venue"),)
    )
    return tuple(part for part in (opening, *named, closing) if part)


def venue_style(venue: Template) -> VenueStyle:
    """The style of a venue that is written as these parts, the inverse of what it is cut into."""
    at = venue.index(Slot("venue")) if Slot("venue") in venue else 0
    year = next((part.parts for part in venue if isinstance(part, Group)), ())
    is_link = Slot("url") in venue
    opening, separator, closing = (
        "".join(part for part in parts if isinstance(part, str))
        for parts in (venue[:at], year, venue[at:])
    )
    style = VenueStyle("", separator, Slot("yy") in year, "")
    return style if is_link else style._replace(open=opening, close=closing)


def _linked(head: str, link: LinkSpan, inside: Sequence[Atom]) -> Atom:
    """A link that other fields are the text of; a short name before a title may be missing there."""
    label: list[Part] = []
    pos = link.label_start
    marked = [
        _with_marks(head, atom, link.label_start, link.label_end)
        for atom in sorted(inside, key=lambda atom: atom.start)
    ]
    for atom, after in zip(marked, [*marked[1:], None], strict=True):
        if pos < atom.start:
            label.append(head[pos : atom.start])
        if atom.kind == "short" and after:
            label.append(Group((*atom.parts, head[atom.end : after.start])))
            pos = after.start
        else:
            label += atom.parts
            pos = atom.end
    if pos < link.label_end:
        label.append(head[pos : link.label_end])
    kind = "title" if any(atom.kind == "title" for atom in inside) else inside[0].kind
    return Atom(kind, link.start, link.end, ("[", *label, "](", Slot("url"), ")"))


def _link(head: str, link: LinkSpan, *, may_be_paper: bool) -> Atom:
    """The paper's own link or another one, with the word before it that names it: ``Code: https://..``."""
    start = link.start if link.is_bare else min(link.start, link.label_start)
    line = head.rfind("\n", 0, start) + 1
    intro = _INTRO.search(head, max(line, start - 40), start)
    if intro and not target_of(intro.group(2)):
        intro = None
    name = intro.group(2) if intro else label_text(head[link.label_start : link.label_end])
    is_paper = may_be_paper and not names_other_thing(name)
    address = Slot("url" if is_paper else "link")
    parts: list[Part] = []
    if intro:
        word = intro.group(2) if is_paper else Slot("label")
        parts += [intro.group(1), word, intro.group(3)]
    if link.is_bare:
        parts += [head[start : link.url_start], address, head[link.url_end : link.end]]
    else:
        label = head[link.label_start : link.label_end]
        parts += [
            head[start : link.label_start],
            label if is_paper or intro else Slot("label"),
            head[link.label_end : link.url_start],
            address,
            head[link.url_end : link.end],
        ]
    written = tuple(part for part in parts if part)
    return Atom(PAPER if is_paper else OTHER, intro.start() if intro else start, link.end, written)


def _with_marks(head: str, atom: Atom, low: int, high: int) -> Atom:
    """A field with the pairs of marks around it, as far as the fields beside it let them be its own."""
    start, end, parts = atom.start, atom.end, atom.parts
    if atom.kind == "box":
        return atom
    while marks := _marks_around(head, start, end, low, high):
        opening, closing = marks
        start, end = start - len(opening), end + len(closing)
        parts = (opening, *parts, closing)
    return Atom(atom.kind, start, end, parts)


def _marks_around(head: str, start: int, end: int, low: int, high: int) -> tuple[str, str] | None:
    for opening, mark in _MARKS:
        if start - len(opening) < low or not head.endswith(opening, low, start):
            continue
        for stop in _STOPS_INSIDE:
            closing = stop + mark
            is_label = mark == "]" and head.startswith("(", end + len(closing))
            if end + len(closing) <= high and head.startswith(closing, end) and not is_label:
                return opening, closing
    return None
