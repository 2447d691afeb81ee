"""What waits for a person, thing by thing: where it stands, what each side says, what settles it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zsync.core.base import REMOVAL
from zsync.core.changes import Settled, Waiting, beginning
from zsync.core.fields import entry_name, item_name
from zsync.core.library_changes import Held
from zsync.core.matching import Match
from zsync.outcome import ListOutcome, Outcome
from zsync.report.words import field_name, plural, short, wait

_SHOWN = 5
_TICKS = {"checked": "ticked", "unchecked": "not ticked", "none": "no box"}
PUSH = "zsync push --apply"


class Kind(StrEnum):
    """Why something waits; in the order in which it is told."""

    DIFFERS = "differs"
    LIST_ONLY = "list only"
    REMOVED = "removed"
    MISREAD = "misread"
    QUESTION = "question"
    HELD = "held"
    NEW = "new"
    UNANSWERED = "unanswered"
    NOTES = "notes"
    UNWRITTEN = "unwritten"
    UNREAD = "unread"
    NAMED = "named"
    OWN = "own"
    FATE = "fate"


#: What each kind is, and what settles all of it; a command for one thing alone stands with the thing.
_SAYS = {
    Kind.DIFFERS: "Zotero has other words. Take Zotero's, take the list's, or leave both as they are:",
    Kind.LIST_ONLY: f"Only the list says so. `{PUSH}` takes it to Zotero:",
    Kind.REMOVED: "Taken out of the list, and still in the collection:",
    Kind.MISREAD: "Misread: nothing of it goes to Zotero, and the line is left as it is:",
    Kind.QUESTION: "Maybe in Zotero already. Fix the link or the title, here or there, until they agree:",
    Kind.HELD: "A person has to look:",
    Kind.NEW: f"Not in the collection. `zsync push` says what it would do, `{PUSH}` does it:",
    Kind.UNANSWERED: "Not answered yet. Run again later, or with --offline to make items of the lines alone:",
    Kind.NOTES: 'Notes, here or in Zotero. Choose notes = "all", "tagged" or "none" in zsync.toml:',
    Kind.UNWRITTEN: "Zotero's words could not be written here. Write them by hand:",
    Kind.UNREAD: "In step before, and named in a line that zsync does not read any more. Not taken out:",
    Kind.NAMED: "Named in a line that zsync does not read, and so not added:",
    Kind.OWN: "List and Zotero differ, and may. Both stay as they are; you need not do anything:",
    Kind.FATE: "Retracted, corrected or doubted since they were published. Look before you cite them:",
}


#: Kinds whose things have commands of their own.
_HAS_COMMANDS = frozenset({Kind.DIFFERS, Kind.REMOVED, Kind.MISREAD, Kind.HELD, Kind.NAMED})


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that waits: its entry, what each side says of the field, what settles it there alone.

    ``line`` is None for an entry that is not in the list. ``reason`` says more where the fields do not.
    """

    kind: Kind
    line: int | None
    item: str | None
    title: str
    field: str | None = None
    in_list: str = ""
    in_zotero: str = ""
    reason: str = ""
    commands: tuple[str, ...] = ()


def things(outcome: Outcome, each: ListOutcome) -> list[Thing]:
    """Return what waits in a list, as it is told; what a push is about to take is left out."""
    lines = _Lines(outcome, each)
    is_preview = outcome.dry_run and bool(each.pushed)
    held = {(lines.item_of(one.entry), one.field) for one in each.held if one.field}
    asked = {one.entry for one in each.held}
    waiting = [
        lines.waiting(one)
        for one in each.plan.waiting
        if (one.item, one.field) not in held
        and not (is_preview and one.settled is Settled.BY_PUSH and one.field != REMOVAL)
    ]
    # What a push would make, and what `zsync link` did not find, is said already.
    is_said = is_preview or outcome.command == "link"
    new = [] if is_said else [index for index in each.missing if index not in asked]
    found = [
        *waiting,
        *lines.misread(),
        *(lines.question(match) for match in each.plan.questions),
        *(lines.held(one) for one in each.held),
        *(
            Thing(Kind.NEW, lines.of(index), None, lines.title(index), commands=(PUSH,))
            for index in new
        ),
        *lines.unpublished(),
        *lines.unwritten(),
    ]
    order = list(Kind)
    return sorted(found, key=lambda thing: (order.index(thing.kind), thing.line or 0))


