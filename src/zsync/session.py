"""One session: workspace, mirror and remote library; what is there on both sides, and what is to be done."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zsync import files, opened
from zsync.config import LOCK_FILE, ListSettings, Settings
from zsync.core import fates
from zsync.core.base import Base
from zsync.core.changes import Change
from zsync.core.edits import AddEntry, RemoveEntry, RemoveSection
from zsync.core.entry_fields import NoteForms
from zsync.core.fields import entry_name, shown_title
from zsync.core.known import KnownTitles
from zsync.core.metadata import Resolution
from zsync.core.model import Checkbox, Collection, Entry, Item
from zsync.core.places import ListState, find_collection, subtree
from zsync.core.plan import NO_WISHES, LibraryState, Plan, Wishes, make_plan, missing
from zsync.core.policy import PushScope
from zsync.core.remember import adopt, remember
from zsync.core.selection import EVERYTHING, NOTHING, Choice, Selection, choose
from zsync.core.upgrade import upgraded
from zsync.errors import FileError, LibraryChanging, NotAllowed, SettingsError, UsageError
from zsync.opened import Opened
from zsync.outcome import FateOf, FileChange, KeptText, ListOutcome, Outcome
from zsync.zotero.delta import Known, Progress

_LAGS = (0.5, 1.0, 2.0, 4.0)
"""How long to wait for a write to be seen, in seconds."""

if TYPE_CHECKING:
    from zsync.bibliography import Rendered
    from zsync.formats.bib.bibtex import BibliographyError
    from zsync.formats.bib.metadata import Contents
    from zsync.formats.reading_list import ReadingList
    from zsync.formats.reading_list.template import Template
    from zsync.zotero.library import Library


class _BothSides(NamedTuple):
    """Both sides of one list at one moment."""

    base: Base
    library: LibraryState
    found: "ReadingList"
    state: ListState


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of one list at one moment, and what a pull would do about them."""

    base: Base
    library: LibraryState
    found: "ReadingList"
    state: ListState
    plan: Plan


@cache
def note_forms() -> NoteForms:
    """Return how notes are written and compared; loaded only where a list is planned."""
    from zsync.formats import notes

    return NoteForms(notes.to_markdown, notes.comparable, notes.holds_zotero_data)


