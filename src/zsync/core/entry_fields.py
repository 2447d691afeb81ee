"""The fields that a list and Zotero both speak of, a class each.

A class holds all that is the field's own: what an entry and an item say in it, whether they agree, the edit
that makes the list say what Zotero says, what of it a push takes to Zotero, and how people read it. What all
fields have in common stands elsewhere: the three-way merge in :mod:`zsync.core.merge`, what becomes of one
entry in :mod:`zsync.core.reconcile`. Where an entry stands is decided for all its copies together, so
``Section`` neither writes nor pushes anything by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Final

from zsync.core import fields, identifiers, ratings, states
from zsync.core.edits import (
    Edit,
    MoveEntry,
    SetLink,
    SetNote,
    SetRating,
    SetRead,
    SetState,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.fields import LINK, ItemView, digest, entry_name, item_name, whole_title
from zsync.core.identifiers import is_web, normalise_url
from zsync.core.library_changes import Held, NoteChange
from zsync.core.model import Checkbox, Entry, Item
from zsync.core.note_parts import locate_edit
from zsync.core.push_builder import PushBuilder
from zsync.core.wording import shares_words

_UNREAD: Final = "unread"


@dataclass(frozen=True, slots=True)
class NoteForms:
    """How notes are written and compared.

    ``render`` turns one note's HTML into Markdown; it is called only for notes that are written or compared.
    ``comparable`` reduces Markdown to what it says. ``is_protected`` says of a note's HTML that it holds what
    Markdown cannot say, so that it is never written.
    """

    render: Callable[[str], str]
    comparable: Callable[[str], str]
    is_protected: Callable[[str], bool]

    def of(self, says: ItemView) -> str | None:
        """Return an item's notes as one Markdown text."""
        rendered = [self.render(note) for note in says.notes or ()]
        return "\n\n".join(note for note in rendered if note) or None


@dataclass(frozen=True)
class Both:
    """An entry and what Zotero says of its item.

    ``entry`` is the index of the entry ``written``, ``own_link`` that of the paper's own link among its
    links.
    """

    entry: int
    written: Entry
    says: ItemView
    own_link: int | None
    notes: NoteForms

    @cached_property
    def in_list(self) -> dict[str, str]:
        """What the entry says, by the names of the fields."""
        return of_entry(self.written, self.own_link)

    @property
    def is_ticked(self) -> bool:
        """Whether the entry says that the paper was read."""
        return self.written.checkbox is Checkbox.CHECKED


@dataclass(frozen=True)
class ToPush(Both):
    """An entry of which something is to go to Zotero, with its item and the name that people know it by.

    ``is_chosen``: a person chose the words of the list, also where Zotero has others.
    """

    item: Item
    name: str
    is_chosen: bool = False


