"""One stable citation key per item.

A key comes from Zotero's own field, else from a ``Citation Key:`` line in Extra, else from what was stored
at the last success, else from a formula (:mod:`zsync.core.cite.formula`). A generated key never changes by
itself, not by another formula either, and one item coming, going or changing never renames another.

Whoever has a key keeps it, and a key by which an item was cited is given to no other. One
exception: where two items pin one key, the second gets it once the first is gone; that is said. Of
items that were merged, the key without letters stays the record's, since BibTeX knows no ``ids``;
where only one of them had a record, its key stays, whatever key the other brings along. A new key
of BibTeX is ASCII, since pdfLaTeX cites by no other letter.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Final

from zsync.core.cite.formula import parse_formula
from zsync.core.cite.key_parts import clean_key
from zsync.core.cite.policy import DEFAULT_FORMULA
from zsync.core.model import Item
from zsync.core.patterns import regex


class KeySource(StrEnum):
    """Where a citation key came from."""

    NATIVE = "native"
    EXTRA = "extra"
    STORED = "stored"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class KeyAssignment:
    """The citation key of an item (``item`` is its key in Zotero).

    ``former`` is the stored key that a person replaced in Zotero by another. ``problem`` is a sentence for
    that person: two keys given, one key given twice, or one that the bibliography uses for another record.
    ``passed_over`` is the key in Zotero where the stored one stays all the same.
    """

    item: str
    key: str
    source: KeySource
    former: str | None = None
    problem: str | None = None
    passed_over: str | None = None


_NOTHING: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


def assign(
    items: Sequence[Item],
    stored: Mapping[str, str],
    taken: Collection[str] = (),
    formula: str = DEFAULT_FORMULA,
    former: Mapping[str, Collection[str]] = _NOTHING,
    same: Mapping[str, str] = MappingProxyType({}),
    brought: Mapping[str, str | None] = MappingProxyType({}),
    *,
    ascii_only: bool = False,
) -> tuple[KeyAssignment, ...]:
    """Give every item its citation key, in the order of ``items``; no two are alike, case apart.

    ``stored`` maps item keys to the keys of the last success, ``former`` to older ones by which they can
    still be cited; ``taken`` are keys of records that belong to somebody else, ``same`` those of them that
    are of the very papers, by item key. Pinned keys (native or Extra)
    are taken over verbatim, apart from characters that BibTeX or Biber cannot read; not so the pins
    ``brought`` by a merge, by item key (None for whichever the item has), which do not replace the key in
    use. ``ascii_only`` is for new keys that the formula makes. Of several items with
    one key, the one that has it keeps it, else the one added first gets it. The others get a letter, until
    a person has settled it or the owner is gone. The order of ``items`` does not matter.

    Raises:
        FormulaError: the formula cannot be read.

    """
    register = _Register(items, stored, taken, former, same, brought)
    make = partial(parse_formula(formula).key, ascii_only=ascii_only)
    assigned = {item.key: register.enter(item, make) for item in register.queue()}
    return tuple(assigned[item.key] for item in items)


class _Turn(IntEnum):
    """Who comes first: who has a key, who has it with a letter, who was renamed, who is new."""

    KEEPS = 0
    LETTERED = 1
    RENAMED = 2
    NEW = 3


class _Register:
    """Gives out citation keys, one item after the other, and knows whose each is."""

    def __init__(
        self,
        items: Sequence[Item],
        stored: Mapping[str, str],
        taken: Collection[str],
        former: Mapping[str, Collection[str]],
        same: Mapping[str, str],
        brought: Mapping[str, str | None],
    ) -> None:
        self._same = same
        self._items = sorted(items, key=lambda item: (item.date_added, item.key))
        self._stored = stored
        pins = {item.key: pin for item in items if (pin := _pinned(item))}
        self._passed_over = {
            item: pins.pop(item)[0]
            for item, key in brought.items()
            if item in stored and item in pins and key in (None, pins[item][0])
        }
        for key in same.keys() & pins.keys():
            wanted, source = pins[key]
            if clean_key(same[key]) == wanted:
                # Whoever wrote the record can cite it as it is spelt there.
                pins[key] = same[key], source
            else:
                self._passed_over[key] = pins.pop(key)[0]
        self._pins = pins
        self._foreign = _folded(taken)
        self._owners: dict[str, Item] = {}
        self._given_up: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            may_change = self._turn(item) in (_Turn.LETTERED, _Turn.RENAMED)
            before = (stored[item.key],) if may_change else ()
            for key in _folded((*former.get(item.key, ()), *before)):
                self._given_up[key].append(item)
        pinned = (key for key, _ in self._pins.values())
        once = chain(self._passed_over.values(), chain.from_iterable(former.values()))
        self._letters = _Letters(self._foreign | _folded(chain(pinned, stored.values(), once)))

    def queue(self) -> list[Item]:
        """The items in the order in which they get their keys."""
        return sorted(self._items, key=self._rank)

    def _rank(self, item: Item) -> tuple[_Turn, int]:
        # Whoever has a key comes before those who have it with a letter, and their keys are longer.
        turn = self._turn(item)
        return turn, len(self._stored[item.key]) if turn is _Turn.LETTERED else 0

    def _turn(self, item: Item) -> _Turn:
        before, pin = self._stored.get(item.key), self._pins.get(item.key)
        if before is None:
            return _Turn.NEW
        if pin is None or pin[0] == before:
            return _Turn.KEEPS
        return _Turn.LETTERED if is_lettered(before, pin[0]) else _Turn.RENAMED

    def enter(self, item: Item, make: Callable[[Item], str]) -> KeyAssignment:
        """Settle the key of an item; ``make`` generates one."""
        before = self._stored.get(item.key)
        wanted, source = self._pins.get(item.key) or (before, KeySource.STORED)
        if wanted is None:
            key, source, problem = self._letters.apart(make(item)), KeySource.GENERATED, None
        elif self._same.get(item.key) != wanted and (other := self._other_owner(item, wanted)):
            # Where its record stands in the file, it may be called nearly as another.
            key = self._lettered(item, wanted)
            problem = _clash(wanted, other, item, key)
        elif self._is_foreign(item, wanted) and source is not KeySource.STORED:
            # What cites the key in use still finds its record.
            key, problem = before or wanted, _taken(wanted, item)
            source = KeySource.STORED if before else source
        else:
            key, problem = wanted, _two_keys(item, wanted, source)
        self._owners[key.casefold()] = item
        is_replaced = before not in (None, key) and source is not KeySource.STORED
        passed_over = self._passed_over.get(item.key)
        passed_over = passed_over if passed_over != key else None
        return KeyAssignment(
            item.key, key, source, before if is_replaced else None, problem, passed_over
        )

    def _other_owner(self, item: Item, key: str) -> Item | None:
        if owner := self._owners.get(key.casefold()):
            return owner
        if self._turn(item) is not _Turn.LETTERED:
            return None
        # Whoever cites by this key still means the item that gave it up.
        former = self._given_up[key.casefold()]
        return next((each for each in former if each.key != item.key), None)

    def _lettered(self, item: Item, wanted: str) -> str:
        before = self._stored.get(item.key, "")
        is_settled = before.casefold() not in self._owners and is_lettered(before, wanted)
        return before if is_settled else self._letters.apart(wanted)

    def _is_foreign(self, item: Item, key: str) -> bool:
        return key.casefold() in self._foreign and self._same.get(item.key) != key


def _taken(key: str, item: Item) -> str:
    return (
        f"the bibliography has a record {key} that zsync did not write, and {_name(item)} has "
        "the same citation key in Zotero; rename one of them."
    )


def _two_keys(item: Item, key: str, source: KeySource) -> str | None:
    extra = _extra_key(item) if source is KeySource.NATIVE else ""
    if not extra or extra == key:
        return None
    return f"{_name(item)} has the citation key {key} in Zotero's field and {extra} in Extra; {key} is used."


def _folded(keys: Iterable[str]) -> set[str]:
    return {key.casefold() for key in keys}


def _clash(key: str, owner: Item, item: Item, written: str) -> str:
    return (
        f"the citation key {key} belongs to {_name(owner)} and to {_name(item)}, which is written as "
        f"{written}; give one of them another in Zotero."
    )


def _name(item: Item) -> str:
    title = " ".join(item.title.split())
    if len(title) > _LONGEST_TITLE:
        title = f"{title[:_LONGEST_TITLE].rstrip()}…"
    return f"“{title}” ({item.key})" if title else item.key


_LONGEST_TITLE: Final = 60


class _Letters:
    """Keeps keys apart: a key that is used gets a, b … z, aa, ab … after it."""

    def __init__(self, used: Collection[str]) -> None:
        self._used = set(used)
        self._next: Counter[str] = Counter()

    def apart(self, base: str) -> str:
        """The key, or with the first letters that make it differ from every other, case apart."""
        while True:
            key = base + _letters(self._next[base.casefold()])
            self._next[base.casefold()] += 1
            if key.casefold() not in self._used:
                self._used.add(key.casefold())
                return key


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def is_lettered(key: str, base: str) -> bool:
    """Return whether a key is another with letters after it, which keep it apart from that one."""
    letters = key.casefold().removeprefix(base.casefold())
    return len(key) > len(letters) and letters.isalpha() and letters.isascii()


# --- pinned keys ---------------------------------------------------------------------------------------

_EXTRA_LINE: Final = regex(
    r"^[ \t]*(?:citation[ _-]?key|bibtex)[ \t]*:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE
)


def pinned_key(item: Item) -> str:
    """Return the citation key that a person gave an item in Zotero, as BibTeX can read it; empty for none."""
    pin = _pinned(item)
    return pin[0] if pin else ""


def _pinned(item: Item) -> tuple[str, KeySource] | None:
    if key := clean_key(item.fields.get("citationKey", "")):
        return key, KeySource.NATIVE
    if key := _extra_key(item):
        return key, KeySource.EXTRA
    return None


def _extra_key(item: Item) -> str:
    lines = _EXTRA_LINE.findall(item.fields.get("extra", ""))
    return clean_key(lines[-1]) if lines else ""
