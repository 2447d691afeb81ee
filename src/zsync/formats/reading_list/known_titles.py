"""Reads a list by what is known: a title that stands in a line, letter for letter, is the title there.

The rules read first, then the forms (:mod:`form_titles`). Where they read a known title, all is well; the
rest of the text is asked for the titles (:mod:`mentions`), and what is found is read again with its title in
its place.

Known are the titles of the collection's items, those that an edit writes, and those of which the
base has the digest. Few words count only where they are set apart. Words that a person added to a
title stay a change of it. Only the list's own collection counts, so that no command reads a list
otherwise than the one before it.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Set
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from zsync.core.fields import digest, title_value
from zsync.core.known import NOTHING_KNOWN, KnownTitle, KnownTitles, Remembered
from zsync.core.model import Entry
from zsync.core.patterns import regex
from zsync.formats.reading_list.details import read_details, year_of_date
from zsync.formats.reading_list.document import ReadingList, read
from zsync.formats.reading_list.fields import LONGEST, Span
from zsync.formats.reading_list.form_titles import Sort, Told, told_by_forms
from zsync.formats.reading_list.inline import LinkSpan, find_links, plain, read_url
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.mentions import (
    Mentions,
    TitlePlace,
    cut_behind,
    letters_of,
    name_and_title,
)
from zsync.formats.reading_list.passages import Kind
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.prose import NO_WORDS
from zsync.formats.reading_list.shapes.placed import body_of, short_before
from zsync.formats.reading_list.title_places import NO_PLACES, Place, Places
from zsync.formats.reading_list.venues import read_venue

# What stands between a short name and its title where they are set apart by more than a sign.
_MARKED = regex(r"[*_`\[\]()|\"“”「」《》\n<>]")
# Signs that end a title as well as any that is known.
_ASKING = "?!？！"
# Pairs of marks that stand within a title only together.
_MARKS = ("**", "__", "$", "`", "*", '"')
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("「", "」"), ("《", "》"), ("（", "）"))
# What a title may be set off by, from the one to the other; cells end at bars.
_CONTAINERS = (
    ("[", "]"),
    ("**", "**"),
    ("“", "”"),
    ("「", "」"),
    ("《", "》"),
    ('"', '"'),
    ("|", "|"),
)
# A comma that a title may stand beside within a longer one.
_COMMA_BEFORE = regex(r"[,，、][\s\"“*_]*\Z")
_COMMA_BEHIND = regex(r"[\"”*_]*[,，、]")
# The marker and box of an item.
_ITEM_HEAD = regex(r"[ \t>]*(?:[-*+•]|\(?\d{1,4}[.)])?[ \t]*(?:\[[^\[\]]?\][ \t]+)?")
_SIGNS = " \t.,;:|-–—·•/→。，；：、()[]{}*_\"“'"
_WORD = regex(r"[^\W\d_]+")
# One author who has only a family name.
_BY = regex(r"by [^\W\d_]+")
# A small word right after a title, no sign between: a sentence goes on.
_SPEAKS_ON = regex(r"[)*_\"”’]*\s*(?:\([^()\n]*\)\s*)*(?!(?:by|in|at|et|and)\b)[a-z]")
# Where a title may begin and end that stands apart from what is beside it.
_START = regex(r"(?:\A|\n|[^\w\s&+/'’]|_|\s-)[ \t]*(?=[^\s.,;:|_])")
_END = regex(r"(?:[^\W_]|[)?!？！+*$])(?=\Z|\s*(?:[^\w\s&+/'’-]|_|\n|\Z)|\s+(?:-{1,3}\s|by\b))")
_MOST_CUTS = 40
# What an entry may be that takes nothing below it but what is its own.
_LINES = frozenset(("item", "row"))
# So many known titles prove the form that told them, where it misses no more than this share of them.
_PROOF, _MOST_WRONG = 2, 0.1
_LONGEST_TITLE = 400
# How far the words beside a title are looked at.
_NEAR = 400


def parse(
    text: str, known: KnownTitles = NOTHING_KNOWN, by_form: Places | None = None
) -> ReadingList:
    """Read any text as a reading list: by its rules, by its forms, and by the titles that are known.

    ``by_form`` are the places that its forms tell, where that was found out before. It never raises and never
    changes a byte: the list's text is the text that was given.
    """
    ruled = read(text, known=known)
    settled = _settled(ruled, known)
    told = told_by_forms(ruled) if by_form is None else Told(by_form, {})
    places = dict(told.places)
    # Forms that known titles prove, by the lines of those.
    proofs = [told.agreeing.get(ruled.blocks[index].line) for index in settled]
    for index in settled:
        places.pop(ruled.blocks[index].line, None)
    # A title that a form tells may hide the known one of the next line, and may bring one to light.
    places |= _as_told(_places(ruled, _not_told(known, text, places), settled), places)
    if not places:
        return ruled
    found = read(text, places, known)
    settled = _settled(found, known)
    right = {found.blocks[index].line for index in settled} & places.keys()
    proofs += [places[line].form for line in right]
    elsewhere = _places(found, known, settled)
    wrong = [places[line].form for line in elsewhere.keys() & places.keys()]
    proven = {**places, **_proven(places, right, proofs, wrong), **elsewhere}
    return found if proven == places else read(text, proven, known)


def _as_told(known: Places, told: Places) -> Places:
    """Return the places of known titles, with the form of those that it tells as well."""
    return {
        line: replace(place, form=told[line].form)
        if line in told and (told[line].start, told[line].end) == (place.start, place.end)
        else place
        for line, place in known.items()
    }


def _proven(
    places: Places, right: Set[int], proofs: Iterable[Sort | None], wrong: Iterable[Sort | None]
) -> Places:
    """Return the places that are not in doubt any more.

    Those of the lines that were told ``right``, for their titles are known; and those of forms that the known
    titles of lines prove, if hardly one has its title elsewhere. Headings and paragraphs prove nothing of
    others: one that is sure takes what stands below it for its note, and there may be papers.
    """
    against = Counter(wrong)
    forms = {
        form
        for form, count in Counter(proofs).items()
        if form and form[0] in _LINES and count >= _PROOF and against[form] <= _MOST_WRONG * count
    }
    return {
        line: replace(place, doubtful=False)
        for line, place in places.items()
        if place.doubtful and (line in right or place.form in forms)
    }


def _not_told(known: KnownTitles, text: str, places: Places) -> KnownTitles:
    """Return what is known without the titles that forms tell: elsewhere they may stand in a paper's note."""
    told = {letters_of(plain(text[each.start : each.end])) for each in places.values()}
    return replace(known, titles=tuple(each for each in known.titles if not told & _said(each)))


