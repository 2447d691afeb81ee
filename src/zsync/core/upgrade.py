"""A base that an earlier release wrote, as this one would have written it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from zsync.core import fields
from zsync.core.base import Base, EntryBase, ItemBase
from zsync.core.fields import digest
from zsync.core.model import Item
from zsync.core.patterns import regex
from zsync.core.policy import ListPolicy

# What earlier releases took out of a note's HTML before they digested it: its wrapper and the white space.
_WRAPPER = regex(r"</?div\b[^>]*>|(?<=>)\s+|\s+(?=<)")
# The attribute that Zotero's programs set on links, each to one of these, and where it comes in the tag.
_REL = regex(r'\srel="[^"]*"')
_RELS = ("", ' rel="nofollow"', ' rel="noopener noreferrer nofollow"')
_LINK_TAG = regex(r"(<a\s[^>]*)>")
# The paragraph that the desktop program puts into each item of a list and each cell of a table.
_PARAGRAPH = regex(r"(<(?:li|td|th)>)\s*<p>(.*?)</p>", re.DOTALL)


def upgraded(base: Base, items: Sequence[Item], policy: ListPolicy) -> Base:
    """Return the base with the digests of notes as this release makes them.

    Only where the notes are those that were digested then: of notes that changed since, the old digest
    stays, and the change is seen.
    """
    known = dict(base.items)
    for item in items:
        if item.key in known and (notes := fields.published_notes(item, policy)):
            known[item.key] = _upgraded(known[item.key], notes)
    return replace(base, items=known)


def _upgraded(known: ItemBase, notes: Sequence[str]) -> ItemBase:
    now = digest(fields.note_value(notes))
    digests = {note.in_zotero for each in known.entries if (note := each.of("note"))} - {"", now}
    if not digests or digests.isdisjoint(once := set(map(digest, _said_once(notes)))):
        return known
    return replace(known, entries=tuple(_with_digest(each, once, now) for each in known.entries))


def _with_digest(entry: EntryBase, once: set[str], now: str) -> EntryBase:
    note = entry.of("note")
    if note is None or note.in_zotero not in once:
        return entry
    return EntryBase({**entry.fields, "note": replace(note, in_zotero=now)})


def _said_once(notes: Sequence[str]) -> Iterator[str]:
    """Give what earlier releases digested of these notes, whichever of Zotero's programs saved them then."""
    bare = [_REL.sub("", note) for note in notes]
    saved = [[_LINK_TAG.sub(rf"\1{rel}>", note) for note in bare] for rel in _RELS]
    short = [[_PARAGRAPH.sub(r"\1\2", note) for note in form] for form in saved]
    for form in (notes, *saved, *short):
        yield fields.SEPARATOR.join(" ".join(_WRAPPER.sub("", note).split()) for note in form)
