"""One stable citation key per item.

A key comes from Zotero's own field, else from a ``Citation Key:`` line in Extra, else from what was stored
at the last success, else from a formula: family name, three words of the title and the year, as in
``vaswaniAttentionAllYou2017`` (Better BibTeX's default, so that keys agree with its). A generated key never
changes by itself, and one item coming, going or changing never renames another.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zsync.core.model import Creator, Item

DEFAULT_FORMULA: Final = "auth.lower + shorttitle(3,3) + year"


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
    """

    item: str
    key: str
    source: KeySource
    former: str | None = None
    problem: str | None = None


def assign(
    items: Sequence[Item], stored: Mapping[str, str], taken: Collection[str] = ()
) -> tuple[KeyAssignment, ...]:
    """Give every item its citation key, in the order of ``items``; no two are alike, case apart.

    ``stored`` maps item keys to the keys of the last success; ``taken`` are keys of records that belong to
    somebody else. Pinned keys (native or Extra) are taken over verbatim, apart from characters that BibTeX
    or Biber cannot read. Of several items with one key the one added first keeps it; the others get a letter
    until a person has settled it. The order of ``items`` does not matter.
    """
    pinned = {item.key: found for item in items if (found := _pinned(item))}
    kept = {
        item.key: stored[item.key]
        for item in items
        if item.key in stored and item.key not in pinned
    }
    foreign = {key.casefold() for key in taken}
    wanted = {key.casefold() for key, _ in pinned.values()}
    letters = _Letters(foreign | wanted | {key.casefold() for key in stored.values()})
    used = {key.casefold() for key in kept.values()}
    assigned: dict[str, KeyAssignment] = {}
    for item in sorted(items, key=lambda item: (item.date_added, item.key)):
        if item.key in kept:
            each = KeyAssignment(item.key, kept[item.key], KeySource.STORED)
        elif item.key in pinned:
            each = _settle_pinned(
                item, *pinned[item.key], stored.get(item.key), used, letters, foreign
            )
        else:
            each = KeyAssignment(item.key, letters.apart(generate(item)), KeySource.GENERATED)
        used.add(each.key.casefold())
        assigned[item.key] = each
    return tuple(assigned[item.key] for item in items)


class FormulaError(ValueError):
    """A formula for citation keys that cannot be read; the text says which word of it."""


def parse_formula(text: str) -> str:
    """Stub."""
    if text != DEFAULT_FORMULA:
        raise FormulaError(text)
    return text


class _Letters:
    """Keeps keys apart: a key that is used gets a, b … z, aa, ab … behind it."""

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


# --- pinned keys ---------------------------------------------------------------------------------------

_EXTRA_LINE: Final = re.compile(
    r"^[ \t]*(?:citation[ _-]?key|bibtex)[ \t]*:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE
)
_UNREADABLE: Final = re.compile(
    r"[\s\\\"#%'(),={}~^@\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+"
)


def _pinned(item: Item) -> tuple[str, KeySource] | None:
    if key := clean_key(item.fields.get("citationKey", "")):
        return key, KeySource.NATIVE
    if key := _extra_key(item):
        return key, KeySource.EXTRA
    return None


def _extra_key(item: Item) -> str:
    lines = _EXTRA_LINE.findall(item.fields.get("extra", ""))
    return clean_key(lines[-1]) if lines else ""


def clean_key(key: str) -> str:
    """A key without the characters that BibTeX or Biber cannot read in one."""
    return _UNREADABLE.sub("", key)


def _settle_pinned(
    item: Item,
    wanted: str,
    source: KeySource,
    before: str | None,
    used: Collection[str],
    letters: _Letters,
    foreign: Collection[str],
) -> KeyAssignment:
    key, problem = wanted, None
    if wanted.casefold() in used:
        is_settled = before and before.casefold() not in used and _is_lettered(before, wanted)
        key = before if before and is_settled else letters.apart(wanted)
        problem = f"another item has the citation key {wanted} too; this one is written as {key}"
    elif wanted.casefold() in foreign:
        problem = f"the bibliography has another record with the citation key {wanted}"
    elif (extra := _extra_key(item)) and extra != wanted:
        problem = f"Zotero's field says {wanted}, Extra says {extra}"
    former = before if before and before != key else None
    return KeyAssignment(item.key, key, source, former, problem)


def _is_lettered(key: str, base: str) -> bool:
    letters = key.casefold().removeprefix(base.casefold())
    return len(key) > len(letters) and letters.isalpha() and letters.isascii()


# --- generated keys --------------------------------------------------------------------------------------


