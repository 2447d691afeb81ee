"""What may be done to a reading list: values that :mod:`zsync.core.plan` makes and the list carries out.

``entry`` is an index into the entries of the reading list that the edit is for. A section is the path of
heading texts, the list's root heading included.
"""

from dataclasses import dataclass

from zsync.core.model import EntryDraft


@dataclass(frozen=True, slots=True)
class SetRead:
    """Tick or untick the entry's box."""

    entry: int
    read: bool


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Write the short name and the title."""

    entry: int
    short: str | None
    title: str


@dataclass(frozen=True, slots=True)
class SetVenue:
    """Write the venue and its year in the list's own style."""

    entry: int
    venue: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class SetUrl:
    """Point the paper's own link elsewhere.

    ``link`` is its index among the entry's links; None writes a new link before the others.
    """

    entry: int
    url: str
    link: int | None = 0


@dataclass(frozen=True, slots=True)
class SetLink:
    """Add, change or (``url`` is None) take away a link that is not the paper's own.

    ``link`` is its index among the entry's links; None writes a new one, with this label, behind them.
    """

    entry: int
    label: str
    url: str | None
    link: int | None = None


@dataclass(frozen=True, slots=True)
class SetNote:
    """Write the note under the entry (Markdown), or take it away (None)."""

    entry: int
    note: str | None


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """Take the entry and its note out of the list."""

    entry: int


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Move the entry and its note, bytes unchanged, to another section."""

    entry: int
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Write a new entry in the dialect of its neighbours, at the section's end or (``prepend``) start."""

    draft: EntryDraft
    section: tuple[str, ...]
    prepend: bool = False


@dataclass(frozen=True, slots=True)
class CompleteEntry:
    """Write a new entry in the place of one that says no more than an address."""

    entry: int
    draft: EntryDraft


@dataclass(frozen=True, slots=True)
class RemoveSection:
    """Take a heading away, with its line in the table of contents, if nothing stands under it."""

    section: tuple[str, ...]


Edit = (
    SetRead
    | SetTitle
    | SetVenue
    | SetUrl
    | SetLink
    | SetNote
    | RemoveEntry
    | MoveEntry
    | AddEntry
    | CompleteEntry
    | RemoveSection
)
