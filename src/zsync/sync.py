"""The shell: gathers both sides, lets the core decide, writes the files, remembers. The sides meet here.

Order of writing: what would be lost is kept aside first, then the list, then the .bib, then the lock, and
last the mirror's seal. A run that is cut short anywhere is finished by the next one: an edit that is
already there is no edit.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from zsync import __version__, files
from zsync.config import AUTO, LOCK_FILE, ListSettings, Settings
from zsync.core.base import Base
from zsync.core.matching import Match
from zsync.core.model import Collection
from zsync.core.places import ListState, find_collection, subtree
from zsync.core.plan import (
    Change,
    LibraryState,
    NoteForms,
    Plan,
    adopt,
    check_limits,
    make_plan,
    remember,
)
from zsync.errors import FileError, NotAllowed, PersonNeeded, SettingsError, UnsafePlan
from zsync.formats.lock import Lock, LockError, parse_library
from zsync.formats.lock import parse as parse_lock
from zsync.formats.lock import render as render_lock
from zsync.outcome import FileChange, ListOutcome, Outcome
from zsync.zotero.delta import Known, Progress, silent
from zsync.zotero.mirror import Mirror

if TYPE_CHECKING:
    from zsync.zotero.library import Library

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PullOptions:
    """How to pull: without writing, with Zotero winning everywhere, never with open questions."""

    dry_run: bool = False
    overwrite: bool = False
    strict: bool = False


def pull(
    settings: Settings, options: PullOptions | None = None, progress: Progress = silent
) -> Outcome:
    """Bring the lists and bibliographies in step with Zotero.

    Raises:
        ZsyncError: settings, files, permissions or the network are in the way; nothing was written.

    """
    options = options or PullOptions()
    with _open(settings, progress) as (side, mirror):
        if not options.overwrite and side.is_idle(mirror):
            sealed = tuple(ListOutcome(each.name, sealed=True) for each in settings.lists)
            return side.outcome("pull", sealed, mirror)
        side.refresh(mirror)
        worked = [side.work(each, mirror, options.overwrite) for each in settings.lists]
        lists = tuple(each for each, _ in worked)
        refusal = _refuse(lists, settings, options)
        if options.dry_run or refusal:
            return replace(
                side.outcome("pull", lists, mirror), refusal=refusal, dry_run=options.dry_run
            )
        written = side.write(lists, {each.name: base for each, base in worked})
        outcome = replace(side.outcome("pull", lists, mirror), written=written)
        if _nothing_left(outcome):
            side.set_seals(mirror)
        return outcome


def link(settings: Settings, *, strict: bool = False, progress: Progress = silent) -> Outcome:
    """Pair the entries of the lists with items and record the pairs in the lock; write nothing else.

    Raises:
        ZsyncError: as :func:`pull`.

    """
    with _open(settings, progress) as (side, mirror):
        side.refresh(mirror)
        lists, bases = [], {}
        for each in settings.lists:
            state, library = side.read_list(each), side.library_state(each, mirror)
            base = side.base(each)
            plan = side.plan(each, base, library, state, overwriting=False)
            bases[each.name] = adopt(plan, base, library.root, state.entries)
            lists.append(ListOutcome(each.name, plan, entries=state.entries))
        outcome = side.outcome("link", tuple(lists), mirror)
        refusal = _open_questions(lists) if strict else None
        if refusal:
            return replace(outcome, refusal=refusal)
        return replace(outcome, written=side.write((), bases))


def status(settings: Settings) -> Outcome:
    """Say what a pull would do, from the mirror and the lock alone: no network, nothing written.

    Raises:
        SettingsError: nothing was pulled yet.

    """
    side = _Side(settings, None)
    with _mirror(side) as mirror:
        mirror.check()
        if mirror.version() is None:
            raise _nothing_pulled()
        lists = tuple(side.work(each, mirror, overwriting=False)[0] for each in settings.lists)
        return side.outcome("status", lists, mirror)


def bibliography(
    settings: Settings, *, dry_run: bool = False, progress: Progress = silent
) -> Outcome:
    """Write the bibliographies from the mirror; ask Zotero only where nothing was pulled yet.

    Raises:
        SettingsError: no list has a ``[bib]``.
        ZsyncError: as :func:`pull`.

    """
    if not any(each.bib for each in settings.lists):
        raise SettingsError(
            "No [bib] table is in zsync.toml.", 'Add one: [bib] with path = "refs/library.bib".'
        )
    side = _Side(settings, None)
    with _mirror(side) as mirror:
        mirror.check()
        if mirror.version() is not None:
            return _write_bibliographies(side, mirror, dry_run=dry_run)
    with _open(settings, progress) as (side, mirror):
        side.refresh(mirror)
        return _write_bibliographies(side, mirror, dry_run=dry_run)


def _write_bibliographies(side: "_Side", mirror: Mirror, *, dry_run: bool) -> Outcome:
    lists, bases = [], {}
    for each in side.settings.lists:
        library = side.library_state(each, mirror)
        base = replace(side.base(each), collection=library.root)
        updated, bases[each.name] = side.update_bib(each, library, base, ListOutcome(each.name))
        lists.append(updated)
    outcome = replace(side.outcome("bib", tuple(lists), mirror), dry_run=dry_run)
    return outcome if dry_run else replace(outcome, written=side.write(tuple(lists), bases))


class _Side:
    """The local side of one run: settings, lock and files; ``remote`` is None for offline commands."""

    def __init__(self, settings: Settings, remote: "Library | None") -> None:
        self.settings = settings
        self.remote = remote

    @cached_property
    def lock(self) -> Lock | None:
        """The lock as it is in the file; None before the first run."""
        return _read_lock(self.settings, parse_lock)

    # -- what is there ----------------------------------------------------------------------------

    def is_idle(self, mirror: Mirror) -> bool:
        """Say whether files and settings are as the last run left them, and so is the library."""
        return self._is_sealed(mirror) and _there(self.remote).version == mirror.version()

    def refresh(self, mirror: Mirror) -> None:
        """Take what is new in Zotero into the mirror."""
        remote = _there(self.remote)
        mirror.check()
        known = mirror.known()
        if not self._serves(mirror, known):
            known = replace(known, version=None)
        if known.version is None:
            self._check_notes(remote)
        elif known.version == remote.version:
            return
        delta = remote.changes_since(known, self._choose)
        if mirror.notes_among(delta.gone):
            self._check_notes(remote)
        mirror.absorb(delta)

    def _serves(self, mirror: Mirror, known: Known) -> bool:
        """Say whether the mirror covers the collections that the settings name today."""
        try:
            return tuple(self._choose(mirror.collections())) == known.roots
        except SettingsError:
            return False

    def _choose(self, collections: Sequence[Collection]) -> list[str]:
        return [self._root(each, collections) for each in self.settings.lists]

    def _root(self, each: ListSettings, collections: Sequence[Collection]) -> str:
        """Find a list's collection; a lock that was made for another one is not used."""
        root = find_collection(each.collection, collections)
        locked = self.base(each).collection
        if locked is not None and locked != root:
            raise FileError(
                self.settings.lock_path,
                f"{each.name} is locked to collection {locked}, but the settings name {root} "
                f"({each.collection!r}).",
                f"Name the old collection again, or delete {LOCK_FILE} and run `zsync link`.",
            )
        return root

    def _check_notes(self, remote: "Library") -> None:
        """Refuse a key that may not read notes: to it they all look deleted."""
        wants_notes = any(each.policy.publishes_notes for each in self.settings.lists)
        if wants_notes and not remote.permissions().notes:
            raise NotAllowed(
                "The key may not read notes, and the settings ask for them.",
                'Allow "notes" for the key at https://www.zotero.org/settings/keys, '
                'or set notes = "none". Nothing was written.',
            )

    def base(self, each: ListSettings) -> Base:
        """Give the list's base; an empty one before the first run."""
        return self.lock.bases.get(each.name, Base()) if self.lock else Base()

    def read_list(self, each: ListSettings) -> ListState:
        """Read what the list holds."""
        from zsync.formats import reading_list

        if each.path is None:
            return ListState(())
        found = reading_list.parse(files.read(each.path))
        return ListState(found.entries, found.sections(), found.root)

    def library_state(self, each: ListSettings, mirror: Mirror) -> LibraryState:
        """Give what Zotero holds for the list, from the mirror."""
        from zsync.formats import item_json

        collections = mirror.collections()
        below = subtree(collections, self._root(each, collections))
        raw, where = mirror.items(tuple(collection.key for collection in below))
        items = item_json.parse_items(raw, collections=where)
        return LibraryState(below[0].key, below, items, mirror.gone())

    # -- what is to be done -----------------------------------------------------------------------

    def plan(
        self,
        each: ListSettings,
        base: Base,
        library: LibraryState,
        state: ListState,
        *,
        overwriting: bool,
    ) -> Plan:
        """Decide what Zotero's state means for the list."""
        from zsync.formats import notes

        forms = NoteForms(notes.to_markdown, notes.comparable)
        return make_plan(base, library, state, each.policy, forms, overwriting=overwriting)

    def work(
        self, each: ListSettings, mirror: Mirror, overwriting: bool
    ) -> tuple[ListOutcome, Base]:
        """Work out what becomes of a list and its bibliography, and the base after that."""
        library = self.library_state(each, mirror)
        base = self.base(each)
        outcome = ListOutcome(each.name)
        if each.path is not None:
            outcome, base = self._edit(each, library, base, overwriting)
        return self.update_bib(each, library, replace(base, collection=library.root), outcome)

    def _edit(
        self, each: ListSettings, library: LibraryState, base: Base, overwriting: bool
    ) -> tuple[ListOutcome, Base]:
        from zsync.formats import reading_list

        assert each.path is not None  # noqa: S101 - narrows the type; the caller looked
        text = files.read(each.path)
        found = reading_list.parse(text)
        state = ListState(found.entries, found.sections(), found.root)
        plan = self.plan(each, base, library, state, overwriting=overwriting)
        edited = reading_list.edit(found, plan.edits)
        made = tuple(plan.changes[index] for index in sorted(edited.changed))
        new = remember(
            plan, base, library.root, edited.reading_list.entries, edited.positions, edited.added
        )
        return ListOutcome(
            each.name,
            plan,
            made,
            found.entries,
            (FileChange(each.name, text, edited.reading_list.text),),
            kept={_file_name(change): change.lost for change in made if change.lost},
        ), new

    def update_bib(
        self, each: ListSettings, library: LibraryState, base: Base, outcome: ListOutcome
    ) -> tuple[ListOutcome, Base]:
        """Add the bibliography to an outcome, where one is configured."""
        if each.bib is None:
            keep = {
                key: replace(known, entries=base.items[key].entries if key in base.items else ())
                for key, known in self.base(each).items.items()
                if known.citation_key
            }
            return outcome, replace(base, items={**base.items, **keep})
        from zsync import bibliography as bibliographies
        from zsync.formats.bibtex import BibliographyError

        path = each.bib.path
        before = files.read_if_there(path) or ""
        keys = {key: known for key, known in self.base(each).items.items() if known.citation_key}
        merged = {
            key: replace(keys.get(key, known), entries=known.entries)
            for key, known in base.items.items()
        }
        try:
            new = bibliographies.update(
                before,
                replace(base, items={**keys, **merged}),
                library.items,
                biblatex=each.bib.format == "biblatex",
                omit_tags=tuple(each.policy.read_tags),
            )
        except BibliographyError as cause:
            raise FileError(
                path, f"{cause}.", "Mend the record; the file is untouched.", where=cause.line
            ) from cause
        name = _relative(path, self.settings)
        return replace(
            outcome,
            files=(*outcome.files, FileChange(name, before, new.text)),
            records=new.records,
            problems=(*outcome.problems, *new.problems),
            kept={**outcome.kept, **{f"{key}.bib": text for key, text in (new.kept or {}).items()}},
        ), new.base

    # -- doing it ---------------------------------------------------------------------------------

    def write(self, lists: Sequence[ListOutcome], bases: Mapping[str, Base]) -> tuple[str, ...]:
        """Write what differs: first what is kept aside, then lists and bibliographies, last the lock."""
        written = []
        moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        for outcome in lists:
            for name, text in outcome.kept.items():
                kept = self.settings.work_folder / "kept" / f"{moment}-{name}"
                files.replace(kept, text.rstrip("\n") + "\n")
                written.append(_relative(kept, self.settings))
        for change in (change for outcome in lists for change in outcome.files):
            if change.before != change.after or not (self.settings.folder / change.name).exists():
                files.replace(self.settings.folder / change.name, change.after)
                written.append(change.name)
        lock = Lock(self.library_name(), {**(self.lock.bases if self.lock else {}), **bases})
        if files.replace(self.settings.lock_path, render_lock(lock)):
            written.append(LOCK_FILE)
        return tuple(written)

    def library_name(self) -> str:
        """Give the library's name: from the key where it was asked, else from settings or lock."""
        if self.remote:
            return self.remote.name
        if self.settings.library == AUTO:
            return self.locked_library or AUTO
        return self.settings.library

    @cached_property
    def locked_library(self) -> str | None:
        """The library that the lock was made for; told without reading all of it."""
        return _read_lock(self.settings, parse_library)

    def _is_sealed(self, mirror: Mirror) -> bool:
        return all(mirror.seal(each.name) == self._seal(each) for each in self.settings.lists)

    def set_seals(self, mirror: Mirror) -> None:
        """Remember that files and settings are in step with the mirror."""
        for each in self.settings.lists:
            mirror.set_seal(each.name, self._seal(each))

    def _seal(self, each: ListSettings) -> str:
        """Give a digest of everything besides Zotero that a pull depends on."""
        seal = hashlib.sha256(repr((__version__, each)).encode())
        for path in (each.path, each.bib.path if each.bib else None, self.settings.lock_path):
            data = path.read_bytes() if path is not None and path.is_file() else b"\0"
            seal.update(hashlib.sha256(data).digest())
        return seal.hexdigest()

    def outcome(self, command: str, lists: tuple[ListOutcome, ...], mirror: Mirror) -> Outcome:
        """Give the outcome of a command that wrote nothing yet."""
        notices = (mirror.notice,) if mirror.notice else ()
        requests = self.remote.requests if self.remote else 0
        return Outcome(command, lists, self.library_name(), requests, notices=notices)


