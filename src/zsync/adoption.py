"""Which records of a bibliography that somebody else wrote are of which items.

Only records that have an identifier or the title of an item are judged; the others are not looked at closely.
"""

from collections.abc import Collection as Group
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zsync.core import identifiers
from zsync.core.bib_policy import BibFormat
from zsync.core.identity import Directory, Judgement, Sign, Traits, Verdict, judge
from zsync.core.model import Identifier, Item
from zsync.core.titles import Title
from zsync.formats.bib_metadata import Readable, metadata_of
from zsync.formats.bibtex import RecordSpan
from zsync.formats.latex_text import read_address, to_text


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


def adopt(found: Readable, foreign: Group[str], items: Sequence[Item], form: BibFormat) -> Adoption:
    """Pair items with records that somebody else wrote of the same papers, each record with one item."""
    candidates = sorted(_candidates(found, foreign, items, form), key=lambda each: each.rank)
    paired: dict[str, str] = {}
    taken: set[str] = set()
    for each in candidates:
        if each.is_same and each.item.key not in paired and each.record.key not in taken:
            paired[each.item.key] = each.record.key
            taken.add(each.record.key)
    doubts = {
        each.item.key: each.doubt
        for each in candidates
        if not each.is_same and each.item.key not in paired and each.record.key not in taken
    }
    return Adoption(paired, doubts)


def _candidates(
    found: Readable, foreign: Group[str], items: Sequence[Item], form: BibFormat
) -> Iterator[_Candidate]:
    """Judge the records that may be of an item; those of other papers are left out."""
    if not foreign or not items:
        return
    records = [record for record in found.records if record.key in foreign]
    directory = Directory()
    for position, record in enumerate(records):
        directory.add(_names(found.fields(record), form), position)
        directory.add((_pin(record.key),), position)
    for item in items:
        traits = Traits.of_item(item)
        for position in directory.find({*traits.names, _pin(item.fields.get("citationKey", ""))}):
            record = records[position]
            metadata = metadata_of(found, record, form)
            judgement = judge(traits, Traits.of_metadata(metadata))
            if judgement.verdict is not Verdict.OTHER:
                tells = any(title.tells for title in traits.titles)
                pinned = record.key == item.fields.get("citationKey")
                yield _Candidate(item, record, judgement, tells, pinned)


_LABELS: Final = {"doi": "doi:", "url": "", "eprint": "arXiv:", "arxiv": "arXiv:", "isbn": "isbn:"}


def _names(values: Mapping[str, str], form: BibFormat) -> Iterator[str | Identifier]:
    """What a record is looked up by: its title, with and without the subtitle, and its identifiers."""
    is_latex = form is not BibFormat.CSLJSON
    title, subtitle = (values.get(name, "") for name in ("title", "subtitle"))
    for typed in {title, f"{title}: {subtitle}" if subtitle else title}:
        yield from Title.of_text(to_text(typed) if is_latex else typed).keys
    for name, label in _LABELS.items():
        value = values.get(name, "")
        value = read_address(value) if is_latex else value
        found = (identifiers.find(value) or identifiers.find(label + value)) if value else None
        if found:
            yield from (found, *identifiers.aliases(found))


def _pin(key: str) -> str:
    """What an item that has a record's citation key finds the record by; no title has such a name."""
    return f"@{key}"
