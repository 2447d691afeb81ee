"""Items to try things on: every item type with every field, creators, tags and Extra lines, tame and nasty.

Each maker takes its choices from a ``random.Random``. Hypothesis gives one whose choices it can shrink, so
``ITEMS`` and ``TEXTS`` are strategies. ``many(count)`` gives the same items each time, for checks that cost
too much to be made for each item alone.
"""

from functools import cache
from random import Random

from hypothesis import strategies as st

from zotero_sandbox.schema import ITEM_TYPES, ItemType
from zsync.core.model import Creator, Item, Tag

REGULAR_TYPES = tuple(
    kind for name, kind in ITEM_TYPES.items() if name not in ("annotation", "attachment", "note")
)
_DATE_FIELDS = frozenset({"date", "accessDate", "originalDate", "filingDate", "priorityDate"})

_TAME = (
    "Learning", "to", "Test", "a", "survey", "of", "the", "BERT", "x-ray", "Zürich", "naïve",
    "Łódź", "№", "7", "and", "And", "AND", "others", "et al.", "in vivo", "Москва", "東京", "Ελλάδα",
    "mañana", "ﬁne", "e\u0301te",
)  # fmt: skip
_NASTY = (
    "{", "}", "{}", "}{", "\\", "\\\\", "\\{", "\\}", "%", "%}", "$", "$x^2$", "$x", "#", "&", "~",
    "^", "^^M", "_", "@", "@misc{x,", '"', "'", ",", ", ", "=", "|", "<", ">", "<i>", "</i>",
    "<b>x</b>", "<sub>2</sub>", '<span class="nocase">iPhone</span>', "<pre>\\emph{x}</pre>",
    "<pre>}</pre>", "<i></i>", "\\input{x}", "\\write18{x}", "\\'e", "\\relax", "--", "–", "—",
    "“", "”", "«", "…", "\u00a0", "\u00ad", "\u2009", "\u200b", "\u202e", "\ufeff", "\ud800",
    "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\t", "\n", "\r\n", "\n\n", "\U0001f600", "⭐", "α",
    "∑", "≤", "x₁", "10⁶", "ß", "İ", "ı", "\u0338", "z\u0305", "%0A", "[", "]", "(", ")",
)  # fmt: skip
_PIECES = (*_TAME * 2, *_NASTY)

_DATES = (
    "2024", "2024-05", "2024-05-03", "2024-00-00", "May 2024", "3 May 2024", "03/05/2024",
    "12-14 Dec 1986", "1999-2001", "2024-05-03T10:00:00Z", "[1923] 1958", "circa 1850", "199X",
    "-0044", "Spring 2015", "n.d.", "in press", "2021-13-45", "Forthcoming", "1939/..", "../1985",
    "12th century", "2003年5月", "99999",
)  # fmt: skip

_NAMES = (
    "Doe", "van Gogh", "de la Cruz", "O'Neill", "d'Angelo", "Smith-Jones", "Gödel", "Łoś",
    "Müller, Jr.", "王", "others", "and", "Ban and Ki", '"Team Rocket"', "al-Khwarizmi",
    "Ludwig van", "Jean, Jr.", "Jane,! III", "J.", "Yu. E.", "PHilippe", "IJsbrand", "",
    "ten Haken, {Jr}", "NASA", "family=x", "Ng",
)  # fmt: skip

_TAGS = (
    "deep learning",
    "a, b",
    "#1",
    "{x}",
    "100%",
    "read",
    "⭐",
    "R&D",
    "$",
    "\\",
    "été",
    "x_y",
    "~",
    "^^",
    "=",
)