def _said(known: KnownTitle) -> set[str]:
    return (
        {letters_of(known.whole), letters_of(known.title)}
        if known.short
        else {letters_of(known.whole)}
    )


def _settled(found: ReadingList, known: KnownTitles) -> frozenset[int]:
    """Return the entries whose titles are known ones already."""
    if not known:
        return frozenset()
    said = set().union(*map(_said, known.titles))
    remembered = {each.title for each in known.remembered}
    return frozenset(
        index
        for index, entry in enumerate(found.entries)
        if _digest(entry) in remembered or said & set(_letters(entry))
    )


def _digest(entry: Entry) -> str:
    return digest(title_value(entry.short, entry.title))


def _places(found: ReadingList, known: KnownTitles, settled: frozenset[int]) -> Places:
    """Return where known titles stand that are not read there yet."""
    if not known:
        return NO_PLACES
    mentions = Mentions(found, settled)
    titles = _Titles(found)
    best: dict[int, tuple[int, Place]] = {}
    for title in known.titles:
        for at in mentions.titles(title):
            size = at.end - at.start
            if size > best.get(at.line, (0,))[0] and _may_be_title(found.text, titles, at):
                best[at.line] = size, _place(found.text, at, title)
    places = {line: place for line, (_, place) in best.items()}
    own = set(map(_digest, found.entries))
    missing = frozenset(each for each in known.remembered if each.title not in own)
    if missing:
        places = dict(_remembered(found.text, mentions, titles, missing)) | places
    return places