class Field(ABC):
    """One field. ``called`` is its name in reports, ``disputed`` what copies of an entry say differently.

    ``is_wording``: how it is said is its author's choice, so a first sync adopts it as it stands, also where
    the list says nothing. ``is_judged``: it says which paper it is, or what is thought of it; where both
    sides say other words at a first sync, both stay, and a person chooses. ``is_in_lines``: the words of an
    entry's own lines say it. ``is_of_one_copy``: each copy of an entry may say something else. ``leader`` is
    the name of a field that speaks for this one where this one has nothing of its own to say.
    """

    name: str
    called: str
    disputed: str
    is_wording: ClassVar[bool] = False
    is_judged: ClassVar[bool] = False
    is_in_lines: ClassVar[bool] = True
    is_of_one_copy: ClassVar[bool] = False
    leader: ClassVar[str] = ""

    @abstractmethod
    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        """Return what an entry says."""

    @abstractmethod
    def of_item(self, says: ItemView, place: str) -> str | None:
        """Return what Zotero says of the item of an entry that stands for the collection ``place``."""

    def agrees(self, both: Both) -> bool:
        """Return whether the list says what Zotero says, in whatever words."""
        raise NotImplementedError

    def means_the_same(self, both: Both) -> bool:
        """Return whether both sides mean the same, where one of them may say less."""
        return self.agrees(both)

    def may_differ(self, both: Both) -> bool:
        """Return whether no push could take it to Zotero, so that the list goes on saying it."""
        return False

    def has_place(self, entry: Entry) -> bool:
        """Return whether an entry can say it; else nothing is written, waits or is remembered of it."""
        return True

    def is_unclear(self, entry: Entry) -> bool:
        """Return whether nobody can tell what an entry says: both sides keep what they have."""
        return False

    def is_led(self, both: Both) -> bool:
        """Return whether the leader says all that an entry says here."""
        return False

    def edit(self, both: Both, was: str | None) -> Edit | None:
        """Return the edit that makes the list say what Zotero says; None where Zotero has no word for it.

        ``was`` is the digest of what Zotero said when both sides last agreed.
        """
        return None

    def is_written(self, entry: Entry, says: ItemView) -> bool:
        """Return whether an entry says what was to be written into it."""
        return True

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Gather what makes Zotero say what the list says; by default it waits."""

    def word(self, both: Both) -> str | bool | None:
        """Return what an entry says, reduced to what counts when copies are compared."""
        said = both.in_list.get(self.name)
        return None if said is None else normalise_url(said)

    def shown(self, entry: Entry, said: str | None) -> str:
        """Return what an entry says, for people."""
        return said or ""

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        """Return what Zotero says, for people; ``section`` and ``note`` as the list would have them."""
        return said or ""

    def shown_edit(self, edit: Edit) -> str:
        """Return what an edit of this field writes, for people."""
        return ""


class Read(Field):
    """Whether the paper was read: a box here, a tag or the line of a plugin in Extra there."""

    name, called, disputed = "read", "tick", "box"
    is_in_lines = False

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return "x" if entry.checkbox is Checkbox.CHECKED else None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return "x" if says.read else None

    def agrees(self, both: Both) -> bool:
        return both.is_ticked == both.says.read

    def is_unclear(self, entry: Entry) -> bool:
        return entry.checkbox is Checkbox.UNKNOWN

    def edit(self, both: Both, was: str | None) -> Edit | None:
        return SetRead(both.entry, both.says.read)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Take the tags away that say otherwise; add one where the item does not say it by itself then.

        Extra may say that it was read: then the tag ``unread``, which wins over that, comes where the tick
        goes, and goes where the tick comes again. Where the list has a place for states, what was read has
        none.
        """
        item, is_read, read_tags = waiting.item, waiting.is_ticked, intended.policy.read_tags
        against = (_UNREAD,) if is_read else tuple(read_tags)
        own_states = states.STATE_TAGS if is_read and waiting.written.states else {}
        if own_states:
            extra = intended.text_of(item, "extra")
            if states.state_called(states.status(extra) or ""):
                intended.change(item, fields_to={"extra": states.in_extra(extra, None)})
        folded = set(map(fields.fold_tag, against))
        tags = tuple(
            tag.name
            for tag in item.tags
            if (name := fields.fold_tag(tag.name)) in folded
            or (name in own_states and not tag.automatic)
        )
        left = tuple(tag for tag in item.tags if tag.name not in tags)
        says_so = fields.is_read(replace(item, tags=left), read_tags) is is_read
        new = () if says_so else (intended.policy.read_tag if is_read else _UNREAD,)
        if tags or new:
            intended.change(item, remove_tags=tags, add_tags=new, read=is_read)

    def word(self, both: Both) -> str | bool | None:
        return both.is_ticked

    def shown(self, entry: Entry, said: str | None) -> str:
        return entry.checkbox.value

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        return "checked" if said else "unchecked"

    def shown_edit(self, edit: Edit) -> str:
        return "checked" if isinstance(edit, SetRead) and edit.read else "unchecked"


