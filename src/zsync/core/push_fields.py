"""What waits in the entries of items that are there: ticks, titles, links, notes and sections."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from zsync.core import fields
from zsync.core.base import known_url
from zsync.core.changes import Standing, entry_name, item_name, shown
from zsync.core.fields import LINK, PushScope
from zsync.core.identifiers import normalise_url
from zsync.core.intended import Intended, is_web
from zsync.core.library_changes import NoteChange
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
    ) -> None:
        self.plan = plan
        self.list = reading_list
        self.items = {item.key: item for item in library.items}
        self.notes = notes
        self.places = places
        self.intended = intended
        self.policy = intended.policy

    def push(self, scope: PushScope) -> None:
        """Gather what waits, item by item, as far as the scope goes."""
        copies: dict[str, list[_Waiting]] = defaultdict(list)
        for standing in self.plan.standing:
            if standing.entry is not None and standing.entry not in self.list.doubtful:
                entry, item = self.list.entries[standing.entry], self.items[standing.item]
                copies[standing.item].append(_Waiting(standing, entry, item))
        for each in copies.values():
            self._push_item(each, scope)

    def _push_item(self, copies: Sequence["_Waiting"], scope: PushScope) -> None:
        """Push what the copies of one entry say in the fields that wait; where they differ, nothing of it."""
        saying: dict[str, list[_Waiting]] = defaultdict(list)
        for copy in copies:
            for name, decision in copy.standing.decisions.items():
                if decision is Decision.WAIT and (scope is PushScope.ALL or name == "read"):
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
        self._wait(differing[0], reason)

    def _push_field(self, name: str, waiting: "_Waiting") -> None:
        item = waiting.item
        match name:
            case "read":
                self._push_read(item, is_read=waiting.is_read)
            case "title":
                self.intended.change(item, fields_to=waiting.title_fields())
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
        """Add the read tag, or take every read tag away."""
        if is_read:
            self.intended.change(item, add_tags=(self.policy.read_tag,))
            return
        folded = {fields.fold_tag(name) for name in self.policy.read_tags}
        tags = tuple(tag.name for tag in item.tags if fields.fold_tag(tag.name) in folded)
        left = tuple(tag for tag in item.tags if tag.name not in tags)
        # Extra may still say that it was read; the tag "unread" wins over that.
        is_left_read = fields.is_read(replace(item, tags=left), self.policy.read_tags)
        self.intended.change(item, remove_tags=tags, add_tags=(_UNREAD,) if is_left_read else ())

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
            self._wait(waiting, several if written else "Zotero keeps a note that was taken out")
        elif edit.index is None:
            self.intended.make_note(item.key, waiting.name, edit.text)
        elif self.notes.is_protected((note := published[edit.index]).html):
            reason = "the note holds citations or annotations of Zotero, and is edited there"
            self._wait(waiting, reason)
        else:
            self.intended.children.append(
                NoteChange(note.key, item.key, waiting.name, note.html, edit.text)
            )

    def _push_link(self, name: str, waiting: "_Waiting") -> None:
        here = fields.name_links(waiting.entry.links, waiting.own_link).get(name)
        there = fields.name_links(waiting.standing.says.links, None).get(name)
        if here is None:
            self._wait(waiting, "Zotero keeps a link that was taken out here")
            return
        link = waiting.entry.links[here]
        if there is None:
            self.intended.make_link(waiting.item.key, waiting.name, link)
        elif is_web(link.url):
            old = waiting.standing.says.links[there]
            self.intended.change_link(waiting.item.key, waiting.name, old, link.url)

    def _wait(self, waiting: "_Waiting", reason: str) -> None:
        self.intended.hold(waiting.standing.entry, waiting.name, reason, asks=True)

    def push_removals(self) -> None:
        """Take the items of entries that were taken out of the list out of their collections."""
        standing = {(each.item, each.place) for each in self.plan.standing}
        for key, known in self.plan.absent:
            place = self.places.tree.place_of(known)
            if place and (key, place) not in standing:
                self.intended.change(self.items[key], remove_from=(place,))


class _Waiting:
    """One entry of which something waits, with its item."""

    def __init__(self, standing: Standing, entry: Entry, item: Item) -> None:
        self.standing = standing
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
        """Give the fields that say what the list says; none where only one side has a short name."""
        short, title = self.entry.short, self.entry.title
        says = self.standing.says
        if "title" not in self.item.fields or bool(short) != bool(says.short) or not title:
            return {}
        if not short:
            return {"title": title}
        is_in_front = self.item.title.casefold().startswith((says.short or "").casefold())
        whole = f"{short}: {title}" if is_in_front else title
        return {"title": whole, "shortTitle": short}
