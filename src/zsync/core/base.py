"""The base: what the list and Zotero said when they last agreed, entry by entry, field by field.

A field's base is two digests, one a side. So the two sides may word a thing differently (``CVPR2025``
here, the conference's full name there) and still be in step, and "changed" always means "this side no
longer says what *it* said". Only digests are kept: the base gives nothing away.

Only Zotero changed: the field's span is rewritten. Only the list changed: it stays, and is
reported. Both: Zotero wins, and the list's words go to ``.zsync/kept/`` first. So do words of the
list's author that were adopted as they stood and never were Zotero's: they are marked ``own``, and
named until a person chose. ``settled`` marks what the two sides may go on saying, so that nobody is
asked twice.

Entries are found again by what they said: everything together, then title, address and section,
then title and address, then the title, then an address that only one entry has. An entry that is
nowhere was taken out by its author, and stays out. The base may not be lost, as the mirror may:
without it comes a first sync.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from zsync.core import fields
from zsync.core.entry_fields import of_entry
from zsync.core.fields import digest
from zsync.core.model import Entry


@dataclass(frozen=True, slots=True)
class FieldBase:
    """The digests of what the list and Zotero said in one field.

    ``own`` marks words of the list's author that Zotero never had: should Zotero's take their place, they are
    kept aside. ``settled`` says that the two sides may go on saying different things: nobody need be asked.
    """

    in_list: str
    in_zotero: str
    own: bool = False
    settled: bool = False


NOTHING_SAID = FieldBase("", "")
#: The field of an entry that was taken out, where a person said that Zotero may keep the item.
REMOVAL = "removal"


@dataclass(frozen=True, slots=True)
class EntryBase:
    """One entry as it was when it was last in step; a field that was never looked at has no base."""

    fields: Mapping[str, FieldBase] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, name: str) -> FieldBase | None:
        """Return a field's base; a link that an entry in step did not have was said by neither side."""
        known = self.fields.get(name)
        if known is None and self.fields and name.startswith(fields.LINK):
            return NOTHING_SAID
        return known


def known_url(entry_base: EntryBase) -> str | None:
    """Return the digest of the paper's own link in the list, if it was ever in step."""
    known = entry_base.of("url")
    return known.in_list if known and known.in_list else None


def is_left_out(entry_base: EntryBase) -> bool:
    """Return whether the entry was taken out of the list, and is meant to stay in Zotero."""
    return REMOVAL in entry_base.fields


def left_out(entry_base: EntryBase) -> EntryBase:
    """Return the base of an entry that was taken out of the list, and is meant to stay in Zotero."""
    return EntryBase({**entry_base.fields, REMOVAL: FieldBase("", "", settled=True)})


def base_of_copy(said: Mapping[str, str], originals: Iterable[EntryBase]) -> EntryBase:
    """Return the base of an entry that came as a copy: of the words that it shares with one in step.

    ``said`` is what the copy says now, ``originals`` are what the other entries said. What is edited in
    one of them, or in Zotero, then comes to the copy as to any other. What the copy says otherwise, or leaves
    out, was never in step; nor was its place.
    """
    now = {name: digest(value) for name, value in said.items() if name != "section"}
    return EntryBase(
        {
            name: known
            for original in originals
            for name, known in original.fields.items()
            if known.in_list == now.get(name)
        }
    )


@dataclass(frozen=True, slots=True)
class RecordBase:
    """A BibTeX record as Zotero gave it at the last success: a digest of it, and one of each field.

    One digest a field is enough, since file and Zotero speak the same words here.
    """

    whole: str
    fields: frozenset[str] = frozenset()

    def fits(self, record: str) -> bool:
        """Return whether the text of a record is the one that is remembered, to the byte."""
        return digest(record) == self.whole


def digest_field(name: str, value: str) -> str:
    """Return a short digest of a field of a record."""
    return digest(f"{name}={value}")[:8]


