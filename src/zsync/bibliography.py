"""The bibliography of one list: items and the text of the .bib in, its new text and the new base out.

Zotero's records stand in the file under keys that the base remembers; everything else in the file is
somebody's own and keeps its bytes. A record of the same paper that stood there before zsync came is left
as it is, and its key becomes the item's key.
"""

from collections.abc import Collection as Group
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from zsync.core import citation_keys, fields
from zsync.core.base import Base, ItemBase
from zsync.core.bib_policy import BibPolicy
from zsync.core.fields import digest
from zsync.core.model import Item
from zsync.formats import bibtex


@dataclass(frozen=True, slots=True)
class BibOutcome:
    """The new text, the new base, and what a person should know.

    ``kept`` are records that were edited by hand and written anew from Zotero: their texts by key.
    """

    text: str
    base: Base
    records: int
    problems: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def export(items: Sequence[Item], policy: BibPolicy) -> BibOutcome:
    """Export items into an empty bibliography."""
    return update("", Base(), items, policy)


def update(
    text: str,
    base: Base,
    items: Sequence[Item],
    policy: BibPolicy,
) -> BibOutcome:
    """Bring the text of a .bib in step with the items.

    Raises:
        bibtex.BibliographyError: the text cannot be read (with the line).

    """
    found = bibtex.parse(text)
    present = {record.key: text[record.start : record.end] for record in found.records}
    known = _inherit(base, items)
    owned = {each.citation_key for each in base.items.values() if each.record and each.citation_key}
    foreign = present.keys() - owned
    stored = {key: each.citation_key for key, each in known.items() if each.citation_key}
    taken_over = _take_over(found, foreign, [item for item in items if item.key not in stored])
    assigned = citation_keys.assign(items, stored | taken_over, foreign)
    by_key = {item.key: item for item in items}
    records: dict[str, str] = {}
    bases: dict[str, ItemBase] = {}
    for each in assigned:
        former = _former(known.get(each.item, ItemBase()), each.key, each.former)
        rendered = bibtex.render(by_key[each.item], each.key, policy, former)
        is_ours = each.key not in foreign or _same_record(present[each.key], rendered)
        if is_ours:
            records[each.key] = rendered
        bases[each.item] = replace(
            base.items.get(each.item, ItemBase()),
            citation_key=each.key,
            record=digest(rendered) if is_ours else None,
            former_keys=former,
        )
    return BibOutcome(
        text=bibtex.edit_parsed(found, records, owned | set(records)),
        base=replace(base, items={**_others(base, bases), **bases}),
        records=len(records),
        problems=tuple(each.problem for each in assigned if each.problem),
        kept=_edited_by_hand(base, present, records),
    )


def _inherit(base: Base, items: Sequence[Item]) -> dict[str, ItemBase]:
    """Give what is known of each item; the heir of a merge takes over its losers' keys."""
    known = dict(base.items)
    for item in items:
        for loser in item.replaces:
            lost = base.items.get(loser, ItemBase())
            if lost.citation_key is None:
                continue
            own = known.get(item.key, ItemBase())
            if own.citation_key is None:
                own = replace(own, citation_key=lost.citation_key, former_keys=lost.former_keys)
            else:
                own = replace(own, former_keys=(*own.former_keys, lost.citation_key))
            known[item.key] = own
    return known


def _others(base: Base, bases: Mapping[str, ItemBase]) -> dict[str, ItemBase]:
    """Keep what the base says of items without a record now: their entries, not their keys."""
    return {
        key: replace(known, citation_key=None, record=None, former_keys=())
        for key, known in base.items.items()
        if key not in bases and known.entries
    }


def _former(known: ItemBase, key: str, former: str | None) -> tuple[str, ...]:
    keys = (*known.former_keys, former) if former else known.former_keys
    return tuple(dict.fromkeys(each for each in keys if each != key))


def _take_over(
    found: bibtex.Bibliography, foreign: Group[str], items: Sequence[Item]
) -> dict[str, str]:
    """Pair items without a key with records that somebody else wrote: by DOI, else by title."""
    if not foreign or not items:
        return {}
    by_doi: dict[str, str] = {}
    by_title: dict[str, str] = {}
    for record in found.records:
        if record.key in foreign:
            values = found.fields(record)
            by_doi.setdefault(values.get("doi", "").casefold(), record.key)
            by_title.setdefault(fields.plain(values.get("title", "")), record.key)
    paired: dict[str, str] = {}
    taken: set[str] = set()
    for item in items:
        doi, title = item.fields.get("DOI", "").casefold(), fields.plain(item.title)
        key = by_doi.get(doi) if doi else None
        key = key or (by_title.get(title) if title else None)
        if key is not None and key not in taken:
            paired[item.key] = key
            taken.add(key)
    return paired


def _same_record(one: str, other: str) -> bool:
    return one.split() == other.split()


def _edited_by_hand(
    base: Base, present: Mapping[str, str], records: Mapping[str, str]
) -> dict[str, str]:
    """Give the records of ours that no longer hold what we wrote and are about to be replaced."""
    edited = {}
    for known in base.items.values():
        key = known.citation_key
        if key is None or known.record is None or key not in present or key not in records:
            continue
        is_as_written = digest(present[key].rstrip() + "\n") == known.record
        if not is_as_written and not _same_record(present[key], records[key]):
            edited[key] = present[key]
    return edited
