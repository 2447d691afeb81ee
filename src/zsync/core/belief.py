"""What is believed of a list: a reading that contradicts what is known of an entry is not.

The base knows what each entry said. Where the title of an entry reads otherwise although the old one still
stands in its lines, its author wrapped, indented or decorated them, and the reader went astray: the old
words win. Such an entry is found again, and nothing of it is pushed or edited until it reads well. What a
person typed is believed: words that were not there before.

The base also has a digest of all letters and addresses of an entry's lines (``wording``). As long
as they are the same, nobody typed anything. Where they are not, a title is not believed if the old
one still stands in the head and the new one does not only add to it. A new title that shares no
words with Zotero's is a question: half of the telling words of the shorter one must be common, or
seven tenths of the letters. Unrelated titles have less, and one slip in a short word has more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from zsync.core import fields
from zsync.core.base import EntryBase, Located
from zsync.core.changes import LinkedEntry, Waiting
from zsync.core.fields import LINK, WORDING, digest, entry_name
from zsync.core.merge import Decision
from zsync.core.model import Entry, Item
from zsync.core.places import ListState
from zsync.core.wording import Wording, words

_Known = tuple[str, EntryBase]
#: What is read without the words of an entry: its box, cells of their own, and the heading above it.
_WORDLESS = frozenset({"read", "section", "state", "rating"})
_ALL = _WORDLESS | {"title", "venue", "url", "note", LINK}
_CUT = "its title is read, but a link or note that stands there is read otherwise than before"
_PAIRS = (("[", "]"), ("(", ")"), ("{", "}"))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not believed of an entry.

    ``believed`` are the fields that are taken as they read; ``link:`` stands for all links. ``misread`` says,
    for people, how the reader went astray: nothing may be written there then. It is empty where the entry
    reads well enough to be edited.
    """

    believed: frozenset[str]
    misread: str = ""

    def believes(self, name: str) -> bool:
        """Return whether a field is taken as it reads."""
        return (LINK if _is_link(name) else name) in self.believed


@dataclass(frozen=True, slots=True)
class Belief:
    """Where the entries of the base are, also those found again by their old words, and what is in doubt."""

    located: Located
    doubts: Mapping[int, Doubt] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def misread(self) -> Mapping[int, str]:
        """How the entries that must not be edited went astray, by their index."""
        return {index: doubt.misread for index, doubt in self.doubts.items() if doubt.misread}

    def hold(
        self, linked_entry: LinkedEntry, waiting: Sequence[Waiting]
    ) -> tuple[LinkedEntry, list[Waiting]]:
        """Return an entry's decisions and what waits of it, where what is not believed keeps its base.

        An entry that reads well takes what Zotero has new nevertheless.
        """
        doubt = None if linked_entry.entry is None else self.doubts.get(linked_entry.entry)
        if doubt is None:
            return linked_entry, list(waiting)
        held = {
            name
            for name, decision in linked_entry.decisions.items()
            if not doubt.believes(name)
            if doubt.misread
            or (decision is Decision.WAIT and linked_entry.base.of(name) is not None)
        }
        decisions = {**linked_entry.decisions, **dict.fromkeys(held, Decision.IN_STEP)}
        left = [each for each in waiting if each.field not in held]
        return replace(linked_entry, decisions=decisions), left


def believe(
    located: Located,
    reading_list: ListState,
    item_of: Callable[[str], Item | None],
    trusted: frozenset[int] = frozenset(),
) -> Belief:
    """Weigh today's readings against what is known of the entries.

    ``item_of`` gives the item that a key of the base stands for now. ``trusted`` are the indexes of entries
    whose reading a person has vouched for. A list without wordings is believed as it reads.
    """
    if not reading_list.wordings:
        return Belief(located)
    lines = dict(enumerate(zip(reading_list.entries, reading_list.wordings, strict=True)))
    new = {index: each for index, each in lines.items() if index not in located.entries}
    absent = _Absent(located.missing, item_of)
    found: dict[int, _Known] = {}
    for look in (absent.take_unchanged, absent.take_misread):
        found |= {
            index: known
            for index, line in new.items()
            if index not in found and (known := look(*line))
        }
    pairs = {**located.entries, **found}
    doubts = {
        index: doubt
        for index, (key, known) in pairs.items()
        if index not in trusted
        if (doubt := _doubt(*lines[index], known, item_of(key)) or absent.swallowed(*lines[index]))
    }
    return Belief(Located(pairs, absent.left), doubts)


def _doubt(entry: Entry, wording: Wording, known: EntryBase, item: Item | None) -> Doubt | None:
    """Weigh the reading of one entry; None where it is believed."""
    title = _said(known, "title")
    if not title:
        return None
    reads, theirs = entry_name(entry), item.title if item else ""
    is_unchanged = _said(known, WORDING) == wording.digest
    if _title_digest(entry) == title or fields.same_words(reads, theirs):
        return _layout_doubt(entry, wording, known, is_unchanged=is_unchanged)
    old = theirs if wording.find(theirs) is not None else wording.own_title({title})
    if old and fields.same_words(reads, old):
        # The same words, cut into short name and title in another way.
        by_layout = _layout_doubt(entry, wording, known, is_unchanged=is_unchanged)
        return by_layout or Doubt(_ALL - {"title"})
    if _is_cut(old or theirs) and not _is_cut(reads):
        # It was misread when it was linked, and is read rightly now.
        return None
    is_lost = _drops_words(entry, wording, item)
    if is_unchanged or is_lost or (old and not _is_extended(reads, old)):
        what = f"“{reads}” is read there, but the line still says “{old or theirs}”"
        return Doubt(_WORDLESS if is_unchanged else frozenset(), what)
    return None