class _Titles:
    """Where the titles of entries stand in the text, each looked up once."""

    def __init__(self, found: ReadingList) -> None:
        self._list = found
        self._known: dict[int, Span | None] = {}

    def __getitem__(self, entry: int) -> Span | None:
        if entry not in self._known:
            block = self._list.blocks[entry]
            head = self._list.text[block.start : block.head_end].rstrip("\r\n")
            fields = block.shape.read(head)
            start, end = fields.title if fields else (0, 0)
            span = (start + block.start, end + block.start) if fields else None
            self._known[entry] = span
        return self._known[entry]


def _remembered(
    text: str, mentions: Mentions, titles: _Titles, missing: frozenset[Remembered]
) -> Iterator[tuple[int, Place]]:
    """Return the places of titles of which only the digest is known, in lines with the entry's address."""
    sought: dict[str, set[str]] = defaultdict(set)
    for each in missing:
        sought[each.url].add(each.title)
    line = pos = 0
    for number, passage in mentions.open_passages():
        if passage.end - passage.start > LONGEST:
            continue
        said = text[passage.start : passage.end]
        links = find_links(said)
        # The paper's own address is none of its other links.
        urls = {"", *(digest(read_url(said[link.url_start : link.url_end])) for link in links)}
        wanted = set().union(*(sought.get(url, ()) for url in urls))
        for span in sorted(_titles_among(said, links, wanted)) if wanted else ():
            start, end = span[0] + passage.start, span[1] + passage.start
            is_in_title = _is_in_title(text, titles, passage.entry, (start, end))
            if is_in_title and mentions.is_line(number, start, end):
                line, pos = line + text.count("\n", pos, start), start
                yield line, Place(start, end)


def _titles_among(said: str, links: list[LinkSpan], titles: Container[str]) -> Iterator[Span]:
    """Return the words of some lines, from one sign to another, that have the digest of a title.

    They are looked for from the last one on, so that marks and links around a title are none of it.
    """
    body, before = body_of(said), len(said)
    ends = [at.end() for at in islice(_END.finditer(said), _MOST_CUTS)]
    starts = [at.end() for at in islice(_START.finditer(said), _MOST_CUTS)]
    for start in reversed(starts):
        short = short_before(said, min(body, start), start, links)
        names = {None, plain(said[slice(*short[0])])} if short else {None}
        for end in ends:
            if not start < end <= min(start + _LONGEST_TITLE, before):
                continue
            title = " ".join(plain(said[start:end]).split())
            if any(digest(title_value(name, title)) in titles for name in names):
                before = start
                yield start, end
                break


def _letters(entry: Entry) -> Iterator[str]:
    yield letters_of(entry.title)
    if entry.short:
        yield letters_of(entry.short + " " + entry.title)


def _may_be_title(text: str, titles: _Titles, at: TitlePlace) -> bool:
    """Say whether a known title may be that of its line: what stands beside it is no part of a longer one."""
    within = _around(text, at)
    if not at.telling:
        has_mark = within.mark or at.passage.has_box or at.is_linked
        is_alone = _says_other_thing(within.before) and _says_other_thing(within.behind)
        if not (has_mark and is_alone):
            return False
    if _COMMA_BEFORE.search(within.before) and not _says_other_thing(within.before):
        return False
    if _COMMA_BEHIND.match(within.behind) and not _says_other_thing(within.behind):
        return False
    is_bare = not (within.mark or at.passage.has_box or at.is_linked)
    if at.passage.kind is Kind.PROSE and is_bare and _SPEAKS_ON.match(within.behind):
        return False
    return _is_in_title(text, titles, at.passage.entry, (at.start, at.end))


