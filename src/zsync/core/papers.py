"""Papers that have no item yet, each once, with the entries of the list and the record that name it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from zsync.core import fields, identifiers, matching, venues
from zsync.core.changes import entry_name
from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Entry, Identifier, Item, Link


@dataclass(slots=True)
class Paper:
    """A paper without an item: the entries that name it, the record, and what is known of it."""

    entry: Entry
    metadata: Metadata | None
    entries: list[int] = field(default_factory=list)
    record: str | None = None

    @property
    def name(self) -> str:
        """The paper's title as people say it; its address where that is all."""
        title = entry_name(self.entry) or (self.metadata.title if self.metadata else "")
        return title or (self.entry.links[0].url if self.entry.links else "")


class Papers:
    """Papers, each once.

    Entries with one title are one paper, and so are those with one identifier whose titles agree.
    """

    def __init__(self) -> None:
        self.found: list[Paper] = []
        self._by_title: dict[str, list[Paper]] = defaultdict(list)
        self._by_identifier: dict[Identifier, list[Paper]] = defaultdict(list)

    def add(self, entry: Entry, metadata: Metadata | None, record: str | None = None) -> Paper:
        """Give the paper that an entry or a record names, which may be a new one.

        Two records of one .bib are two papers: whoever wrote them had a reason.
        """
        known = self._find(entry, metadata)
        if known is not None and record is not None and known.record is not None:
            known = None
        if known is None:
            known = Paper(entry, metadata)
            self.found.append(known)
        known.record = known.record or record
        known.metadata = known.metadata or metadata
        for title in _titles(entry, metadata):
            self._by_title[title].append(known)
        for identifier in _identifiers(entry, metadata):
            self._by_identifier[identifier].append(known)
        return known

    def _find(self, entry: Entry, metadata: Metadata | None) -> Paper | None:
        mine = _identifiers(entry, metadata)
        by_title = (paper for title in _titles(entry, metadata) for paper in self._by_title[title])
        for paper in by_title:
            others = _identifiers(paper.entry, paper.metadata)
            is_other = _contradict(mine, others) or _years_apart(entry, paper.entry)
            if not is_other and not _others_wrote_it(metadata, paper.metadata):
                return paper
        sharing = (paper for identifier in mine for paper in self._by_identifier[identifier])
        return next((paper for paper in sharing if _titles_agree(entry, paper.entry)), None)


def _titles(entry: Entry, metadata: Metadata | None) -> set[str]:
    """Give the titles by which a paper is known, as letters and digits."""
    titles = {fields.plain(entry_name(entry)), fields.plain(metadata.title) if metadata else ""}
    return titles - {""}


def _identifiers(entry: Entry, metadata: Metadata | None) -> set[Identifier]:
    """Give the identifiers of a paper: those of its own link, and what else is known."""
    own = identifiers.of_entry(replace(entry, links=entry.links[:1]))
    return {*own, *(metadata.identifiers if metadata else ())}


def _contradict(mine: Iterable[Identifier], others: Iterable[Identifier]) -> bool:
    """Say whether two sets name different papers: another value of the same kind, and none in common."""
    values = {each.kind: each.value for each in others}
    both = [(each.value, values[each.kind]) for each in mine if each.kind in values]
    return bool(both) and all(one != other for one, other in both)


def _years_apart(one: Entry, other: Entry) -> bool:
    """Say whether two lines name different years; one apart is a preprint and its proceedings."""
    return bool(one.year and other.year and abs(one.year - other.year) > 1)


def _others_wrote_it(one: Metadata | None, other: Metadata | None) -> bool:
    """Say whether two papers are known to have different first authors."""
    firsts = [each.creators[0] for each in (one, other) if each and each.creators]
    names = {fields.plain(first.last_name or first.name) for first in firsts}
    return len(firsts) == 2 and len(names) == 2


def _titles_agree(one: Entry, other: Entry) -> bool:
    return (
        not one.title
        or not other.title
        or matching.titles_agree(entry_name(one), entry_name(other), linked=True)
    )


def as_entry(metadata: Metadata) -> Entry:
    """Give metadata as an entry, to be matched with items."""
    urls = (identifiers.canonical_url(each) for each in metadata.identifiers)
    year = venues.first_year(metadata.fields.get("date", ""))
    links = tuple(Link("", url) for url in urls if url)
    return Entry(0, (), Checkbox.NONE, None, metadata.title, year=year, links=links)


def as_item(key: str, metadata: Metadata) -> Item:
    """Give metadata as an item, to be matched with entries."""
    links = as_entry(metadata).links
    values = {"title": metadata.title, **metadata.fields}
    return Item(key, metadata.item_type, fields=values, creators=metadata.creators, links=links)
