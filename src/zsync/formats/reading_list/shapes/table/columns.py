"""What the columns of a table hold: by its header, and by what its cells hold, since headers lie."""

import re
from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.core.ratings import is_of_other_scale, rating_in
from zsync.formats.reading_list.fields import LONGEST, label_text, url_of
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import BREAK
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.table.cells import (
    is_nothing,
    links_in,
    said_in,
    split_row,
)
from zsync.formats.reading_list.shapes.table.header_words import (
    NAME_WORDS,
    PAPER_WORDS,
    PROSE_WORDS,
    TITLE_WORDS,
    Role,
    names_notes,
    names_ratings,
    role_of,
)
from zsync.formats.reading_list.shapes.table.signs import is_sign
from zsync.formats.reading_list.shapes.table.venue_cells import date_year, plain_year
from zsync.formats.reading_list.venues import find_venue, read_venue


class Column(NamedTuple):
    """A column: its header as it reads, and what it is for."""

    header: str
    role: Role


_NUMBER = regex(r"[~≈<>]?[\d.,]+ ?[%kKMBTGx+]*(?:[ /×x-].{0,12})?")


class _Holds(NamedTuple):
    """What the cells of a column hold, as shares of the rows.

    ``ratings`` is below 0 where more cells say something else than a rating, and where one counts otherwise.
    """

    text: float
    long: float
    linked: float
    links: float
    paper_links: float
    people: float
    venues: float
    years: float
    dates: float
    signs: float
    numbers: float
    ratings: float
    titles: float
    words: float


class Verdict(NamedTuple):
    """The columns of a table that holds papers, and whether that is in doubt."""

    columns: tuple[Column, ...]
    doubtful: bool


def read_columns(
    header: str, rows: Sequence[str], is_title: Callable[[str], bool]
) -> Verdict | None:
    """What the columns of a table are for; None if its rows are no papers.

    ``is_title`` says of words whether they are a title that is known: where a column holds such, all is said.
    """
    heads = [said_in(header[slice(*span)]).strip(" *:：") for span in split_row(header)]
    if len(heads) < 2 or not rows:
        return None
    holds = _look_at(rows, len(heads), is_title)
    title = _title_column([head.casefold() for head in heads], holds)
    if title is None:
        return None
    roles = [
        Role.TITLE if index == title else _role(head.casefold(), hold)
        for index, (head, hold) in enumerate(zip(heads, holds, strict=True))
    ]
    _keep_one(roles, holds)
    _find_short(roles, heads, holds)
    said = _SURE
    if not _holds_known_titles(heads[title].casefold(), holds[title]):
        said = _evidence(roles, heads[title].casefold(), holds, title, rows)
    columns = tuple(map(Column, heads, roles))
    return Verdict(columns, doubtful=said < _SURE) if said >= _LIKELY else None


_LIKELY, _SURE = 3, 4
# The share of the cells from which on known titles show a column to be that of the titles.
_MOST = 0.5


# -- what cells hold -----------------------------------------------------------------------------


def _look_at(rows: Sequence[str], count: int, is_title: Callable[[str], bool]) -> list[_Holds]:
    cells: list[list[tuple[str, int, int]]] = [[] for _ in range(count)]
    for row in (row for row in rows if len(row) <= LONGEST):
        for index, span in enumerate(split_row(row, count)[:count]):
            cells[index].append((row, *span))
    return [_holds(column, is_title) for column in cells]


def _holds(cells: list[tuple[str, int, int]], is_title: Callable[[str], bool]) -> _Holds:
    if not cells:
        return _Holds._make((0.0,) * len(_Holds._fields))
    looks = [_look(*cell, is_title) for cell in cells]
    sums = [sum(column) / len(looks) for column in zip(*looks, strict=True)]
    texts = sum(look[0] for look in looks)
    return _Holds._make([*sums[:-1], sum(look[-1] for look in looks) / max(1, texts)])


