"""Pair the entries of a reading list with the items of the collection, and say how sure.

In this order: the lock, a shared identifier, the title. An identifier alone never decides where the titles
disagree, nor a title where something contradicts it: lists carry wrong links, and a pair made from one
renames somebody's entry. What is found here is judged by :mod:`zsync.core.identity`; what is not sure is
reported with its candidates and left to a person.

Every look-up goes through an index (identifiers, links, titles, rare words), so the work grows with the
number of entries and items, not with their product.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from zsync.core.identity import Judgement, Sign, Traits, Verdict, describe, judge
from zsync.core.model import Entry, Identifier, Item
from zsync.core.titles import ALIKE, Tie, Title, likeness


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


# --- The collection, indexed -----------------------------------------------------------------------

# More items than this under one title or identifier tell nothing; nobody reads a longer list either.
_MOST_CANDIDATES = 20
_RAREST = 8
_STILL_RARE = 40
_MOST_COMPARED = 8


class _Shelf:
    """What may be paired, with indexes; in the order of its keys, so that no other order can matter."""

    def __init__(self, things: Mapping[str, Traits]) -> None:
        self.keys = sorted(things)
        self.traits = [things[key] for key in self.keys]
        self.own: defaultdict[Identifier, list[int]] = defaultdict(list)
        self.further: defaultdict[Identifier, list[int]] = defaultdict(list)
        self.pages: defaultdict[str, list[int]] = defaultdict(list)
        self.title_keys: defaultdict[str, list[int]] = defaultdict(list)
        for position, traits in enumerate(self.traits):
            self._index(position, traits)
        self._grams: defaultdict[str, list[int]] | None = None

    def _index(self, position: int, traits: Traits) -> None:
        for identifier in traits.own:
            self.own[identifier].append(position)
        for identifier in traits.further:
            self.further[identifier].append(position)
        for page in traits.pages:
            self.pages[page].append(position)
        for key in _title_keys(traits):
            self.title_keys[key].append(position)

    def titled(self, traits: Traits) -> list[int]:
        """What has one of these very titles, with or without the short name; cut if it is too many."""
        buckets = (
            self.title_keys.get(key, ())[: _MOST_CANDIDATES + 1] for key in _title_keys(traits)
        )
        found = sorted({position for bucket in buckets for position in bucket})
        return [each for each in found if _likeness_of(traits, self.traits[each]) == 1.0]

    def resembling(self, traits: Traits) -> list[int]:
        """What shares several of the titles' rarest words and word pairs."""
        if self._grams is None:
            self._grams = defaultdict(list)
            for position, known in enumerate(self.traits):
                for gram in _grams(known):
                    self._grams[gram].append(position)
        held = sorted(
            (len(self._grams[gram]), gram) for gram in _grams(traits) if gram in self._grams
        )
        hits = Counter(
            position
            for count, gram in held[:_RAREST]
            if count <= _STILL_RARE
            for position in self._grams[gram]
        )
        likeliest = sorted((-count, position) for position, count in hits.items())
        return [position for _, position in likeliest[:_MOST_COMPARED]]


def _title_keys(traits: Traits) -> dict[str, None]:
    return dict.fromkeys(key for title in traits.titles for key in title.keys if key)


def _grams(traits: Traits) -> set[str]:
    words = [title.words for title in traits.titles]
    pairs = (f"{one} {other}" for each in words for one, other in pairwise(each))
    return {*(word for each in words for word in each), *pairs}


def _likeness_of(one: Traits, other: Traits) -> float:
    """How far the titles of two things agree, 0 to 1: the best of them."""
    pairs = (likeness(mine, theirs) for mine in one.titles for theirs in other.titles)
    return max(pairs, default=0.0)


# --- Matching --------------------------------------------------------------------------------------

_NO_LOCK: Mapping[int, str] = MappingProxyType({})


def match(
    entries: Sequence[Entry], items: Sequence[Item], locked: Mapping[int, str] = _NO_LOCK
) -> tuple[Match, ...]:
    """One match for each entry, in order; ``locked`` holds item keys by entry index and always wins.

    Two entries may pair with one item (a paper listed in two sections). A locked key that is gone
    because the item was merged into another leads to that one; any other stays as the lock says.
    """
    survivors = {key: item.key for item in sorted(items, key=_key) for key in item.replaces}
    present = {item.key for item in items}
    pinned = {
        index: key if key in present else survivors.get(key, key) for index, key in locked.items()
    }
    things = {item.key: Traits.of_item(item) for item in items}
    return pair([Traits.of_entry(entry) for entry in entries], things, pinned)


