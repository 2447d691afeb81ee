"""What may be done to a reading list: values that :mod:`zsync.core.plan` makes and the list carries out.

``entry`` is an index into the entries of the reading list that the edit is for. A section is the path of
heading texts, the list's root heading included.
"""

from dataclasses import dataclass, replace

from zsync.core.foreign_text import cleaned, cleaned_line, encoded
from zsync.core.model import EntryDraft, Link


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

    ``link`` is its index among the entry's links; None writes a new one, with this label, after them.
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
class SetRating:
    """Write the rating in stars (1 to 5) where the entry has a place for it, or take it away (None)."""

    entry: int
    rating: int | None


@dataclass(frozen=True, slots=True)
class SetState:
    """Write how far the paper is, in the entry's place for it; an empty state leaves it unread, no more.

    An entry that is ticked stays as it is: it was read.
    """

    entry: int
    state: str


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
    | SetRating
    | SetState
    | RemoveEntry
    | MoveEntry
    | AddEntry
    | CompleteEntry
    | RemoveSection
)


def cleaned_edit(each: Edit) -> Edit:
    """Return an edit that writes nothing into the list which would act there.

    Sections are left as they are: they may name headings whose author wrote such characters.
    """
    match each:
        case SetTitle():
            return replace(each, short=_line(each.short), title=cleaned_line(each.title))
        case SetVenue():
            return replace(each, venue=_line(each.venue))
        case SetUrl():
            return replace(each, url=encoded(each.url))
        case SetLink():
            url = each.url and encoded(each.url)
            return replace(each, label=cleaned_line(each.label), url=url)
        case SetNote():
            return replace(each, note=each.note and cleaned(each.note))
        case AddEntry() | CompleteEntry():
            return replace(each, draft=_cleaned_draft(each.draft))
    return each


def _cleaned_draft(draft: EntryDraft) -> EntryDraft:
    return replace(
        draft,
        short=_line(draft.short),
        title=cleaned_line(draft.title),
        venue=_line(draft.venue),
        url=draft.url and encoded(draft.url),
        links=tuple(Link(cleaned_line(each.label), encoded(each.url)) for each in draft.links),
        note=draft.note and cleaned(draft.note),
        authors=_line(draft.authors),
    )


def _line(text: str | None) -> str | None:
    return text and cleaned_line(text)