def named(outcome: Outcome, each: ListOutcome) -> list[Thing]:
    """Return the papers that the list names in lines that are not read: nothing is done about them."""
    order = list(Kind)
    found = _Lines(outcome, each).named()
    return sorted(found, key=lambda thing: (order.index(thing.kind), thing.line or 0))


def own_words(outcome: Outcome, each: ListOutcome, *, everything: bool) -> list[Thing]:
    """Return what the list says beside Zotero with nobody asked: what was not told before, or everything."""
    lines = _Lines(outcome, each)
    found = [lines.waiting(one) for one in each.plan.own if everything or one.is_new]
    return sorted(found, key=lambda thing: thing.line or 0)


def fates(outcome: Outcome, each: ListOutcome) -> list[Thing]:
    """Return the papers that were retracted, corrected or doubted; nothing is done about them."""
    return list(_Lines(outcome, each).fates())


def waiting_lines(outcome: Outcome, each: ListOutcome, *, everything: bool) -> Iterator[str]:
    """Return what waits in a list, and what else it says for itself: of each kind the first few, or all."""
    found = things(outcome, each)
    told = [
        *found,
        *named(outcome, each),
        *own_words(outcome, each, everything=everything),
        *fates(outcome, each),
    ]
    if found:
        yield f"{each.name}: {len(found)} {plural('thing', len(found))} {wait(len(found))}"
    elif told:
        yield f"{each.name}:"
    for kind in Kind:
        yield from _told(kind, [one for one in told if one.kind is kind], everything=everything)


def _told(kind: Kind, found: Sequence[Thing], *, everything: bool) -> Iterator[str]:
    if not found:
        return
    yield f"  {_SAYS[kind]}"
    shown = found if everything else found[:_SHOWN]
    for thing in shown:
        yield f"    {_said(thing)}"
        if kind in _HAS_COMMANDS and thing.commands:
            yield f"      {' | '.join(thing.commands)}"
    if more := len(found) - len(shown):
        yield f"    ... and {more} more (`zsync status --all`)"


def _said(thing: Thing) -> str:
    """Say one thing in a line."""
    # What is neither a line nor an item is a record.
    where = f"line {thing.line}" if thing.line else thing.item or "in the .bib"
    name = thing.field if thing.field != REMOVAL else None
    said = f"{where}: " + (f"{field_name(name)} of " if name else "") + short(thing.title)
    if thing.reason:
        return f"{said} — {thing.reason}"
    if not name:
        return f"{said}, from “{thing.in_zotero}”" if thing.in_zotero else said
    there = f"{_words(name, thing.in_zotero)} in Zotero"
    if thing.kind is Kind.UNWRITTEN:
        return f"{said} — {there}"
    is_taken_out = thing.kind is Kind.OWN and not thing.in_list
    here = "taken out" if is_taken_out else _words(name, thing.in_list)
    return f"{said} — {here} here, {there}"


def _words(name: str, words: str) -> str:
    """Return the beginning of what a side says in a field."""
    if name == "read":
        return _TICKS.get(words, "not ticked")
    return f"“{beginning(words)}”" if words.strip() else "nothing"