class Title(Field):
    """Short name and title."""

    name, called, disputed = "title", "title", "title"
    is_wording = is_judged = True

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return fields.title_value(entry.short, entry.title)

    def of_item(self, says: ItemView, place: str) -> str | None:
        return fields.title_value(says.short, says.title)

    def agrees(self, both: Both) -> bool:
        return self.is_written(both.written, both.says)

    def means_the_same(self, both: Both) -> bool:
        written, says = both.written, both.says
        return fields.same_title((written.short, written.title), (says.short, says.title))

    def may_differ(self, both: Both) -> bool:
        """Say whether only a short name makes the difference: Zotero needs none because the list has one."""
        return self.means_the_same(both)

    def is_written(self, entry: Entry, says: ItemView) -> bool:
        mine, theirs = f"{entry.short or ''} {entry.title}", f"{says.short or ''} {says.title}"
        return fields.same_words(mine, theirs)

    def edit(self, both: Both, was: str | None) -> Edit | None:
        if not both.says.title:
            return None
        short, title = both.says.short, both.says.title
        if short is None and both.written.short:
            own = fields.cut_short_name(both.written.short, title)
            # Had Zotero named it last time, then it was Zotero that took the name away.
            if digest(fields.title_value(*own)) != was:
                short, title = own
        return SetTitle(both.entry, short, title)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Correct a title; one that shares nothing with Zotero's may be another paper's, or misread."""
        wanted = _title_fields(waiting)
        is_corrected = not wanted or shares_words(wanted["title"], waiting.item.title)
        if is_corrected or waiting.is_chosen:
            intended.change(waiting.item, fields_to=wanted)
            return
        own = entry_name(waiting.written)
        reason = f"the list calls it “{own}”, which has nothing in common with that title"
        hold(intended, self, waiting, reason, takes=True)

    def word(self, both: Both) -> str | bool | None:
        return fields.plain(entry_name(both.written))

    def shown(self, entry: Entry, said: str | None) -> str:
        return entry_name(entry)

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        return item_name(says) if said else ""

    def shown_edit(self, edit: Edit) -> str:
        return whole_title(edit.short, edit.title) if isinstance(edit, SetTitle) else ""


class Venue(Field):
    """The venue and its year. Its label is not a name that Zotero could take, so a push leaves it to wait."""

    name, called, disputed = "venue", "venue", "venue"
    is_wording = is_of_one_copy = True
    is_in_lines = False

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        parts = (entry.venue, entry.year)
        return fields.SEPARATOR.join(str(part) for part in parts if part) or None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return says.venue_source or None

    def agrees(self, both: Both) -> bool:
        written, says = both.written, both.says
        same_name = (written.venue or "").casefold() == (says.venue or "").casefold()
        return same_name and written.year == says.year

    def may_differ(self, both: Both) -> bool:
        return True

    def edit(self, both: Both, was: str | None) -> Edit | None:
        says = both.says
        return SetVenue(both.entry, says.venue, says.year) if says.venue else None

    def shown(self, entry: Entry, said: str | None) -> str:
        return _dated(entry.venue, entry.year)

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        return _dated(says.venue, says.year) if said else ""

    def shown_edit(self, edit: Edit) -> str:
        return _dated(edit.venue, edit.year) if isinstance(edit, SetVenue) else ""


class _Address(Field):
    """What leads somewhere."""

    def may_differ(self, both: Both) -> bool:
        """Return whether no browser opens the list's address: it is none in Zotero."""
        return not is_web(both.in_list.get(self.name, ""))


class Url(_Address):
    """The paper's own link."""

    name, called, disputed = "url", "first link", "address"
    is_wording = True

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return entry.links[own_link].url if own_link is not None and entry.links else None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return says.url

    def agrees(self, both: Both) -> bool:
        """Say whether the entry has Zotero's address, or its own link the same identifier in another form."""
        theirs, links = both.says.url or "", both.written.links
        if theirs in {link.url for link in links}:
            return True
        mine = None if both.own_link is None else identifiers.find(links[both.own_link].url)
        return mine is not None and mine == identifiers.find(theirs)

    def edit(self, both: Both, was: str | None) -> Edit | None:
        return SetUrl(both.entry, both.says.url, both.own_link) if both.says.url else None

    def is_written(self, entry: Entry, says: ItemView) -> bool:
        return _has_address(entry, says.url)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        url = self.of_entry(waiting.written, waiting.own_link)
        if url and is_web(url):
            intended.change(waiting.item, fields_to={"url": url})

    def shown_edit(self, edit: Edit) -> str:
        return edit.url if isinstance(edit, SetUrl) else ""


