"""Whether two things are one paper: a line of the list, a record of a .bib, an item, a service's answer.

Everybody who has to know asks :func:`judge`. Identifiers decide. A title decides only where nothing that both
sides say contradicts it; what is contradicted is a question for a person, or another paper.

Another identifier of one kind is another paper, but for kinds of which one paper may have several
(ISBN, OpenReview, DOIs of preprints): they make a question. Another year alone is a question, or a
year apart with another address, other authors or another kind of publication; so is a year apart
where the title is two words. A preprint beside its proceedings is none. Two lines or two records
that are not surely one become two items: who wrote both had a reason.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self

from zsync.core import identifiers, venues
from zsync.core.identifiers import normalise_url
from zsync.core.item_schema import ITEM_ROLES
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Entry, Identifier, Item
from zsync.core.patterns import regex
from zsync.core.titles import Agreement, Tie, Title, compare

# --- What is known of a paper ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Author:
    """The first author, as words without case and accents.

    ``family`` are the words of the family name, ``words`` all of them: sources cut names differently.
    A ``person`` is told from a collaboration, which one source names first and another not at all.
    """

    family: frozenset[str]
    words: frozenset[str]
    person: bool = True

    def may_be(self, other: "Author") -> bool:
        """Return whether the family name of each stands somewhere in the name of the other."""
        return bool(self.family & other.words and other.family & self.words)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a paper, whoever says it.

    ``own`` are the identifiers that stand for the paper itself, ``further`` those of its other links, which
    may lead to other papers. ``pages`` are the links that no identifier stands for, the paper's own first,
    and ``addresses`` its own links in any case, both in the form that compares. ``kinds`` say how it was
    published, where that is known. There are several of a thing where several sources speak of one paper.
    """

    titles: tuple[Title, ...] = ()
    own: tuple[Identifier, ...] = ()
    further: tuple[Identifier, ...] = ()
    pages: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    authors: tuple[Author, ...] = ()
    kinds: tuple[str, ...] = ()

    @classmethod
    def of_entry(cls, entry: Entry) -> Self:
        """Return what a line says; its first link is the paper's own."""
        urls = tuple(link.url for link in entry.links)
        own = tuple(_with_aliases(_found(urls[:1])))
        return cls(
            titles=_titled(Title.of_entry(entry)),
            own=own,
            further=_without(_found(urls[1:]), own),
            pages=_pages(urls),
            addresses=tuple(map(normalise_url, urls[:1])),
            years=(entry.year,) if entry.year else (),
            authors=_typed_author(entry.authors or ""),
            kinds=_kind_of_label(entry.venue or ""),
        )

    @classmethod
    def of_item(cls, item: Item) -> Self:
        """Return what an item says; its linked URLs are further links."""
        own = identifiers.of_item(replace(item, links=()))
        url, year = item.fields.get("url", ""), venues.year(item)
        links = tuple(link.url for link in item.links)
        return cls(
            titles=_titled(Title.of_item(item)),
            own=own,
            further=_without(_found(links), own),
            pages=_pages((url, *links)),
            addresses=(normalise_url(url),) if url else (),
            years=(year,) if year else (),
            authors=_first_author(item.item_type, item.creators),
            kinds=_kind(item.item_type),
        )

    @classmethod
    def of_metadata(cls, metadata: Metadata) -> Self:
        """Return what a record or a service says; what it calls itself comes first among its identifiers."""
        said = {**metadata.fields, "title": metadata.title}
        traits = cls.of_item(Item("", metadata.item_type, fields=said, creators=metadata.creators))
        own = dict.fromkeys((*traits.own, *_with_aliases(metadata.identifiers[:1])))
        return replace(
            traits, own=tuple(own), further=_without(metadata.identifiers[1:], tuple(own))
        )

    def joined(self, other: "Traits") -> "Traits":
        """Return what is known of a paper by both: a line and its metadata, two lines of one paper."""
        both = {
            each.name: tuple(dict.fromkeys((*getattr(self, each.name), *getattr(other, each.name))))
            for each in fields(self)
        }
        return Traits(**{**both, "further": _without(both["further"], both["own"])})

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """All of them, the paper's own first."""
        return (*self.own, *self.further)

    @property
    def is_preprint(self) -> bool:
        """Whether this is known as a preprint and nothing else."""
        if self.kinds:
            return self.kinds == (_PREPRINT,)
        return bool(self.own) and all(_form(each)[0] in _OF_PREPRINTS for each in self.own)

    @property
    def names(self) -> set[str | Identifier]:
        """What the paper is looked up by: its identifiers, and its titles without spaces."""
        return {*self.identifiers, *(key for title in self.titles for key in title.keys)}


def _titled(title: Title) -> tuple[Title, ...]:
    return (title,) if title.words else ()


