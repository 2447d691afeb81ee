"""The new base: what is remembered once a plan was carried out, or a list was linked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from zsync.core import fields
from zsync.core.base import NOTHING_SAID, REMOVAL, Base, EntryBase, FieldBase, ItemBase, known_url
from zsync.core.changes import LinkedEntry, unwritten
from zsync.core.edits import MoveEntry
from zsync.core.entry_fields import field_of, of_entry, of_item
from zsync.core.fields import LINK, WORDING
from zsync.core.merge import Decision, settle
from zsync.core.model import Entry
from zsync.core.places import SectionPath
from zsync.core.plan import Plan
from zsync.core.wording import Wording


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A field that could not be written as Zotero says it; it is tried again by the next pull."""

    entry: Entry
    field: str
    item: str
    in_zotero: str


def remember(
    plan: Plan,
    base: Base,
    collection: str,
    entries: Sequence[Entry],
    positions: Sequence[int | None],
    added: Sequence[int | None],
    wordings: Sequence[Wording] = (),
) -> tuple[Base, tuple[Unwritten, ...]]:
    """Return the base after the plan's edits were carried out, and what could not be.

    ``entries`` are those of the new list, ``wordings`` what their lines say; ``positions`` says where each
    old entry went, ``added`` where each new one stands; one that could not be written (None) is tried again
    by the next pull. A citation key is remembered also where no entry stands for its item any more.
    """
    found: dict[str, list[tuple[int, EntryBase]]] = defaultdict(list)
    carried_out: list[LinkedEntry] = []
    unwritten: list[Unwritten] = []
    moves: dict[int | None, SectionPath] = {
        edit.entry: edit.section for edit in plan.edits if isinstance(edit, MoveEntry)
    }
    for linked_entry in plan.linked_entries:
        index = _index(linked_entry, positions, added)
        if index is None:
            continue
        failed = _failed(linked_entry, entries[index])
        if linked_entry.entry in moves and not _stands(entries[index], moves[linked_entry.entry]):
            failed.append("section")
        unwritten.extend(_unwritten(linked_entry, entries[index], name, moves) for name in failed)
        decisions = {**linked_entry.decisions, **dict.fromkeys(failed, Decision.WAIT)}
        settled = _settled(linked_entry, decisions, entries[index], _wording(wordings, index))
        found[linked_entry.item].append((index, settled))
        carried_out.append(replace(linked_entry, decisions=decisions))
    absent: dict[str, list[EntryBase]] = defaultdict(list)
    for key, entry_base in (*plan.absent, *plan.unread):
        absent[key].append(entry_base)
    unmade = frozenset(plan.unmade.values())
    items = {
        key: known if key in unmade else replace(known, entries=())
        for key, known in base.items.items()
        if known.citation_key is not None or key in unmade
    }
    items |= {
        key: replace(
            base.items.get(key, ItemBase()),
            entries=(*_in_order(found.get(key, [])), *absent.get(key, [])),
            pending=False,
        )
        for key in {**found, **absent}
    }
    sections = _sections(plan, carried_out, entries, positions, added)
    return Base(collection, items, sections), tuple(unwritten)


def adopt(
    plan: Plan,
    base: Base,
    collection: str,
    entries: Sequence[Entry],
    wordings: Sequence[Wording] = (),
) -> Base:
    """Return the base where nothing is written into the list: what list and Zotero agree on joins it.

    So after linking and after a push. What the plan would take from Zotero is left for the next pull to see.
    """
    settled: dict[str, list[tuple[int, EntryBase]]] = defaultdict(list)
    linked_entries = [unwritten(linked_entry) for linked_entry in plan.linked_entries]
    for linked_entry in linked_entries:
        if linked_entry.entry is not None:
            index = linked_entry.entry
            wording = _wording(wordings, index)
            agreed = _settled(linked_entry, linked_entry.decisions, entries[index], wording)
            settled[linked_entry.item].append((linked_entry.entry, agreed))
    absent: dict[str, list[EntryBase]] = defaultdict(list)
    for key, entry_base in (*plan.absent, *plan.unread):
        absent[key].append(entry_base)
    taken = [
        *(linked_entry.base for linked_entry in plan.linked_entries),
        *(known for _, known in plan.absent),
    ]
    unmade = frozenset(plan.unmade.values())
    items = {
        # The entries of an item that was merged into another are the other's now. The record of one that left
        # may stand in the .bib still.
        key: replace(known, entries=tuple(each for each in known.entries if each not in taken))
        for key, known in base.items.items()
        if (key not in plan.forgotten or known.citation_key)
        and (not known.pending or key in unmade)
    }
    for key in {**settled, **absent}:
        kept = (*_in_order(settled.get(key, [])), *absent.get(key, []))
        known = base.items.get(key, ItemBase())
        items[key] = replace(known, entries=kept, pending=False)
    indexes = tuple(range(len(entries)))
    # An entry that the next pull will move shows nothing of the collection where it is to go.
    return Base(collection, items, _sections(plan, linked_entries, entries, indexes, ()))