class Note(Field):
    """The note of an entry: the child notes that the settings let into the list."""

    name, called, disputed = "note", "note", "note"
    is_judged = True

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return entry.note or None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return fields.note_value(says.notes) if says.notes else None

    def agrees(self, both: Both) -> bool:
        notes = (both.written.note or "", both.notes.of(both.says) or "")
        return len({both.notes.comparable(note) for note in notes}) == 1

    def may_differ(self, both: Both) -> bool:
        """Return whether the list has none: Zotero keeps what was taken out of the list."""
        return self.name not in both.in_list

    def edit(self, both: Both, was: str | None) -> Edit | None:
        return SetNote(both.entry, both.notes.of(both.says))

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Write the note that was edited in the list; the others stay as they are."""
        item, written, forms = waiting.item, waiting.written.note, waiting.notes
        published = fields.publishable_notes(item, intended.policy)
        rendered = [forms.render(note.html) for note in published]
        edit = locate_edit(rendered, written or "", forms.comparable)
        hidden = {
            forms.comparable(forms.render(note.html))
            for note in item.notes
            if note not in published
        }
        if edit is not None and forms.comparable(edit.text) in hidden:
            reason = (
                "Zotero has this note, and it is not one that the list may show. Take it out of the list, or "
                "change its tags in Zotero"
            )
            hold(intended, self, waiting, reason)
        elif edit is None:
            several = "several notes were edited at once, or one was taken out: do that in Zotero"
            hold(
                intended,
                self,
                waiting,
                several if written else "Zotero keeps a note that was taken out",
            )
        elif edit.index is None:
            intended.make_note(item.key, waiting.name, edit.text)
        elif forms.is_protected((note := published[edit.index]).html):
            reason = "the note holds citations or annotations of Zotero, and is edited there"
            hold(intended, self, waiting, reason)
        else:
            change = NoteChange(note.key, item.key, waiting.name, note.html, edit.text)
            intended.children.append(change)

    def word(self, both: Both) -> str | bool | None:
        return both.notes.comparable(both.written.note or "")

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        return (note or "") if said else ""

    def shown_edit(self, edit: Edit) -> str:
        return (edit.note or "") if isinstance(edit, SetNote) else ""


class State(Field):
    """How far a paper is that was not read: in a table's cell or by a mark in the box; a tag or Extra there.

    The box comes first. Where a paper was read neither side has a state, so that a tick takes the state away,
    and a tick that waits for a push says it all.
    """

    name, called, disputed = "state", "state", "state"
    leader = Read.name
    is_judged = True
    is_in_lines = False

    def has_place(self, entry: Entry) -> bool:
        return bool(entry.states)

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return entry.state or None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return says.state

    def agrees(self, both: Both) -> bool:
        return both.written.state == _sayable(both.written, both.says)

    def is_led(self, both: Both) -> bool:
        return both.is_ticked

    def edit(self, both: Both, was: str | None) -> Edit | None:
        if self.agrees(both):
            return None
        return SetState(both.entry, _sayable(both.written, both.says))

    def is_written(self, entry: Entry, says: ItemView) -> bool:
        is_ticked = entry.checkbox is Checkbox.CHECKED
        return not entry.states or is_ticked or entry.state == _sayable(entry, says)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Take the tags away that say otherwise; then let the plugin's line say it where there is one.

        Without such a line it is a tag, or a new line for a state that has no tag. The plugin has no word for
        "Skimmed": that is a tag, which wins over the line.
        """
        item, wanted = waiting.item, waiting.written.state
        own_tag = states.tag_of(wanted)
        against = states.STATE_TAGS.keys() - {own_tag}
        gone = tuple(
            tag.name
            for tag in item.tags
            if not tag.automatic and fields.fold_tag(tag.name) in against
        )
        left = fields.own_tags(item) - against
        extra = intended.text_of(item, "extra")
        new: tuple[str, ...] = ()
        if (states.state_of(left, extra) or "") != wanted:
            if own_tag and (states.status(extra) is None or wanted == states.SKIMMED):
                new = (own_tag,)
            else:
                extra = states.in_extra(extra, wanted or None)
        intended.change(
            item,
            fields_to={"extra": extra},
            add_tags=new,
            remove_tags=gone,
            said={self.name: wanted},
        )

    def word(self, both: Both) -> str | bool | None:
        return both.written.state

    def shown_edit(self, edit: Edit) -> str:
        return edit.state if isinstance(edit, SetState) else ""