def _found(urls: Iterable[str]) -> Iterator[Identifier]:
    return (found for found in map(identifiers.find, urls) if found)


def _with_aliases(found: Iterable[Identifier]) -> Iterator[Identifier]:
    return (each for one in found for each in (one, *identifiers.aliases(one)))


def _without(found: Iterable[Identifier], own: Sequence[Identifier]) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys(each for each in found if each not in own))


def _pages(urls: Iterable[str]) -> tuple[str, ...]:
    """The comparable forms of the links that no identifier stands for, each once."""
    plain = (url for url in urls if url and not identifiers.find(url))
    return tuple(dict.fromkeys(map(normalise_url, plain)))


_PREPRINT = "preprint"
_KINDS = {
    "preprint": _PREPRINT,
    "journalArticle": "article",
    "magazineArticle": "article",
    "newspaperArticle": "article",
    # Publishers call a paper of a conference a chapter, where the proceedings are a book.
    "conferencePaper": "chapter",
    "bookSection": "chapter",
    "book": "book",
    "report": "report",
    "thesis": "thesis",
}


def _kind(item_type: str) -> tuple[str, ...]:
    return (_KINDS[item_type],) if item_type in _KINDS else ()


def _kind_of_label(label: str) -> tuple[str, ...]:
    venue = venues.by_label(label) if label else None
    return _kind(venue.item_type) if venue and venue.well_known else ()


# Between the authors that a line names.
_BETWEEN_AUTHORS = regex(r"[,;&]|\band\b|\bet\s+al\b|、|，", re.IGNORECASE)
# One word of a name.
_NAME_WORD = regex(r"\w+")


def _typed_author(authors: str) -> tuple[Author, ...]:
    words = _name_words(_BETWEEN_AUTHORS.split(authors, maxsplit=1)[0])
    return (Author(words, words),) if words else ()


def _first_author(item_type: str, creators: Sequence[Creator]) -> tuple[Author, ...]:
    """The first person among those who wrote it; where nobody is named in parts, the first name."""
    role = ITEM_ROLES.get(item_type, ("author",))[:1]
    wrote = [each for each in creators if each.role in role] or creators
    first = next((each for each in wrote if each.last_name), next(iter(wrote), None))
    if first is None:
        return ()
    family = _name_words(first.last_name or first.name)
    words = _name_words(f"{first.first_name} {first.last_name} {first.name}")
    return (Author(family, words, bool(first.last_name)),) if family else ()


def _name_words(text: str) -> frozenset[str]:
    """The words of a name; initials do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in decomposed if unicodedata.category(each) != "Mn")
    return frozenset(
        word for word in _NAME_WORD.findall(bare) if len(word) > 1 or not word.isascii()
    )


# --- Which identifiers can contradict each other -----------------------------------------------------

# Servers of preprints, by the beginning of their DOIs. A paper may have one of these beside that of its
# journal, and one for each version. JSTOR gives other publishers' articles a second DOI.
_SECOND_DOIS = (
    "10.1101/",
    "10.2139/ssrn.",
    "10.20944/",
    "10.21203/",
    "10.26434/",
    "10.31219/",
    "10.31234/",
    "10.31235/",
    "10.36227/",
    "10.64898/",
)
_OF_ARXIV = "10.48550/arxiv."
_JSTOR = "10.2307/"
_ARCHIVES = "10.5281/"
_PREPRINT_DOI, _JSTOR_DOI, _ARCHIVE_DOI = "preprint DOI", "JSTOR DOI", "archive DOI"
_OF_PREPRINTS = frozenset(("arxiv", "openreview", _PREPRINT_DOI))
# Of these one paper may have several: a submission to each conference, an ISBN for each binding, a DOI for
# each version.
_OF_EDITIONS = frozenset(
    ("openreview", "isbn", "s2", "s2 corpus", _PREPRINT_DOI, _JSTOR_DOI, _ARCHIVE_DOI)
)


def _form(identifier: Identifier) -> tuple[str, str]:
    """Return a kind and a value that can contradict others of the same kind."""
    kind, value = identifier.kind, identifier.value
    if kind == "doi" and value.startswith(_OF_ARXIV):
        return "arxiv", value.removeprefix(_OF_ARXIV)
    if kind == "doi" and value.startswith(_SECOND_DOIS):
        return _PREPRINT_DOI, value
    if kind == "doi" and value.startswith((_JSTOR, _ARCHIVES)):
        return (_JSTOR_DOI if value.startswith(_JSTOR) else _ARCHIVE_DOI), value
    if kind == "cvf":
        # CVF keeps a paper under two folders.
        return kind, value.rpartition("/")[2]
    if kind == "s2" and value.startswith("CorpusID:"):
        return "s2 corpus", value
    return kind, value


def _forms(found: Iterable[Identifier]) -> dict[str, set[str]]:
    forms: dict[str, set[str]] = defaultdict(set)
    for kind, value in map(_form, found):
        forms[kind].add(value)
    return forms


def _clashes(one: Traits, other: Traits) -> tuple[str, ...]:
    """Give the kinds of which both papers have identifiers of their own, and none in common; surest first."""
    mine, others = _forms(one.own), _forms(other.own)
    all_mine, all_others = _forms(one.identifiers), _forms(other.identifiers)
    kinds = sorted(mine.keys() & others.keys(), key=lambda kind: (kind in _OF_EDITIONS, kind))
    return tuple(
        kind
        for kind in kinds
        if not mine[kind] & all_others[kind] and not all_mine[kind] & others[kind]
    )


def _shared(one: Traits, other: Traits) -> Tie:
    """Return how firmly identifiers tie two papers; that both link to a third is nothing."""
    mine, theirs = set(map(_form, one.own)), set(map(_form, other.own))
    if mine & theirs:
        return Tie.FIRM
    further = (set(map(_form, each.further)) for each in (one, other))
    return Tie.CROWDED if theirs & next(further) or mine & next(further) else Tie.LOOSE


_KIND_NAMES = {
    "arxiv": "arXiv",
    "openreview": "OpenReview",
    "neurips": "NeurIPS",
    "s2": "Semantic Scholar",
    "s2 corpus": "Semantic Scholar",
    _PREPRINT_DOI: "DOI of the preprint",
    _JSTOR_DOI: "DOI at JSTOR",
    _ARCHIVE_DOI: "DOI in the archive",
}
# What is called a number by those who give it out.
_NUMBERS = frozenset(("arxiv", "ieee", "openreview", "s2", "s2 corpus"))


def _named(kind: str) -> str:
    return _KIND_NAMES.get(kind, kind.upper())


def describe(identifier: Identifier) -> str:
    """An identifier as people write it: ``arXiv 2410.02712``."""
    return f"{_named(identifier.kind)} {identifier.value}"


# --- The judgement -----------------------------------------------------------------------------------


class Verdict(StrEnum):
    """Whether two things are one paper: yes, a person should look, no."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