def _look(line: str, start: int, end: int, is_title: Callable[[str], bool]) -> tuple[float, ...]:
    text = line[start:end]
    links = [link for link in links_in(line, start, end) if link.url_start < link.url_end]
    labels = [label_text(line[link.label_start : link.label_end]) for link in links]
    said = _own_words(line, start, end)
    is_text = not is_nothing(said) and any(char.isalpha() for char in said)
    words = _words(said)
    venue = is_text and len(said) < 60 and (read_venue(said, 0) is not None)
    return (
        float(is_text),
        float(is_text and words >= 4),
        float(any(_words(label) >= 4 and not target_of(label) for label in labels)),
        float(bool(links)),
        float(any(leads_to_paper(url_of(line, link)) for link in links)),
        float(reads_as_people(said)),
        float(bool(venue)),
        float(plain_year(text) is not None),
        float(date_year(text) is not None and len(said) < 25),
        float(is_sign(text)),
        float(_NUMBER.fullmatch(said) is not None),
        _rated(text),
        float(is_text and is_title(said)),
        float(words if is_text else 0),
    )


def _rated(text: str) -> float:
    """How much a cell speaks for a column of ratings; a number on another scale speaks against all others."""
    if is_of_other_scale(text):
        return -inf
    if rating_in(text) is not None:
        return 1.0
    return 0.0 if is_nothing(text) else -1.0


def _own_words(line: str, start: int, end: int) -> str:
    """What a cell says beside the links that only name what they lead to, in the first line that says any."""
    text = line[start:end]
    for link in reversed(links_in(line, start, end)):
        label = label_text(line[link.label_start : link.label_end])
        if link.is_bare or not label or (target_of(label) and _words(label) < 4):
            text = text[: link.start - start] + text[link.end - start :]
    said = (said_in(part).strip(" []()|/,;") for part in BREAK.split(text))
    return next((each for each in said if any(char.isalnum() for char in each)), "")


def _words(text: str) -> int:
    """How many words; two characters of Chinese count as one."""
    wide = sum(char >= "\u3040" for char in text)
    return len(text.split()) + wide // 2


# -- roles ---------------------------------------------------------------------------------------


def _title_column(heads: list[str], holds: list[_Holds]) -> int | None:
    known = [
        index
        for index, each in enumerate(zip(heads, holds, strict=True))
        if _holds_known_titles(*each)
    ]
    if known:
        return known[0]
    scores = [_title_score(head, hold) for head, hold in zip(heads, holds, strict=True)]
    best = max(range(len(heads)), key=lambda index: (scores[index], -index))
    if scores[best] >= 2.5:
        return best
    named = [
        index
        for index, (head, hold) in enumerate(zip(heads, holds, strict=True))
        if (NAME_WORDS.fullmatch(head) or PAPER_WORDS.fullmatch(head)) and hold.text >= 0.8
    ]
    return named[0] if named and any(hold.paper_links >= 0.5 for hold in holds) else None


def _holds_known_titles(head: str, hold: _Holds) -> bool:
    """Return whether a column is for titles, and most of its cells are titles that are known.

    A column of names may have some of them too: papers are known by the names of their models.
    """
    is_for_titles = TITLE_WORDS.fullmatch(head) or PAPER_WORDS.fullmatch(head)
    return bool(is_for_titles) and hold.titles >= _MOST


def _title_score(head: str, hold: _Holds) -> float:
    """How much speaks for a column to hold the titles."""
    if hold.text < (0.3 if TITLE_WORDS.fullmatch(head) else 0.5):
        return 0
    score = 0.0
    if TITLE_WORDS.fullmatch(head):
        score += 3
    elif PAPER_WORDS.fullmatch(head):
        score += 2.5
    elif NAME_WORDS.fullmatch(head):
        score += 0.5
    if names_notes(head):
        score -= 3
    if PROSE_WORDS.fullmatch(head) and not TITLE_WORDS.fullmatch(head):
        score -= 2
    others = hold.people + hold.venues + hold.dates + hold.years + hold.signs + hold.numbers
    return score + 3 * hold.linked + 2 * hold.long - 3 * min(1, others)