class Rating(Field):
    """How good the paper was found: a table's cell here; a line in Extra or else a tag of stars there.

    Why Extra wins over tags is said in :func:`zsync.core.ratings.rating_of`.
    """

    name, called, disputed = "rating", "rating", "rating"
    is_judged = True
    is_in_lines = False

    def has_place(self, entry: Entry) -> bool:
        return entry.rating is not None

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return str(entry.rating) if entry.rating else None

    def of_item(self, says: ItemView, place: str) -> str | None:
        return str(says.rating) if says.rating else None

    def agrees(self, both: Both) -> bool:
        return self.is_written(both.written, both.says)

    def edit(self, both: Both, was: str | None) -> Edit | None:
        return None if self.agrees(both) else SetRating(both.entry, both.says.rating)

    def is_written(self, entry: Entry, says: ItemView) -> bool:
        return entry.rating is None or entry.rating == (says.rating or 0)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        """Write the rating where the item says one: in Extra, else as a tag; a new one goes to Extra.

        Where the list says none any more, both go.
        """
        item, rating = waiting.item, waiting.written.rating or None
        extra = intended.text_of(item, "extra")
        tags = tuple(
            tag.name for tag in item.tags if fields.fold_tag(tag.name) in ratings.STAR_TAGS
        )
        new: tuple[str, ...] = ()
        if rating and tags and not ratings.is_in_extra(extra):
            style = ratings.style_of(tags[0]) or ratings.STARS
            new = (style.write(rating),)
        else:
            extra = ratings.in_extra(extra, rating)
        intended.change(
            item,
            fields_to={"extra": extra},
            add_tags=new,
            remove_tags=tags if new or not rating else (),
            said={self.name: str(rating or "")},
        )

    def word(self, both: Both) -> str | bool | None:
        return both.in_list.get(self.name)

    def shown_edit(self, edit: Edit) -> str:
        return str(edit.rating or "") if isinstance(edit, SetRating) else ""


class Section(Field):
    """The section that an entry stands in: a subcollection in Zotero."""

    name, called, disputed = "section", "section", "section"
    is_wording = is_of_one_copy = True
    is_in_lines = False

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        return fields.section_value(entry.section)

    def of_item(self, says: ItemView, place: str) -> str | None:
        return place

    def shown(self, entry: Entry, said: str | None) -> str:
        return entry.section[-1] if entry.section else ""

    def shown_item(
        self, says: ItemView, said: str | None, section: str = "", note: str | None = None
    ) -> str:
        return section if said is not None else ""

    def shown_edit(self, edit: Edit) -> str:
        return edit.section[-1] if isinstance(edit, MoveEntry) and edit.section else ""


