"""Pair the entries of a reading list with the items of the collection, and say how sure.

In this order: the lock, a shared identifier, the title with the year. An identifier alone never decides
where the titles disagree: lists carry wrong links, and a pair made from one renames somebody's entry.
What is not sure is reported with its candidates and left to a person.

Every look-up goes through an index (identifiers, links, titles, rare words), so the work grows with the
number of entries and items, not with their product.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from html import unescape
from itertools import pairwise
from types import MappingProxyType
from typing import Self

from zsync.core import identifiers, venues
from zsync.core.model import Entry, Identifier, Item, Link


class Certainty(StrEnum):
    """How sure a match is: paired, a person should look, or no item found."""

    SURE = "sure"
    MAYBE = "maybe"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one entry.

    ``entry`` is the entry's index. ``item`` is the key of the paired item, and None unless the match is
    sure. ``candidates`` are the keys of items that may be meant, the likeliest first, when it is not.
    ``confidence`` (0 to 1) is that of the pair or of the first candidate; ``reason`` is for people.
    """

    entry: int
    certainty: Certainty
    item: str | None
    confidence: float
    reason: str
    candidates: tuple[str, ...] = ()


# --- Titles ----------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_LATEX = re.compile(r"\\[a-zA-Z]+\{?|[{}$]")
# A run of letters and digits; each character of a script that is written without spaces.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_LONGEST_NAME = 4
_SHORTEST_REST = 4


def _words(text: str) -> tuple[str, ...]:
    """The words of a title as they compare: markup, case, accents and punctuation do not count."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(mark for mark in decomposed if unicodedata.category(mark) != "Mn")
        text = unicodedata.normalize("NFKC", text)
    if "<" in text or "&" in text:
        text = unescape(_TAG.sub("", text))
    if "\\" in text or "$" in text or "{" in text:
        text = _LATEX.sub("", text)
    # A title of signs alone (an emoji) is one word, so that it can be told from another.
    return tuple(_WORD.findall(text.casefold())) or tuple(text.split())


@dataclass(frozen=True, slots=True)
class _Title:
    """A title as words: its short name, if it has one, and the rest.

    ``complete`` says that the rest is a whole title without the short name.
    """

    name: tuple[str, ...]
    rest: tuple[str, ...]
    complete: bool = False

    @classmethod
    def of_entry(cls, entry: Entry) -> Self:
        """An entry's title; it should leave out the short name."""
        name, words = _words(entry.short or ""), _words(entry.title)
        if not name:
            return cls.of_text(entry.title)
        return cls(name, words[len(name) :] if words[: len(name)] == name else words)

    @classmethod
    def of_item(cls, item: Item) -> Self:
        """An item's title; it may begin with the short title or leave it out."""
        name, words = _words(item.fields.get("shortTitle", "")), _words(item.title)
        if not name:
            return cls.of_text(item.title)
        if words[: len(name)] == name:
            return cls(name, words[len(name) :])
        return cls(name, words, complete=True)

    @classmethod
    def of_text(cls, title: str) -> Self:
        """A title whose own first words may be a short name: a few of them before a colon."""
        head, colon, _ = title.replace("：", ":").partition(":")
        name, words = _words(head), _words(title)
        named = colon and len(name) <= _LONGEST_NAME and len(name) < len(words)
        return cls(name, words[len(name) :]) if named else cls((), words)

    @property
    def words(self) -> tuple[str, ...]:
        """All of them, the short name first."""
        return self.name + self.rest

    @property
    def keys(self) -> tuple[str, ...]:
        """What the title is looked up by: the whole and, where it tells enough, all but the name.

        Blanks do not count, so that "pre-training" and "pretraining" are one.
        """
        tells = self.complete or (self.name and len(self.rest) >= _SHORTEST_REST)
        whole, rest = "".join(self.words), "".join(self.rest)
        return (whole, rest) if tells else (whole,)