class _Lines:
    """The entries of one list as things that wait: their lines, and what they are called in commands."""

    def __init__(self, outcome: Outcome, each: ListOutcome) -> None:
        self._each = each
        self._prefix = f"{each.name}:" if len(outcome.lists) > 1 else ""
        self._entry_of = {
            linked_entry.item: linked_entry.entry
            for linked_entry in reversed(each.plan.linked_entries)
            if linked_entry.entry is not None
        }
        self._item_of = {
            linked_entry.entry: linked_entry.item
            for linked_entry in each.plan.linked_entries
            if linked_entry.entry is not None
        }

    def of(self, entry: int | None) -> int | None:
        """Return an entry's line."""
        return None if entry is None else self._each.entries[entry].line

    def title(self, entry: int) -> str:
        """Return an entry's title; one that is an address alone is called by it."""
        found = self._each.entries[entry]
        return entry_name(found) or next((link.url for link in found.links), "")

    def item_of(self, entry: int | None) -> str | None:
        """Return the item that an entry stands for."""
        return None if entry is None else self._item_of.get(entry)

    def waiting(self, one: Waiting) -> Thing:
        """Return what one side says otherwise."""
        line = self.of(one.entry)
        kind = _kind(one)
        commands: tuple[str, ...] = ()
        if one.field == REMOVAL:
            removal = f"zsync push --removals collection {one.item} --apply"
            commands = (removal, *self._commands(one.item, takes=False))
        elif kind is not Kind.OWN:
            commands = self._commands(self._name(line))
        return Thing(
            kind,
            line,
            one.item,
            one.title,
            one.field,
            one.in_list,
            one.in_zotero,
            commands=commands,
        )

    def misread(self) -> Iterator[Thing]:
        """Return the entries that read otherwise than what is known of them."""
        for index, how in self._each.plan.misread.items():
            line, item = self.of(index), self._item_of.get(index)
            take = f"zsync push --take {self._name(line)} --apply"
            yield Thing(Kind.MISREAD, line, item, self.title(index), reason=how, commands=(take,))

    def named(self) -> Iterator[Thing]:
        """Return the papers that lines name which are not read."""
        for one in self._each.plan.named:
            kind = Kind.UNREAD if one.was_linked else Kind.NAMED
            commands = () if one.was_linked else (f"zsync pull --add {one.item}",)
            yield Thing(kind, one.line, one.item, one.title, commands=commands)

    def fates(self) -> Iterator[Thing]:
        """Return what became of papers since they were published."""
        for one in self._each.fates:
            line = self.of(self._entry_of.get(one.item))
            reason = "; ".join(map(str, one.fates))
            yield Thing(Kind.FATE, line, one.item, one.title, reason=reason)

    def question(self, match: Match) -> Thing:
        """Return an entry that perhaps stands for an item."""
        sure = f" ({match.confidence:.0%})" if match.confidence else ""
        reason = f"{match.reason}{sure}: {', '.join(match.candidates)}"
        return Thing(
            Kind.QUESTION, self.of(match.entry), None, self.title(match.entry), reason=reason
        )

    def held(self, one: Held) -> Thing:
        """Return what a push holds back, and why."""
        line, item = self.of(one.entry), self.item_of(one.entry)
        kind = Kind.HELD if one.needs_person else Kind.UNANSWERED
        names = [self._name(self.of(entry)) for entry in (one.entry, *one.others)]
        commands = self._commands(*names, takes=one.takes) if item and one.needs_person else ()
        return Thing(
            kind, line, item, one.title, one.field or None, reason=one.reason, commands=commands
        )

    def unpublished(self) -> Iterator[Thing]:
        """Return the items of which notes wait for somebody to choose a policy."""
        names = {
            linked_entry.item: item_name(linked_entry.says)
            for linked_entry in self._each.plan.linked_entries
        }
        for item, count in self._each.plan.unpublished.items():
            line = self.of(self._entry_of.get(item))
            reason = f"{count} {plural('note', count)}"
            yield Thing(Kind.NOTES, line, item, names.get(item, item), reason=reason)

    def unwritten(self) -> Iterable[Thing]:
        """Return the fields that could not be written as Zotero has them."""
        return (
            Thing(
                Kind.UNWRITTEN,
                one.entry.line,
                one.item,
                entry_name(one.entry),
                one.field,
                in_zotero=one.in_zotero,
            )
            for one in self._each.unwritten
        )

    def _name(self, line: int | None) -> str:
        return f"{self._prefix}{line}"

    @staticmethod
    def _commands(*names: str, takes: bool = True) -> tuple[str, ...]:
        """Give the commands that settle one entry, by the names of its copies; one copy's words are taken."""
        take = [f"zsync push --take {name} --apply" for name in names if takes]
        every = " ".join(names)
        return (f"zsync pull --overwrite {every}", *take, f"zsync link --keep {every}")


def _kind(one: Waiting) -> Kind:
    match one.settled:
        case Settled.BY_ITSELF:
            return Kind.OWN
        case Settled.BY_CHOICE:
            return Kind.DIFFERS
        case _:
            return Kind.REMOVED if one.field == REMOVAL else Kind.LIST_ONLY