class Link(_Address):
    """A link that is not the paper's own: a linked attachment in Zotero, known by its label."""

    def __init__(self, name: str) -> None:
        label = name.removeprefix(LINK)
        self.name, self.called, self.disputed = name, f"“{label}” link", f"link “{label}”"

    def of_entry(self, entry: Entry, own_link: int | None) -> str | None:
        index = fields.name_links(entry.links, own_link).get(self.name)
        return None if index is None else entry.links[index].url

    def of_item(self, says: ItemView, place: str) -> str | None:
        index = fields.name_links(says.links, None).get(self.name)
        return None if index is None else says.links[index].url

    def agrees(self, both: Both) -> bool:
        """Return whether both sides have the address of the link, whatever they call it."""
        url = self.of_item(both.says, "")
        if url is not None:
            return _has_address(both.written, url)
        url = both.in_list.get(self.name)
        there = [both.says.url or "", *(link.url for link in both.says.links)]
        return url is not None and normalise_url(url) in map(normalise_url, there)

    def edit(self, both: Both, was: str | None) -> Edit | None:
        here = fields.name_links(both.written.links, both.own_link).get(self.name)
        there = fields.name_links(both.says.links, None).get(self.name)
        if there is not None:
            link = both.says.links[there]
            return SetLink(both.entry, link.label, link.url, here)
        return None if here is None else SetLink(both.entry, "", None, here)

    def push(self, waiting: ToPush, intended: PushBuilder) -> None:
        here = fields.name_links(waiting.written.links, waiting.own_link).get(self.name)
        there = fields.name_links(waiting.says.links, None).get(self.name)
        if here is None:
            hold(intended, self, waiting, "Zotero keeps a link that was taken out here")
            return
        link = waiting.written.links[here]
        if there is None:
            intended.make_link(waiting.item.key, waiting.name, link)
        elif is_web(link.url):
            old = waiting.says.links[there]
            intended.change_link(waiting.item.key, waiting.name, old, link.url)

    def shown_edit(self, edit: Edit) -> str:
        return (edit.url or "") if isinstance(edit, SetLink) else ""


READ: Final = Read()
NOTE: Final = Note()
SECTION: Final = Section()
FIELDS: Final[tuple[Field, ...]] = (
    READ,
    Title(),
    Venue(),
    Url(),
    SECTION,
    NOTE,
    State(),
    Rating(),
)
"""The fields that every entry has; each of its other links is one more."""

_BY_NAME: Final = {field.name: field for field in FIELDS}


def field_of(name: str) -> Field:
    """Return the field of a name, as bases and decisions have it."""
    return _BY_NAME.get(name) or Link(name)


def of_entry(entry: Entry, paper_link: int | None = 0) -> dict[str, str]:
    """Return what the list says in each field; ``paper_link`` is the index of the paper's own link."""
    said = {field.name: field.of_entry(entry, paper_link) for field in FIELDS}
    for name, index in fields.name_links(entry.links, paper_link).items():
        said[name] = entry.links[index].url
    return {name: value for name, value in said.items() if value is not None}


def of_item(says: ItemView, place: str) -> dict[str, str]:
    """Return what Zotero says in each field of the entry that stands for collection ``place``."""
    said = {field.name: field.of_item(says, place) for field in FIELDS}
    for name, index in fields.name_links(says.links, None).items():
        said[name] = says.links[index].url
    return {name: value for name, value in said.items() if value is not None}


def hold(
    intended: PushBuilder,
    field: Field,
    waiting: ToPush,
    reason: str,
    others: Iterable[int] = (),
    *,
    takes: bool = False,
) -> None:
    """Hold a field back for a person; ``takes``: unless that person chooses the list's words.

    ``others`` are the copies of the entry that it is about, too.
    """
    held = Held(waiting.entry, waiting.name, reason, True, field.name, tuple(others), takes)
    intended.held.append(held)


def _sayable(entry: Entry, says: ItemView) -> str:
    """Return the state that Zotero has, if the entry's place for it can say it; else it says nothing."""
    return says.state if says.state in entry.states and says.state else ""


def _title_fields(waiting: ToPush) -> dict[str, str]:
    """Return the fields that say what the list says; a short name that only one side has stays there."""
    short, title, item = waiting.written.short, waiting.written.title, waiting.item
    if "title" not in item.fields or not title:
        return {}
    kept = waiting.says.short or fields.cut_short_name(short or "", item.title)[0]
    name = short if short and waiting.says.short else kept
    is_in_front = kept is not None and item.title.casefold().startswith(kept.casefold())
    whole = f"{name}: {title}" if name and is_in_front else title
    return {"title": whole, **({"shortTitle": short} if short and waiting.says.short else {})}


def _dated(venue: str | None, year: int | None) -> str:
    return f"{venue or ''} {year or ''}".strip()


def _has_address(entry: Entry, url: str | None) -> bool:
    return normalise_url(url or "") in {normalise_url(link.url) for link in entry.links}