_EXTRA_LABELS = (
    "tex.note:", "tex.note=", "tex.title:", "tex.TITLE=", "TeX.title:", "tex.journal=",
    "tex.author:", "tex.author=", "tex.month:", "tex.month=", "tex.year:", "tex.year=",
    "tex.date:", "tex.keywords:", "tex.entrytype:", "tex.ids:", "tex.doi=", "tex.url:",
    "tex.file:", "tex.crossref=", "tex.xdata:", "tex.pages=", "tex.x+y:", "biblatex.note=",
    "bibtex.misc.note:", "bibtex.howpublished=", "Citation Key:", "bibtex:", "PMID:", "PMCID:",
    "arXiv:", "JSTOR:", "LCCN:", "MR:", "DOI:", "ISBN:", "type:", "genre:", "issued:",
    "original-date:", "event-date:", "Editor:", "translator:", "container-title:",
    "collection-title:", "publisher-place:", "volume-title:", "status:", "Read_Status:",
    "Citation Key Alias:", "remark",
)  # fmt: skip
_EXTRA_VALUES = (
    "article", "article-journal", "thesis", "software", "comment", "string", "inbook",
    "2001.01234v2 [cs.CL]", "Doe || Jane", "Doe, Jane and Roe, Rick", "may", "May", "5", "12",
    "old1, old2", "\\url{https://example.org/a_b}", "\\emph{x}", "{x}", "PMC12", "1999-05", "",
    "10.1000/x_y",
)  # fmt: skip


def make_text(chance: Random) -> str:
    """Whatever somebody may type into a field."""
    pieces = [_make_piece(chance) for _ in range(chance.randint(0, 8))]
    return chance.choice(("", " ")).join(pieces)


def _make_piece(chance: Random) -> str:
    if chance.randint(0, 9) == 9:
        return chr(chance.randint(0, chance.choice((0x7F, 0x24F, 0xFFFF, 0x10FFFF))))
    return chance.choice(_PIECES)


def make_item(chance: Random, key: str = "ITEM2222") -> Item:
    """An item of any regular type, with any of the fields and roles that Zotero gives it."""
    kind = chance.choice(REGULAR_TYPES)
    fields = {name: _make_field(chance, name) for name in kind.fields if chance.randint(0, 1)}
    fields["extra"] = "\n".join(_make_extra_line(chance) for _ in range(chance.randint(0, 4)))
    creators = range(chance.randint(0, 4)) if kind.creator_types else ()
    return Item(
        key=key,
        item_type=kind.name,
        fields={name: text for name, text in fields.items() if text},
        creators=tuple(_make_creator(chance, kind) for _ in creators),
        tags=tuple(_make_tag(chance) for _ in range(chance.randint(0, 3))),
        date_added=f"2024-01-{chance.randint(1, 31):02}T00:00:00Z",
    )


def _make_field(chance: Random, name: str) -> str:
    return _either(chance, _DATES) if name in _DATE_FIELDS else make_text(chance)


def _either(chance: Random, likely: tuple[str, ...]) -> str:
    return chance.choice(likely) if chance.randint(0, 3) else make_text(chance)


def _make_extra_line(chance: Random) -> str:
    return f"{chance.choice(_EXTRA_LABELS)} {_either(chance, _EXTRA_VALUES)}"


def _make_creator(chance: Random, kind: ItemType) -> Creator:
    """A person with two names or one, or an institution, in any role that the item type knows."""
    role = chance.choice(kind.creator_types)
    if chance.randint(0, 3):
        return Creator(role, _either(chance, _NAMES), _either(chance, _NAMES))
    return Creator(role, name=_either(chance, _NAMES))


def _make_tag(chance: Random) -> Tag:
    return Tag(_either(chance, _TAGS), automatic=bool(chance.randint(0, 1)))


_CHANCES = st.randoms(use_true_random=False)
TEXTS: st.SearchStrategy[str] = _CHANCES.map(make_text)
ITEMS: st.SearchStrategy[Item] = _CHANCES.map(make_item)


@cache
def many(count: int) -> tuple[Item, ...]:
    """So many items, the same ones whenever they are asked for."""
    return tuple(
        make_item(Random(number), f"ITEM{number:04}")  # noqa: S311
        for number in range(count)
    )