class Session:
    """One session over workspace, mirror and, where it asks Zotero, the remote library.

    Each side of a list is read once, and planned once for the same wishes, whoever asks, until the mirror or
    the lock says something else.
    """

    def __init__(self, found: Opened) -> None:
        self.settings = found.workspace.settings
        self._progress = found.progress
        self.workspace = found.workspace
        self.mirror = found.mirror
        self._remote = found.remote
        self._notices: list[str] = []
        self._rendered: dict[str, Mapping[str, Rendered]] = {}
        self._bibs: dict[Path, tuple[str, Contents]] = {}
        self._libraries: dict[str, LibraryState] = {}
        self._read: dict[str, _BothSides] = {}
        self._planned: dict[tuple[str, Wishes], Sides] = {}

    @property
    def remote(self) -> "Library":
        """The remote library; offline commands never get here."""
        assert self._remote is not None  # noqa: S101 - narrows the type
        return self._remote

    # -- what is there ----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take what is new in Zotero into the mirror.

        Raises:
            FileError: a git merge is unfinished in a list or a bibliography.
            ZsyncError: as the library says.

        """
        self.workspace.check_merges()
        self.mirror.check()
        known = self.mirror.known()
        if not self._serves(known):
            known = replace(known, version=None)
        if known.version is None:
            self._check_notes()
        elif known.version == self.remote.version:
            return
        delta = self.remote.changes_since(known, self._choose)
        if self.mirror.notes_among(delta.gone):
            self._check_notes()
        self.mirror.absorb(delta)
        self._forget()

    def reread(self, version: int) -> None:
        """Take what is new into the mirror after a write, which made this library version.

        Zotero answers reads from copies that may lag a little behind.

        Raises:
            LibraryChanging: the write is still not to be seen.

        """
        for pause in (*_LAGS, None):
            delta = self.remote.changes_since(self.mirror.known(), self._choose)
            if delta.version >= version:
                self.mirror.absorb(delta)
                self._forget()
                return
            if pause is not None:
                time.sleep(pause)
        raise LibraryChanging(
            "Zotero does not show yet what was written.", "Run again in a minute; nothing is lost."
        )

    def rest_of_library(self, each: ListSettings, own: Set[str]) -> tuple[Item, ...]:
        """Return the library's items that are not in a list's collection, those of the other lists included.

        ``own`` are the keys of those that are. As they are now; offline, as they were when somebody last
        looked.
        """
        from zsync.formats import item_json

        if self._remote is not None:
            known = self.mirror.known_rest()
            self.mirror.absorb_rest(self._remote.rest_since(known, self.mirror.known().versions))
        others = {
            item.key: item
            for other in self.settings.lists if other is not each
            for item in self.library_state(other).items if item.key not in own
        }  # fmt: skip
        return (*item_json.parse_items(self.mirror.rest_of_library()), *others.values())

    def records(self, each: ListSettings) -> "Contents":
        """Return what the records of a list's .bib say, and what of it is not a record.

        Raises:
            FileError: the .bib cannot be read.

        """
        from zsync.formats.bib import metadata as bib_metadata
        from zsync.formats.bib.bibtex import BibliographyError

        if each.bib is None:
            return bib_metadata.Contents(())
        path = each.bib.path
        text = files.read_if_there(path) or ""
        if path not in self._bibs or self._bibs[path][0] != text:
            try:
                read = bib_metadata.read(text, each.bib.policy.format, each.bib.name)
            except BibliographyError as cause:
                raise _unreadable(path, cause) from cause
            self._bibs[path] = text, read
        return self._bibs[path][1]

    def fates(self, each: ListSettings) -> tuple[FateOf, ...]:
        """Give what became of the papers of a list's items, as the items tell it; retractions come first."""
        told = (
            FateOf(item.key, shown_title(item.title), found)
            for item in self.library_state(each).items
            if (found := fates.told(item.title, item.fields.get("extra", "")))
        )
        return tuple(
            sorted(told, key=lambda one: all(fate.kind != "retracted" for fate in one.fates))
        )

    def resolve(self, entries: Sequence[Entry], *, offline: bool) -> tuple[Resolution, ...]:
        """Ask the metadata services about entries; offline, what they answered before."""
        from zsync.resolvers import CACHE_FILE, Resolver

        with Resolver(
            self.settings.metadata,
            self.settings.work_folder / CACHE_FILE,
            offline=offline,
            progress=lambda what: self._progress(what, 0, 0),
        ) as resolver:
            if resolver.notice:
                self._notices.append(resolver.notice)
            return tuple(map(self._tagged, resolver.resolve(entries)))

    def _tagged(self, found: Resolution) -> Resolution:
        """Add the tags that the settings name for what became of the paper."""
        if found.metadata is None or not found.metadata.fates:
            return found
        named = asdict(self.settings.metadata.tags)
        tags = dict.fromkeys(named.get(fate.kind, "") for fate in found.metadata.fates)
        tagged = replace(found.metadata, tags=(*found.metadata.tags, *filter(None, tags)))
        return replace(found, metadata=tagged)

    def keep_bases(self, bases: Mapping[str, Base]) -> None:
        """Write bases into the lock, before anything else."""
        self.workspace.keep(self.outcome("", ()).library, bases)
        self._forget()

    def _serves(self, known: Known) -> bool:
        """Return whether the mirror covers the collections that the settings name today."""
        try:
            return tuple(self._choose(self.mirror.collections())) == known.roots
        except SettingsError:
            return False

    def _choose(self, collections: Sequence[Collection]) -> list[str]:
        return [self._root(each, collections) for each in self.settings.lists]

    def _root(self, each: ListSettings, collections: Sequence[Collection]) -> str:
        """Find a list's collection; a lock that was made for another one is not used."""
        locked = self.workspace.base(each).collection
        root = find_collection(each.collection, collections, locked)
        if locked is not None and locked != root:
            raise FileError(
                self.settings.lock_path,
                f"{each.name} is locked to collection {locked}, but the settings name {root} "
                f"({each.collection!r}).",
                f"Name the old collection again, or delete {LOCK_FILE} and run `zsync link`.",
            )
        return root

    def _check_notes(self) -> None:
        """Refuse a key that may not read notes: to it they all look deleted."""
        wants_notes = any(each.policy.publishes_notes for each in self.settings.lists)
        if not wants_notes:
            return
        may = self.remote.permissions()
        if may.read and not may.notes:
            raise NotAllowed(
                "The key may not read notes, and the settings ask for them.",
                'Allow "notes" for the key at https://www.zotero.org/settings/keys, '
                'or set notes = "none". Nothing was written.',
            )

    def library_state(self, each: ListSettings) -> LibraryState:
        """Return what Zotero holds for the list, from the mirror."""
        if each.name not in self._libraries:
            from zsync.formats import item_json

            below = self._collections(each)
            raw, where = self.mirror.items(tuple(collection.key for collection in below))
            items = item_json.parse_items(raw, collections=where)
            self._libraries[each.name] = LibraryState(
                below[0].key, below, items, self.mirror.gone()
            )
        return self._libraries[each.name]

    def _collections(self, each: ListSettings) -> tuple[Collection, ...]:
        """Return the list's collection and all below it."""
        collections = self.mirror.collections()
        return subtree(collections, self._root(each, collections))

    # -- what is to be done -----------------------------------------------------------------------

    def choose(self, names: Sequence[str]) -> dict[str, Selection]:
        """Return the entries that a person named, by the list's name.

        Raises:
            UsageError: a name means no entry, several, or one without an item.

        """
        choices = [
            _choice(each.name, self.sides(each)) if each.path else self._choice_of_records(each)
            for each in self.settings.lists
        ]
        return choose(names, choices)

    def _choice_of_records(self, each: ListSettings) -> Choice:
        """Return what a person can name of a bibliography without a list."""
        known = self.workspace.base(each).items
        keys = {base.citation_key: key for key, base in known.items() if base.citation_key}
        return Choice(each.name, (), (), {}, frozenset(keys.values()), keys)

    def sides(self, each: ListSettings, wishes: Wishes = NO_WISHES) -> Sides:
        """Read both sides of a list, and decide what Zotero's state means for it: see :func:`make_plan`."""
        if (each.name, wishes) not in self._planned:
            base, library, found, state = self._both_sides(each)
            plan = make_plan(base, library, state, each.policy, note_forms(), wishes)
            self._planned[each.name, wishes] = Sides(base, library, found, state, plan)
        return self._planned[each.name, wishes]

    def _both_sides(self, each: ListSettings) -> "_BothSides":
        if each.name not in self._read:
            from zsync.formats.reading_list.mentions import Mentions

            library = self.library_state(each)
            base = upgraded(self.workspace.base(each), library.items, each.policy)
            found = self.workspace.read_list(each, KnownTitles.of(base, library.items))
            state = ListState(
                found.entries,
                found.sections(),
                found.root,
                len(found.unread) > len(found.entries),
                found.read_only,
                found.wordings,
                Mentions(found),
                found.fixed,
            )
            self._read[each.name] = _BothSides(base, library, found, state)
        return self._read[each.name]

    def _forget(self) -> None:
        """Have both sides read again: the mirror, the lock or a list says something else now."""
        self._libraries.clear()
        self._read.clear()
        self._planned.clear()

    def known_titles(self, each: ListSettings) -> KnownTitles:
        """Return the titles by which a list is read; without a mirror only the lock knows some."""
        base = self.workspace.base(each)
        if self.mirror.version() is None:
            return KnownTitles.of(base)
        library = self.library_state(each)
        return KnownTitles.of(upgraded(base, library.items, each.policy), library.items)

    def item_keys(self, names: Sequence[str]) -> frozenset[str]:
        """Return the keys of the items that a person names by item key or citation key.

        Raises:
            UsageError: the collections have no such item.

        """
        known: dict[str, str] = {}
        for each in self.settings.lists:
            items = {item.key for item in self.library_state(each).items}
            known |= {
                base.citation_key: key
                for key, base in self.workspace.base(each).items.items()
                if base.citation_key and key in items
            }
            known |= {key: key for key in items}
        for name in names:
            if name not in known:
                raise UsageError(
                    f"No item of the collection has the key {name}.",
                    "Give an item key, as `zsync status` prints it, or a citation key of the .bib.",
                )
        return frozenset(known[name] for name in names)

    def work(
        self,
        each: ListSettings,
        overwriting: Selection = NOTHING,
        adding: frozenset[str] = frozenset(),
    ) -> tuple[ListOutcome, Base]:
        """Work out what becomes of a list and its bibliography, and the base after that.

        The bibliography is overwritten where everything is.
        """
        if each.path is None:
            return self.work_on_bib(each, overwriting)
        sides = self.sides(each, Wishes(overwriting=overwriting, adding=adding))
        library = sides.library
        outcome, base = self._edit(each, sides)
        if each.bib is None:
            return outcome, base
        load = {item.key: item for item in library.items}.__getitem__
        rendered = self.mirror.rendered(each.name)
        records = EVERYTHING if overwriting.everything else NOTHING
        return self._update_bib(each, library.items, load, rendered, base, outcome, records)

    def work_on_bib(
        self, each: ListSettings, overwriting: Selection = NOTHING
    ) -> tuple[ListOutcome, Base]:
        """Work out what becomes of a list's bibliography alone, reading few items that did not change."""
        from zsync.formats import item_json

        below = self._collections(each)
        raw = self.mirror.outlines(tuple(collection.key for collection in below), each.name)
        items = item_json.parse_items(raw)
        rendered = self.mirror.rendered(each.name)
        whole = {item.key: item for item in items if item.key not in rendered}

        def load(key: str) -> Item:
            return whole.get(key) or item_json.parse_items([self.mirror.item(key)])[0]

        base = replace(self.workspace.base(each), collection=below[0].key)
        outcome = ListOutcome(each.name)
        return self._update_bib(each, items, load, rendered, base, outcome, overwriting)

    def settle(self, each: ListSettings, keeping: Selection = NOTHING) -> tuple[ListOutcome, Base]:
        """Work out the base where nothing is written into the list: what both sides agree on joins it."""
        sides = self.sides(each, Wishes(keeping=keeping))
        found, plan = sides.found, sides.plan
        base = adopt(plan, sides.base, sides.library.root, found.entries, found.wordings)
        outcome = ListOutcome(
            each.name,
            plan,
            entries=found.entries,
            problems=problems(plan, found),
            read_only=read_only(found, plan),
            unknown_boxes=unknown_boxes(found),
            missing=self._missing(sides),
        )
        return outcome, base

    def _edit(self, each: ListSettings, sides: "Sides") -> tuple[ListOutcome, Base]:
        from zsync.formats import reading_list

        found, plan = sides.found, sides.plan
        edited = reading_list.edit(found, plan.edits, self._entry_form(each))
        made = tuple(plan.changes[index] for index in sorted(edited.changed))
        new, unwritten = remember(
            plan,
            sides.base,
            sides.library.root,
            edited.reading_list.entries,
            edited.positions,
            edited.added,
            edited.reading_list.wordings,
        )
        return ListOutcome(
            each.name,
            plan,
            made,
            found.entries,
            (FileChange(each.name, found.text, edited.reading_list.text),),
            problems=(*problems(plan, found), *_unadded(plan, edited.added)),
            kept=tuple(_kept(made, found)),
            read_only=read_only(found, plan),
            unknown_boxes=unknown_boxes(found),
            missing=self._missing(sides),
            unwritten=unwritten,
        ), new

    def _missing(self, sides: "Sides") -> tuple[int, ...]:
        """Return the entries without an item, where the settings let a sync make one."""
        if self.settings.push is not PushScope.ALL:
            return ()
        return tuple(missing(sides.plan, sides.state))

    @staticmethod
    def _entry_form(each: ListSettings) -> "Template | None":
        """Return the form of new entries, where the settings name one."""
        if not each.policy.entry:
            return None
        from zsync.formats.reading_list.template import parse_template

        return parse_template(each.policy.entry)

    def _update_bib(
        self,
        each: ListSettings,
        items: Sequence[Item],
        load: Callable[[str], Item],
        rendered: "Mapping[str, Rendered]",
        base: Base,
        outcome: ListOutcome,
        overwriting: Selection,
    ) -> tuple[ListOutcome, Base]:
        """Add the bibliography to an outcome, where one is configured."""
        if each.bib is None:
            return outcome, base
        from zsync import bibliography as bibliographies
        from zsync.formats.bib.bibtex import BibliographyError

        path = each.bib.path
        before = files.read_if_there(path) or ""
        try:
            new = bibliographies.update(
                before,
                base,
                items,
                each.bib.policy,
                overwriting=overwriting,
                memory=bibliographies.Memory(rendered, load),
            )
        except BibliographyError as cause:
            raise _unreadable(path, cause) from cause
        self._rendered[each.name] = new.rendered
        name = self.workspace.relative(path)
        return replace(
            outcome,
            files=(*outcome.files, FileChange(name, before, new.text)),
            records=new.records,
            problems=(*outcome.problems, *(f"{name}, {each}" for each in new.problems)),
            by_hand=new.by_hand,
            renamed=new.renamed,
            merged=new.merged,
            leaving=new.leaving,
            owned=new.owned,
            kept=(
                *outcome.kept,
                *(KeptText(f"{key}{path.suffix}", text) for key, text in new.kept.items()),
            ),
        ), new.base

    # -- doing it ---------------------------------------------------------------------------------

    def write(self, outcome: Outcome, bases: Mapping[str, Base]) -> Outcome:
        """Write the files of an outcome and remember the bases."""
        written = self.workspace.write(outcome.library, outcome.lists, bases)
        self._forget()
        for name, rendered in self._rendered.items():
            self.mirror.remember(name, rendered)
        return replace(outcome, written=written)

    def set_fingerprint(self, command: str, said: Mapping[str, str]) -> None:
        """Remember that files and settings are in step with the mirror, and what a run would say of them.

        Of files that somebody edited meanwhile nothing is remembered: the next run looks at them.
        """
        fingerprint = self.workspace.fingerprint()
        if self.workspace.is_as_written():
            self.mirror.set_said(command, json.dumps(dict(said)))
            self.mirror.set_fingerprint(command, fingerprint)

    def outcome(self, command: str, lists: Sequence[ListOutcome]) -> Outcome:
        """Return the outcome of a command that wrote nothing yet."""
        remote = self._remote
        return Outcome(
            command,
            tuple(lists),
            remote.name if remote else self.workspace.library,
            remote.requests if remote else 0,
            self.workspace.own_files,
            notices=tuple(filter(None, (self.mirror.notice, *self._notices))),
        )


