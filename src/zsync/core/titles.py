"""Titles as people word them: what counts as the same words, what as much the same, what as another title."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from html import unescape
from typing import Self

from zsync.core.model import Entry, Item
from zsync.core.patterns import regex


class Tie(IntEnum):
    """How firmly something beside the titles holds two things together.

    ``LOOSE`` is nothing at all. ``CROWDED`` is an identifier that other titles use as well, ``PAGE`` a link
    that is no identifier, ``FIRM`` an identifier of their own.
    """

    LOOSE = 0
    CROWDED = 1
    PAGE = 2
    FIRM = 3


# An HTML tag; "a < b" is none.
_TAG = regex(r"</?[a-zA-Z][^<>]{0,200}>")
# LaTeX commands and accents with the braces around their letters, and mathematics' dollars.
_LATEX = regex(r"\\[a-zA-Z]+\{?|\\['\"`^~=.]|[{}$]")
# A run of letters and digits; each character of a script that is written without spaces.
_WORD = regex(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_LONGEST_NAME = 4
_FEW_WORDS = 2
# In a script without spaces every character is a word.
_FEW_SIGNS = 4
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
class Title:
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
    def tells(self) -> bool:
        """Whether the words tell one paper from most others; "Editorial" and "Deep Learning" do not."""
        count = len(self.words)
        if _FEW_WORDS < count <= _FEW_SIGNS:
            return any(len(word) > 1 for word in self.words)
        return count > _FEW_SIGNS

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
#: As alike as titles must be where nothing else speaks for the pair.
ALIKE = 0.8
_ALIKE_WITH_LINK = 0.7
_SAME_LETTERS = 0.95
#: Letters; no paper's title is as long.
_LONGEST_TITLE = 1_000
_OTHER_NAME = 0.3


def likeness(one: Title, other: Title) -> float:
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


def _same_name(one: Title, other: Title) -> bool:
    name, other_name = "".join(one.name), "".join(other.name)
    return name == other_name or _misspelt(name, other_name)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of common words, lessened for slips, exchanges and words that tell papers apart."""
    fewer, more = sorted((len(one), len(other)))
    # Of five times as many words even all the fewer ones are too few to count, and need not be looked for.
    if 5 * fewer <= more:
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
    """One letter added, lost or exchanged after the first, in words long enough to tell."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST_MISSPELT or len(long) - len(short) > 1 or not (one + other).isalpha():
        return False
    same = next(
        (i for i, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]),
        len(short),
    )
    behind = short[same + 1 :] if len(short) == len(long) else short[same:]
    return same > 0 and behind == long[same + 1 :]


def _same_letters(one: Title, other: Title) -> bool:
    """Whether titles differ by a few letters, wherever their words begin and end."""
    if one.name and other.name and not _same_name(one, other):
        return False
    if (set(one.words) ^ set(other.words)) & _TELLING:
        return False
    return share_letters("".join(one.words), "".join(other.words), _SAME_LETTERS)


def share_letters(one: str, other: str, part: float) -> bool:
    """Whether two titles have at least so large a part of their letters in common, and in one order.

    What is longer than any title has not: the time that this takes grows with the square of the length.
    """
    if max(len(one), len(other)) > _LONGEST_TITLE:
        return False
    letters = SequenceMatcher(None, one, other, autojunk=False)
    return letters.real_quick_ratio() >= part and letters.ratio() >= part


def _names_only(short: Title, full: Title) -> bool:
    """Whether one title is nothing but the other's short name."""
    return bool(full.name) and short.words == full.name


def _begins(short: Title, full: Title) -> bool:
    """Whether one title is the other's beginning: many bibliographies leave out the subtitle."""
    return short.tells and full.words[: len(short.words)] == short.words


class Agreement(IntEnum):
    """How far two titles are worded alike: not at all, much alike, or in the same words."""

    APART = 0
    ALIKE = 1
    SAME = 2


def compare(one: Title, other: Title, tie: Tie = Tie.LOOSE) -> Agreement:
    """Return whether two titles, neither of them empty, are worded alike.

    The firmer the tie, the more they may differ; in the end a part of the title will do.
    """
    alike = likeness(one, other)
    if alike == 1.0:
        return Agreement.SAME
    pairs = ((one, other), (other, one))
    part = (tie is not Tie.LOOSE and any(_names_only(*pair) for pair in pairs)) or (
        tie is Tie.FIRM and any(_begins(*pair) for pair in pairs)
    )
    needed = _ALIKE_WITH_LINK if tie >= Tie.PAGE else ALIKE
    return Agreement(alike >= needed or part or _same_letters(one, other))