# Words that make another paper of the same title.
_TELLING = frozenset(("not", "no", "without", "ii", "iii", "iv"))
_TELLING_COST = 0.3
_SWAP_COST = 0.15
_SLIP_COST = 0.03
_ALIKE = 0.8
_ALIKE_WITH_LINK = 0.7
_SAME_LETTERS = 0.95
_OTHER_NAME = 0.3


def _likeness(one: _Title, other: _Title) -> float:
    """How far two titles agree: 1 for the same words, 0 for none in common.

    Two different short names are two papers, however alike the rest ("X: A Survey", "Y: A Survey").
    Where only one side has a short name, the other may have dropped it.
    """
    (whole, *rest), (other_whole, *other_rest) = one.keys, other.keys
    if whole == other_whole or whole in other_rest or other_whole in rest:
        return 1.0
    overlap = _overlap(one.words, other.words)
    if one.name and other.name:
        return overlap if _same_name(one, other) else min(overlap, _OTHER_NAME)
    return max(overlap, _overlap(one.rest, other.rest)) if rest or other_rest else overlap


def _same_name(one: _Title, other: _Title) -> bool:
    name, other_name = "".join(one.name), "".join(other.name)
    return name == other_name or _misspelt(name, other_name)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of common words, lessened for slips, exchanges and words that tell papers apart."""
    if not one or not other:
        return 0.0
    left, right = _left_over(one, other), _left_over(other, one)
    if "".join(left) == "".join(right):
        return 1.0
    slips = _drop_misspelt(left, right)
    share = 1 - (len(left) + len(right)) / (len(one) + len(other))
    swaps = min(len(left), len(right))
    telling = sum(word in _TELLING or not word.isalpha() for word in left + right)
    return max(0.0, share - _SLIP_COST * slips - _SWAP_COST * swaps - _TELLING_COST * telling)


def _left_over(words: Iterable[str], taken: Iterable[str]) -> list[str]:
    """The words, in their order, that ``taken`` does not hold as often."""
    available = Counter(taken)
    rest = []
    for word in words:
        if available[word]:
            available[word] -= 1
        else:
            rest.append(word)
    return rest


_MOST_MISSPELT = 4
_SHORTEST_MISSPELT = 5


def _drop_misspelt(left: list[str], right: list[str]) -> int:
    """Takes out of both the words that are one slip apart ("multimodel", "multimodal"); how many.

    Titles with many other words differ by more than slips, so those are not looked at.
    """
    if max(len(left), len(right)) > _MOST_MISSPELT:
        return 0
    slips = 0
    for word in list(left):
        twin = next((other for other in right if _misspelt(word, other)), None)
        if twin:
            left.remove(word)
            right.remove(twin)
            slips += 1
    return slips


def _misspelt(one: str, other: str) -> bool:
    """One letter added, lost or exchanged behind the first, in words long enough to tell."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST_MISSPELT or len(long) - len(short) > 1 or not (one + other).isalpha():
        return False
    same = next(
        (i for i, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]),
        len(short),
    )
    behind = short[same + 1 :] if len(short) == len(long) else short[same:]
    return same > 0 and behind == long[same + 1 :]


def _agree(one: _Title, other: _Title, needed: float) -> bool:
    """Whether titles agree well enough for a link that both sides share; an empty title agrees with none."""
    return (
        _likeness(one, other) >= needed
        or _names_only(one, other)
        or _names_only(other, one)
        or _same_letters(one, other)
    )


def _same_letters(one: _Title, other: _Title) -> bool:
    """Whether titles differ by a few letters, wherever their words begin and end."""
    if one.name and other.name and not _same_name(one, other):
        return False
    if (set(one.words) ^ set(other.words)) & _TELLING:
        return False
    letters = SequenceMatcher(None, "".join(one.words), "".join(other.words), autojunk=False)
    return letters.real_quick_ratio() >= _SAME_LETTERS and letters.ratio() >= _SAME_LETTERS


def _names_only(short: _Title, full: _Title) -> bool:
    """Whether one title is nothing but the other's short name."""
    return bool(full.name) and short.words == full.name