@contextmanager
def offline(settings: Settings, *, writing: bool = False) -> Iterator[Session]:
    """Begin a session over what is there locally."""
    with opened.offline(settings, writing=writing) as found:
        yield Session(found)


@contextmanager
def online(settings: Settings, progress: Progress) -> Iterator[Session]:
    """Begin a session over both sides."""
    with opened.online(settings, progress) as found:
        yield Session(found)


def _unreadable(path: Path, cause: "BibliographyError") -> FileError:
    return FileError(path, f"{cause.what}.", "Fix it; the file is untouched.", where=cause.line)


def _kept(made: Sequence[Change], found: "ReadingList") -> Iterator[KeptText]:
    """Return what goes from the list: whole entries and headings as they stood, and words of its author."""
    for change in made:
        if isinstance(change.edit, RemoveEntry):
            yield KeptText(f"{change.item}-entry.md", found.raw(change.edit.entry))
        elif isinstance(change.edit, RemoveSection):
            yield KeptText("heading.md", found.raw_headings(change.edit.section))
        elif change.lost:
            field_name = change.field.partition(":")[0]
            yield KeptText(f"{change.item}-{field_name}.md", change.lost)


def _choice(name: str, sides: Sides) -> Choice:
    """Return what a person can name in a list."""
    text, known = sides.found.text, sides.base.items
    linked = {
        linked_entry.entry: linked_entry.item
        for linked_entry in sides.plan.linked_entries
        if linked_entry.entry is not None
    }
    keys = {
        item.fields["citationKey"]: item.key
        for item in sides.library.items
        if "citationKey" in item.fields
    }
    keys |= {former: key for key, each in known.items() for former in each.former_keys}
    keys |= {each.citation_key: key for key, each in known.items() if each.citation_key}
    return Choice(
        name,
        [_lines(text, block.start, block.end) for block in sides.found.blocks],
        [entry_name(entry) for entry in sides.found.entries],
        linked,
        frozenset(key for key, _ in sides.plan.absent),
        keys,
        {each.item: each.line for each in sides.plan.named},
    )


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the first and the last line (1-based) of a stretch of text; its last line end is not one more."""
    first = text.count("\n", 0, start) + 1
    return first, first + text[start:end].rstrip("\r\n").count("\n")


def problems(plan: Plan, found: "ReadingList") -> tuple[str, ...]:
    """Return what a person should know: a shape that is not read, a section that takes nothing."""
    problems = []
    gone = {key for key, _ in plan.absent}
    if not plan.linked_entries and len(gone) > 1:
        problems.append(
            f"the list holds none of the {len(gone)} papers that were in it. If that is a mistake, take it "
            "from git's history: git checkout FILE."
        )
    if plan.held_back:
        problems.append(
            f"{len(found.unread)} lines name papers in a shape that zsync does not read yet, so "
            f"{plan.held_back} papers of the collection were not added. `zsync entries FILE --unread` "
            "shows the lines. To let zsync write into a part of the file, put <!-- zsync:start --> and "
            "<!-- zsync:end --> around it."
        )
    if (files := found.titles_of_files()) > len(found.entries):
        problems.append(
            f"{files} lines look like papers whose titles lead to files next to the list. zsync does not "
            "read them: it reads a line with a box, or with an address that leads to the paper."
        )
    problems.extend(
        f"section {_section_name(section)}: {count} of the collection's papers were not added, because "
        "zsync is not sure that it reads the entries there rightly."
        for section, count in plan.closed.items()
    )
    return tuple(problems)


def _unadded(plan: Plan, added: Sequence[int | None]) -> Iterator[str]:
    """Return which entries could not be written in the shape of their neighbours."""
    adds = [change for change in plan.changes if isinstance(change.edit, AddEntry)]
    for change, position in zip(adds, added, strict=True):
        if position is None and isinstance(change.edit, AddEntry):
            yield (
                f"section {_section_name(change.edit.section)}: the entry “{change.title}” could not be "
                "written in the shape of its neighbours, and was not added."
            )


def _section_name(section: Sequence[str]) -> str:
    return section[-1] if section else "at the top"


def unknown_boxes(found: "ReadingList") -> tuple[int, ...]:
    """Return the lines of the entries whose box says neither that the paper was read nor that it was not."""
    return tuple(entry.line for entry in found.entries if entry.checkbox is Checkbox.UNKNOWN)


def read_only(found: "ReadingList", plan: Plan) -> tuple[int, ...]:
    """Return the lines of the entries that are read with doubt."""
    return tuple(found.entries[index].line for index in sorted(plan.doubtful - plan.misread.keys()))
