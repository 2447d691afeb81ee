"""Where a list's text names an item, whether or not an entry is read there, and what follows from it.

A reader of lists never knows every shape. So before a paper is written into a list, or taken for one that the
author took out, the text itself is asked. The answer is a :class:`Mention`: a line of the list that is about
the paper. Prose that names it among other words is none.

Holding a paper back wrongly costs a person one command, writing it twice costs trust: so doubt
holds it back. An entry whose own first line names one free item is matched with it, and never
edited, for its title was read wrongly. A list most of whose papers stand in a shape that is not
read gets no new entry.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as Group
from dataclasses import dataclass, replace
from enum import StrEnum

from zsync.core.identifiers import normalise_url
from zsync.core.identity import Sign, Traits, Verdict, judge
from zsync.core.matching import Certainty, Match
from zsync.core.model import Entry, Item
from zsync.core.titles import Agreement, Tie, Title, compare


class NamedBy(StrEnum):
    """What a line says of the paper."""

    TITLE = "title"
    IDENTIFIER = "identifier"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Mention:
    """A line that is about an item's paper; ``line`` is counted from 1.

    ``entry`` is the index of the entry that is read there, if any. ``is_first`` means that the entry begins
    with the line, ``in_note`` that the line is part of its note. ``is_clear`` means that no words stand in
    front of the name, ``is_bare`` that the line has neither a box nor a link, or is a note's own words.
    """

    line: int
    by: NamedBy
    entry: int | None = None
    is_first: bool = False
    in_note: bool = False
    is_clear: bool = False
    is_bare: bool = False


Naming = Callable[[Item], Sequence[Mention]]


def nowhere(item: Item) -> Sequence[Mention]:
    """Return no mention: the naming of a list whose text nobody has."""
    del item
    return ()


@dataclass(frozen=True, slots=True)
class Named:
    """An item without an entry whose paper the text names at ``line``: it is not written again.

    ``was_linked`` means that its entry was in step before and is not read any more: nobody took it out.
    """

    item: str
    title: str
    line: int
    was_linked: bool = False


_NAMED = 0.9


class Names:
    """Asks the text of a list about items, knowing which entries they are matched with."""

    def __init__(
        self,
        naming: Naming,
        items: Sequence[Item],
        entries: Sequence[Entry],
        matches: Sequence[Match],
    ) -> None:
        self._naming = naming
        self._entries = entries
        self._items = {item.key: item for item in items}
        self._matches = list(matches)
        self._found: dict[str, Sequence[Mention]] = {}
        addresses = Counter(normalise_url(item.fields.get("url", "")) for item in items)
        self._shared = {address for address, count in addresses.items() if count > 1}

    def _mentions(self, item: Item) -> Sequence[Mention]:
        """Return where the item is named; an address that several items have tells nothing."""
        if item.key not in self._found:
            is_shared = normalise_url(item.fields.get("url", "")) in self._shared
            self._found[item.key] = [
                each
                for each in self._naming(item)
                if not (is_shared and each.by is NamedBy.ADDRESS)
            ]
        return self._found[item.key]

    def helped(self) -> tuple[Match, ...]:
        """Give the matches with those entries paired whose first line names the title of just one free item.

        So an entry whose title was read wrongly stands for its item all the same.
        """
        free = {match.entry: match for match in self._matches if _may_be_helped(match)}
        taken = {match.item for match in self._matches}
        named: dict[int, list[str]] = defaultdict(list)
        for key, item in self._items.items() if free else ():
            for entry in self._said_by(item, free) if key not in taken else ():
                named[entry].append(key)
        self._matches = [
            Match(match.entry, Certainty.SURE, keys[0], _NAMED, "its line names the title")
            if len(keys := named.get(match.entry, [])) == 1
            else match
            for match in self._matches
        ]
        return tuple(self._matches)

    def _said_by(self, item: Item, free: Mapping[int, Match]) -> set[int]:
        """Return the entries without a sure match whose first line names the item, if no other line does."""
        mentions = [each for each in self._mentions(item) if not each.in_note]
        if len({each.line for each in mentions}) > 1:
            return set()
        return {
            each.entry
            for each in mentions
            if each.entry is not None
            and each.entry in free
            and each.is_first
            and each.by is NamedBy.TITLE
            and set(free[each.entry].candidates) <= {item.key}
            and self._fits(self._entries[each.entry], item)
        }

    @staticmethod
    def _fits(entry: Entry, item: Item) -> bool:
        """Return whether an entry may well be of the item, once its title is taken from the item."""
        theirs = Traits.of_item(item)
        judgement = judge(replace(Traits.of_entry(entry), titles=theirs.titles), theirs)
        return judgement.verdict is Verdict.SAME

    @staticmethod
    def _is_another_paper(entry: Entry, item: Item) -> bool:
        """Return whether an entry has another identifier of a kind that the item has."""
        return Sign.IDENTIFIER in judge(Traits.of_entry(entry), Traits.of_item(item)).differs

    def holds(self, item: Item, own: Sequence[int]) -> Mention | None:
        """Return the line that names an item which is about to be written; ``own`` are its entries."""
        return self._first(item, own, lambda each: not (each.in_note and each.is_bare))

    def still_holds(self, item: Item, own: Sequence[int]) -> Mention | None:
        """Return the line that names an item whose entry is not found any more; it may be a note by now."""
        return self._first(item, own, lambda _: True)

    def _first(
        self, item: Item, own: Sequence[int], counts: Callable[[Mention], bool]
    ) -> Mention | None:
        found = (
            each
            for each in self._mentions(item)
            if each.entry is None or each.in_note or each.entry not in own
        )
        return next(
            (each for each in found if counts(each) and not self._is_others(each, item)), None
        )

    def _is_others(self, mention: Mention, item: Item) -> bool:
        """Return whether the mention stands in another item's own line, and may be that item's name."""
        if mention.entry is None or mention.in_note or not mention.is_first:
            return False
        match = self._matches[mention.entry]
        if match.item is None and self._is_another_paper(self._entries[mention.entry], item):
            return True
        if match.certainty is not Certainty.SURE or match.item is None:
            return False
        owner = self._items.get(match.item)
        names_both = mention.by is NamedBy.TITLE and mention.is_clear
        # The line of an item that is gone leaves the list.
        return owner is None or not names_both or _agree(Title.of_item(owner), item, Tie.LOOSE)

    def named_by(self, entries: Group[int]) -> dict[int, str]:
        """Return the items that the lines of some entries name, by entry: key of the item.

        So it is seen where the rest of an entry's own lines was taken for its note.
        """
        return {
            each.entry: key
            for key, item in self._items.items() if entries
            for each in self._mentions(item) if each.entry in entries and each.entry is not None
        }  # fmt: skip

    def misread(self, entry: int, item: Item) -> bool:
        """Return whether an entry was read with another title than its own line has, which is the item's."""
        written = self._entries[entry]
        if _agree(Title.of_entry(written), item, Tie.PAGE):
            return False
        return any(
            each.entry == entry and each.is_first and each.by is NamedBy.TITLE
            for each in self._mentions(item)
        )


def _agree(title: Title, item: Item, tie: Tie) -> bool:
    """Return whether a title may be that of an item."""
    return bool(title.words) and compare(title, Title.of_item(item), tie) is not Agreement.APART


def _may_be_helped(match: Match) -> bool:
    """Return whether an entry has no item, or one alone that may be meant."""
    return match.certainty is not Certainty.SURE and len(match.candidates) <= 1
