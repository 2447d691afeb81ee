"""The parts of a plan: an intended change, what waits, and which entry stands for which item."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from zsync.core.base import EntryBase
from zsync.core.edits import Edit
from zsync.core.fields import ItemView
from zsync.core.merge import Decision
from zsync.core.model import EntryDraft


@dataclass(frozen=True, slots=True)
class Change:
    """One intended edit and what it means: for which paper, which field, from what, to what.

    ``lost`` is text that stands only in the list and would go; it is kept aside before it does.
    """

    edit: Edit
    item: str
    title: str
    field: str
    before: str = ""
    after: str = ""
    lost: str | None = None
    conflict: bool = False


_BEGINNING = 48


class Settled(StrEnum):
    """What settles a thing that the two sides say differently."""

    BY_PUSH = "push"
    BY_CHOICE = "choice"
    BY_ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that the list says and Zotero does not: it stays as it is until it is settled.

    ``entry`` is the entry's index, None where it was taken out. What settles by itself does not wait: the
    list keeps it, and no command takes it to Zotero. ``is_new``: nobody was told of it before.
    """

    item: str
    title: str
    field: str
    entry: int | None = None
    in_list: str = ""
    in_zotero: str = ""
    settled: Settled = Settled.BY_PUSH
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class LinkedEntry:
    """One entry that stands for an item: where it is, which collection it stands for, its decisions.

    ``entry`` is an index into the list's entries, or None for an entry that is to be added; ``added`` is then
    its place among the added ones. ``unlike`` are the fields in which both sides may say different things.
    ``further``: another entry of the item stands for the place already.
    """

    item: str
    place: str
    says: ItemView
    entry: int | None
    base: EntryBase
    decisions: Mapping[str, Decision]
    added: int | None = None
    unlike: frozenset[str] = frozenset()
    further: bool = False


def unwritten(linked_entry: LinkedEntry) -> LinkedEntry:
    """Return the entry into which nothing is written: what Zotero has new is left to wait."""
    return _instead(linked_entry, Decision.WAIT)


def adopted(linked_entry: LinkedEntry, but: Container[str]) -> LinkedEntry:
    """Return the entry that is in step as both sides word it, ``but`` for some fields."""
    return _instead(linked_entry, Decision.ADOPT, but)


def _instead(
    linked_entry: LinkedEntry, decision: Decision, but: Container[str] = ()
) -> LinkedEntry:
    """Return the entry with this decision in the place of those that would write into the list."""
    written = {Decision.TAKE, Decision.CONFLICT}
    decisions = {
        name: decision if decided in written and name not in but else decided
        for name, decided in linked_entry.decisions.items()
    }
    return replace(linked_entry, decisions=decisions)


def draft_of(says: ItemView, *, read: bool, note: str | None = None) -> EntryDraft:
    """Return what is to be written of an item as a whole entry."""
    return EntryDraft(
        read,
        says.short,
        says.title,
        says.venue,
        says.year,
        says.url,
        says.links,
        note,
        says.authors,
        says.rating,
        says.state,
    )


def beginning(text: str) -> str:
    """Return the beginning of what a side says, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= _BEGINNING else text[: _BEGINNING - 1].rstrip() + "…"
