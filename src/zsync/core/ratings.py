"""How good a paper was found: one to five stars, as people write them on either side.

Zotero has no field for a rating. People write ``Rating: 4`` into Extra, or give the item a tag of stars. A
cell of a list holds stars, a number, or ``4/5``.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from zsync.core import extra_lines
from zsync.core.patterns import regex

LABEL: Final = "Rating"
MOST: Final = 5
#: The tags that are ratings, as tags are folded: without Unicode's selectors of an emoji's form.
STAR_TAGS: Final = frozenset(
    star * count + empty * (MOST - count)
    for star in "⭐★" for empty in ("", "☆") for count in range(1, MOST + 1)
)  # fmt: skip
# One rating and nothing else. Groups: a number, what may stand behind it ("/5"); full stars, the first of
# them, empty stars. GitHub shows :star: as a star.
_RATING: Final = regex(r"([1-5])([ ]?/[ ]?5)?|((⭐\ufe0f?|★\ufe0f?|:star:)\4*)?(☆*)", re.IGNORECASE)
# A number that belongs to another scale: 0, one above five, or one of more than five.
_OTHER_SCALE: Final = regex(
    r"(?:0|[6-9]|\d{2,})(?:[.,]\d+)?[kKmM%]?(?:[ ]?/.*)?|[\d.,]+[ ]?/[ ]?(?!5\b)\d+|[\d.,]+[kKmM%]\+?"
)


class Style(NamedTuple):
    """How a rating is written: in ``full`` and ``empty`` stars, or as a number and what is ``behind`` it."""

    full: str = "⭐"
    empty: str = ""
    behind: str = ""

    def write(self, rating: int) -> str:
        """Return a rating in this style."""
        if not self.full:
            return f"{rating}{self.behind}"
        return self.full * rating + self.empty * (MOST - rating)


#: How a rating is written where nothing shows it.
STARS: Final = Style()


def rating_in(text: str) -> int | None:
    """Return the rating that a text is; 0 for empty stars alone, None where it is none."""
    found = _RATING.fullmatch(text.strip())
    if found is None or not found[0]:
        return None
    if found[1]:
        return int(found[1])
    full = len(found[3] or "") // len(found[4] or "⭐")
    return full if full + len(found[5]) in (full, MOST) and full <= MOST else None


def style_of(text: str) -> Style | None:
    """Return the style of a text that is a rating."""
    found = _RATING.fullmatch(text.strip())
    if found is None or not rating_in(text):
        return None
    return Style("", "", found[2] or "") if found[1] else Style(found[4], found[5][:1])


def usual_style(texts: Iterable[str]) -> Style:
    """Return the style of most ratings; five full stars do not show whether empty ones would follow fewer."""
    styles = [(style, rating_in(text)) for text in texts if (style := style_of(text))]
    telling = [style for style, rating in styles if rating != MOST or not style.full]
    counts = Counter(telling or [style for style, _ in styles])
    return counts.most_common(1)[0][0] if counts else STARS


def is_of_other_scale(text: str) -> bool:
    """Return whether a text is a number that counts something else than one to five stars."""
    return _OTHER_SCALE.fullmatch(text.strip()) is not None


def rating_of(tags: Collection[str], extra: str) -> int | None:
    """Return the rating of an item, of its folded tags and its Extra.

    Extra wins over tags: its line says in words what it is and has one value, while a tag of stars stays
    when another one is set beside it. Of several such tags the one with most stars counts.
    """
    said = (rating_in(value) for value in extra_lines.values(extra, LABEL))
    written = next((rating for rating in said if rating), None)
    tagged = (rating_in(tag) or 0 for tag in STAR_TAGS.intersection(tags))
    return written or max(tagged, default=0) or None


def in_extra(extra: str, rating: int | None) -> str:
    """Return Extra with the line of a rating, or (None) without it; every other line stays."""
    value = None if rating is None else _written(extra, rating)
    return extra_lines.with_value(extra, LABEL, value, _is_rating)


def is_in_extra(extra: str) -> bool:
    """Return whether a line of Extra says a rating."""
    return any(map(_is_rating, extra_lines.values(extra, LABEL)))


def _is_rating(value: str) -> bool:
    return bool(rating_in(value))


def _written(extra: str, rating: int) -> str:
    """Return a rating in the style of the line that says one already; else as a number."""
    said = next(filter(_is_rating, extra_lines.values(extra, LABEL)), "")
    return (style_of(said) or Style("")).write(rating)