def titles_agree(one: str, other: str, *, linked: bool = False) -> bool:
    """Whether two whole titles, short names included, may be of one paper; an empty one agrees with none.

    ``linked`` says that an identifier speaks for the pair already: then a short name alone, and some more
    difference in wording, will do.
    """
    left, right = _Title.of_text(one), _Title.of_text(other)
    if not left.words or not right.words:
        return False
    if linked:
        return _agree(left, right, _ALIKE_WITH_LINK)
    return _likeness(left, right) >= _ALIKE or _same_letters(left, right)


# --- The collection, indexed -----------------------------------------------------------------------

# More items than this under one title or identifier tell nothing; nobody reads a longer list either.
_MOST_CANDIDATES = 20
_RAREST = 8
_STILL_RARE = 40
_MOST_COMPARED = 8


class _Shelf:
    """The items in the order of their keys, so that the order they came in cannot matter, with indexes."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.key)
        self.titles = [_Title.of_item(item) for item in self.items]
        self.years = [venues.year(item) for item in self.items]
        self.own: defaultdict[Identifier, list[int]] = defaultdict(list)
        self.linked: defaultdict[Identifier, list[int]] = defaultdict(list)
        self.addresses: defaultdict[str, list[int]] = defaultdict(list)
        self.title_keys: defaultdict[str, list[int]] = defaultdict(list)
        for position, item in enumerate(self.items):
            self._index(position, item)
        self._grams: defaultdict[str, list[int]] | None = None

    def _index(self, position: int, item: Item) -> None:
        own = identifiers.of_item(replace(item, links=()))
        for identifier in own:
            self.own[identifier].append(position)
        for identifier in dict.fromkeys(_of_links(item.links)):
            if identifier not in own:
                self.linked[identifier].append(position)
        for address in _addresses((item.fields.get("url", ""), *(link.url for link in item.links))):
            self.addresses[address].append(position)
        for key in filter(None, self.titles[position].keys):
            self.title_keys[key].append(position)

    def titled(self, title: _Title) -> list[int]:
        """The items that have this very title, with or without the short name; cut if they are too many."""
        buckets = (self.title_keys.get(key, ())[: _MOST_CANDIDATES + 1] for key in title.keys)
        found = sorted({position for bucket in buckets for position in bucket})
        return [position for position in found if _likeness(title, self.titles[position]) == 1.0]

    def resembling(self, title: _Title) -> list[int]:
        """Items that share several of the title's rarest words and word pairs."""
        if self._grams is None:
            self._grams = defaultdict(list)
            for position, known in enumerate(self.titles):
                for gram in _grams(known):
                    self._grams[gram].append(position)
        held = sorted(
            (len(self._grams[gram]), gram) for gram in _grams(title) if gram in self._grams
        )
        hits = Counter(
            position
            for count, gram in held[:_RAREST]
            if count <= _STILL_RARE
            for position in self._grams[gram]
        )
        likeliest = sorted((-count, position) for position, count in hits.items())
        return [position for _, position in likeliest[:_MOST_COMPARED]]


def _grams(title: _Title) -> set[str]:
    words = title.words
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}


def _of_links(links: Iterable[Link]) -> Iterator[Identifier]:
    return (found for found in (identifiers.find(link.url) for link in links) if found)


def _addresses(urls: Iterable[str]) -> dict[str, None]:
    """The comparable forms of the links that no identifier stands for, each once."""
    plain = (url for url in urls if url and not identifiers.find(url))
    return dict.fromkeys(identifiers.normalise_url(url) for url in plain)


# --- Matching --------------------------------------------------------------------------------------

_NO_LOCK: Mapping[int, str] = MappingProxyType({})


