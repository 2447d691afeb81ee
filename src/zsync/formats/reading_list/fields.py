"""The fields of an entry: where they stand in its head, and what they say there.

The head of an entry is the text that its fields stand in: the line of a bullet, the row of a table, the lines
of a block. Every shape finds the same fields, so that one set of functions reads and changes them all.
"""

import re
from typing import NamedTuple

from zsync.core.model import Checkbox, Entry, Link
from zsync.core.patterns import regex
from zsync.core.ratings import rating_in
from zsync.formats.reading_list.inline import LinkSpan, one_line, plain, read_url
from zsync.formats.reading_list.state_words import CELL_STATES, state_in
from zsync.formats.reading_list.venues import VenueSpan

Span = tuple[int, int]
# The marks of boxes that say how far a paper is, each with the state.
Marks = tuple[tuple[str, str], ...]

# A longer text is not an entry.
LONGEST = 10_000

# Emoji and the signs around them.
EMOJI = "[\u2600-\u27bf\u2b50\u2b55\u2b1b\u2b1c\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "《": "》"}
ENTITY_END = regex(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,8});\Z")

# The address of a heading: in the file itself, or in a file that a repository on GitHub shows.
_HEADING_URL = regex(
    r"(?:https?://(?:www\.)?github\.com/[^/\s]+/[^/\s#]+/?(?:(?:blob|tree)/[^\s#]+)?)?#"
)


