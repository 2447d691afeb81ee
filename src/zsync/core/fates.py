"""What became of a paper once it was out: it was retracted, corrected, or doubted by its editors.

A service says so; the item that is made of its answer says so in Extra, by a line such as
``tex.retracted: 2010-02-06 doi:10.1000/182``. Like all ``tex.`` lines it becomes a field of the record, which
no style prints, and so the .bib knows it too. Many publishers also write it in front of the title.

Source: Crossref's documentation, "Registering updates" (their types), and "Retraction Watch".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from zsync.core.patterns import regex

#: What each type of update did to the paper, and what its notice does; types without what joins words.
_TYPES: Final = {
    "retraction": ("retracted", "retracts"),
    "partialretraction": ("partly retracted", "partly retracts"),
    "withdrawal": ("withdrawn", "withdraws"),
    "removal": ("removed", "removes"),
    "expressionofconcern": ("doubted", "doubts"),
    "correction": ("corrected", "corrects"),
    "corrigendum": ("corrected", "corrects"),
    "erratum": ("corrected", "corrects"),
    "clarification": ("clarified", "clarifies"),
    "addendum": ("added to", "adds to"),
}
_RETRACTED: Final = frozenset(("retracted", "partly retracted", "withdrawn", "removed"))
_WORDS: Final = frozenset(word for both in _TYPES.values() for word in both)
_OF_NOTICES: Final = frozenset(of_notice for _, of_notice in _TYPES.values())
# One line of Extra that tells a fate; the words of the fate are joined by hyphens.
_LINE: Final = regex(r"(?:tex|bibtex|biblatex)\.([a-z-]{1,20})\s*[:=]\s*(.*)", re.IGNORECASE)
# A record that may tell one: a field of ours, or what _TITLE looks for.
_MAY_TELL: Final = regex(
    rf"^[ \t]*(?:{'|'.join(sorted(word.replace(' ', '-') for word in _WORDS))})\s*=|retracted|withdrawn",
    re.IGNORECASE | re.MULTILINE,
)
_DATE: Final = regex(r"\d{4}(?:-\d\d){0,2}(?!\d)")
_DOI: Final = regex(r"\bdoi:(\S+)", re.IGNORECASE)
# "RETRACTED ARTICLE: On Grass", "[Withdrawn] On Grass", "On Grass (Retracted)": a paper, and not its notice.
_TITLE: Final = regex(
    r"[\W_]{0,2}(retracted|withdrawn)(?: (?:article|chapter|paper))?\s?[:\])]"
    r"|.*[(\[](retracted|withdrawn)(?: (?:article|chapter|paper))?[)\]]\W?",
    re.IGNORECASE,
)
# What stands before the colon of a title and is a notice or a kind of text, not the paper's name.
_NOTICE: Final = regex(
    r"(?:notice of |author |publisher )?"
    r"(?:retracted|retraction|withdrawn|withdrawal|removed|removal|corrected|correction|corrigendum|erratum"
    r"|expression of concern|editorial|comment|reply|review)"
    r"(?: (?:article|chapter|paper|notes?|notices?|to|on|of|for)\b.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fate:
    """One thing that became of a paper, or of another one by it.

    ``what`` is said in words: ``retracted``, or ``retracts`` where this paper is the notice. ``date`` is
    ISO 8601 as far as it is known, ``doi`` that of the notice; for a notice, of the paper that it is about.
    """

    what: str
    date: str = ""
    doi: str = ""

    def __str__(self) -> str:
        """Say it to people: ``retracted 2010-02-06 (https://doi.org/10.1000/182)``."""
        address = f"https://doi.org/{self.doi}" if self.doi else ""
        if self.is_notice:
            return f"{self.what} {address}".strip()
        what = "doubted by its editors" if self.what == "doubted" else self.what
        return " ".join(filter(None, (what, self.date, f"({address})" if address else "")))

    @property
    def is_notice(self) -> bool:
        """Return whether it became of another paper, which this one tells of."""
        return self.what in _OF_NOTICES

    @property
    def kind(self) -> str:
        """Which tag tells of it: ``retracted``, ``doubted`` or ``corrected``; empty for a notice."""
        if self.what in _RETRACTED:
            return "retracted"
        if self.what == "doubted":
            return "doubted"
        return "" if self.is_notice else "corrected"


def of_update(update_type: str, date: str, doi: str, *, is_notice: bool) -> Fate | None:
    """Return the fate that an update of a service's type is; None where it is none, such as a new edition.

    ``is_notice``: the paper is what updates, and ``doi`` is the one that it updates.
    """
    words = _TYPES.get(re.sub(r"[\W_]", "", update_type.casefold()))
    return Fate(words[is_notice], date, doi) if words else None


def together(fates: Iterable[Fate]) -> tuple[Fate, ...]:
    """Return each fate once, the fullest way in which it is told; they stay in their order."""
    found: list[Fate] = []
    for one in fates:
        same = next((at for at, each in enumerate(found) if _is_same(each, one)), None)
        if same is None:
            found.append(one)
        else:
            each = found[same]
            found[same] = Fate(each.what, each.date or one.date, each.doi or one.doi)
    return tuple(found)


def _is_same(one: Fate, other: Fate) -> bool:
    return one.what == other.what and all(
        mine == theirs or not (mine and theirs)
        for mine, theirs in ((one.date, other.date), (one.doi.casefold(), other.doi.casefold()))
    )


def lines(fates: Iterable[Fate]) -> Iterator[str]:
    """Return the lines of Extra that tell these fates, one for each word."""
    by_word: dict[str, list[str]] = {}
    for fate in fates:
        notice = f"doi:{fate.doi}" if fate.doi else ""
        by_word.setdefault(fate.what, []).append(f"{fate.date} {notice}".strip() or "yes")
    for what, times in by_word.items():
        yield f"tex.{what.replace(' ', '-')}: {'; '.join(times)}"


def told(title: str, extra: str) -> tuple[Fate, ...]:
    """Return what an item's or a record's title and Extra tell of the paper's fate."""
    found = [fate for line in extra.splitlines() for fate in _of_line(line.strip())]
    said = _TITLE.match(title)
    if said and not any(fate.kind == "retracted" for fate in found):
        found.append(Fate((said[1] or said[2]).lower()))
    return together(found)


def may_tell(record: str) -> bool:
    """Return whether the text of a record may tell a fate, for those that have many to read."""
    return _MAY_TELL.search(record) is not None


def _of_line(line: str) -> Iterator[Fate]:
    said = _LINE.fullmatch(line)
    what = said[1].lower().replace("-", " ") if said else ""
    if said is None or what not in _WORDS:
        return
    # A DOI may hold a semicolon, and no space.
    for part in said[2].split("; "):
        date, doi = _DATE.search(_DOI.sub("", part)), _DOI.search(part)
        yield Fate(what, date[0] if date else "", doi[1] if doi else "")


def names_notice(name: str) -> bool:
    """Say whether what stands before a title's colon tells what kind of text it is, and is no short name."""
    return _NOTICE.fullmatch(name.strip(" []().*_")) is not None