def match(
    entries: Sequence[Entry], items: Sequence[Item], locked: Mapping[int, str] = _NO_LOCK
) -> tuple[Match, ...]:
    """One match for each entry, in order; ``locked`` holds item keys by entry index and always wins.

    Two entries may pair with one item (a paper listed in two sections). A locked key that is gone
    because the item was merged into another leads to that one; any other stays as the lock says.
    """
    matcher = _Matcher(entries, items)
    survivors = {key: item.key for item in matcher.shelf.items for key in item.replaces}
    present = {item.key for item in items}
    return tuple(
        _from_lock(index, locked[index], present, survivors)
        if index in locked
        else matcher.match(index)
        for index in range(len(entries))
    )


def _from_lock(index: int, key: str, present: set[str], survivors: Mapping[str, str]) -> Match:
    item = key if key in present else survivors.get(key, key)
    return Match(index, Certainty.SURE, item, 1.0, "zsync.lock")


class _Matcher:
    """Finds the match of one entry at a time, knowing all the others."""

    def __init__(self, entries: Sequence[Entry], items: Iterable[Item]) -> None:
        self.entries = entries
        self.titles = [_Title.of_entry(entry) for entry in entries]
        self.identifiers = [identifiers.of_entry(entry) for entry in entries]
        self.addresses = [_addresses(link.url for link in entry.links) for entry in entries]
        self.links_to = Counter(address for each in self.addresses for address in each)
        self.titles_of: defaultdict[Identifier, set[tuple[str, ...]]] = defaultdict(set)
        for title, found in zip(self.titles, self.identifiers, strict=True):
            for identifier in found:
                self.titles_of[identifier].add(title.words)
        self.shelf = _Shelf(items)

    def match(self, index: int) -> Match:
        """By identifier, then by link and title, by title and year, and by a title much like it."""
        return (
            self._by_identifier(index)
            or self._by_link(index)
            or self._by_title(index)
            or self._by_secondary_identifier(index)
            or self._by_likeness(index)
            or self._by_link_alone(index)
            or Match(index, Certainty.MISSING, None, 0.0, "no item with its identifier or title")
        )

    # An identifier

    def _by_identifier(self, index: int) -> Match | None:
        """The paper's own link, the first, may also contradict the title; the others may not."""
        links = self.entries[index].links
        for identifier in self.identifiers[index]:
            found = self._sharing(index, identifier)
            if found:
                return found
            if self.shelf.own.get(identifier) and identifiers.find(links[0].url) == identifier:
                return self._contradiction(index, identifier)
        return None

    def _by_secondary_identifier(self, index: int) -> Match | None:
        """A link behind the first counts against no title, but is better than nothing."""
        shared = (each for each in self.identifiers[index] if self.shelf.own.get(each))
        identifier = next(shared, None)
        return self._contradiction(index, identifier) if identifier else None

    def _sharing(self, index: int, identifier: Identifier) -> Match | None:
        """The item with this identifier whose title agrees, if there is one; all, if there are several."""
        own, linked = self.shelf.own.get(identifier, []), self.shelf.linked.get(identifier, [])
        sharing = (own + linked)[: _MOST_CANDIDATES + 1]
        agreeing = [position for position in sharing if self._agrees(index, identifier, position)]
        same = [position for position in agreeing if self._likeness(index, position) == 1.0]
        reason = describe(identifier)
        chosen = same if len(same) == 1 else agreeing
        if len(chosen) == 1 and len(sharing) <= _MOST_CANDIDATES:
            return self._sure(index, chosen[0], 0.99, reason)
        if chosen:
            return self._maybe(index, chosen, 0.5, f"{reason}, which several items have")
        return None

    def _agrees(self, index: int, identifier: Identifier, position: int) -> bool:
        title = self.titles[index]
        alone = len(self.titles_of[identifier]) == 1
        if not title.words or not self.shelf.titles[position].words:
            return alone
        return _agree(title, self.shelf.titles[position], _ALIKE_WITH_LINK if alone else _ALIKE)

    def _contradiction(self, index: int, identifier: Identifier) -> Match:
        sharing = self.shelf.own[identifier][:_MOST_CANDIDATES]
        titled = self.shelf.titled(self.titles[index])[:_MOST_CANDIDATES]
        reason = f"{describe(identifier)}, but the titles disagree"
        if not self.titles[index].words:
            reason = f"{describe(identifier)}, which several entries have"
        return self._maybe(index, [*titled, *sharing], 0.4, reason)

    # A link that is no identifier

    def _by_link(self, index: int) -> Match | None:
        for address in self.addresses[index]:
            position = self._alone_at(address)
            if position is not None and self._says_the_same(index, position):
                return self._sure(index, position, 0.95, "same link and title")
        return None

    def _by_link_alone(self, index: int) -> Match | None:
        """The paper's own link, the first, where nothing else speaks for or against the pair."""
        address = next(iter(self.addresses[index]), None)
        position = None if address is None else self._alone_at(address)
        if position is None:
            return None
        return self._maybe(index, [position], 0.4, "same link, but the titles disagree")

    def _alone_at(self, address: str) -> int | None:
        """The item with this address, if it and the entry are the only ones."""
        holding = self.shelf.addresses.get(address, [])
        return holding[0] if self.links_to[address] == 1 and len(holding) == 1 else None

    def _says_the_same(self, index: int, position: int) -> bool:
        title, other = self.titles[index], self.shelf.titles[position]
        if not title.words and not other.words:
            return True
        return _agree(title, other, _ALIKE_WITH_LINK)

    # The title

    def _by_title(self, index: int) -> Match | None:
        titled = self.shelf.titled(self.titles[index])
        near = [position for position in titled if (self._years_apart(index, position) or 0) <= 1]
        if len(near) == 1 and len(titled) <= _MOST_CANDIDATES:
            return self._sure(index, near[0], *self._year_says(index, near[0]))
        if near:
            return self._maybe(index, near, 0.5, "same title, which several items have")
        if titled:
            return self._maybe(index, titled, 0.6, "same title, but another year")
        return None

    def _by_likeness(self, index: int) -> Match | None:
        """A title that differs by a word or two: never sure."""
        scored = [
            (self._likeness(index, position) * self._year_weight(index, position), position)
            for position in self.shelf.resembling(self.titles[index])
        ]
        alike = sorted((-score, position) for score, position in scored if score >= _ALIKE)
        if not alike:
            return None
        confidence = round(0.9 * -alike[0][0], 2)
        return self._maybe(
            index, [position for _, position in alike], confidence, "much the same title"
        )

    def _likeness(self, index: int, position: int) -> float:
        return _likeness(self.titles[index], self.shelf.titles[position])

    # The year

    def _years_apart(self, index: int, position: int) -> int | None:
        here, there = self.entries[index].year, self.shelf.years[position]
        return None if here is None or there is None else abs(here - there)

    def _year_says(self, index: int, position: int) -> tuple[float, str]:
        """One year apart is a preprint and its proceedings."""
        match self._years_apart(index, position):
            case None:
                return 0.9, "same title"
            case 0:
                return 0.97, "same title and year"
            case _:
                return 0.95, "same title, a year apart"

    def _year_weight(self, index: int, position: int) -> float:
        return 1.0 if (self._years_apart(index, position) or 0) <= 1 else 0.9

    # Values

    def _sure(self, index: int, position: int, confidence: float, reason: str) -> Match:
        return Match(index, Certainty.SURE, self.shelf.items[position].key, confidence, reason)

    def _maybe(self, index: int, positions: Iterable[int], confidence: float, reason: str) -> Match:
        keys = dict.fromkeys(self.shelf.items[position].key for position in positions)
        candidates = tuple(keys)[:_MOST_CANDIDATES]
        return Match(index, Certainty.MAYBE, None, confidence, reason, candidates)


_KIND_NAMES = {
    "arxiv": "arXiv",
    "openreview": "OpenReview",
    "neurips": "NeurIPS",
    "s2": "Semantic Scholar",
}


def describe(identifier: Identifier) -> str:
    """An identifier as people write it: ``arXiv 2410.02712``."""
    return f"{_KIND_NAMES.get(identifier.kind, identifier.kind.upper())} {identifier.value}"
