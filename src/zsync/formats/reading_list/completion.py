"""Puts the head of a new entry in the place of an address that somebody typed.

What its author typed beside the address stays: indentation, marker or number, tick, further links, and words
after it. Where words would be lost, nothing is written.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from zsync.core.identifiers import normalise_url
from zsync.core.model import Checkbox, Entry, EntryDraft
from zsync.core.patterns import regex
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.new_entry import NewHead
from zsync.formats.reading_list.pieces import with_lead
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import ITEM

# What may stand around an address and between links, and says nothing.
_JOINTS = regex(r"[\s<>\[\](){},;:.|/&+\-–—·*_\"']*")
_CLOSING = ">])*_"


class Typed(NamedTuple):
    """The line of an address: its item with marker and tick, and the words after the address."""

    item: re.Match[str]
    remark: str


def read_typed(line: str, shape: Shape) -> Typed | None:
    """The parts of an address's line that stay, or None if it holds words that have no place in an entry."""
    item, fields = ITEM.match(line), shape.read(line)
    if item is None or fields is None:
        return None
    pos = item.end()
    for start, end in sorted(_spans(fields)):
        if start > pos and not _JOINTS.fullmatch(line, pos, start):
            return None
        pos = max(pos, end)
    says_more = not _JOINTS.fullmatch(line, pos)
    return Typed(item, line[pos:].lstrip(_CLOSING).rstrip() if says_more else "")


def _spans(fields: Fields) -> list[entry_fields.Span]:
    spans = [fields.title, *((link.start, link.end) for link in fields.links)]
    if fields.venue:
        spans.append((fields.venue.start, fields.venue.end))
    return spans


def draft_with(typed: Entry, draft: EntryDraft) -> EntryDraft:
    """The draft with what its author typed: the tick, further links, a venue that the draft does not know.

    The note below the entry is none of its head.
    """
    known = {normalise_url(url) for url in (draft.url or "", *(link.url for link in draft.links))}
    links = tuple(link for link in typed.links if normalise_url(link.url) not in known)
    if not draft.venue:
        draft = replace(draft, venue=typed.venue, year=typed.year or draft.year)
    if typed.checkbox is not Checkbox.NONE:
        draft = replace(draft, read=typed.checkbox is Checkbox.CHECKED)
    return replace(draft, links=(*draft.links, *links), note=None)


def in_place(typed: Typed, head: NewHead) -> NewHead | None:
    r"""A new head with the typed parts around it; None if it is not an item, or reads otherwise with them."""
    new = ITEM.match(head.text)
    if new is None:
        return None
    own = typed.item
    box = own[0][own.end(3) :] or new[0][new.end(3) :]
    first, *others = head.text[new.end() :].split("\n")
    end = len(first.rstrip())
    start = own[0][: own.end(3)] + box
    # Lines under a wider marker stand further to the right.
    wider = len(own[2] + own[3]) - len(new[2] + new[3])
    below = [with_lead(line, new[1], own[1] + " " * wider) for line in others]
    plain = "\n".join((start + first, *below))
    text = "\n".join((start + first[:end] + typed.remark + first[end:], *below))
    wanted = _said(plain, head.shape)
    return head._replace(text=text) if wanted and _said(text, head.shape) == wanted else None


def _said(head: str, shape: Shape) -> Entry | None:
    """What a head says, apart from a note in it."""
    fields = shape.read(head)
    return replace(entry_fields.entry(head, fields, 1, (), None), note=None) if fields else None