def _key(item: Item) -> str:
    return item.key


def pair(
    subjects: Sequence[Traits], things: Mapping[str, Traits], locked: Mapping[int, str] = _NO_LOCK
) -> tuple[Match, ...]:
    """One match for each subject, in order, with one of ``things``, which are known by their keys.

    ``locked`` holds keys by the index of the subject, and always wins.
    """
    matcher = _Matcher(subjects, things)
    return tuple(
        Match(index, Certainty.SURE, locked[index], 1.0, "zsync.lock")
        if index in locked
        else matcher.match(index)
        for index in range(len(subjects))
    )


class _Matcher:
    """Finds the match of one subject at a time, knowing all the others."""

    def __init__(self, subjects: Sequence[Traits], things: Mapping[str, Traits]) -> None:
        self.subjects = subjects
        self.links_to = Counter(page for each in subjects for page in each.pages)
        self.titles_of: defaultdict[Identifier, set[tuple[Title, ...]]] = defaultdict(set)
        for subject in subjects:
            for identifier in subject.identifiers:
                self.titles_of[identifier].add(subject.titles[:1])
        self.shelf = _Shelf(things)

    def match(self, index: int) -> Match:
        """By identifier, then by link and title, by title, and by a title much like it."""
        return (
            self._by_identifier(index)
            or self._by_link(index)
            or self._by_title(index)
            or self._by_further_identifier(index)
            or self._by_likeness(index)
            or self._by_link_alone(index)
            or self._missing(index)
        )

    def _judge(self, index: int, position: int, tie: Tie | None = None) -> Judgement:
        return judge(self.subjects[index], self.shelf.traits[position], tie)

    def _judged(
        self, index: int, positions: Iterable[int], tie: Tie | None = None
    ) -> dict[int, Judgement]:
        """Judge candidates; those that are another paper are left out."""
        judged = {position: self._judge(index, position, tie) for position in positions}
        return {
            position: judgement
            for position, judgement in judged.items()
            if judgement.verdict is not Verdict.OTHER
        }

    # An identifier

    def _by_identifier(self, index: int) -> Match | None:
        """The paper's own identifiers may also contradict the title; the others may not."""
        subject = self.subjects[index]
        for identifier in subject.identifiers:
            found = self._sharing(index, identifier)
            if found:
                return found
            if self.shelf.own.get(identifier) and identifier in subject.own:
                return self._contradiction(index, identifier)
        return None

    def _by_further_identifier(self, index: int) -> Match | None:
        """A link after the first counts against no title, but is better than nothing."""
        shared = (each for each in self.subjects[index].identifiers if self.shelf.own.get(each))
        identifier = next(shared, None)
        return self._contradiction(index, identifier) if identifier else None

    def _sharing(self, index: int, identifier: Identifier) -> Match | None:
        """The item with this identifier whose title agrees, if there is one; all, if there are several."""
        sharing = [*self.shelf.own.get(identifier, ()), *self.shelf.further.get(identifier, ())]
        sharing = sharing[: _MOST_CANDIDATES + 1]
        tie = Tie.FIRM if len(self.titles_of[identifier]) == 1 else Tie.CROWDED
        judged = self._judged(index, sharing, tie)
        agreeing = {
            position: judgement
            for position, judgement in judged.items()
            if judgement.agrees & {Sign.TITLE, Sign.WORDING} or judgement.verdict is Verdict.SAME
        }
        reason = describe(identifier)
        same = [each for each in agreeing if agreeing[each].verdict is Verdict.SAME]
        worded = [each for each in same if Sign.TITLE in agreeing[each].agrees]
        chosen = worded if len(worded) == 1 else same
        if len(chosen) == 1 and len(sharing) <= _MOST_CANDIDATES:
            return self._sure(index, chosen[0], 0.99, reason)
        if chosen:
            return self._maybe(index, chosen, 0.5, f"{reason}, which several items have")
        if agreeing:
            objection = next(iter(agreeing.values())).objection
            return self._maybe(index, agreeing, 0.5, f"{reason}, but {objection}")
        return None

    def _contradiction(self, index: int, identifier: Identifier) -> Match:
        sharing = self.shelf.own[identifier][:_MOST_CANDIDATES]
        titled = self.shelf.titled(self.subjects[index])[:_MOST_CANDIDATES]
        reason = f"{describe(identifier)}, but the titles disagree"
        if not self.subjects[index].titles:
            reason = f"{describe(identifier)}, which several entries have"
        return self._maybe(index, [*titled, *sharing], 0.4, reason)

    # A link that is no identifier

    def _by_link(self, index: int) -> Match | None:
        for page in self.subjects[index].pages:
            position = self._alone_at(page)
            if position is not None and self._says_the_same(index, position):
                return self._sure(index, position, 0.95, "same link and title")
        return None

    def _by_link_alone(self, index: int) -> Match | None:
        """The paper's own link, the first, where nothing else speaks for or against the pair."""
        page = next(iter(self.subjects[index].pages), None)
        position = None if page is None else self._alone_at(page)
        if position is None:
            return None
        judgement = self._judge(index, position)
        if Sign.IDENTIFIER in judgement.differs:
            return None
        objection = judgement.objection or "the titles disagree"
        return self._maybe(index, [position], 0.4, f"same link, but {objection}")

    def _alone_at(self, page: str) -> int | None:
        """The item with this page, if it and the entry are the only ones."""
        holding = self.shelf.pages.get(page, [])
        return holding[0] if self.links_to[page] == 1 and len(holding) == 1 else None

    def _says_the_same(self, index: int, position: int) -> bool:
        titles, others = self.subjects[index].titles, self.shelf.traits[position].titles
        return bool(titles) == bool(others) and (
            self._judge(index, position, Tie.PAGE).verdict is Verdict.SAME
        )

    # The title

    def _by_title(self, index: int) -> Match | None:
        titled = self.shelf.titled(self.subjects[index])
        judged = self._judged(index, titled)
        same = {
            position: judgement
            for position, judgement in judged.items()
            if judgement.verdict is Verdict.SAME
        }
        # Of several, the one that differs in nothing: of this year, of this kind.
        closest = min((len(each.differs) for each in same.values()), default=0)
        chosen = [position for position, each in same.items() if len(each.differs) == closest]
        if len(chosen) == 1 and len(titled) <= _MOST_CANDIDATES:
            return self._sure(index, chosen[0], *_year_says(same[chosen[0]]))
        if chosen:
            return self._maybe(index, chosen, 0.5, "same title, which several items have")
        if judged:
            objection = next(iter(judged.values())).objection
            return self._maybe(index, judged, 0.6, f"same title, but {objection}")
        return None

    def _by_likeness(self, index: int) -> Match | None:
        """A title that differs by a word or two: never sure."""
        judged = self._judged(index, self.shelf.resembling(self.subjects[index]))
        scored = [
            (self._likeness(index, position) * (0.9 if Sign.YEAR in each.differs else 1), position)
            for position, each in judged.items()
        ]
        alike = sorted((-score, position) for score, position in scored if score >= ALIKE)
        if not alike:
            return None
        confidence = round(0.9 * -alike[0][0], 2)
        return self._maybe(
            index, [position for _, position in alike], confidence, "much the same title"
        )

    def _likeness(self, index: int, position: int) -> float:
        return _likeness_of(self.subjects[index], self.shelf.traits[position])

    def _missing(self, index: int) -> Match:
        reason = "no item with its identifier or title"
        if titled := self.shelf.titled(self.subjects[index]):
            objection = self._judge(index, titled[0]).objection
            reason = f"the item with its title is another paper: {objection}"
        return Match(index, Certainty.MISSING, None, 0.0, reason)

    # Values

    def _sure(self, index: int, position: int, confidence: float, reason: str) -> Match:
        return Match(index, Certainty.SURE, self.shelf.keys[position], confidence, reason)

    def _maybe(self, index: int, positions: Iterable[int], confidence: float, reason: str) -> Match:
        keys = dict.fromkeys(self.shelf.keys[position] for position in positions)
        candidates = tuple(keys)[:_MOST_CANDIDATES]
        return Match(index, Certainty.MAYBE, None, confidence, reason, candidates)


def _year_says(judgement: Judgement) -> tuple[float, str]:
    if Sign.YEAR in judgement.agrees:
        return 0.97, "same title and year"
    if Sign.NEAR_YEAR in judgement.differs:
        return 0.95, "same title, a year apart"
    return 0.9, "same title"
