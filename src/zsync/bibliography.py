"""The bibliography of one list: items and the text of its file in, new text and the new base out.

Zotero's records stand in the file under keys that the base remembers; everything else in the file is
somebody's own and keeps its bytes. A record of the same paper that stood there before zsync came is left
as it is, and its key becomes the item's key.

Records that zsync wrote are merged field by field. The lock holds one short digest of each field as
Zotero gave it, which is enough because file and Zotero use the same words here. A field that only
the file has, or that was edited there, stays; where both changed, Zotero wins and the record goes
to ``.zsync/kept/`` first. ``--overwrite`` also takes over records that somebody else wrote. One
logic serves all formats: it asks a format for ``parse``, ``render``, ``merge`` and ``edit``
(``FORMATS``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from collections.abc import Collection as Group
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Protocol, Self, TypeAlias
from unicodedata import combining

from zsync import __version__
from zsync.core import fields
from zsync.core.base import Base, ItemBase, RecordBase
from zsync.core.cite import keys as citation_keys
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.cite.record_merge import Merged
from zsync.core.model import Item
from zsync.core.selection import NOTHING, Selection
from zsync.formats.bib import biblatex, bibtex, csl_json
from zsync.formats.bib import metadata as bib_metadata
from zsync.formats.bib.bibtex import beyond_pdflatex
from zsync.formats.bib.bibtex_fields import UnreadableRecordError


class Records(bib_metadata.Readable, Protocol):
    """A file as read, and the records in it."""

    @property
    def unclosed(self) -> Mapping[int, bibtex.Flaw]:
        """What never closes; the records among it stay as they are."""


class Format(Protocol):
    """How a bibliography is read, how one item is written and merged, and how the file is edited."""

    def parse(self, text: str) -> Records:
        """Find the records of a file."""

    def render(self, item: Item, key: str, policy: BibPolicy, ids: Sequence[str]) -> str:
        """Write one item as a record."""

    def merge(self, present: str, rendered: str, base: RecordBase) -> Merged:
        """Bring the record in the file in step with the one that was rendered."""

    def record_base(self, rendered: str) -> RecordBase:
        """Return what is remembered of a record as it was rendered."""

    def edit(self, found: Any, records: Mapping[str, str], owned: Group[str]) -> str:
        """Bring the owned records of a file, as ``parse`` gave it, to what ``records`` says."""


FORMATS: Final[Mapping[BibFormat, Format]] = {
    BibFormat.BIBTEX: bibtex,
    BibFormat.BIBLATEX: biblatex,
    BibFormat.CSLJSON: csl_json,
}


Rendered: TypeAlias = tuple[str, str]
"""A record as it was rendered once: what was asked for besides its item, and the record's digest."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What spares rendering a record that stands in the file as it would be rendered.

    ``rendered`` holds, by item key, records of items that did not change since. Such an item may be given
    in outline: with no more than its citation key depends on. ``load`` gives it whole.
    """

    rendered: Mapping[str, Rendered]
    load: Callable[[str], Item]


@dataclass(frozen=True, slots=True)
class BibOutcome:
    """The new text, the new base, and what a person should know.

    ``kept`` are records, by key, as they stood before words that only the file had left it. ``by_hand`` are
    the names of fields that differ from Zotero's because somebody edited them in the file, by key.
    ``renamed`` are the keys that a person replaced in Zotero since the last run, by the former ones;
    ``merged`` those of records whose items became one in Zotero, by the keys that are no record's any more.
    ``leaving`` are the keys of those of zsync's ``owned`` records whose items are gone. ``rendered`` is what
    the memory did not hold.
    """

    text: str
    base: Base
    records: int
    problems: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_hand: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    merged: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    leaving: tuple[str, ...] = ()
    owned: int = 0
    rendered: Mapping[str, Rendered] = field(default_factory=lambda: MappingProxyType({}))


def export(items: Sequence[Item], policy: BibPolicy) -> BibOutcome:
    """Export items into a new bibliography, of which nothing is remembered."""
    by_key = {item.key: item for item in items}
    assigned = citation_keys.assign(
        items, {}, formula=policy.key_formula, ascii_only=policy.in_ascii
    )
    form = FORMATS[policy.format]
    records = {each.key: form.render(by_key[each.item], each.key, policy, ()) for each in assigned}
    text = form.edit(form.parse(""), records, ())
    problems = (*_problems(assigned), *_beyond_pdflatex(records, policy))
    return BibOutcome(text, Base(), len(records), problems)


def update(
    text: str,
    base: Base,
    items: Sequence[Item],
    policy: BibPolicy,
    *,
    overwriting: Selection = NOTHING,
    memory: Memory | None = None,
) -> BibOutcome:
    """Bring the text of a bibliography in step with the items.

    The records of the items that ``overwriting`` names are written again from Zotero, also one that somebody
    else wrote and over what only the file has.

    Raises:
        bibtex.BibliographyError: the text cannot be read (with the line).

    """
    form = FORMATS[policy.format]
    memory = memory or Memory({}, {item.key: item for item in items}.__getitem__)
    found = form.parse(text)
    known = _inherit(base, items)
    owned = {each.citation_key for each in base.items.values() if each.record and each.citation_key}
    keys = _Keys.settle(found, owned, base, known, items, policy, memory)
    foreign, assigned = keys.foreign, keys.assigned
    in_use = foreign | {each.key for each in assigned}
    renderer = _Renderer(form, policy, memory)
    writer = _RecordWriter(form, found, foreign)
    bases: dict[str, ItemBase] = {}
    for each in assigned:
        now = known.get(each.item, ItemBase())
        former = _former(now, in_use, each.former, each.passed_over)
        render = partial(renderer.render, each.item, each.key, former)
        bases[each.item] = replace(
            base.items.get(each.item, ItemBase()),
            citation_key=None if keys.is_taken(each) else each.key,
            record=writer.write(each.key, render, now, overwriting=overwriting.has_item(each.item)),
            # One that stands in the file, the record of an item that was merged, is still this item's.
            former_keys=(*former, *(name for name in now.former_keys if name in foreign)),
            passed_over=each.passed_over,
        )
    writer.clear(base)
    others = _others(base, bases, foreign)
    return BibOutcome(
        text=form.edit(found, writer.records, owned | set(writer.records)),
        base=replace(base, items={**others, **bases}),
        records=len(writer.records),
        problems=(
            *_problems(assigned),
            *_unclosed(found),
            *writer.problems,
            *_beyond_pdflatex(writer.changed_beyond_ascii(), policy),
            *keys.doubts,
            *keys.passed_over(),
            *_left_behind(others, foreign),
        ),
        kept=writer.kept,
        by_hand=writer.by_hand,
        renamed={
            each.former: each.key for each in assigned if each.former and each.former not in foreign
        },
        merged=_merged(base, known, assigned, in_use),
        leaving=tuple(sorted((owned & found.by_key.keys()) - writer.records.keys() - writer.moved)),
        owned=len(owned & found.by_key.keys()),
        rendered=renderer.rendered,
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """The citation keys of items, in file and base.

    ``foreign`` are those of records that somebody else wrote; ``same`` are those of them that are of items,
    by item.
    """

    assigned: tuple[citation_keys.KeyAssignment, ...]
    foreign: Set[str]
    same: Mapping[str, str]
    doubts: tuple[str, ...]

    @classmethod
    def settle(
        cls,
        found: Records,
        owned: Set[str],
        base: Base,
        known: Mapping[str, ItemBase],
        items: Sequence[Item],
        policy: BibPolicy,
        memory: Memory,
    ) -> Self:
        """Find the records that stood in the file before, and give every item its key.

        ``owned`` are the keys of zsync's records.
        """
        foreign = found.by_key.keys() - owned
        stored = {key: each.citation_key for key, each in known.items() if each.citation_key}
        unsettled = [
            memory.load(item.key) for item in items if _is_unsettled(item, stored, found, foreign)
        ]
        own = {key for key, each in known.items() if each.record}
        before = {key: name for key, name in stored.items() if name in foreign and key not in own}
        free = foreign - set(before.values())
        adopted, doubts = _adopted(found, free, unsettled, stored, policy.format)
        same = {**before, **adopted}
        taken_over = {
            key: name for key, name in same.items() if stored.get(key) not in found.by_key
        }
        # Whoever renamed a record of zsync's in the file cites it so; it stays zsync's.
        foreign -= {name for key, name in taken_over.items() if key in own}
        assigned = citation_keys.assign(
            # A new key may depend on anything.
            [item if item.key in stored else memory.load(item.key) for item in items],
            stored | taken_over,
            foreign,
            policy.key_formula,
            former={key: each.former_keys for key, each in known.items()},
            same=same,
            brought=_brought(base, known),
            ascii_only=policy.in_ascii,
        )
        return cls(assigned, foreign, same, doubts)

    def is_taken(self, given: citation_keys.KeyAssignment) -> bool:
        """Return whether a record of another paper stands in the place of an item's."""
        return given.key in self.foreign and self.same.get(given.item) != given.key

    def passed_over(self) -> Iterator[str]:
        """Say which records are called otherwise in the file than in Zotero."""
        named = [
            f"{each.key} ({each.passed_over} in Zotero)"
            for each in self.assigned
            if each.passed_over and self.same.get(each.item) == each.key
        ]
        if named:
            yield (
                "the file has other citation keys than Zotero, and they stay, since papers may cite "
                f"them: {_first_few(named)}."
            )


