"""What waits in the entries of items that are there: ticks, titles, links, notes and sections.

Zotero's own is not written: nothing is put into the trash, no note with citations or annotations is
touched, no venue is pushed (a label is no name), and a link or note that was taken out of the list
stays in Zotero. ``Read_Status`` in Extra stays too; unticking such an item adds the tag ``unread``,
which wins over it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from zsync.core import fields
from zsync.core.base import known_url
from zsync.core.belief import shares_words
from zsync.core.changes import Standing, entry_name, item_name, shown
from zsync.core.fields import LINK, PushScope
from zsync.core.identifiers import is_web, normalise_url
from zsync.core.intended import Intended
from zsync.core.library_changes import Held, NoteChange
from zsync.core.merge import Decision
from zsync.core.model import Checkbox, Entry, Item
from zsync.core.new_places import NewPlaces
from zsync.core.note_parts import locate_edit
from zsync.core.places import ListState, zotero_place
from zsync.core.plan import LibraryState, Plan
from zsync.core.reconcile import NoteForms

_UNREAD = "unread"
#: Fields in which every copy may say something else: each stands in a section of its own.
_OF_ONE_COPY = frozenset({"section", "venue"})
_WHAT = {"read": "box", "title": "title", "url": "address", "note": "note"}


class FieldPusher:
    """Turns what waits in linked entries into changes, field by field."""

    def __init__(
        self,
        plan: Plan,
        library: LibraryState,
        reading_list: ListState,
        notes: NoteForms,
        places: NewPlaces,
        intended: Intended,
        take: frozenset[int] = frozenset(),
    ) -> None:
        self.plan = plan
        self.taken = take
        self.list = reading_list
        self.items = {item.key: item for item in library.items}
        self.notes = notes
        self.places = places
        self.intended = intended
        self.policy = intended.policy

    def push(self, scope: PushScope) -> None:
        """Gather what waits, as far as the scope goes."""
        every = scope is PushScope.ALL
        self._push_items(
            lambda standing: (
                _names(standing, Decision.WAIT) & ({*standing.decisions} if every else {"read"})
            )
        )

    def push_taken(self) -> None:
        """Gather what the chosen entries say otherwise than Zotero, also where both were left as they are."""
        self._push_items(
            lambda standing: (
                _names(standing, Decision.WAIT) | standing.unlike
                if standing.entry in self.taken
                else frozenset()
            )
        )

    def _push_items(self, wanted: Callable[[Standing], Collection[str]]) -> None:
        """Gather item by item what its entries say in the fields that are wanted of each.

        What a doubtful entry says is not pushed, and it stands for its collection all the same.
        """
        copies: dict[str, list[_Waiting]] = defaultdict(list)
        for standing in self.plan.standing:
            if standing.entry is not None:
                entry, item = self.list.entries[standing.entry], self.items[standing.item]
                names = () if standing.entry in self.plan.doubtful else wanted(standing)
                copies[standing.item].append(_Waiting(standing, entry, item, names))
        for each in copies.values():
            self._push_item(each)

    def _push_item(self, copies: Sequence["_Waiting"]) -> None:
        """Push what the copies of one entry say in the fields that wait; where they differ, nothing of it."""
        saying: dict[str, list[_Waiting]] = defaultdict(list)
        for copy in copies:
            for name in copy.standing.decisions:
                if name in copy.names:
                    saying[name].append(copy)
        disputed = {name for name, those in saying.items() if self._differ(name, those)}
        # What one copy calls by a disputed label may have another number in another.
        addresses = {
            self._word(name, copy)
            for name in disputed if name.startswith(LINK)
            for copy in saying[name]
        }  # fmt: skip
        for name, those in saying.items():
            if name in disputed:
                self._hold_dispute(name, those)
            elif name == "section":
                self._push_sections(copies, those)
            elif not name.startswith(LINK) or self._word(name, those[0]) not in addresses:
                self._push_field(name, those[0])

    def _differ(self, name: str, saying: Sequence["_Waiting"]) -> bool:
        """Say whether copies contradict each other in a field."""
        if len(saying) == 1 or name in _OF_ONE_COPY:
            return False
        return len({self._word(name, copy) for copy in saying}) > 1

    def _word(self, name: str, copy: "_Waiting") -> str | bool | None:
        """Give what a copy says in a field, reduced to what counts."""
        match name:
            case "read":
                return copy.is_read
            case "title":
                return fields.plain(entry_name(copy.entry))
            case "note":
                return self.notes.comparable(copy.entry.note or "")
            case _:
                said = copy.said(name)
                return None if said is None else normalise_url(said)

    def _hold_dispute(self, name: str, saying: Sequence["_Waiting"]) -> None:
        first = {self._word(name, copy): copy for copy in reversed(saying)}
        differing = sorted(first.values(), key=lambda copy: copy.entry.line)
        lines = " and ".join(str(copy.entry.line) for copy in differing)
        said = " and ".join(f"“{copy.said(name) or ''}”" for copy in differing)
        what = _WHAT.get(name) or f"link “{name.removeprefix(LINK)}”"
        reason = f"lines {lines} say different things of its {what}: {said}. Make them say the same"
        others = (copy.standing.entry for copy in saying if copy is not differing[0])
        self._wait(differing[0], name, reason, others, takes=True)

    def _push_field(self, name: str, waiting: "_Waiting") -> None:
        item = waiting.item
        match name:
            case "read":
                self._push_read(item, is_read=waiting.is_read)
            case "title":
                self._push_title(waiting)
            case "url":
                if (url := waiting.url) and is_web(url):
                    self.intended.change(item, fields_to={"url": url})
            case "note":
                self._push_note(waiting)
            case _ if name.startswith(LINK):
                self._push_link(name, waiting)
            case _:
                # The label of a venue is no name that Zotero could take: it waits.
                pass

    def _push_read(self, item: Item, *, is_read: bool) -> None:
        """Take the tags away that say otherwise; add one where the item does not say it by itself then.

        Extra may say that it was read: then the tag ``unread``, which wins over that, comes where the tick
        goes, and goes where the tick comes again.
        """
        against = (_UNREAD,) if is_read else tuple(self.policy.read_tags)
        folded = set(map(fields.fold_tag, against))
        tags = tuple(tag.name for tag in item.tags if fields.fold_tag(tag.name) in folded)
        left = tuple(tag for tag in item.tags if tag.name not in tags)
        says_so = fields.is_read(replace(item, tags=left), self.policy.read_tags) is is_read
        wanted = self.policy.read_tag if is_read else _UNREAD
        new = () if says_so else (wanted,)
        if tags or new:
            self.intended.change(item, remove_tags=tags, add_tags=new, read=is_read)

    def _push_title(self, waiting: "_Waiting") -> None:
        """Mend a title; one that has nothing in common with Zotero's may be another paper's, or misread."""
        wanted, own = waiting.title_fields(), entry_name(waiting.entry)
        is_mended = not wanted or shares_words(wanted["title"], waiting.item.title)
        if is_mended or waiting.standing.entry in self.taken:
            self.intended.change(waiting.item, fields_to=wanted)
            return
        reason = f"the list calls it “{own}”, which has nothing in common with that title"
        self._wait(waiting, "title", reason, takes=True)

    def _push_sections(self, copies: Sequence["_Waiting"], moved: Sequence["_Waiting"]) -> None:
        """Let the item stand in the collection of every section where an entry of it stands now.

        A collection is left if an entry moved away from it and no other stands for it.
        """
        wanted = [
            self.places.of(copy.entry.section) if copy in moved else copy.standing.place
            for copy in copies
        ]
        left = [
            copy.standing.place
            for copy in moved
            if zotero_place(copy.standing.base) and copy.standing.place not in wanted
        ]
        self.intended.change(copies[0].item, add_to=tuple(wanted), remove_from=tuple(left))

    def _push_note(self, waiting: "_Waiting") -> None:
        """Write the note that was edited in the list; the others stay as they are."""
        item, written = waiting.item, waiting.entry.note
        published = fields.publishable_notes(item, self.policy)
        rendered = [self.notes.render(note.html) for note in published]
        edit = locate_edit(rendered, written or "", self.notes.comparable)
        if edit is None:
            several = "several notes were edited at once, or one was taken out: do that in Zotero"
            reason = several if written else "Zotero keeps a note that was taken out"
            self._wait(waiting, "note", reason)
        elif edit.index is None:
            self.intended.make_note(item.key, waiting.name, edit.text)
        elif self.notes.is_protected((note := published[edit.index]).html):
            reason = "the note holds citations or annotations of Zotero, and is edited there"
            self._wait(waiting, "note", reason)
        else:
            self.intended.children.append(
                NoteChange(note.key, item.key, waiting.name, note.html, edit.text)
            )

    def _push_link(self, name: str, waiting: "_Waiting") -> None:
        here = fields.name_links(waiting.entry.links, waiting.own_link).get(name)
        there = fields.name_links(waiting.standing.says.links, None).get(name)
        if here is None:
            self._wait(waiting, name, "Zotero keeps a link that was taken out here")
            return
        link = waiting.entry.links[here]
        if there is None:
            self.intended.make_link(waiting.item.key, waiting.name, link)
        elif is_web(link.url):
            old = waiting.standing.says.links[there]
            self.intended.change_link(waiting.item.key, waiting.name, old, link.url)

    def _wait(
        self,
        waiting: "_Waiting",
        name: str,
        reason: str,
        others: Iterable[int | None] = (),
        *,
        takes: bool = False,
    ) -> None:
        """Hold a field back for a person; ``takes``: unless that person chooses the list's words."""
        entry, copies = waiting.standing.entry, tuple(each for each in others if each is not None)
        held = Held(entry, waiting.name, reason, True, name, copies, takes)
        self.intended.held.append(held)

    def push_removals(self) -> None:
        """Take the items of entries that were taken out of the list out of their collections."""
        standing = {(each.item, each.place) for each in self.plan.standing}
        for key, known in self.plan.absent:
            place = self.places.tree.place_of(known)
            if place and (key, place) not in standing:
                self.intended.change(self.items[key], remove_from=(place,))


