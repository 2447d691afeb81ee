"""Which records of a bibliography that somebody else wrote are of which items.

A record says here what a push makes of it, so that both know it by the same signs.
"""

from collections.abc import Collection as Group
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zsync.core.cite.key_parts import clean_key
from zsync.core.cite.keys import pinned_key
from zsync.core.cite.policy import BibFormat
from zsync.core.identity import Directory, Judgement, Sign, Traits, Verdict, judge
from zsync.core.model import Item
from zsync.formats.bib.bibtex import RecordSpan
from zsync.formats.bib.metadata import Readable, metadata_of


@dataclass(frozen=True, slots=True)
class Adoption:
    """Records that somebody else wrote, and sentences about those that may be of a paper; both by item."""

    records: Mapping[str, str]
    doubts: Mapping[str, str]


_SUPPORT: Final = frozenset((Sign.IDENTIFIER, Sign.AUTHORS, Sign.YEAR, Sign.ADDRESS))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record that may be an item's, and how both were judged.

    ``tells``: the item's title tells it from most others. ``pinned``: the item has the record's citation key.
    """

    item: Item
    record: RecordSpan
    judgement: Judgement
    tells: bool
    pinned: bool

    @property
    def is_same(self) -> bool:
        """Return whether it is the item's record; a title that many papers have is not enough.

        Whoever gives the item the record's key settles a question.
        """
        supported = self.tells or self.judgement.agrees & _SUPPORT
        return self.pinned or bool(self.judgement.verdict is Verdict.SAME and supported)

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """The order in which records are given out: who says the same in more, and differs in less."""
        agrees, differs = self.judgement.agrees, self.judgement.differs
        return not self.pinned, Sign.IDENTIFIER not in agrees, len(differs), -len(agrees)

    @property
    def doubt(self) -> str:
        """The question, for people."""
        objection = self.judgement.objection or "only the titles agree"
        return (
            f"line {self.record.line}: the record {self.record.key} may be of “{self.item.title}” "
            f"({self.item.key}): {objection}. The item got a record of its own; if both are one paper, "
            f"give the item the citation key {self.record.key} in Zotero."
        )


def adopt(
    found: Readable,
    foreign: Group[str],
    items: Sequence[Item],
    stored: Mapping[str, str],
    form: BibFormat,
) -> Adoption:
    """Pair items with records that somebody else wrote of the same papers, each record with one item.

    ``stored`` maps item keys to the citation keys of the last success. An item whose own record stands in the
    file takes another only where it has that one's key in Zotero.
    """
    candidates = sorted(_candidates(found, foreign, items, form), key=lambda each: each.rank)
    settled = {item.key for item in items if stored.get(item.key) in found.by_key}
    paired: dict[str, str] = {}
    taken: set[str] = set()
    for each in candidates:
        is_free = each.item.key not in paired and each.record.key not in taken
        # An item whose record is gone from the file had one: what is much like it was renamed and edited.
        is_meant = each.is_same or each.item.key in stored
        if is_free and is_meant and (each.pinned or each.item.key not in settled):
            paired[each.item.key] = each.record.key
            taken.add(each.record.key)
    doubts = {
        each.item.key: each.doubt
        for each in candidates
        if not each.is_same
        and each.item.key not in paired.keys() | settled
        and each.record.key not in taken
    }
    return Adoption(paired, doubts)


def _candidates(
    found: Readable, foreign: Group[str], items: Sequence[Item], form: BibFormat
) -> Iterator[_Candidate]:
    """Judge the records that may be of an item; those of other papers are left out."""
    if not foreign or not items:
        return
    records = [record for record in found.records if record.key in foreign]
    said = [Traits.of_metadata(metadata_of(found, record, form)) for record in records]
    directory = Directory()
    for position, record in enumerate(records):
        directory.add((*said[position].names, _pin(record.key)), position)
    for item in items:
        traits, pin = Traits.of_item(item), pinned_key(item)
        for position in directory.find({*traits.names, _pin(pin)}):
            judgement = judge(traits, said[position])
            if judgement.verdict is not Verdict.OTHER:
                record = records[position]
                tells = any(title.tells for title in traits.titles)
                yield _Candidate(item, record, judgement, tells, clean_key(record.key) == pin)


def _pin(key: str) -> str:
    """What an item that has a record's citation key finds the record by; no title has such a name."""
    return f"@{clean_key(key)}"