class _Within(NamedTuple):
    """What stands beside a title within its link, its bold or quoted words, its cell or its line.

    ``mark`` is the sign that they begin with, empty for a cell or a line.
    """

    mark: str
    before: str
    behind: str


def _around(text: str, at: TitlePlace) -> _Within:
    start = max(at.passage.start, at.start - _NEAR)
    start = max(start, text.rfind("\n", start, at.start) + 1)
    end = min(at.passage.end, at.end + _NEAR)
    line_end = text.find("\n", at.end, end)
    end = line_end if line_end >= 0 else end
    before, behind = text[start : at.start], text[at.end : end]
    for opening, closing in _CONTAINERS:
        opened = before.rfind(opening)
        inner = before[opened + len(opening) :]
        closes = behind.find(closing)
        is_open = opening != closing or before.count(opening) % 2 == 1
        if opened >= 0 and closes >= 0 and closing not in inner and is_open:
            mark = "" if opening == "|" else opening
            return _Within(mark, inner, behind[:closes])
    return _Within("", _ITEM_HEAD.sub("", before), behind)


def _is_in_title(text: str, titles: _Titles, entry: int | None, title: Span) -> bool:
    """Return whether a known title is what is read as the title of an entry, labels and people left out."""
    if entry is None:
        return True
    read = titles[entry]
    if read is None:
        return False
    start, end = read
    if title[1] <= start or title[0] >= end:
        return True
    before = plain(text[start : title[0]]) if start < title[0] else ""
    behind = text[title[1] : end] if title[1] < end else ""
    # Words that somebody added to a title are a change of the title.
    return _says_other_thing(before) and _says_other_thing(behind)


def _says_other_thing(beside: str) -> bool:
    """Return whether words beside a title are no part of it: a label, a venue, a date, people, links."""
    said = " ".join(NO_WORDS.sub(" ", beside).split()).strip(_SIGNS)
    words = [word for word in _WORD.findall(said) if not word.isupper()]
    return (
        not words
        or target_of(said) is not None
        or year_of_date(said) is not None
        or read_venue(said, 0) is not None
        or reads_as_people(said, alone=True)
        or _BY.fullmatch(said) is not None
        or read_details(said, 0, len(said), ()).unknown == 0
    )


def _place(text: str, at: TitlePlace, title: KnownTitle) -> Place:
    """Return all of a title: with the signs at its ends, without a short name that marks set apart."""
    name, rest = name_and_title(title)
    start, end, whole = at.start, at.end, title.whole
    cut = cut_behind(text, start, end, letters_of(name)) if name else None
    if cut and _MARKED.search(text[slice(*cut)]):
        start, whole = cut[1], rest
    lead, tail = _signs_around(whole)
    if lead and text.endswith(lead, 0, start):
        start -= len(lead)
    if tail and text.startswith(tail, end):
        end += len(tail)
    while text[end : end + 1] in _ASKING and end < len(text):
        end += 1
    return Place(*_balanced(text, start, end))


def _signs_around(title: str) -> tuple[str, str]:
    """Return the signs in front of a title's first letter and after its last; a full stop is none of it."""
    said = title.strip()
    first = next((at for at, char in enumerate(said) if char.isalnum()), 0)
    last = next((at for at, char in enumerate(reversed(said)) if char.isalnum()), 0)
    return said[:first], said[len(said) - last :].rstrip(".")


def _balanced(text: str, start: int, end: int) -> Span:
    """Take in the mark at one end whose other one stands within."""
    for mark in _MARKS:
        if text[start:end].replace("**" if mark == "*" else "\0", "").count(mark) % 2:
            if text.startswith(mark, end):
                end += len(mark)
            elif text.endswith(mark, 0, start):
                start -= len(mark)
    for opening, closing in _PAIRS:
        opened = text.count(opening, start, end) - text.count(closing, start, end)
        if opened > 0 and text.startswith(closing, end):
            end += 1
        elif opened < 0 and text.endswith(opening, 0, start):
            start -= 1
    return start, end