def _index(
    linked_entry: LinkedEntry, positions: Sequence[int | None], added: Sequence[int | None]
) -> int | None:
    """Return where the entry stands now; None where it went or was not written."""
    if linked_entry.entry is not None:
        return positions[linked_entry.entry]
    return added[linked_entry.added] if linked_entry.added is not None and added else None


def _sections(
    plan: Plan,
    linked_entries: Iterable[LinkedEntry],
    entries: Sequence[Entry],
    positions: Sequence[int | None],
    added: Sequence[int | None],
) -> dict[str, str]:
    """Return each collection's section, so that one which was emptied is filled where it was."""
    known, seen = plan.sections, defaultdict[str, Counter[str]](Counter)
    for linked_entry in linked_entries:
        index, place = _index(linked_entry, positions, added), linked_entry.place
        if index is None or not _shows_section(linked_entry):
            continue
        path = entries[index].section
        section = fields.digest(fields.section_value(path))
        # A line that stands where its author put it does not take the whole collection there.
        is_home = (
            known[place] == section if place in known else plan.homes.get(path, place) == place
        )
        if is_home or not _is_own_place(linked_entry):
            seen[place][section] += 1
    # What is remembered stays while anything shows it: which of two comes first is no reason to change it.
    shown = {
        place: counted.most_common(1)[0][0]
        for place, counted in seen.items()
        if known.get(place) not in counted
    }
    return {**known, **shown}


def _shows_section(linked_entry: LinkedEntry) -> bool:
    """Return whether an entry shows its collection's section: one that waits does not, nor a further copy."""
    return not linked_entry.further and linked_entry.decisions.get("section") is not Decision.WAIT


def _is_own_place(linked_entry: LinkedEntry) -> bool:
    """Return whether an entry stands in another section than its collection's, as its author put it."""
    known = linked_entry.base.of("section")
    is_own = known is not None and known.own
    return is_own or linked_entry.decisions.get("section") is Decision.KEEP


def _in_order(found: Sequence[tuple[int, EntryBase]]) -> list[EntryBase]:
    """Order an item's entries as the list has them, so that the lock does not change with the plan."""
    return [entry_base for _, entry_base in sorted(found, key=lambda pair: pair[0])]


def _failed(linked_entry: LinkedEntry, entry: Entry) -> list[str]:
    """Name the fields that were to be written and do not read back as Zotero says them."""
    if linked_entry.entry is None:
        return []
    return [
        name
        for name, decision in linked_entry.decisions.items()
        if decision in (Decision.TAKE, Decision.CONFLICT)
        and not field_of(name).is_written(entry, linked_entry.says)
    ]


def _unwritten(
    linked_entry: LinkedEntry, entry: Entry, name: str, moves: Mapping[int | None, SectionPath]
) -> Unwritten:
    section = (moves.get(linked_entry.entry) or ("",))[-1]
    said = of_item(linked_entry.says, linked_entry.place).get(name)
    shown = field_of(name).shown_item(linked_entry.says, said, section)
    return Unwritten(entry, name, linked_entry.item, shown)


def _stands(entry: Entry, section: SectionPath) -> bool:
    """Return whether an entry stands in a section; no path is the list's root, whatever it is called."""
    return not section or entry.section == tuple(" ".join(text.split()) for text in section)


def _settled(
    linked_entry: LinkedEntry,
    decisions: Mapping[str, Decision],
    entry: Entry,
    wording: Wording | None,
) -> EntryBase:
    own = fields.paper_link(entry, linked_entry.says, known_url(linked_entry.base))
    in_list = of_entry(entry, own)
    in_zotero = of_item(linked_entry.says, linked_entry.place)
    settled: dict[str, FieldBase | None] = dict(linked_entry.base.fields)
    settled |= {
        name: settle(decision, linked_entry.base.of(name), in_list.get(name), in_zotero.get(name))
        for name, decision in decisions.items()
    }
    settled[WORDING] = _settled_wording(settled, decisions, in_list, wording)
    return EntryBase(
        {
            name: known
            for name, known in sorted(settled.items())
            if known and name != REMOVAL and (not name.startswith(LINK) or known != NOTHING_SAID)
            # Without a place nothing is known: a column that comes is filled, one that goes takes nothing.
            if field_of(name).has_place(entry)
        }
    )


def _settled_wording(
    settled: Mapping[str, FieldBase | None],
    decisions: Mapping[str, Decision],
    in_list: Mapping[str, str],
    wording: Wording | None,
) -> FieldBase | None:
    """Return the base of all that an entry's lines say, which is that of its fields seen together.

    Where one of them waits there is none: words that were typed are not to be taken for a layout later. Where
    one is not believed it stays what it was. A venue does not count: many wait for ever.
    """
    names = {name for name in decisions if field_of(name).is_in_lines}
    if wording is None or any(decisions[name] is Decision.WAIT for name in names):
        return None
    is_read = all(
        fields.digest(in_list.get(name)) == (known.in_list if (known := settled.get(name)) else "")
        for name in names
    )
    return FieldBase(wording.digest, "") if is_read else settled.get(WORDING)


def _wording(wordings: Sequence[Wording], index: int) -> Wording | None:
    return wordings[index] if wordings else None
