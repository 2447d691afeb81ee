"""What waits in the entries of items that are there: ticks, titles, links, notes and sections."""

from dataclasses import replace

from zsync.core import fields
from zsync.core.base import known_url
from zsync.core.changes import Standing, item_name
from zsync.core.fields import LINK, PushScope, digest
from zsync.core.intended import Intended, is_web
from zsync.core.library_changes import LinkChange, NoteChange
from zsync.core.merge import Decision
from zsync.core.model import Checkbox, Entry, Item
from zsync.core.new_places import NewPlaces
from zsync.core.note_parts import locate_edit
from zsync.core.places import ListState, zotero_place
from zsync.core.plan import LibraryState, Plan
from zsync.core.reconcile import NoteForms

_UNREAD = "unread"


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
        self.reads: dict[str, bool] = {}

    def push(self, scope: PushScope) -> None:
        """Gather what waits, as far as the scope goes."""
        for standing in self.plan.standing:
            self._push_fields(standing, scope)
        for key, is_read in self.reads.items():
            self._push_read(self.items[key], is_read=is_read)

    def _push_fields(self, standing: Standing, scope: PushScope) -> None:
        if standing.entry is None or standing.entry in self.plan.doubtful:
            return
        waiting = _Waiting(standing, self.list.entries[standing.entry], self.items[standing.item])
        for name, decision in standing.decisions.items():
            if decision is Decision.WAIT and (scope is PushScope.ALL or name == "read"):
                self._push_field(name, waiting)

    def _push_field(self, name: str, waiting: "_Waiting") -> None:
        item = waiting.item
        match name:
            case "read":
                # One entry that is ticked decides for all that name the paper.
                is_read = waiting.entry.checkbox is Checkbox.CHECKED
                self.reads[item.key] = self.reads.get(item.key, False) or is_read
            case "title":
                self.intended.change(item, fields_to=waiting.title_fields())
            case "url":
                if (url := waiting.url) and is_web(url):
                    self.intended.change(item, fields_to={"url": url})
            case "section":
                self._push_section(waiting)
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

    def _push_section(self, waiting: "_Waiting") -> None:
        """Move an item to the collection of the section where its entry stands now."""
        old, new = waiting.standing.place, self.places.of(waiting.entry.section)
        if old == new:
            return
        others = [
            each
            for each in self.plan.standing
            if each.item == waiting.item.key and each.place == old and each is not waiting.standing
        ]
        self.intended.change(waiting.item, add_to=(new,), remove_from=() if others else (old,))

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
        elif not any(each.key == note.key for each in self.intended.children):
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
            self.intended.children.append(
                LinkChange(old.key, waiting.item.key, waiting.name, old.label, old.url, link.url)
            )

    def _wait(self, waiting: "_Waiting", reason: str) -> None:
        self.intended.hold(waiting.standing.entry, waiting.name, reason, asks=True)

    def push_removals(self) -> None:
        """Take the items of entries that were taken out of the list out of their collections."""
        by_digest = {digest(key): key for key in self.places.tree.by_key}
        standing = {(each.item, each.place) for each in self.plan.standing}
        for key, known in self.plan.absent:
            place = by_digest.get(zotero_place(known) or "")
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
