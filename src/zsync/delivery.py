"""Writing a push plan to Zotero: the keys into the lock, then what is new, then what changes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

from zsync.config import ListSettings
from zsync.core.library_changes import (
    ItemChange,
    LibraryChange,
    LinkChange,
    NewCollection,
    NewItem,
    NewLink,
    NewNote,
    NewObject,
    NoteChange,
    ObjectChange,
)
from zsync.core.push.made_meanwhile import concerns_collections, concerns_items
from zsync.core.push.plan import PushPlan
from zsync.formats import item_json, notes, patches
from zsync.outcome import KeptText
from zsync.pushed import Pushed
from zsync.session import Session
from zsync.zotero.library import Library
from zsync.zotero.writes import GoOn, LibraryMoved, WriteReport, write_collections, write_items

_EXISTS = 412
#: The changes of what is there already.
CHANGES = (ItemChange, NoteChange, LinkChange)


class Delivery:
    """Writes plans for one list, and notes what became of each change."""

    def __init__(self, session: Session, done: Pushed) -> None:
        self._session = session
        self._done = done
        self._new_collections: list[NewCollection] = []
        self._new: list[NewObject] = []

    def write(self, each: ListSettings, plan: PushPlan) -> Sequence[LibraryChange]:
        """Write one plan: the lock, new collections, new objects, then changes to what is there.

        Gives the changes that Zotero was asked for. Where the key of a collection is in use already, for one
        that was moved away or is in the trash, nothing else is sent: what was to go there needs another.

        Raises:
            LibraryMoved: somebody else wrote meanwhile; what is left is to be decided again.
            FileError, NotAllowed, Unreachable: as workspace and library say.

        """
        keep_keys(self._session, [(each, plan)])
        version = self._session.mirror.version()
        self._new_collections = [one for one in plan.changes if isinstance(one, NewCollection)]
        new = [one for one in plan.changes if isinstance(one, NewItem | NewLink | NewNote)]
        self._new = [one for one in new if not _is_too_long(self._done, one)]
        version = self._make(write_collections, self._new_collections, version)
        if any(one.key in self._done.skip for one in self._new_collections):
            return self._new_collections
        self._make(write_items, self._new, version)
        change(
            self._session, [(self._done, one) for one in plan.changes if isinstance(one, CHANGES)]
        )
        return plan.changes

    def _make(
        self,
        write: "_Write",
        new: Sequence[NewCollection | NewObject],
        version: int | None,
    ) -> int | None:
        """Make new objects; give the library version that the next write goes on from."""
        if not new:
            return version
        objects = [patches.new_object(one) for one in new]
        try:
            report = write(
                self._session.remote, objects, unmodified_since=version, go_on=self._go_on
            )
        except LibraryMoved as moved:
            self._settle_new(new, moved.report)
            raise
        self._settle_new(new, report)
        return report.unmodified_since

    def _go_on(self, version: int) -> int | None:
        """Return the library version to go on from, unless what somebody else wrote concerns what is new."""
        kinds = ("items", "collections") if self._new_collections else ("items",)
        found = [self._session.remote.changed_after(kind, version) for kind in kinds]
        answers = [each for each in found if each is not None]
        if len(answers) < len(kinds):
            return None
        own = {one.key for one in (*self._new_collections, *self._new)}
        items, *rest = (
            [each["data"] for each in changed if each["key"] not in own] for _, changed in answers
        )
        collections = [each for each in chain(*rest) if not each.get("deleted")]
        named = [(each["name"], each.get("parentCollection") or None) for each in collections]
        touched = {each["parentItem"] for each in items if "parentItem" in each}
        touched |= {each["key"] for each in items if each.get("deleted")}
        is_concerned = concerns_collections(self._new_collections, named) or concerns_items(
            self._new, touched, item_json.parse_items(items)
        )
        # The first answer's: should somebody have written since, the write is refused and this asked again.
        return None if is_concerned else answers[0][0]

    def _settle_new(self, new: Sequence[NewCollection | NewObject], report: WriteReport) -> None:
        """Note what was made and what was refused; what is there already was made by an earlier try."""
        self._done.version = max(self._done.version, report.version)
        there: list[NewObject] = []
        for one in new:
            refusal = report.refused.get(one.key)
            if one.key in report.written or one.key in report.unchanged:
                self._done.changes.append(one)
            elif refusal and refusal.code != _EXISTS:
                self._done.refuse(one, refusal.message)
            elif refusal and not isinstance(one, NewCollection):
                there.append(one)
            elif refusal:
                self._done.skip.add(one.key)
        self._restore(there)

    def _restore(self, there: Sequence[NewObject]) -> None:
        """Take children that are in the trash out of it, for they are wanted again; an item is a person's."""
        if not there:
            return
        found = self._session.remote.fetch(one.key for one in there)
        trashed = [one for one in there if found.get(one.key, {}).get("data", {}).get("deleted")]
        for one in trashed:
            if isinstance(one, NewItem):
                self._done.refuse(one, "the item is in Zotero's trash; restore it there")
        children = [one for one in trashed if not isinstance(one, NewItem)]
        if children:
            sent = [
                {"key": one.key, "version": found[one.key]["version"], "deleted": 0}
                for one in children
            ]
            report = write_items(self._session.remote, sent, unmodified_since=None)
            self._done.version = max(self._done.version, report.version)
            self._done.changes.extend(one for one in children if one.key in report.written)