@contextmanager
def _open(settings: Settings, progress: Progress) -> Iterator[tuple[_Side, Mirror]]:
    """Open both sides for a command that asks Zotero."""
    from zsync.zotero.library import Library

    side = _Side(settings, None)
    with Library(
        side.library_name(), settings.endpoint, settings.api_key, progress=progress
    ) as remote:
        side.remote = remote
        remote.resolve()
        with _mirror(side) as mirror:
            yield side, mirror


def _mirror(side: _Side) -> Mirror:
    settings = side.settings
    library = side.library_name()
    if side.locked_library not in (None, library):
        raise FileError(
            settings.lock_path,
            f"the lock belongs to {side.locked_library}, but the settings name {library}.",
            f"Name the old library again, or delete {LOCK_FILE} and run `zsync link`.",
        )
    return Mirror(settings.work_folder / "mirror.sqlite", library, settings.endpoint)


def _read_lock(settings: Settings, parse: Callable[[str], _T]) -> _T | None:
    text = files.read_if_there(settings.lock_path)
    if text is None:
        return None
    try:
        return parse(text)
    except LockError as cause:
        raise FileError(
            settings.lock_path,
            f"{cause}.",
            f"Take the file from git's history, or delete it and run `zsync link`: {LOCK_FILE} can be "
            "made anew.",
            where=cause.line,
        ) from cause


