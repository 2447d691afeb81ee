"""What the words of a citation key's formula say of an item, as words in ASCII where the script allows it.

Every function takes an item, and numbers where the formula has some, and gives words without spaces and
punctuation; none where the item does not say it. The rules are those of Better BibTeX, so that keys agree
with its.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from zsync.core import venues
from zsync.core.cite.romanise import romanise
from zsync.core.dates import parse_date
from zsync.core.model import Creator, Item
from zsync.core.patterns import regex

Words = tuple[str, ...]

_UNREADABLE: Final = regex(
    r"[\s\\\"#%'(),={}~^@\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\uffff\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e0fff\U0001fffe\U0001ffff]+"
)


def clean_key(key: str) -> str:
    """A key without the characters that BibTeX or Biber cannot read in one, or nobody can see."""
    return _UNREADABLE.sub("", key)


# --- creators ------------------------------------------------------------------------------------------

_PRIMARY: Final = frozenset({
    "artist", "author", "cartographer", "creator", "director", "interviewee", "inventor",
    "performer", "podcaster", "presenter", "programmer", "sponsor",
})  # fmt: skip
_ROLES: Final = (_PRIMARY, {"editor"}, {"translator"})
_ETAL: Final = "EtAl"


def auth(item: Item, letters: int = 0, which: int = 1) -> Words:
    """Family name of the first author, or of another one; ``letters`` of it, or all with 0.

    Without authors the first editor stands in, then the first translator, then whoever else is named.
    """
    found = list(islice(_authors(item), which))[which - 1 :]
    words = found[0] if found else ()
    return ("".join(words)[:letters],) if words and letters else words


def authors(item: Item, number: int = 0) -> Words:
    """Family names of so many authors, all with 0; ``EtAl`` where there are more."""
    names = tuple("".join(words) for words in _authors(item))
    return (*names[:number], _ETAL) if 0 < number < len(names) else names


def _authors(item: Item) -> Iterator[Words]:
    """The families of those who have the first role that somebody has, each in its words."""
    roles = (wanted for wanted in _ROLES if any(each.role in wanted for each in item.creators))
    wanted = next(roles, None)
    for creator in item.creators:
        words = _family(creator, item)
        if words and (wanted is None or creator.role in wanted):
            yield words


def _family(creator: Creator, item: Item) -> Words:
    name = creator.name or creator.last_name or creator.first_name
    return _words(_TAGS.sub("", name).split(), item, also="-.")


# --- title ---------------------------------------------------------------------------------------------

_TAGS: Final = regex(r"</?[A-Za-z][^<>]{0,200}>")
_BETWEEN_WORDS: Final = regex(r"[\s/:]+")
_FIRST_IDEOGRAPH: Final = "\u2e80"
"""From here on, one character may be a word."""


def title(item: Item) -> Words:
    """The significant words of the title: no articles, prepositions and single letters."""
    return _significant(item.title, item)


def shorttitle(item: Item, number: int = 3, capitals: int = 0) -> Words:
    """So many significant words of the title, the first ``capitals`` of them with a capital."""
    words = title(item)[:number]
    return (*map(capitalised, words[:capitals]), *words[capitals:])


def veryshorttitle(item: Item, number: int = 1, capitals: int = 0) -> Words:
    """The first significant word of the title."""
    return shorttitle(item, number, capitals)


def capitalised(word: str) -> str:
    """A word with its first letter as a capital, the others as they are."""
    return word[:1].upper() + word[1:]


def _significant(text: str, item: Item) -> Words:
    words = _words(_BETWEEN_WORDS.split(_TAGS.sub("", text)), item)
    return tuple(word for word in words if not _is_skipped(word))


def _is_skipped(word: str) -> bool:
    is_letter = len(word) == 1 and word < _FIRST_IDEOGRAPH and not word.isdigit()
    return is_letter or word.lower() in SKIP_WORDS


def _words(parts: Sequence[str], item: Item, also: str = "") -> Words:
    """Romanise words and drop what is no letter, digit or one of ``also``."""
    language = item.fields.get("language", "")
    return tuple(word for part in parts if (word := _bare(part, language, also)))


@lru_cache(maxsize=8192)
def _bare(word: str, language: str, also: str) -> str:
    """A word romanised and bare; empty where no letter or digit is left."""
    chars = [char for char in romanise(word, language) if char in also or _is_in_word(char)]
    return "".join(chars) if any(map(str.isalnum, chars)) else ""


def _is_in_word(char: str) -> bool:
    # Vowels of Indic scripts and Thai are marks.
    return char.isalnum() or unicodedata.category(char) in ("Mc", "Mn")


# --- date ----------------------------------------------------------------------------------------------

_DATE_FIELDS: Final = ("date", "dateDecided", "dateEnacted", "issueDate")
_YEAR: Final = regex(r"(?<!\d)\d{4}(?!\d)")
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
)  # fmt: skip


def year(item: Item) -> Words:
    """The year of publication, the first one of a range; a date that cannot be read, as it was typed.

    A digit that is not known counts as zero: 199X is 1990.
    """
    text = _date_text(item)
    if date := parse_date(text):
        years = (moment.year.removeprefix("Y") for moment in (date.start, date.end) if moment)
        return tuple(year.replace("X", "0") for year in years if year.strip("."))[:1]
    found = _YEAR.search(text)
    return (found[0],) if found else _words(text.split(), item, also="-.")


def shortyear(item: Item) -> Words:
    """The last two digits of the year."""
    return tuple(word[-2:] if word.isdigit() else word for word in year(item))


def month(item: Item) -> Words:
    """The month of publication: ``jan`` to ``dec``."""
    date = parse_date(_date_text(item))
    number = date.start.month if date else ""
    return (_MONTHS[int(number) - 1],) if number.isdigit() and 1 <= int(number) <= 12 else ()


def _date_text(item: Item) -> str:
    return next((item.fields[name] for name in _DATE_FIELDS if name in item.fields), "")


# --- where it appeared, what it is ---------------------------------------------------------------------


def journal(item: Item) -> Words:
    """The journal's abbreviation, else the significant words of its name."""
    fields = item.fields
    return _significant(
        fields.get("journalAbbreviation") or fields.get("publicationTitle", ""), item
    )