def keep_keys(session: Session, plans: Sequence[tuple[ListSettings, PushPlan]]) -> None:
    """Keep in the lock the keys that plans of lists chose, before anything is sent under them.

    Raises:
        FileError: the lock cannot be written.

    """
    bases = {
        each.name: plan.remembered_in(session.workspace.base(each))
        for each, plan in plans
        if plan.pairs or plan.sections
    }
    if bases:
        session.keep_bases(bases)


def change(session: Session, wanted: Sequence[tuple[Pushed, ObjectChange]]) -> None:
    """Change objects that are there, each as it is now; what changed meanwhile is decided again.

    The changes may be those of several lists, no two of one object; each comes with what was done for its
    list.

    Raises:
        NotAllowed, Unreachable: as the library says.

    """
    wanted = [(done, one) for done, one in wanted if not _is_too_long(done, one)]
    found = session.remote.fetch(one.key for _, one in wanted)
    sent = []
    for done, one in wanted:
        if one.key in found:
            patch = patches.patch(one, found[one.key])
            sent += [patch.sent] if patch.sent else []
            texts = patches.overwritten(patch, found[one.key])
            _keep(session, done, [KeptText(name, text) for name, text in texts])
    report = write_items(session.remote, sent, unmodified_since=None) if sent else WriteReport()
    for done, one in wanted:
        done.version = max(done.version, report.version)
        if one.key in report.written:
            done.changes.append(one)
        elif (refusal := report.refused.get(one.key)) and refusal.code != _EXISTS:
            done.refuse(one, refusal.message)


def _is_too_long(done: Pushed, one: LibraryChange) -> bool:
    """Return whether a note is longer than the server takes, and note that."""
    if not isinstance(one, NewNote | NoteChange):
        return False
    if not notes.is_too_long(notes.to_html(one.markdown)):
        return False
    done.refuse(one, "the note is longer than Zotero takes")
    return True


def _keep(session: Session, done: Pushed, texts: Iterable[KeptText]) -> None:
    """Keep what a request takes the place of, before it goes out."""
    new = [text for text in texts if text not in done.kept]
    session.workspace.keep_texts(new)
    done.kept.extend(new)


class _Write(Protocol):
    """Writes objects of one kind, as :func:`write_items` does."""

    def __call__(
        self,
        library: Library,
        objects: Sequence[Mapping[str, Any]],
        *,
        unmodified_since: int | None,
        go_on: GoOn | None,
    ) -> WriteReport:
        """Write them."""