def _refuse(
    lists: Sequence[ListOutcome], settings: Settings, options: PullOptions
) -> PersonNeeded | None:
    """Say why a person is needed before anything is written, if one is."""
    for outcome in lists:
        try:
            check_limits(outcome.plan, settings.max_removals)
        except UnsafePlan as refusal:
            return refusal
    return _open_questions(lists) if options.strict else None


def _open_questions(lists: Sequence[ListOutcome]) -> PersonNeeded | None:
    questions: list[Match] = [match for outcome in lists for match in outcome.plan.questions]
    if not questions:
        return None
    return PersonNeeded(
        f"{len(questions)} entries may match an item, but not surely.",
        "Nothing was written. Mend the entry's link or title, or the item, or run without --strict.",
    )


def _nothing_left(outcome: Outcome) -> bool:
    """Say whether the next run has nothing to repeat: what waits or is asked is said every time."""
    return replace(
        outcome, lists=tuple(replace(each, files=()) for each in outcome.lists)
    ).is_in_step


def _nothing_pulled() -> SettingsError:
    return SettingsError(
        "Nothing was pulled yet.", "Run `zsync pull` once; this works offline then."
    )


def _there(remote: "Library | None") -> "Library":
    if remote is None:
        raise AssertionError("an offline command asked Zotero")
    return remote


def _file_name(change: Change) -> str:
    return f"{change.item}-{change.field.replace(':', '-').replace('/', '-')}.md"


def _relative(path: object, settings: Settings) -> str:
    text = str(path)
    return text.removeprefix(f"{settings.folder}/")
