"""Reads a list by its forms: where a section's lines agree on the place of their titles, titles stand there.

The rules read first. A line that they do not read is an entry where its form says so; where that is not plain
it is read with doubt: it is shown and matched, and edited as soon as its title is known. Where the rules read
another title than the form, the form is right if it is sure, or if they read no line of it as it does.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from itertools import accumulate
from math import inf
from statistics import fmean
from typing import NamedTuple

from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.evidence import size
from zsync.formats.reading_list.forms import Choice, choose, forms_of
from zsync.formats.reading_list.heads import Form, Head, heads, heads_below
from zsync.formats.reading_list.inline import plain
from zsync.formats.reading_list.mentions import letters_of
from zsync.formats.reading_list.title_places import NO_PLACES, Place, Places

# Distances (log odds) from which a form is believed: where nothing is read, where rules read other titles
# than it but agree with it elsewhere, and where they never do. By lists that somebody read by hand the form
# was right there in 32 of 32 lines, and in 141 of 142.
_LEAST, _SURE, _CONTESTED = 0.5, 4.5, 0.25
# The same where nothing is read and two lines, or one, make a form.
_FEW, _LONE = 2.0, 4.0
# From here on no title was wrong where nothing else was read: the line is an entry like any other.
_PLAIN = 3.0
# A paragraph or a heading is weighed with the lines that say more of its paper, and so is told sooner.
_PLAIN_BLOCK = 2.2
# So many lines make a form; rules that read a smaller share of its lines as it does never agree with it.
_COMPANY, _AGREED = 3, 0.25
# A few words that so many items say, without a link, are a label of what stands below them.
_OFTEN, _LABEL_WORDS = 3, 4
# How much further back a title may stand in a line that was edited.
_NEAR = 2000


# What heads are on the page, how deep they stand.
Sort = tuple[str, int]


class Told(NamedTuple):
    """What the forms of a list tell.

    ``places`` are those of titles that the rules did not find, or found elsewhere; ``agreeing`` the forms of
    the lines whose titles the rules found as their form tells them, by the index of the line.
    """

    places: Places
    agreeing: Mapping[int, Sort]


def told_by_forms(found: ReadingList) -> Told:
    """Return what the forms of a list tell that the rules have read."""
    return _Reading(found).told()


def carried_places(
    before: ReadingList, text: str, starts: Mapping[int, int], written: Mapping[int, str]
) -> Places:
    """Return the places that forms told in a list before it was edited, in its new text.

    An edit of one line does not change how others are read. ``starts`` is where each entry that stays begins
    now, ``written`` the titles of entries that were written again, as they stand there.
    """
    told = before.told
    if not told:
        return NO_PLACES
    lines = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    blocks = [block.start for block in before.blocks]
    places = {}
    for line, place in told.items():
        entry = bisect_right(blocks, place.start) - 1
        if entry not in starts or place.end > before.blocks[entry].head_end:
            continue
        title = written.get(entry, before.text[place.start : place.end])
        start = text.find(title, starts[entry], starts[entry] + _NEAR + place.end - blocks[entry])
        if start >= 0:
            now = bisect_right(lines, starts[entry]) - 1 + line - before.blocks[entry].line
            places[now] = replace(place, start=start, end=start + len(title))
    return places


class _Reading:
    """A list that the rules have read, and its heads."""

    def __init__(self, found: ReadingList) -> None:
        self._found = found
        owned = set(_owned(found))
        everywhere = heads(found.text, found.silent)
        said = Counter(head.text for head in everywhere)
        self._heads = [
            head
            for head in everywhere
            if head.line not in owned and _is_in(head, found.region)
            if not (_may_be_label(head) and said[head.text] >= _OFTEN)
        ]
        self._forms = forms_of(self._heads)
        entries = {block.line: index for index, block in enumerate(found.blocks)}
        self._read = {
            at: entries[head.line] for at, head in enumerate(self._heads) if head.line in entries
        }

    def told(self) -> Told:
        """Return what the forms tell."""
        choices = choose(self._heads, self._forms, self._agrees)
        differ = {at for at, choice in choices.items() if self._differs(at, choice)}
        agreeing = {
            self._heads[at].line: self._forms[at][1:]
            for at, choice in choices.items()
            if choice.run and at in self._read and at not in differ
        }
        return Told(self._places(choices, differ), agreeing)

    def _places(self, choices: Mapping[int, Choice], differ: Set[int]) -> Places:
        """Return the places of titles that are to be read otherwise."""
        agreed = self._agreed(choices, differ)
        told = {at for at in differ if choices[at].distance >= self._least(at, choices[at], agreed)}
        told -= {below for at in told for below in self._below_heading(at)}
        told -= self._lone_below_titles(told, choices)
        plain = self._plain(choices, told)
        places = {}
        for at in told:
            head, run = self._heads[at], choices[at].run
            if run:
                start, end = head.start + run.start, head.start + run.end
                is_sure = at in self._read or at in plain
                form = self._forms[at][1:]
                places[head.line] = Place(start, end, form, by_form=True, doubtful=not is_sure)
        return places

    def _agreed(self, choices: Mapping[int, Choice], differ: Set[int]) -> Mapping[Form, float]:
        """The share of each form's lines that the rules read as they are chosen here, of those looked at."""
        looked, others = (
            Counter(self._forms[at] for at in places if at in self._read)
            for places in (choices, differ)
        )
        return {form: 1 - others[form] / max(looked[form], 1) for form in set(self._forms)}

    def _below_heading(self, at: int) -> range:
        """The places of the heads that say more of a heading's paper: they are no titles."""
        is_heading = self._heads[at].setting.kind == "heading"
        return range(at + 1, at + 1 + is_heading * len(heads_below(self._heads, at)))

    def _lone_below_titles(self, told: Set[int], choices: Mapping[int, Choice]) -> frozenset[int]:
        """Give what is like nothing else in the section of a heading that is a title: it is said of that."""
        titles = {self._heads[at].line for at in told if self._heads[at].setting.kind == "heading"}
        return frozenset(
            at
            for at in told
            if self._heads[at].section in titles and choices[at].alike < _COMPANY
            if self._heads[at].setting.kind != "heading"
        )

    def _plain(self, choices: Mapping[int, Choice], told: Set[int]) -> frozenset[int]:
        """Return what is an entry like any other, of lines that nothing else reads.

        Paragraphs and headings are written alike in all of a list. A paragraph may be plain alone, a heading
        where others of its form are titles too.
        """
        found: defaultdict[Sort, list[float]] = defaultdict(list)
        for at in told:
            found[self._forms[at][1:]].append(choices[at].distance)
        usual = {sort: fmean(distances) for sort, distances in found.items()}
        company = Counter(self._forms[at] for at in told)

        def is_plain(at: int) -> bool:
            head, (_, distance, alike) = self._heads[at], choices[at]
            if not head.is_block:
                return alike >= _COMPANY and distance >= _PLAIN
            if alike >= _COMPANY:
                return max(distance, usual[self._forms[at][1:]]) >= _PLAIN_BLOCK
            may_be_alone = head.setting.kind == "paragraph" or company[self._forms[at]] >= _COMPANY
            return may_be_alone and distance >= _PLAIN_BLOCK

        return frozenset(filter(is_plain, told))

    def _least(self, at: int, choice: Choice, agreed: Mapping[Form, float]) -> float:
        """The distance from which a choice is believed; ``agreed``: the share of a form that is read so."""
        has_company = choice.alike >= _COMPANY
        if at not in self._read:
            if has_company:
                return _LEAST
            is_paragraph = self._heads[at].setting.kind == "paragraph"
            if heads_below(self._heads, at):
                return _LEAST if is_paragraph else _PLAIN_BLOCK
            return _FEW if choice.alike > 1 or is_paragraph else _LONE
        if not has_company:
            return inf
        if self._is_begun(at, choice):
            return _LEAST
        return _CONTESTED if agreed[self._forms[at]] < _AGREED else _SURE

    def _is_begun(self, at: int, choice: Choice) -> bool:
        """Return whether the title that is read begins with the chosen one and goes on after a full stop."""
        title, run = self._found.entries[self._read[at]].title, choice.run
        chosen = plain(self._heads[at].text[run.start : run.end]) if run else title
        return title != chosen and title.startswith(chosen + ". ")

    def _differs(self, at: int, choice: Choice) -> bool:
        if choice.run is None:
            return False
        return not self._agrees(at, self._heads[at].text[choice.run.start : choice.run.end])

    def _agrees(self, at: int, title: str) -> bool | None:
        """Return whether a title, or its short name, is the one that is read in a head; None if none is."""
        if at not in self._read:
            return None
        entry = self._found.entries[self._read[at]]
        short = entry.short or ""
        agreeing = (entry.title, f"{short} {entry.title}", short)
        return letters_of(plain(title)) in map(letters_of, agreeing)


def _may_be_label(head: Head) -> bool:
    return head.setting.kind == "item" and not head.links and size(head.text) <= _LABEL_WORDS


def _is_in(head: Head, region: tuple[int, int]) -> bool:
    return region[0] <= head.start and head.end <= region[1]


def _owned(found: ReadingList) -> Iterator[int]:
    """The lines after the first of each entry: they are its own."""
    for block in found.blocks:
        count = found.text.count("\n", block.start, block.end)
        yield from range(block.line + 1, block.line + max(count, 1))
