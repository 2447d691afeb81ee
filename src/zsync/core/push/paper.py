"""Papers that have no item yet, each once, with the entries of the list and the record that name it."""

from dataclasses import dataclass, field

from zsync.core import identifiers, venues
from zsync.core.fields import entry_name
from zsync.core.identity import Directory, Sign, Traits, Verdict, judge
from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Entry, Link


@dataclass(slots=True)
class Paper:
    """A paper without an item: the entries that name it, the record, and what is known of it.

    ``again`` are further records of the same .bib with its identifier, by key.
    """

    entry: Entry
    metadata: Metadata | None
    traits: Traits = field(default_factory=Traits)
    entries: list[int] = field(default_factory=list)
    record: str | None = None
    again: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The paper's title as people say it; its address where that is all."""
        title = entry_name(self.entry) or (self.metadata.title if self.metadata else "")
        return title or (self.entry.links[0].url if self.entry.links else "")


_ALL = {Sign.TITLE, Sign.AUTHORS, Sign.YEAR}


class Papers:
    """Papers, each once: what :func:`~zsync.core.identity.judge` calls the same, and no more, is one."""

    def __init__(self) -> None:
        self.found: list[Paper] = []
        self._directory = Directory()

    def add(self, entry: Entry, metadata: Metadata | None, record: str | None = None) -> Paper:
        """Return the paper that an entry or a record names, which may be a new one.

        Two records of one .bib are two papers, since whoever wrote them had a reason, unless they differ in
        nothing and have one identifier, or title, authors and year.
        """
        said = traits_of(entry, metadata)
        position = self._find(said, is_record=record is not None)
        if position is None:
            position = len(self.found)
            self.found.append(Paper(entry, metadata))
        paper = self.found[position]
        if record and paper.record:
            paper.again.append(record)
        paper.record = paper.record or record
        paper.metadata = paper.metadata or metadata
        paper.traits = paper.traits.joined(said)
        self._directory.add(said.names, position)
        return paper

    def _find(self, said: Traits, *, is_record: bool) -> int | None:
        for position in self._directory.find(said.names):
            paper = self.found[position]
            judgement = judge(said, paper.traits)
            is_twin = not judgement.differs and (
                Sign.IDENTIFIER in judgement.agrees or judgement.agrees >= _ALL
            )
            is_free = paper.record is None or not is_record
            if judgement.verdict is Verdict.SAME and (is_free or is_twin):
                return position
        return None


def traits_of(entry: Entry, metadata: Metadata | None) -> Traits:
    """Return what a line and what is known of its paper say together."""
    said = Traits.of_entry(entry)
    return said.joined(Traits.of_metadata(metadata)) if metadata else said


def as_entry(metadata: Metadata) -> Entry:
    """Return metadata as an entry: what an item is made of where no line names the paper."""
    urls = [metadata.fields.get("url")]
    if "DOI" not in metadata.fields:
        # A DOI has a field of its own; what else is known leads to the paper by its address alone.
        urls += map(identifiers.canonical_url, metadata.identifiers)
    year = venues.first_year(metadata.fields.get("date", ""))
    links = tuple(Link("", url) for url in urls if url)[:1]
    return Entry(0, (), Checkbox.NONE, None, metadata.title, year=year, links=links)
