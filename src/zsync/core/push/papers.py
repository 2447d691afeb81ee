"""Papers that the list or the .bib has and the collection has not: made, or fetched from the library."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from zsync.core import identifier_only, matching
from zsync.core.base import Base, EntryBase, FieldBase
from zsync.core.entry_fields import of_entry
from zsync.core.fields import digest
from zsync.core.identifiers import normalise_url
from zsync.core.identity import Traits
from zsync.core.library_changes import ItemChange, Lookup, NewItem
from zsync.core.matching import Certainty, Match
from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Checkbox, Entry, Tag
from zsync.core.places import ListState
from zsync.core.plan import LibraryState, Plan, missing
from zsync.core.push.drafts import make_draft
from zsync.core.push.paper import Paper, Papers, as_entry
from zsync.core.push.places import NewPlaces
from zsync.core.push_builder import PushBuilder


class PaperPusher:
    """Makes items of papers, each once, and lets the library's own items join the collection.

    ``pairs`` says which entries each of them is paired with.
    """

    def __init__(
        self,
        plan: Plan,
        base: Base,
        library: LibraryState,
        reading_list: ListState,
        lookup: Lookup,
        places: NewPlaces,
        intended: PushBuilder,
        new_key: Callable[[], str],
    ) -> None:
        self.plan = plan
        self.base = base
        self.entries = reading_list.entries
        self.items = {item.key: item for item in library.items}
        self.lookup = lookup
        self.rest_of_library = {item.key: item for item in lookup.rest_of_library}
        self.places = places
        self.intended = intended
        self.policy = intended.policy
        self.new_key = new_key
        self.missing = {
            index: identifier_only.spelled_out(self.entries[index])
            for index in missing(plan, reading_list)
        }
        self.papers: list[Paper] = []
        self.pairs: dict[str, tuple[EntryBase, ...]] = {}

    def push(self, *, with_records: bool) -> None:
        """Gather what is to be done for every paper without an item."""
        self.papers = self._papers(with_records=with_records)
        for number, paper in enumerate(self.papers):
            self._push_paper(number, paper)

    def _papers(self, *, with_records: bool) -> list[Paper]:
        """Group what names one paper: missing entries of the list and, where wanted, records of the .bib."""
        papers = Papers()
        for index, entry in self.missing.items():
            papers.add(entry, self._metadata(index)).entries.append(index)
        for key in self._missing_records() if with_records else ():
            metadata = self.lookup.records[key]
            papers.add(as_entry(metadata), metadata, record=key)
        return papers.found

    def _metadata(self, index: int) -> Metadata | None:
        """Return what is known of a missing entry: by a service, else by the .bib."""
        record = self._record_of.get(index)
        return self._resolution(index).metadata or (self.lookup.records[record] if record else None)

    def _resolution(self, index: int) -> Resolution:
        return self.lookup.resolutions.get(index, Resolution())

    @cached_property
    def _record_of(self) -> dict[int, str]:
        """Pair missing entries with the records of the .bib that surely mean the same paper."""
        subjects = [Traits.of_entry(entry) for entry in self.missing.values()]
        matches = matching.pair(subjects, self._records)
        return {
            index: match.item
            for index, match in zip(self.missing, matches, strict=True)
            if match.certainty is Certainty.SURE and match.item
        }

    @cached_property
    def _records(self) -> dict[str, Traits]:
        records = self.lookup.records
        return {key: Traits.of_metadata(metadata) for key, metadata in records.items()}

    @cached_property
    def _in_collection(self) -> dict[str, Traits]:
        return {key: Traits.of_item(item) for key, item in self.items.items()}

    @cached_property
    def _owners(self) -> dict[str | None, str]:
        """Return the item of each citation key in use, or by which an item can still be cited."""
        pinned = {item.fields.get("citationKey"): key for key, item in self.items.items()}
        known = [(key, each) for key, each in self.base.items.items() if key in self.items]
        former = {name: key for key, each in known for name in each.former_keys}
        return former | pinned | {each.citation_key: key for key, each in known}

    @cached_property
    def _leaving(self) -> set[str | None]:
        """Give the citation keys of items that left the collection: their records go, as their entries do."""
        known = self.base.items.items()
        return {
            each.citation_key for key, each in known if key not in self.items and not each.pending
        }

    @cached_property
    def _record_matches(self) -> dict[str, Match]:
        """Match the records that are not known as an item's with the items of the collection."""
        known = self._owners.keys() | self._leaving
        left = [key for key in self._records if key not in known]
        matches = matching.pair([self._records[key] for key in left], self._in_collection)
        return dict(zip(left, matches, strict=True))

    @cached_property
    def _recorded(self) -> set[str | None]:
        """Return the items that have a record which somebody else than zsync wrote."""
        own = {key for key, known in self.base.items.items() if known.record}
        known = {self._owners[key] for key in self._records if key in self._owners}
        return (known - own) | {match.item for match in self._record_matches.values()}

    def _missing_records(self) -> list[str]:
        """Return the keys of the records that no item of the collection matches; what may match is held."""
        missing = []
        record_of = {item: key for key, item in self._owners.items() if key in self._records}
        for key, match in self._record_matches.items():
            if doubt := self._doubt(match, is_record=True):
                self.intended.hold(None, self.lookup.records[key].title, doubt, needs_person=True)
            elif match.item in record_of:
                self._hold_again(key, record_of[match.item] or "")
            elif match.certainty is not Certainty.SURE:
                missing.append(key)
        return missing

    def _hold_again(self, record: str, first: str) -> None:
        """Say that a record stands twice in the .bib."""
        line = self.lookup.lines.get(record)
        reason = (
            f"the record {record} (line {line}) is the same paper as {first}, whose item stands for both; "
            f"what {record} alone says is not taken over"
        )
        self.intended.hold(None, self.lookup.records[record].title, reason, needs_person=True)

    def _doubt(self, match: Match, *, is_record: bool) -> str:
        """Return why a person has to look; empty where nothing is uncertain.

        An item that has a record is no question for another one: whoever wrote both had a reason.
        """
        asked = [each for each in match.candidates if not is_record or each not in self._recorded]
        return f"{self._named(asked[0])} may be the same paper: {match.reason}" if asked else ""

    def _push_paper(self, number: int, paper: Paper) -> None:
        """Make an item of a paper, or let the library's own item join the collection."""
        answers = [self._resolution(index) for index in paper.entries]
        for record in paper.again:
            self._hold_again(record, paper.record or "")
        found, doubt = self._in_library(number, paper)
        doubt = doubt or self._misread(paper)
        doubt = doubt or next((answer.doubt for answer in answers if answer.doubt), "")
        unanswered = next((answer.unanswered for answer in answers if answer.unanswered), "")
        if doubt:
            self._hold(paper, doubt, needs_person=True)
        elif found:
            self._join(found, paper)
        elif paper.metadata is None and unanswered:
            self._hold(paper, unanswered)
        elif paper.metadata is None and not paper.entry.title:
            reason = "nothing is known of this address; write a title next to it"
            self._hold(paper, reason, needs_person=True)
        else:
            self._make(paper)

    def _misread(self, paper: Paper) -> str:
        """Return why an entry without a link may be read wrongly; empty where nothing says so."""
        keys = (self.plan.naming.get(index) for index in paper.entries)
        key = next(filter(None, keys), None)
        if key is None:
            return ""
        return (
            f"its lines name {self._named(key)} of this collection; if it is another paper, give it a link "
            "of its own"
        )

    def _hold(self, paper: Paper, reason: str, *, needs_person: bool = False) -> None:
        for index in paper.entries or (None,):
            self.intended.hold(index, paper.name, reason, needs_person=needs_person)

    def _in_library(self, number: int, paper: Paper) -> tuple[str | None, str]:
        """Find a paper's item in the library: its key, or why a person has to look."""
        for index in paper.entries:
            if (chosen := self.plan.unmade.get(index)) in self.rest_of_library:
                return chosen, ""
        known, elsewhere = self._by_metadata.get(number), self._in_rest[number]
        is_here = known is not None and known.certainty is Certainty.SURE
        for match in (known, elsewhere) if is_here else (elsewhere, known):
            if match is None or match.certainty is Certainty.MISSING:
                continue
            if match.item in self.items:
                return None, f"{self._named(match.item)} in this collection is the same paper"
            if match.item:
                return match.item, ""
            if doubt := self._doubt(match, is_record=paper.record is not None):
                return None, doubt
        return None, ""

    @cached_property
    def _in_rest(self) -> tuple[Match, ...]:
        """Match every paper with the items outside the collection, by all that is known of it."""
        items = {key: Traits.of_item(item) for key, item in self.rest_of_library.items()}
        return matching.pair([paper.traits for paper in self.papers], items)

    @cached_property
    def _by_metadata(self) -> dict[int, Match]:
        """Match every paper of which more is known than its line says with the collection's items."""
        known = {
            number: Traits.of_metadata(paper.metadata)
            for number, paper in enumerate(self.papers)
            if paper.metadata
        }
        matches = matching.pair(list(known.values()), self._in_collection)
        return dict(zip(known, matches, strict=True))

    def _named(self, key: str) -> str:
        return f"“{(self.rest_of_library.get(key) or self.items[key]).title}” ({key})"

    def _join(self, key: str, paper: Paper) -> None:
        """Add an item of the library to the collections that its entries stand for."""
        places = self._places_of(paper)
        item = self.rest_of_library[key]
        self.intended.changed[key] = ItemChange(key, item.title, add_to=places)
        self.pairs[key] = self._bases_of(paper)

    def _make(self, paper: Paper) -> None:
        """Make an item of a paper, with a child for every further link and every note."""
        chosen = (self.plan.unmade.get(index) for index in paper.entries)
        pending = self._pending_records.get(paper.record or "")
        key = next((each for each in chosen if each), None) or pending or self.new_key()
        written = [self.entries[index] for index in paper.entries]
        draft = make_draft(paper.entry, paper.metadata)
        if any(entry.checkbox is Checkbox.CHECKED for entry in written):
            draft = replace(draft, tags=(*draft.tags, Tag(self.policy.read_tag)))
        self.intended.made.append(
            NewItem(
                key,
                paper.name,
                draft,
                self._places_of(paper),
                tuple(paper.entries),
                paper.record,
                paper.metadata.source if paper.metadata else "",
            )
        )
        self.pairs[key] = self._bases_of(paper)
        self._make_links(key, paper.name, written)
        if self.policy.publishes_notes:
            for note in dict.fromkeys(entry.note for entry in written if entry.note):
                self.intended.make_note(key, paper.name, note)

    @cached_property
    def _pending_records(self) -> dict[str, str]:
        """Return the keys chosen before for records of the .bib whose items are still missing."""
        return {
            known.citation_key: key
            for key, known in self.base.items.items()
            if known.pending and known.citation_key and key not in self.items
        }

    def _places_of(self, paper: Paper) -> tuple[str, ...]:
        places = [self.places.of(self.entries[index].section) for index in paper.entries]
        return tuple(dict.fromkeys(places)) or (self.places.root,)

    def _bases_of(self, paper: Paper) -> tuple[EntryBase, ...]:
        """Return what the entries say, by which they are found again; what Zotero says is left open."""
        said = (of_entry(self.entries[index]) for index in paper.entries)
        return tuple(
            EntryBase({name: FieldBase(digest(each[name]), "") for name in sorted(each)})
            for each in said
        )

    def _make_links(self, parent: str, name: str, written: Sequence[Entry]) -> None:
        seen = {normalise_url(entry.links[0].url) for entry in written if entry.links}
        for link in (link for entry in written for link in entry.links[1:]):
            if normalise_url(link.url) not in seen:
                seen.add(normalise_url(link.url))
                self.intended.make_link(parent, name, link)