class _Waiting:
    """One entry of which something waits, with its item; ``names`` are the fields to be pushed."""

    def __init__(
        self, standing: Standing, entry: Entry, item: Item, names: Collection[str]
    ) -> None:
        self.standing = standing
        self.names = names
        self.entry = entry
        self.item = item
        self.name = item_name(standing.says)
        self.own_link = fields.paper_link(entry, standing.says, known_url(standing.base))

    @property
    def is_read(self) -> bool:
        """Whether the entry is ticked."""
        return self.entry.checkbox is Checkbox.CHECKED

    def said(self, name: str) -> str | None:
        """Give what the entry says in a field, for people."""
        return shown(name, self.entry, fields.of_entry(self.entry, self.own_link).get(name))

    @property
    def url(self) -> str | None:
        """The address of the paper's own link in the list."""
        return None if self.own_link is None else self.entry.links[self.own_link].url

    def title_fields(self) -> dict[str, str]:
        """Give the fields that say what the list says; a short name that only one side has stays there."""
        short, title = self.entry.short, self.entry.title
        says = self.standing.says
        if "title" not in self.item.fields or not title:
            return {}
        kept = says.short or fields.cut_short_name(short or "", self.item.title)[0]
        name = short if short and says.short else kept
        is_in_front = kept is not None and self.item.title.casefold().startswith(kept.casefold())
        whole = f"{name}: {title}" if name and is_in_front else title
        return {"title": whole, **({"shortTitle": short} if short and says.short else {})}


def _names(standing: Standing, wanted: Decision) -> frozenset[str]:
    """Name the fields of which this was decided."""
    return frozenset(name for name, decided in standing.decisions.items() if decided is wanted)