def generate(item: Item) -> str:
    """The formula's key for an item, before any other item is looked at."""
    german = item.fields.get("language", "").strip().casefold()[:2] in ("de", "ge")
    author = _ascii(_author(item), german=german).lower()
    title = _title_words(_ascii(item.title, german=german))
    key = clean_key(f"{_NO_KEY.sub('', author)}{title}{_year(item)}")
    return key or f"item{item.key}"


_ROLES: Final = ("editor", "translator")
_PRIMARY: Final = frozenset({
    "artist", "author", "cartographer", "creator", "director", "interviewee", "inventor",
    "performer", "podcaster", "presenter", "programmer", "sponsor",
})  # fmt: skip
_NO_KEY: Final = re.compile(r"[^\w-]|_")
_TAGS: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_ORIGINAL_YEAR: Final = re.compile(r"\[[^][]*\]")
_BETWEEN_WORDS: Final = re.compile(r"[\s/:]+")
_NOT_IN_WORD: Final = re.compile(r"[^\w]|_")


def _author(item: Item) -> str:
    creators = item.creators
    for wanted in (_PRIMARY, *({role} for role in _ROLES)):
        if found := next((creator for creator in creators if creator.role in wanted), None):
            return _family(found)
    return _family(creators[0]) if creators else ""


def _family(creator: Creator) -> str:
    return creator.name or creator.last_name or creator.first_name


def _title_words(title: str) -> str:
    words = (_NOT_IN_WORD.sub("", word) for word in _BETWEEN_WORDS.split(_TAGS.sub("", title)))
    chosen: list[str] = []
    for word in words:
        is_short = len(word) == 1 and word.isascii() and not word.isdigit()
        if word and not is_short and word.lower() not in SKIP_WORDS:
            chosen.append(word[0].upper() + word[1:])
        if len(chosen) == _WORDS:
            break
    return "".join(chosen)


_WORDS: Final = 3


def _year(item: Item) -> str:
    date = next((item.fields[name] for name in _DATE_FIELDS if name in item.fields), "")
    found = _YEAR.search(_ORIGINAL_YEAR.sub(" ", date)) or _YEAR.search(date)
    return found[0] if found else ""


_DATE_FIELDS: Final = ("date", "dateDecided", "dateEnacted", "issueDate")

_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_LATIN: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
     "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ŋ": "n", "ħ": "h"}
)  # fmt: skip
_ROMAN: Final = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ":
    "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i",
    "є": "e", "ґ": "g", "α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i",
    "θ": "th", "ι": "i", "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p",
    "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
})  # fmt: skip


_LAST_WITH_ACCENTS: Final = "\u052f"
"""The end of Cyrillic: in the scripts behind it a mark makes another letter, it is no accent."""


def _ascii(text: str, *, german: bool) -> str:
    """Latin, Cyrillic and Greek letters as ASCII; other scripts stay as they are."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if german:
        text = text.translate(_GERMAN)
    return "".join(char if char.isascii() else _romanised(char) for char in text.translate(_LATIN))


def _romanised(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)
    if base[0] > _LAST_WITH_ACCENTS and not base.isascii():
        return char
    plain = "".join(each for each in base if not unicodedata.combining(each))
    roman = plain.lower().translate(_ROMAN)
    return roman.capitalize() if plain != plain.lower() else roman


SKIP_WORDS: Final = frozenset({
    "a", "ab", "aboard", "about", "above", "across", "after", "against", "al", "along",
    "amid", "among", "an", "and", "anti", "around", "as", "at", "before", "behind", "below",
    "beneath", "beside", "besides", "between", "beyond", "but", "by", "d", "da", "das", "de",
    "del", "dell", "dello", "dei", "degli", "della", "der", "des", "despite", "di", "die",
    "do", "down", "du", "during", "e", "een", "eens", "ein", "eine", "einem", "einen",
    "einer", "eines", "el", "en", "et", "except", "for", "from", "gli", "i", "il", "im", "in",
    "inside", "into", "is", "l", "la", "las", "le", "les", "like", "lo", "los", "near", "nor",
    "o", "of", "off", "on", "onto", "or", "over", "past", "per", "plus", "round", "save",
    "since", "so", "some", "sur", "than", "the", "through", "to", "toward", "towards", "un",
    "una", "unas", "under", "underneath", "une", "unlike", "uno", "unos", "until", "up",
    "upon", "versus", "via", "von", "vs", "while", "with", "within", "without", "yet", "zu",
    "zum",
})  # fmt: skip
"""Words that carry no meaning in a key: articles, prepositions and conjunctions of six languages."""