@dataclass(frozen=True, slots=True)
class ItemBase:
    """An item that zsync knows: its citation keys, present and former, and its entries.

    ``record`` is None where the record in the .bib is somebody else's. ``pending`` means that a push
    was about to make the item under this key: the key is kept before the request, so that a push that
    was cut short makes nothing twice, and nothing is in step with the item yet. ``passed_over`` is a key
    that the item has in Zotero since a merge, where the one in use stayed the record's.
    """

    citation_key: str | None = None
    record: RecordBase | None = None
    former_keys: tuple[str, ...] = ()
    passed_over: str | None = None
    entries: tuple[EntryBase, ...] = ()
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """The base of one reading list: the collection it is linked to, and its items by item key.

    ``sections`` holds, by collection key, the digest of the section that its items stand in, or last stood.
    """

    collection: str | None = None
    items: Mapping[str, ItemBase] = field(default_factory=lambda: MappingProxyType({}))
    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Located:
    """Where the entries of a base are in the list today.

    ``entries`` maps an entry's index to its item key and its base. ``missing`` are those that the list
    no longer holds.
    """

    entries: Mapping[int, tuple[str, EntryBase]]
    missing: tuple[tuple[str, EntryBase], ...]


#: By what an entry is found again, the surest first; and whether it must then be the only one.
_WAYS: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("title", "url", "section", "note", "read", "venue"), False),
    (("title", "url", "section"), False),
    (("title", "url"), False),
    (("title",), False),
    (("url", "section"), True),
    (("url",), True),
)


class Alike(Enum):
    """What is done where several lines of the list may be one entry of the base.

    ``CHOOSE`` the first of them; ``COUNT``: pair them in their order, if there are as many lines as entries;
    ``LEAVE`` them out.
    """

    CHOOSE = "choose"
    COUNT = "count"
    LEAVE = "leave"


def locate(base: Base, entries: Sequence[Entry], alike: Alike = Alike.CHOOSE) -> Located:
    """Find the entries of the base in the list, by what they said then.

    Everything together decides first, then title, address and section, then title and address, then the
    title alone, then an address that only one entry has: so an entry is found again after any one of them
    was edited, and twins are told apart by what else they say.
    """
    said = [of_entry(entry) for entry in entries]
    now = [{name: digest(value) for name, value in each.items()} for each in said]
    sought = [
        (key, entry_base) for key, item in sorted(base.items.items()) for entry_base in item.entries
    ]
    found: dict[int, tuple[str, EntryBase]] = {}
    for names, must_be_unique in _WAYS:
        strictest = Alike.LEAVE if must_be_unique else alike
        sought = _locate_by(names, strictest, sought, now, found)
    return Located(found, tuple(sought))


def _locate_by(
    names: Sequence[str],
    alike: Alike,
    sought: Sequence[tuple[str, EntryBase]],
    now: Sequence[Mapping[str, str]],
    found: dict[int, tuple[str, EntryBase]],
) -> list[tuple[str, EntryBase]]:
    """Pair what agrees in these fields, add the pairs to ``found``, and give back what is left."""
    candidates: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in reversed(range(len(now))):
        trait = tuple(now[index].get(name, "") for name in names)
        if index not in found and any(trait):
            candidates[trait].append(index)
    traits = [
        tuple(entry.fields[name].in_list if name in entry.fields else "" for name in names)
        for _, entry in sought
    ]
    wanted = Counter(traits)
    clear = {
        trait
        for trait, indexes in candidates.items()
        if alike is Alike.CHOOSE
        or (len(indexes) == wanted[trait] and (alike is Alike.COUNT or wanted[trait] == 1))
    }
    left = []
    for trait, (key, entry_base) in zip(traits, sought, strict=True):
        if trait in clear and candidates[trait]:
            found[candidates[trait].pop()] = (key, entry_base)
        else:
            left.append((key, entry_base))
    return left