class Sign(StrEnum):
    """What speaks for or against two things being one paper.

    ``EDITION``: an identifier of which one paper may have several. ``WORDING``: titles that are much alike.
    ``NEAR_YEAR``: a year apart, as many papers are from their proceedings.
    """

    IDENTIFIER = "identifier"
    EDITION = "edition"
    TITLE = "title"
    WORDING = "wording"
    AUTHORS = "authors"
    YEAR = "year"
    NEAR_YEAR = "near year"
    KIND = "kind"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two things are one paper, and why: what both say alike, and what they say otherwise.

    ``clashes`` are the kinds of identifiers that differ.
    """

    verdict: Verdict
    agrees: frozenset[Sign]
    differs: frozenset[Sign]
    clashes: tuple[str, ...] = ()

    @property
    def objection(self) -> str:
        """What differs, as the end of a sentence for people: ``the DOI disagrees``, ``another year``."""
        if self.clashes:
            numbers = (
                f"{_named(kind)} number" if kind in _NUMBERS else _named(kind)
                for kind in self.clashes
            )
            return f"the {next(numbers)} disagrees"
        if Sign.TITLE in self.differs:
            return "the titles disagree"
        return " and ".join(
            dict.fromkeys(words for sign, words in _SAID.items() if sign in self.differs)
        )


_SAID = {
    Sign.YEAR: "another year",
    Sign.NEAR_YEAR: "another year",
    Sign.AUTHORS: "other authors",
    Sign.KIND: "another kind of publication",
    Sign.ADDRESS: "another address",
}


def judge(one: Traits, other: Traits, tie: Tie | None = None) -> Judgement:
    """Return whether two things are one paper, with the reasons.

    ``tie`` says how firmly something beside titles holds them together; by default an identifier that is both
    papers' own does, and a little that of one to which the other links as well.
    """
    shared = _shared(one, other)
    tie = shared if tie is None else tie
    clashes = _clashes(one, other)
    agrees, differs = set[Sign](), set[Sign]()
    if shared is not Tie.LOOSE:
        agrees.add(Sign.IDENTIFIER)
    for kind in clashes:
        differs.add(Sign.EDITION if kind in _OF_EDITIONS else Sign.IDENTIFIER)
    for look in (_by_title, _by_authors, _by_year, _by_kind, _by_address):
        alike, apart = look(one, other, tie)
        agrees |= alike
        differs |= apart
    tells = any(title.tells for title in (*one.titles, *other.titles))
    usual = one.is_preprint != other.is_preprint
    verdict = _verdict(frozenset(agrees), frozenset(differs), tie, tells=tells, usual=usual)
    return Judgement(verdict, frozenset(agrees), frozenset(differs), clashes)


def _verdict(
    agrees: frozenset[Sign], differs: frozenset[Sign], tie: Tie, *, tells: bool, usual: bool
) -> Verdict:
    """Weigh the signs. Only what is tied together can do with less than a title, or against one.

    ``tells``: the titles tell one paper from most others. ``usual``: a preprint beside what became of it,
    which may well be dated a year later.
    """
    tied = tie is not Tie.LOOSE
    if differs & {Sign.IDENTIFIER, Sign.TITLE}:
        return Verdict.PERHAPS if tied else Verdict.OTHER
    titled = agrees & {Sign.TITLE, Sign.WORDING}
    if tied:
        return Verdict.SAME if titled or tie >= Tie.PAGE else Verdict.PERHAPS
    if not titled:
        return Verdict.OTHER
    # A title that many papers have says little without somebody who wrote it.
    generic = not tells and not agrees & {Sign.AUTHORS, Sign.ADDRESS}
    beside = differs & {Sign.KIND, Sign.ADDRESS} or generic
    dated = Sign.YEAR in differs or (Sign.NEAR_YEAR in differs and not usual)
    if Sign.AUTHORS in differs and (dated or beside):
        return Verdict.OTHER
    contradicted = (
        differs & {Sign.AUTHORS, Sign.YEAR, Sign.EDITION}
        or (dated and beside)
        or (generic and Sign.ADDRESS in differs)
    )
    return Verdict.PERHAPS if contradicted or Sign.TITLE not in agrees else Verdict.SAME


_Signs = tuple[set[Sign], set[Sign]]


def _by_title(one: Traits, other: Traits, tie: Tie) -> _Signs:
    pairs = [compare(mine, theirs, tie) for mine in one.titles for theirs in other.titles]
    match max(pairs, default=None):
        case None:
            return set(), set()
        case Agreement.SAME:
            return {Sign.TITLE}, set()
        case Agreement.ALIKE:
            return {Sign.WORDING}, set()
        case _:
            return set(), {Sign.TITLE}


def _by_authors(one: Traits, other: Traits, _tie: Tie) -> _Signs:
    """A person against a collaboration says nothing: the person may be its first member."""
    pairs = [(mine, theirs) for mine in one.authors for theirs in other.authors]
    if any(mine.may_be(theirs) for mine, theirs in pairs):
        return {Sign.AUTHORS}, set()
    told = any(mine.person == theirs.person for mine, theirs in pairs)
    return set(), {Sign.AUTHORS} if told else set()


def _by_year(one: Traits, other: Traits, _tie: Tie) -> _Signs:
    apart = min((abs(mine - theirs) for mine in one.years for theirs in other.years), default=None)
    match apart:
        case None:
            return set(), set()
        case 0:
            return {Sign.YEAR}, set()
        case 1:
            return set(), {Sign.NEAR_YEAR}
        case _:
            return set(), {Sign.YEAR}


def _by_kind(one: Traits, other: Traits, _tie: Tie) -> _Signs:
    mine, theirs = set(one.kinds) - {_PREPRINT}, set(other.kinds) - {_PREPRINT}
    if not mine or not theirs:
        return set(), set()
    return ({Sign.KIND}, set()) if mine & theirs else (set(), {Sign.KIND})


def _by_address(one: Traits, other: Traits, _tie: Tie) -> _Signs:
    """Two addresses differ if one site has both; what lies on two sites may be one paper."""
    mine, theirs = {*one.addresses, *one.pages}, {*other.addresses, *other.pages}
    if mine & theirs:
        return {Sign.ADDRESS}, set()
    if _shared(one, other) is not Tie.LOOSE:
        return set(), set()
    sites = [{each.partition("/")[0] for each in traits.addresses} for traits in (one, other)]
    return set(), {Sign.ADDRESS} if sites[0] & sites[1] else set()


# --- Looking up --------------------------------------------------------------------------------------

# More things than this under one name: the name tells nothing.
_MOST_UNDER_A_NAME = 20


class Directory:
    """Positions of things by what the things may be looked up by, so that only a few are judged."""

    def __init__(self) -> None:
        self._positions: defaultdict[str | Identifier, list[int]] = defaultdict(list)

    def add(self, names: Iterable[str | Identifier], position: int) -> None:
        """Keep a position under every name, unless too many have the name."""
        for name in names:
            known = self._positions[name]
            if len(known) < _MOST_UNDER_A_NAME and position not in known:
                known.append(position)

    def find(self, names: Iterable[str | Identifier]) -> list[int]:
        """Return the positions of what has one of the names, the lowest first."""
        return sorted({position for name in names for position in self._positions.get(name, ())})
