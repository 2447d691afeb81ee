"""What the lines of an entry say, however they are laid out: the words that a misreading cannot change."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from zsync.core import fields
from zsync.core.patterns import regex
from zsync.core.titles import share_letters

_SEPARATOR = "\x1f"
# A character of a script that is written without spaces: every one begins a word.
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
# A word: such a character, or a run of other letters and digits.
_WORD = regex(rf"{_UNSPACED}|(?:(?!{_UNSPACED})[^\W_])+")
_AROUND = " .,;:：|()[]{}<>“”\"'*-–—·"
#: What may stand between a short name and its title.
_BEHIND_NAME = ":：|)]}*-–—·"
_LONGEST_LEAD = 30
_LONGEST_TITLE = 40
_LONGEST_NAME = 6

#: Titles of unrelated papers stay below this; one slip in a word of four letters is above it.
_MUCH_THE_SAME = 0.7
#: Words that titles share without having anything in common.
_LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "how",
        "in",
        "is",
        "of",
        "on",
        "the",
        "to",
        "with",
    ]
)


@dataclass(frozen=True)
class Wording:
    """The lines of an entry as one text without markup, box and addresses.

    ``whole`` begins with ``head`` and goes on with the note. ``addresses`` are those of all links, in order.
    """

    head: str
    whole: str
    addresses: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A digest of letters, digits and addresses: it changes only if somebody types something."""
        return fields.digest(_SEPARATOR.join((fields.plain(self.whole), *self.addresses)))

    def find(self, title: str, *, in_note: bool = False) -> int | None:
        """Return where a title begins in the letters of the head, or of the note; None where it is not.

        It stands there word by word, whatever comes between the words.
        """
        wanted = "".join(words(title))
        start = self._letters.find(wanted, self.head_length if in_note else 0)
        while wanted and start >= 0 and (in_note or start < self.head_length):
            if start in self.begins and start + len(wanted) in self.begins:
                return start
            start = self._letters.find(wanted, start + 1)
        return None

    def says(self, sought: Sequence[str]) -> bool:
        """Return whether some words stand in the head, one after another."""
        stand, count = words(self.head), len(sought)
        return any(stand[at : at + count] == list(sought) for at in range(len(stand) - count + 1))

    def own_title(self, digests: Collection[str]) -> str:
        """Find the words in the head of which only the digest is known, as a title; else give none."""
        return next(
            (
                f"{short}: {title}" if short else title
                for short, title in self._spans()
                if fields.digest(fields.title_value(short, title)) in digests
            ),
            "",
        )

    @cached_property
    def head_length(self) -> int:
        """How many letters belong to the head."""
        return sum(map(len, words(self.head)))

    @cached_property
    def begins(self) -> frozenset[int]:
        """Where words begin among the letters, and where they all end."""
        return frozenset(accumulate(map(len, words(self.whole)), initial=0))

    @cached_property
    def _letters(self) -> str:
        return "".join(words(self.whole))

    def _spans(self) -> Iterator[tuple[str, str]]:
        """Return what may have been read as short name and title: words of the head and after it."""
        tokens = self.whole.split()
        for first in range(min(len(self.head.split()), _LONGEST_LEAD)):
            for last in range(first + 1, min(len(tokens), first + _LONGEST_TITLE) + 1):
                yield from _readings(tokens[first:last])


def _readings(tokens: list[str]) -> Iterator[tuple[str, str]]:
    """Return the ways to read some words as a title, with a short name before a sign or without one."""
    text = " ".join(tokens)
    for each in dict.fromkeys((text, text.strip(_AROUND), text.rstrip(_AROUND))):
        yield "", each
        for end in range(1, min(len(tokens), _LONGEST_NAME + 1)):
            if tokens[end - 1][-1] in _BEHIND_NAME or tokens[end][0] in _BEHIND_NAME:
                short, title = " ".join(tokens[:end]), " ".join(tokens[end:])
                tail = title if each.endswith(title) else title.rstrip(_AROUND)
                yield short.strip(_AROUND), tail.lstrip(_AROUND)


def words(text: str) -> list[str]:
    """Give the words of a text, without case and punctuation; every character of a script without blanks."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shares_words(one: str, other: str) -> bool:
    """Return whether one title may be the other one fixed.

    At least half of the words of the one that has fewer stand in the other, little words aside; or the
    letters are much the same, as after a slip of the pen, in a title of one word, or where words were joined.
    In scripts without spaces every character is a word.
    """
    left, right = _telling_words(one), _telling_words(other)
    common = (Counter(left) & Counter(right)).total()
    if 2 * common >= min(len(left), len(right)):
        return True
    return share_letters(fields.plain(one), fields.plain(other), _MUCH_THE_SAME)


def _telling_words(title: str) -> list[str]:
    """Return the words of a title without the little ones; all of them where there are no others."""
    every = words(title)
    return [word for word in every if word not in _LITTLE] or every or title.split()