def _layout_doubt(
    entry: Entry, wording: Wording, known: EntryBase, *, is_unchanged: bool
) -> Doubt | None:
    """Doubt what reads otherwise by its layout, in an entry whose title reads well.

    Its lines were cut in the wrong place where an address that stands in them is not read any more, and none
    in its stead; or where a note came or went without a word being typed.
    """
    names = {"url", *filter(_is_link, known.fields)}
    sought = {_said(known, name) for name in (names if is_unchanged else ("url",))}
    stands = {digest(address) for address in wording.addresses}
    read = {digest(link.url) for link in entry.links}
    is_typed = bool(read - {_said(known, name) for name in names})
    is_cut = not is_typed and bool((sought & stands) - read)
    is_noted = bool(entry.note) == bool(_said(known, "note")) or known.of("note") is None
    if is_cut or (is_unchanged and not is_noted):
        return Doubt(_WORDLESS if is_unchanged else frozenset(), _CUT)
    return Doubt(_WORDLESS | {"venue"}) if is_unchanged else None


def _title_digest(entry: Entry) -> str:
    return digest(fields.title_value(entry.short, entry.title))


def _drops_words(entry: Entry, wording: Wording, item: Item | None) -> bool:
    """Return whether words of Zotero's title still stand in the line, and are read as no part of the title.

    The short name is to be read as one: else somebody's words stand before it.
    """
    if item is None:
        return False
    reads, stands = Counter(words(entry_name(entry))), Counter(words(wording.head))
    # A label of one word, such as "Paper", is no rest of a title.
    stands -= Counter(label[0] for link in entry.links if len(label := words(link.label)) == 1)
    if (Counter(words(item.title)) & stands) - reads:
        return True
    short = words(item.fields.get("shortTitle", ""))
    is_named = (
        not short
        or not wording.says(short)
        or words(entry.short or entry.title)[: len(short)] == short
    )
    return not is_named


def _is_extended(reads: str, old: str) -> bool:
    """Return whether somebody added words to a title."""
    return fields.plain(old) in fields.plain(reads) and not _is_cut(reads)


def _is_cut(title: str) -> bool:
    """Return whether a title begins or ends in the middle of a link, of a parenthesis or of bold words."""
    is_open = any(title.count(opens) != title.count(closes) for opens, closes in _PAIRS)
    return is_open or title.count("**") % 2 == 1


class _Absent:
    """The entries of the base that the list does not show, looked up by what its lines still say."""

    def __init__(self, missing: Sequence[_Known], item_of: Callable[[str], Item | None]) -> None:
        self.missing = dict(enumerate(missing))
        self.titles: dict[int, str] = {}
        self.by_wording: dict[str, list[int]] = defaultdict(list)
        self.by_address: dict[str, list[int]] = defaultdict(list)
        for number, (key, known) in self.missing.items():
            item = item_of(key)
            self.titles[number] = item.title if item else ""
            self.by_wording[_said(known, WORDING)].append(number)
            self.by_address[_said(known, "url")].append(number)

    @property
    def left(self) -> tuple[_Known, ...]:
        """Those that are nowhere."""
        return tuple(self.missing.values())

    def take_unchanged(self, entry: Entry, wording: Wording) -> _Known | None:
        """Find the one whose lines said just this; of several that of the same section."""
        here = digest(fields.section_value(entry.section))
        numbers = self._free(self.by_wording, (wording.digest,))
        numbers.sort(key=lambda number: _said(self.missing[number][1], "section") != here)
        return self._take(numbers)

    def take_misread(self, entry: Entry, wording: Wording) -> _Known | None:
        """Find the one whose title and address stand in the head of an entry that reads otherwise.

        Where several do, because one swallowed the others, it is the first.
        """
        reads, starts = entry_name(entry), {}
        for number in self._free(self.by_address, map(digest, wording.addresses)):
            title = self.titles[number]
            if wording.find(title) is None:
                title = wording.own_title({_said(self.missing[number][1], "title")})
            if title and not _is_extended(reads, title):
                starts[number] = wording.find(title) or 0
        return self._take(sorted(starts, key=lambda number: (starts[number], number)))

    def swallowed(self, entry: Entry, wording: Wording) -> Doubt | None:
        """Doubt the note of an entry that holds the line of one that is nowhere: its title and address."""
        if not entry.note:
            return None
        for number in self._free(self.by_address, map(digest, wording.addresses)):
            if wording.find(self.titles[number], in_note=True) is not None:
                what = f"“{self.titles[number]}”, an entry of its own before, is read as its note"
                return Doubt(_ALL - {"note"}, what)
        return None

    def _free(self, index: Mapping[str, Sequence[int]], digests: Iterable[str]) -> list[int]:
        numbers = (number for said in digests if said for number in index.get(said, ()))
        return [number for number in dict.fromkeys(numbers) if number in self.missing]

    def _take(self, numbers: Sequence[int]) -> _Known | None:
        return self.missing.pop(numbers[0]) if numbers else None


def _is_link(name: str) -> bool:
    return name.startswith(LINK)


def _said(known: EntryBase, name: str) -> str:
    """Return the digest of what the list said in a field."""
    said = known.of(name)
    return said.in_list if said else ""