def _role(head: str, hold: _Holds) -> Role:
    """What a column that holds no titles is for."""
    if names_ratings(head) and hold.ratings >= 0:
        return Role.RATING
    said = role_of(head)
    is_prose = PROSE_WORDS.fullmatch(head) is not None
    if hold.people >= 0.6 and not is_prose and said not in (Role.NOTE, Role.STATUS):
        return Role.AUTHORS
    if hold.years >= 0.6:
        return Role.YEAR if said in (Role.YEAR, Role.DATE, Role.VENUE) else Role.OTHER
    if said is Role.AUTHORS:
        return Role.VENUE if hold.venues >= 0.6 else Role.AUTHORS if hold.text else Role.OTHER
    if said is Role.YEAR:
        return Role.VENUE if hold.venues >= 0.6 and hold.text >= 0.6 else Role.DATE
    if said is Role.VENUE and hold.links >= 0.6 and hold.text < 0.3:
        return Role.LINKS
    if said is Role.DATE and hold.venues >= 0.6 and hold.text >= 0.6:
        return Role.VENUE
    if said is Role.OTHER and hold.venues >= 0.6:
        return Role.VENUE
    if said in (Role.OTHER, Role.NOTE) and hold.links >= 0.6 and hold.text < 0.3:
        return Role.LINKS
    return said


def _keep_one(roles: list[Role], holds: list[_Holds]) -> None:
    """Of several columns for one field the one that says most stays: by its cells, then the first."""
    for role, share in (
        (Role.STATUS, "signs"),
        (Role.AUTHORS, "people"),
        (Role.VENUE, "venues"),
        (Role.YEAR, "years"),
        (Role.DATE, "dates"),
        (Role.NOTE, "long"),
        (Role.RATING, "ratings"),
    ):
        own = [index for index, each in enumerate(roles) if each is role]
        if len(own) > 1:
            best = max(own, key=lambda index: (getattr(holds[index], share), -index))
            for index in own:
                roles[index] = role if index == best else Role.OTHER
    status = next((index for index, role in enumerate(roles) if role is Role.STATUS), None)
    if status is not None and holds[status].signs < 0.5:
        roles[status] = Role.LINKS if holds[status].links >= 0.5 else Role.OTHER


def _find_short(roles: list[Role], heads: list[str], holds: list[_Holds]) -> None:
    """A column of names beside the titles holds the short names."""
    for index, role in enumerate(roles):
        is_name = NAME_WORDS.fullmatch(heads[index].casefold())
        hold = holds[index]
        is_short = hold.text >= 0.5 and 0 < hold.words <= 3.5 and hold.numbers < 0.3
        if is_name and is_short and role in (Role.OTHER, Role.LINKS):
            roles[index] = Role.SHORT
            return


def _evidence(
    roles: list[Role], head: str, holds: list[_Holds], title: int, rows: Sequence[str]
) -> int:
    """How much speaks for the rows to be papers."""
    paper_links = max(hold.paper_links for hold in holds)
    own = holds[title]
    points = 3 * (paper_links >= 0.5) or int(paper_links >= 0.2)
    points += 2 * bool(PAPER_WORDS.fullmatch(head)) or int(bool(TITLE_WORDS.fullmatch(head)))
    for role, share, worth in (
        (Role.AUTHORS, "people", 2),
        (Role.VENUE, "text", 2),
        (Role.YEAR, "years", 1),
        (Role.STATUS, "signs", 1),
    ):
        points += worth * any(
            each is role and getattr(hold, share) >= 0.4
            for each, hold in zip(roles, holds, strict=True)
        )
    points += int(own.words >= 5)
    points += 2 * (_share_with_venue(rows, title, len(roles)) >= 0.3)
    is_named = not (PAPER_WORDS.fullmatch(head) or TITLE_WORDS.fullmatch(head))
    if is_named and own.words < 2.5 and own.linked < 0.3:
        numbers = sum(
            role is Role.OTHER and hold.numbers >= 0.5 and index > 0
            for index, (role, hold) in enumerate(zip(roles, holds, strict=True))
        )
        points -= 1 + 3 * min(numbers, 2)
    return points


def _share_with_venue(rows: Sequence[str], title: int, count: int) -> float:
    found = 0
    for row in rows:
        cells = split_row(row, count)
        if title < len(cells):
            said = said_in(row[slice(*cells[title])])
            opening = re.match(r"[\[(【]([^\[\]()【】]{2,40})[\])】]", said)
            found += bool(
                (opening and read_venue(opening.group(1), 0)) or find_venue(said, 0, len(said))
            )
    return found / max(1, len(rows))