# What stands before the bracket of a task's box: indentation and the marker of an item.
_BEFORE_BOX = regex(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
# A whole name that a full stop ends.
_LAST_NAME = regex(r"[^\W\d_]{3,}\.\Z")


class Fields(NamedTuple):
    """Spans of an entry's fields within its head.

    ``box`` is where the tick stands, or the bracket of a box that zsync does not know, or -1.

    ``body`` is where the text begins, after marker, box and ``~~``. ``prefix`` covers the short name, its
    markup and what joins it to the title. ``links`` are all links in their order, but the one that carries
    the title (``linked_title``) comes first. ``note`` is a note that stands in the head itself. ``year`` is
    that of a date which stands apart from the venue. ``rating`` and ``state`` are the cells that are for
    them, whatever stands there.
    """

    body: int
    box: int
    short: Span | None
    prefix: Span | None
    title: Span
    venue: VenueSpan | None
    links: list[LinkSpan]
    linked_title: bool
    authors: Span | None = None
    note: Span | None = None
    year: int | None = None
    rating: Span | None = None
    state: Span | None = None


def year_of(fields: Fields) -> int | None:
    """The year of the venue, else the one that is told elsewhere."""
    return (fields.venue.year if fields.venue else None) or fields.year


def short_of(line: str, fields: Fields) -> str | None:
    """The short name."""
    return _unbroken(plain(line[slice(*fields.short)])) if fields.short else None


def title_of(line: str, fields: Fields) -> str:
    """The title without the short name."""
    return _unbroken(plain(line[fields.title[0] : fields.title[1]]))


def _unbroken(text: str) -> str:
    """Text with one space for each soft break or run of spaces in it."""
    return one_line(text) if "  " in text or "\n" in text else text


def label_of(line: str, link: LinkSpan) -> str:
    """What a link's text says; a bracket around it is style."""
    return label_text(line[link.label_start : link.label_end])


def label_text(label: str) -> str:
    """The text between a link's brackets as it reads."""
    if label.isalnum():
        return label
    if label[:1] == "[" and label[-1:] == "]":
        label = label[1:-1]
    return _unbroken(plain(label))


def url_of(line: str, link: LinkSpan) -> str:
    """Where a link leads."""
    return read_url(line[link.url_start : link.url_end])


def leads_to_heading(line: str, link: LinkSpan) -> bool:
    """Return whether a link leads to a heading: of its own file, or of a page of a repository on GitHub."""
    return _HEADING_URL.match(line, link.url_start) is not None


def targets(line: str, fields: Fields) -> list[int]:
    """The indexes among ``fields.links`` of those that lead somewhere, the links of the entry."""
    return [
        index
        for index, link in enumerate(fields.links)
        if link.url_end > link.url_start and line[link.url_start] != "#"
    ]


def links_of(line: str, fields: Fields) -> tuple[Link, ...]:
    """The entry's links that lead somewhere; the one that carries the title is called ``title``."""
    found = []
    for index, link in enumerate(fields.links):
        _, _, label_start, label_end, start, end = link
        if end <= start or line[start] == "#":
            continue
        label = (
            "title"
            if fields.linked_title and not index
            else label_text(line[label_start:label_end])
        )
        found.append(Link(label, read_url(line[start:end])))
    return tuple(found)


def entry(
    line: str,
    fields: Fields,
    number: int,
    section: tuple[str, ...],
    note: str | None,
    marks: Marks = (),
) -> Entry:
    """The entry of a head; ``number`` is the line where it begins, counted from 1.

    ``marks`` are those of boxes that say how far a paper is: one that is not among them says nothing.
    """
    venue, authors = fields.venue, fields.authors
    checkbox = _checkbox(line, fields.box)
    state, states = _state(line, fields, checkbox, marks)
    if checkbox is Checkbox.UNKNOWN and state:
        checkbox = Checkbox.UNCHECKED
    if note is None and fields.note:
        note = plain(line[slice(*fields.note)]) or None
    return Entry(
        number,
        section,
        checkbox,
        short_of(line, fields),
        title_of(line, fields),
        venue.name if venue else None,
        year_of(fields),
        _names(one_line(plain(line[slice(*authors)]))) if authors else None,
        links_of(line, fields),
        note,
        _rating(line, fields.rating),
        state,
        states,
    )


# Signs and words that say that a paper was not read, or not to its end.
_UNTICKED = frozenset(" -–—⬜☐🔲❌✗✘×⏳⌛🔳◻▢□⚪⭕🔴🟡🟠🚧📝📖👀🕐") | frozenset(
    (
        *(
            "todo",
            "to do",
            "to-do",
            "to read",
            "to-read",
            "toread",
            "unread",
            "no",
            "not",
            "n",
            "false",
        ),
        *("pending", "reading", "in progress", "in-progress", "wip", "later", "planned", "queue"),
        *("new", "skimmed", "not reading", "not-reading", "not yet"),
        *("queued", "dropped", "skipped", ":x:", ":white_large_square:", ":hourglass:"),
        *(":hourglass_flowing_sand:", ":construction:", ":black_square_button:", ":eyes:"),
        *("未读", "待读", "未完成", "在读", "进行中", "正在读", "否", "没读"),
        *("新", "泛读", "不读", "阅读中"),
    )
)
_SIGN = regex(
    r":[a-z0-9_+-]+:|(?:to|in|not)[ -](?:do|read(?:ing)?|progress|yet)\b|[^\W\d_]+|.", re.IGNORECASE
)


def sign_at(line: str, box: int) -> str:
    """The sign that stands in a box: one character, or a word where a table says it in words."""
    match = _SIGN.match(line, box)
    return match.group() if match else ""


def is_ticked(sign: str) -> bool:
    """Whether the sign in a box says that the paper was read."""
    return sign.casefold() not in _UNTICKED


def _checkbox(line: str, box: int) -> Checkbox:
    if box < 0:
        return Checkbox.NONE
    if line[box] == "[":
        return Checkbox.UNKNOWN
    return Checkbox.CHECKED if is_ticked(sign_at(line, box)) else Checkbox.UNCHECKED


def _rating(line: str, cell: Span | None) -> int | None:
    """The rating in the cell that is for it; 0 where the cell is empty, None where it says something else."""
    if cell is None:
        return None
    said = line[slice(*cell)]
    return rating_in(said) if said.strip(" -–—") else 0


def _state(
    line: str, fields: Fields, checkbox: Checkbox, marks: Marks
) -> tuple[str, tuple[str, ...]]:
    """How far a paper is, and what its place for that can say: a cell in words, or the box of a task.

    A paper that was read has no state. Where the place says what is no state, it is not one.
    """
    if fields.state is not None:
        said = line[slice(*fields.state)]
        state = "" if checkbox is Checkbox.CHECKED or not said.strip(" -–—") else state_in(said)
        return ("", ()) if state is None else (state, CELL_STATES)
    box = box_span(line, fields.box) if marks else None
    if box is None:
        return "", ()
    state = "" if checkbox is not Checkbox.UNKNOWN else dict(marks).get(line[slice(*box)])
    return ("", ()) if state is None else (state, tuple(named for _, named in marks))


def box_span(line: str, box: int) -> Span | None:
    """Where the mark of a task stands, whether zsync knows it or not; None if the box is no task's."""
    start = box if line[box : box + 1] == "[" else box - 1
    end = line.find("]", start)
    is_task = start >= 0 and line[start] == "[" and _BEFORE_BOX.fullmatch(line, 0, start)
    return (start + 1, end) if is_task and end > start else None


def with_mark(line: str, box: int, mark: str) -> str:
    """The line with another mark in the box of a task, and a space behind the box, as GitHub wants it."""
    span = box_span(line, box)
    if span is None:
        return line
    start, end = span
    behind = line[end + 1 :]
    gap = "" if behind[:1] in ("", " ", "\t", "\n", "\r") else " "
    return line[:start] + mark + line[end : end + 1] + gap + behind


def _names(people: str) -> str:
    """People without the full stop after them, but for that of an initial, of "al." or "Jr."."""
    last = _LAST_NAME.search(people)
    return people[:-1] if last else people
