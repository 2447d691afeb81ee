"""What a command did or would do: values for the report, made by :mod:`zsync.commands`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zsync.core.changes import Change
    from zsync.core.fates import Fate
    from zsync.core.library_changes import Held, LibraryChange
    from zsync.core.model import Entry
    from zsync.core.plan import Plan
    from zsync.core.remember import Unwritten
    from zsync.errors import PersonNeeded


def _no_plan() -> "Plan":
    # Imported here: a run that finds nothing new plans nothing.
    from zsync.core.plan import Plan

    return Plan()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's text before and after; equal texts mean that there is nothing to write."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class KeptText:
    """Words that leave a file, or Zotero, and are kept aside; ``name`` says what they were."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class FateOf:
    """What became of the paper of one item since it was published."""

    item: str
    title: str
    fates: "tuple[Fate, ...]"


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What happened, or would happen, to one list and its bibliography.

    ``made`` are the changes that alter the list; ``entries`` are those of the list before them. ``by_hand``
    names the fields of records that somebody edited in the .bib, by citation key; ``renamed`` are citation
    keys that were replaced in Zotero, by the former ones, ``merged`` those of items that became one there.
    ``read_only`` are the lines of the entries that
    are read with doubt: they are never edited, and are not for that out of step. ``unknown_boxes`` are those
    whose box has a mark that zsync does not know. ``pushed`` is what went, or would go, to Zotero, ``held``
    what waits in the list and why, ``overwritten`` the words of Zotero that a push took the place of, and
    that were kept. ``missing`` are the indexes of entries without an item, ``unwritten`` the fields that
    could not be written as Zotero has them. ``collections`` are the names of Zotero's collections by key,
    for what was pushed. ``fates`` are the items of which it is known what became of their papers, those
    that were retracted first.
    """

    name: str
    plan: "Plan" = field(default_factory=_no_plan)
    made: "tuple[Change, ...]" = ()
    entries: "tuple[Entry, ...]" = ()
    files: tuple[FileChange, ...] = ()
    records: int | None = None
    problems: tuple[str, ...] = ()
    kept: tuple[KeptText, ...] = ()
    by_hand: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    merged: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    leaving: tuple[str, ...] = ()
    owned: int = 0
    read_only: tuple[int, ...] = ()
    unknown_boxes: tuple[int, ...] = ()
    pushed: "tuple[LibraryChange, ...]" = ()
    held: "tuple[Held, ...]" = ()
    overwritten: tuple[KeptText, ...] = ()
    missing: tuple[int, ...] = ()
    unwritten: "tuple[Unwritten, ...]" = ()
    collections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fates: tuple[FateOf, ...] = ()

    @property
    def waits(self) -> bool:
        """Return whether anything waits for a person."""
        plan = self.plan
        said = plan.waiting or plan.questions or plan.misread or plan.unpublished or self.problems
        return bool(said or self.held or self.missing or self.unwritten)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: per list, with the requests it took and what else a person should know.

    ``files`` names the files of the repository that zsync keeps in step, ``written`` those written this time.
    ``refusal`` is why nothing was. ``carried_out_by`` is the command that does what this one says. ``said``
    is the report, by its form, where nothing changed since an earlier run made it.
    """

    command: str
    lists: tuple[ListOutcome, ...] = ()
    library: str = ""
    requests: int = 0
    files: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    refusal: "PersonNeeded | None" = None
    dry_run: bool = False
    carried_out_by: str = ""
    said: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_in_step(self) -> bool:
        """Return whether there is nothing to do, nothing to ask and nothing to say."""
        return not self.has_changes and not any(each.waits for each in self.lists)

    @property
    def has_changes(self) -> bool:
        """Return whether a file would change."""
        return any(change.before != change.after for each in self.lists for change in each.files)
