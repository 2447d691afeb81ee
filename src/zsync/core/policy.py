"""How one list is kept: what the settings say about it."""

from collections.abc import Collection as Group
from dataclasses import dataclass
from enum import StrEnum


class NotesPolicy(StrEnum):
    """Which child notes may be written into the list; a note tagged ``private`` never is."""

    ALL = "all"
    TAGGED = "tagged"
    NONE = "none"


class PushScope(StrEnum):
    """How much a sync pushes: everything, the ticks of linked entries alone, or nothing."""

    ALL = "all"
    TICKS = "ticks"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """What the settings say about a list.

    ``notes`` is None until somebody chose: notes are then left alone. ``note_tag`` marks the notes to
    publish under :attr:`NotesPolicy.TAGGED`. ``prepend`` puts new entries first in their section.
    ``entry`` is the form of new entries where the list's owner set one; else its entries show it.
    ``states`` are the marks of boxes that say how far a paper is, each with the state.
    """

    read_tags: Group[str] = ("read", "done", "✅")
    notes: NotesPolicy | None = None
    note_tag: str = "public"
    prepend: bool = False
    entry: str = ""
    states: tuple[tuple[str, str], ...] = ()

    @property
    def read_tag(self) -> str:
        """The tag that a tick becomes; where the settings name none, the usual one."""
        return next(iter(self.read_tags), "read")

    @property
    def publishes_notes(self) -> bool:
        """Return whether the list's notes follow Zotero; else they are left alone, those written included."""
        return self.notes in (NotesPolicy.ALL, NotesPolicy.TAGGED)
