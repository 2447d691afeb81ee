"""Headings that were renamed: the base under the headings of today.

An entry is told from its copies by the section that it stands in, and a section is known by the entries
that stand in it. So the entries that can be told without their section speak first: where those of a heading
that is gone stand under one that is new, it was renamed. What is learned so tells the copies apart, and they
then speak for theirs. Where nobody does, a new heading may still bear the collection's name, or have it among
its words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from zsync.core.base import Alike, Base, EntryBase, locate
from zsync.core.fields import digest, plain, same_words, section_value
from zsync.core.model import Collection
from zsync.core.places import ListState


def with_headings_of_today(
    base: Base,
    reading_list: ListState,
    collections: Sequence[Collection],
    has_vote: Callable[[str, EntryBase], bool],
) -> Base:
    """Return the base as if every heading that was renamed had always been called as it is now.

    ``has_vote`` says of an item key and an entry whether it shows where a heading went: one whose item left
    the collection in Zotero may have been moved by a pull, and shows nothing.
    """
    now = {digest(section_value(path)) for path in reading_list.sections}
    now |= {digest(section_value(entry.section)) for entry in reading_list.entries}
    new = now - _headings(base)
    for alike in (Alike.LEAVE, Alike.COUNT):
        named = _of_the_same_name(base, reading_list, collections, now, new)
        while renamed := _renamed(base, reading_list, now, new, alike, has_vote, named):
            base = _rename(base, renamed)
        base = _rename(base, _of_the_same_name(base, reading_list, collections, now, new))
    return base


def _headings(base: Base) -> set[str]:
    """Return the digests of all headings that the base speaks of.

    An entry whose item a push was about to make is remembered as it was then: its heading may have been new.
    """
    entries = (entry for item in base.items.values() for entry in item.entries)
    sections = (entry.of("section") for entry in entries)
    return {
        *base.sections.values(),
        *(each.in_list for each in sections if each and each.in_zotero),
    }


def _renamed(
    base: Base,
    reading_list: ListState,
    now: set[str],
    new: set[str],
    alike: Alike,
    has_vote: Callable[[str, EntryBase], bool],
    named: Mapping[str, str],
) -> dict[str, str]:
    """Return where headings went that are gone: of their entries under new ones, that one has more than half.

    What stands under a heading that was there before was moved there by itself. A new heading that is called
    as the collection of another that is gone (``named``) is that other one: a new title of the document makes
    all headings new, and entries may have been moved from one to the other.
    """
    gone = _headings(base) - now
    if not gone or not new:
        return {}
    heirs = {here: heading for heading, here in named.items()}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for index, (key, known) in locate(base, reading_list.entries, alike).entries.items():
        section = known.of("section")
        if section and section.in_list in gone and has_vote(key, known):
            here = digest(section_value(reading_list.entries[index].section))
            if here in new:
                votes[section.in_list][here] += 1
    most = {heading: counted.most_common(1)[0] for heading, counted in votes.items()}
    return {
        heading: here
        for heading, (here, count) in most.items()
        if heirs.get(here, heading) == heading
        if 2 * count > votes[heading].total()
    }


def _of_the_same_name(
    base: Base,
    reading_list: ListState,
    collections: Sequence[Collection],
    now: set[str],
    new: set[str],
) -> dict[str, str]:
    """Return which headings that are gone are those that are called as their collection still is.

    Some only had words added to the name, or taken from it. One of which that may be said of several is none.
    """
    names = {each.key: each.name for each in collections}
    gone = {
        heading: names[place]
        for place, heading in base.sections.items()
        if heading not in now and place in names
    }
    fresh = {digest(section_value(path)): path[-1] for path in reading_list.sections if path}
    found: dict[str, str] = {}
    for is_alike in (same_words, _has_all_words):
        claims = [
            (heading, here)
            for heading, name in gone.items()
            if heading not in found
            for here, title in fresh.items()
            if here in new - {*found.values()} and is_alike(title, name)
        ]
        count = Counter(each for claim in claims for each in claim)
        found |= {heading: here for heading, here in claims if count[heading] == count[here] == 1}
    return found


def _has_all_words(one: str, other: str) -> bool:
    """Return whether one of two names has all words of the other."""
    words, others = ({*map(plain, each.split())} - {""} for each in (one, other))
    return bool(words and others) and (words <= others or others <= words)


def _rename(base: Base, renamed: Mapping[str, str]) -> Base:
    def entry_now(entry: EntryBase) -> EntryBase:
        section = entry.of("section")
        if section is None or section.in_list not in renamed:
            return entry
        moved = replace(section, in_list=renamed[section.in_list])
        return EntryBase({**entry.fields, "section": moved})

    items = {
        key: replace(item, entries=tuple(map(entry_now, item.entries)))
        for key, item in base.items.items()
    }
    sections = {place: renamed.get(known, known) for place, known in base.sections.items()}
    return replace(base, items=items, sections=sections)
