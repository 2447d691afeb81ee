"""The entries that a person names to a command: by line, by citation key or by item key."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from zsync.errors import UsageError

_HELP = "An entry is named by its line, its citation key or its item key; `zsync status` says them."
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries of one list, by index, and items, by key; ``everything`` is all of both."""

    entries: frozenset[int] = frozenset()
    items: frozenset[str] = frozenset()
    everything: bool = False

    def has(self, entry: int) -> bool:
        """Return whether an entry was chosen."""
        return self.everything or entry in self.entries

    def has_item(self, item: str) -> bool:
        """Return whether an item was chosen as such, and with it the entries that were taken out."""
        return self.everything or item in self.items


NOTHING = Selection()
EVERYTHING = Selection(everything=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen in one list.

    ``lines`` says from which line to which (both 1-based) each entry goes, ``titles`` what it is called,
    ``linked`` which item it stands for; ``absent`` are the items whose entries were taken out. ``keys`` are
    the citation keys of items; ``named`` says which items are named in a line that is not read, and in which.
    """

    name: str
    lines: Sequence[tuple[int, int]]
    titles: Sequence[str]
    linked: Mapping[int, str]
    absent: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    named: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, line: int) -> int | None:
        """Return the entry that a line belongs to."""
        spans = enumerate(self.lines)
        return next((index for index, (first, last) in spans if first <= line <= last), None)

    def of(self, item: str) -> Selection:
        """Choose an item with all its entries."""
        entries = (index for index, key in self.linked.items() if key == item)
        return Selection(frozenset(entries), frozenset({item}))

    @property
    def items(self) -> frozenset[str]:
        """The items that have an entry, or had one."""
        return frozenset(self.linked.values()) | self.absent


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a name may mean: entries of a list; ``exact`` is how to say it without any doubt."""

    choice: Choice
    chosen: Selection
    what: str
    exact: str


def choose(names: Iterable[str], choices: Sequence[Choice]) -> dict[str, Selection]:
    """Return what the names choose in each list, by the list's name.

    A name is a line (``12``, or ``README.md:12`` where there are several lists), a citation key or an item
    key.

    Raises:
        UsageError: a name means nothing (the nearest is named), more than one thing, or a line without an
        item.

    """
    chosen = {choice.name: NOTHING for choice in choices}
    for name in names:
        meaning = _meaning(name, choices)
        before = chosen[meaning.choice.name]
        chosen[meaning.choice.name] = Selection(
            before.entries | meaning.chosen.entries, before.items | meaning.chosen.items
        )
    return chosen


def _meaning(name: str, choices: Sequence[Choice]) -> _Meaning:
    found = [meaning for choice in choices for meaning in _meanings(name, choice)]
    if not found:
        raise _unknown(name, choices)
    first, *others = found
    if any((each.choice, each.chosen) != (first.choice, first.chosen) for each in others):
        what = " and ".join(each.what for each in found)
        raise UsageError(f"{name} is {what}.", f"Say {' or '.join(each.exact for each in found)}.")
    if not first.chosen.entries and not first.chosen.items:
        raise UsageError(
            f"{first.what} has no item in Zotero.",
            "`zsync push` says what it would make of it.",
        )
    return first


def _meanings(name: str, choice: Choice) -> Iterator[_Meaning]:
    file, colon, number = name.rpartition(":")
    if (
        number.isascii()
        and number.isdigit()
        and file in ("", choice.name)
        and bool(colon) == bool(file)
    ):
        index = choice.at(int(number))
        if index is not None:
            exact = f"{choice.name}:{number}"
            is_linked = index in choice.linked
            yield _Meaning(
                choice,
                Selection(frozenset({index})) if is_linked else NOTHING,
                f"line {number} of {choice.name} (“{choice.titles[index]}”)",
                exact,
            )
    if (item := choice.keys.get(name)) in choice.items and item is not None:
        yield _Meaning(choice, choice.of(item), f"a citation key in {choice.name}", item)
    if name in choice.items:
        yield _Meaning(choice, choice.of(name), f"an item of {choice.name}", name)


def _unknown(name: str, choices: Sequence[Choice]) -> UsageError:
    """Say why a name means no entry: its paper stands in a line that is not read, or nothing is called so."""
    for choice in choices:
        item = choice.keys.get(name, name)
        if line := choice.named.get(item):
            return UsageError(
                f"{name} is named in line {line} of {choice.name}, which zsync does not read.",
                f"So it has no entry there. `zsync pull --add {item}` writes one.",
            )
    return UsageError(f"There is no entry {name}.", _nearest(name, choices))


def _nearest(name: str, choices: Sequence[Choice]) -> str:
    number = name.rpartition(":")[2]
    if number.isascii() and number.isdigit():
        near = [
            (abs(first - int(number)), f"line {first} of {choice.name} (“{title}”)")
            for choice in choices
            for (first, _), title in zip(choice.lines, choice.titles, strict=True)
        ]
        return f"The nearest is {min(near)[1]}." if near else _HELP
    keys = sorted({key for choice in choices for key in (*choice.keys, *choice.items)})
    found = difflib.get_close_matches(name, keys, _NEAR)
    return f"The nearest: {', '.join(found)}." if found else _HELP