def _adopted(
    found: Records,
    free: Set[str],
    unsettled: Sequence[Item],
    stored: Mapping[str, str],
    form: BibFormat,
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the records that somebody else wrote of these items, by item, and what is in doubt."""
    if not unsettled or not free:
        return {}, ()
    # Imported here: in a file in step nobody looks at a record closely.
    from zsync.adoption import adopt

    adopted = adopt(found, free, unsettled, stored, form)
    return adopted.records, tuple(adopted.doubts.values())


def _is_unsettled(
    item: Item, stored: Mapping[str, str], found: Records, foreign: Group[str]
) -> bool:
    """Whether a record that somebody else wrote may be the item's: it has none, or has one's key now."""
    key = stored.get(item.key)
    if key not in found.by_key or not foreign:
        return key not in found.by_key
    pin = citation_keys.pinned_key(item)
    return pin != key and pin in foreign


def _is_alike(present: str, record: RecordBase, form: Format) -> bool:
    """Return whether a record says anything as zsync wrote it.

    If not, somebody else wrote it, or zsync wrote the record of that key into a file of another format.
    """
    try:
        return bool(form.record_base(present).fields & record.fields)
    except UnreadableRecordError:
        return True


def _unclosed(found: Records) -> Iterator[str]:
    for flaw in found.unclosed.values():
        yield f"line {flaw.line}: {flaw.reason}; BibTeX may read nothing after that."


def _beyond_pdflatex(records: Mapping[str, str], policy: BibPolicy) -> Iterator[str]:
    """Name the characters that the usual LaTeX does not print, in records that are meant for it."""
    if policy.format is BibFormat.CSLJSON or policy.ascii is False:
        return
    beyond = {
        key: chars
        for key, text in sorted(records.items())
        if (chars := beyond_pdflatex(text, in_utf8=not policy.in_ascii))
    }
    if not beyond:
        return
    chars = "".join(dict.fromkeys("".join(beyond.values())))
    # A mark is shown on a circle, since it has no place of its own.
    shown = "".join(f"◌{each}" if combining(each) else each for each in chars[:_MOST_NAMED])
    shown += "…" if len(chars) > _MOST_NAMED else ""
    where = _first_few(list(beyond))
    yield f"pdfLaTeX has no letters for {shown} in {where}; LuaLaTeX and XeLaTeX print them."


_MOST_NAMED: Final = 12


def _first_few(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _problems(assigned: Sequence[citation_keys.KeyAssignment]) -> Iterator[str]:
    return (each.problem for each in assigned if each.problem)


class _Renderer:
    """Renders records, but for those that are known to be in the file already."""

    def __init__(self, form: Format, policy: BibPolicy, memory: Memory) -> None:
        self._form = form
        self._policy = policy
        self._memory = memory
        self._style = fields.digest(repr((__version__, policy)))
        self.rendered: dict[str, Rendered] = {}

    def render(self, item: str, key: str, ids: tuple[str, ...], present: str | None) -> str:
        """Return the record of an item; ``present`` is the one in the file, if there is one."""
        asked = repr((self._style, key, ids))
        known = self._memory.rendered.get(item)
        if present and known and known == (asked, fields.digest(present)):
            return present
        record = self._form.render(self._memory.load(item), key, self._policy, ids)
        self.rendered[item] = (asked, fields.digest(record.strip()))
        return record


class _RecordWriter:
    """Where the records to write are collected, with what must be kept or said of the ones they replace."""

    def __init__(self, form: Format, found: Records, foreign: Group[str]) -> None:
        self.form = form
        self.found = found
        self.foreign = foreign
        self.records: dict[str, str] = {}
        self.moved: set[str] = set()
        self.kept: dict[str, str] = {}
        self.by_hand: dict[str, tuple[str, ...]] = {}
        self.problems: list[str] = []

    def write(
        self, key: str, render: Callable[[str | None], str], known: ItemBase, *, overwriting: bool
    ) -> RecordBase | None:
        """Take a record as rendered, or merged with the one in the file; give its base if it is zsync's."""
        span, base = self._place(key, known), known.record or RecordBase("")
        present = self._text(span) if span else None
        rendered = render(present)
        if span is None or present is None:
            self.records[key] = rendered
        elif _same_record(present, rendered):
            # What differs in spaces alone stays as its author laid it out.
            self.records[key] = present if span.key in self.foreign else rendered
        elif overwriting:
            self._overwrite(key, present, rendered, base)
        elif span.key in self.foreign:
            return None
        elif not _is_alike(present, base, self.form):
            self.records[span.key] = present
            return None
        elif not self._merge(key, span, rendered, base):
            return known.record
        return base if base.fits(rendered.strip()) else self.form.record_base(rendered)

    def changed_beyond_ascii(self) -> dict[str, str]:
        """Return the records with letters outside ASCII that do not stand so in the file."""
        spans = self.found.by_key
        return {
            key: record
            for key, record in self.records.items()
            if not record.isascii()
            and (key not in spans or record.strip() != self._text(spans[key]))
        }

    def _place(self, key: str, known: ItemBase) -> bibtex.RecordSpan | None:
        """Find the record in the file; one whose key was renamed in Zotero stands under its former key."""
        former = known.citation_key if known.record and key not in self.foreign else None
        if not former or former == key or former not in self.found.by_key:
            return self.found.by_key.get(key)
        self.moved.add(former)
        return self.found.by_key[former]

    def _text(self, span: bibtex.RecordSpan) -> str:
        return self.found.text[span.start : span.end].replace("\r\n", "\n")

    def _overwrite(self, key: str, present: str, rendered: str, base: RecordBase) -> None:
        self.records[key] = rendered
        if not base.fits(present):
            self.kept[key] = present

    def _merge(self, key: str, span: bibtex.RecordSpan, rendered: str, base: RecordBase) -> bool:
        """Merge a record with the one in the file; False if that one cannot be read and stays."""
        present = self._text(span)
        try:
            merged = self.form.merge(present, rendered, base)
        except UnreadableRecordError as cause:
            self.problems.append(
                f"line {span.line}: the record {span.key} was left as it is, because BibTeX could not "
                f"read it either, at {str(cause)!r}."
            )
            self.records[span.key] = present
            return False
        self.records[key] = merged.text
        if merged.lost:
            self.kept[key] = present
        if merged.by_hand:
            self.by_hand[key] = merged.by_hand
        return True

    def clear(self, base: Base) -> None:
        """Keep the records that leave and hold more than zsync wrote."""
        stays = self.records.keys() | self.moved
        for item in base.items.values():
            if item.record is None or item.citation_key is None or item.citation_key in stays:
                continue
            span = self.found.by_key.get(item.citation_key)
            if span and not item.record.fits(present := self._text(span)):
                self.kept[span.key] = present


def _inherit(base: Base, items: Sequence[Item]) -> dict[str, ItemBase]:
    """Return what is known of each item; the heir of a merge takes over its losers' keys."""
    known = dict(base.items)
    for item in items:
        for loser in item.replaces:
            lost = base.items.get(loser, ItemBase())
            if lost.citation_key is None:
                continue
            known[item.key] = _united(known.get(item.key, ItemBase()), lost)
    return known


def _united(own: ItemBase, lost: ItemBase) -> ItemBase:
    """Return what is known of an item that another was merged into.

    One key stays the record's, since BibTeX knows no other: of a key and the same with letters the one
    without, which was there first, else the item's own.
    """
    if own.citation_key is None:
        return replace(lost, entries=own.entries)
    is_later = citation_keys.is_lettered(own.citation_key, lost.citation_key or "")
    stays, goes = (lost, own) if is_later else (own, lost)
    former = (*stays.former_keys, *goes.former_keys, goes.citation_key or "")
    return replace(stays, entries=own.entries, former_keys=former)


def _brought(base: Base, known: Mapping[str, ItemBase]) -> dict[str, str | None]:
    """Return the pins that items brought into a merge, None for those of new heirs.

    An heir without a key of its own takes over the one that papers cite; BibTeX would not find it among
    ``ids``, so the heir's own in Zotero does not take its place.
    """
    heirs = (
        item
        for item, each in known.items()
        if each.citation_key and base.items.get(item, ItemBase()).citation_key is None
    )
    passed = {item: each.passed_over for item, each in base.items.items() if each.passed_over}
    return {**dict.fromkeys(heirs), **passed}


def _others(base: Base, bases: Mapping[str, ItemBase], foreign: Group[str]) -> dict[str, ItemBase]:
    """Keep what the base says of items that are gone: their entries, and records that somebody else wrote.

    An item that a push was about to make keeps all: it may be there already.
    """
    others: dict[str, ItemBase] = {}
    for key, known in base.items.items():
        if key in bases:
            continue
        stays = known.record is None and known.citation_key in foreign
        if known.pending:
            others[key] = known
        elif known.entries or stays:
            name = known.citation_key if stays else None
            others[key] = replace(
                known, citation_key=name, record=None, former_keys=(), passed_over=None
            )
    return others


def _left_behind(others: Mapping[str, ItemBase], foreign: Group[str]) -> Iterator[str]:
    """Name the records that somebody wrote by hand, and whose items are gone."""
    keys = sorted(
        each.citation_key
        for each in others.values()
        if each.citation_key in foreign and each.citation_key and not each.pending
    )
    if keys:
        yield (
            f"the items of {_first_few(keys)} are gone from the collection; what you "
            "wrote by hand stays. Take it out, or put the items back."
        )


def _merged(
    base: Base,
    known: Mapping[str, ItemBase],
    assigned: Sequence[citation_keys.KeyAssignment],
    in_use: Group[str],
) -> dict[str, str]:
    """Give the keys that were an item's own when the base was made and are another's former ones, by that."""
    own = {each.citation_key for each in base.items.values()} - set(in_use)
    return {
        former: each.key
        for each in assigned
        if each.item in known
        for former in known[each.item].former_keys
        if former in own
    }


def _former(known: ItemBase, in_use: Group[str], *others: str | None) -> tuple[str, ...]:
    """Return the keys by which an item was cited before, and others, unless they are an item's key now."""
    keys = (*known.former_keys, *filter(None, others))
    return tuple(dict.fromkeys(each for each in keys if each not in in_use))


def _same_record(one: str, other: str) -> bool:
    return one == other or one.split() == other.split()