def venue(item: Item) -> Words:
    """The venue's short name, as in the reading list: ``CVPR``, ``arXiv``."""
    name, _ = venues.label(item)
    return _words((name or "").split(), item)


def item_type(item: Item) -> Words:
    """Zotero's item type, such as ``journalArticle``."""
    return _words([item.item_type], item)


SKIP_WORDS: Final = frozenset({
    "ab", "aboard", "about", "above", "across", "after", "against", "al", "along", "amid",
    "among", "an", "and", "anti", "around", "as", "at", "before", "behind", "below", "beneath",
    "beside", "besides", "between", "beyond", "but", "by", "da", "das", "de", "degli", "dei",
    "del", "dell", "della", "delle", "dello", "dem", "den", "der", "des", "despite", "di",
    "die", "do", "down", "du", "during", "ein", "eine", "einem", "einen", "einer", "eines",
    "el", "en", "et", "except", "for", "from", "gli", "il", "in", "inside", "into", "is", "la",
    "las", "le", "les", "like", "lo", "los", "near", "nor", "of", "off", "on", "onto", "or",
    "over", "past", "per", "plus", "round", "save", "since", "so", "some", "sur", "than",
    "the", "through", "to", "toward", "towards", "un", "una", "unas", "under", "underneath",
    "une", "unlike", "uno", "unos", "until", "up", "upon", "versus", "via", "von", "while",
    "with", "within", "without", "yet", "zu", "zum",
})  # fmt: skip
"""Words that carry no meaning in a key: articles, prepositions and conjunctions of six languages."""
