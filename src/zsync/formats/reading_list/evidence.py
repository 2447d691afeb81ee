"""What speaks for a run of pieces being the title of a paper, and what for a line naming none.

Observations are few and cheap; each is a name, and ``evidence_weights.json`` says what it weighs. Those
weights were learned: a softmax over a line's runs and "none", from titles put into invented forms, from
lines of public lists in which titles of public bibliographies stand, and from lists that somebody read by
hand; ``benchmarks/learn_weights.py`` learns others in the same way. Nothing here knows a list or a paper.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.cuts import OPAQUE, TRANSPARENT, Box, Cuts, Kind, Piece
from zsync.formats.reading_list.details import year_of_date
from zsync.formats.reading_list.fields import EMOJI
from zsync.formats.reading_list.hosts import Place, place_of
from zsync.formats.reading_list.inline import plain
from zsync.formats.reading_list.lexicon import is_label
from zsync.formats.reading_list.people import ET_AL, reads_as_people
from zsync.formats.reading_list.prose import CJK
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import read_venue


class Run(NamedTuple):
    """Pieces ``first`` to ``last`` of a box: words that may be the title."""

    box: int
    first: int
    last: int
    start: int
    end: int


class Setting(NamedTuple):
    """What is known of a line beside its words: what it is on the page, and what stands around it."""

    kind: str
    has_box: bool
    depth: int
    above: str
    below: str
    sort: str
    alike: int
    is_aside: bool


# Beyond these a line is not a paper's, and looking at it costs more than it is worth.
_MOST_PIECES, _MOST_STARTS, _MOST_BOXES = 10, 24, 64
_LONGEST_JUDGED = 300
# Titles begin within so many characters of a line: people come before them, an abstract after.
_FURTHEST_START = 600
_WORD = regex(r"[^\W\d_][\w'’\-]*|\d+")
# Words that hold a title together, and words of running text.
_GLUE = frozenset(
    """
    of for with the in on via using towards toward from to by and an a as through under without beyond is
    are its at into over between across do you we how what when why can not all need
    """.split()  # noqa: SIM905 - a table of words
)
_PROSE = frozenset(
    """
    this these that it we they you i he she introduces introduce proposes propose presents present shows
    show describes describe uses use used was were has have had been will would should could also here
    there which who paper papers list repo repository collection please see if also then than just very
    more most some other contains includes include provides provide covers
    """.split()  # noqa: SIM905
)
_JOINTS = frozenset(("and", "in", "by", "with", "et", "from", "at"))
# The name of an emoji at the end of a text.
_EMOJI_NAME = regex(r":[a-z0-9_+-]{2,40}:\Z")
_SIGNS = regex(rf"(?:{EMOJI}|[\ufe0f\u200d\W_]|:[a-z0-9_+-]+:)+\Z")
_NUMBER = regex(r"[\W_]*\d{1,4}[\W_]*\Z")
_YEAR = regex(r"\W*(?:19|20)\d\d\W*\Z")
_HAS_YEAR = regex(r"(?:19|20)\d\d")
_INITIAL = regex(r"\b[A-Z]\.(?:\s|,|-[A-Z])")
# What a reference says around the title.
_REFERENCE = regex(
    r"\b(?:pp?\.|vol\.|no\.|arXiv|doi|ISBN|Proceedings|Proc\.|Conference|Journal|Transactions|Press)\b"
)


@lru_cache(maxsize=65536)
def says(text: str) -> str:
    """Say in a word what a piece is by itself: people, a venue, a date, a label, a number, words."""
    said = plain(text).strip(" \t*_`~")
    if not said or _SIGNS.match(said):
        return "sign"
    if _NUMBER.match(said):
        return "year" if _YEAR.match(said) else "number"
    if len(said) > _LONGEST_JUDGED:
        return "long"
    if year_of_date(said):
        return "date"
    if is_label(said.strip("[]() ")):
        return "label"
    venue = read_venue(said, 0)
    if venue and venue.name and is_known(venue.name):
        return "venue+" if venue.year else "venue"
    if ET_AL.search(said) and reads_as_people(said, alone=True):
        return "people+"
    if reads_as_people(said):
        return "people"
    if venue and venue.name and venue.year:
        return "venue?"
    return "person" if reads_as_people(said, alone=True) else "words"


def leads_on(text: str) -> bool:
    """Return whether a text ends with the colon that leads to what stands below it."""
    return text.endswith((":", "：")) and not _EMOJI_NAME.search(text, max(0, len(text) - 50))


def size(text: str) -> int:
    """Count the words of a text; two letters of a script without spaces count as one."""
    return max(len(_WORD.findall(text)), len(CJK.findall(text)) // 2)


def runs(cuts: Cuts) -> Iterator[Run]:
    """Return the runs of pieces that may be a title: what stands side by side in one box, no link in it."""
    text = cuts.text
    if len(cuts.boxes) > _MOST_BOXES or max(map(len, cuts.pieces)) > _MOST_BOXES:
        return
    for place, pieces in enumerate(cuts.pieces):
        starts = 0
        for first, piece in enumerate(pieces):
            # A box that is all there is to a run is judged by what is in it.
            if not _may_hold(cuts, piece) or (piece.box >= 0 and first + 1 == len(pieces)):
                continue
            starts += 1
            if starts > _MOST_STARTS or piece.start > _FURTHEST_START:
                break
            for last in range(first, min(first + _MOST_PIECES, len(pieces))):
                if not _may_hold(cuts, pieces[last]):
                    break
                start, end = piece.start, pieces[last].end
                if end - start > _LONGEST_JUDGED:
                    break
                is_box = last == first and piece.box >= 0
                if not is_box and any(char.isalpha() for char in text[start:end]):
                    yield Run(place, first, last, start, end)


def _may_hold(cuts: Cuts, piece: Piece) -> bool:
    return piece.box < 0 or cuts.boxes[piece.box].kind in TRANSPARENT


_BOUNDS = (1, 2, 3, 5, 8, 14, 22)


def _about(count: int) -> str:
    return next((f"<={bound}" for bound in _BOUNDS if count <= bound), ">22")


@lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    """What the words of a text show."""
    said = plain(text).strip()
    words = _WORD.findall(said)
    lower = [word.casefold() for word in words]
    count = max(len(words), len(CJK.findall(said)) // 2)
    prose = min(sum(word in _PROSE for word in lower), 3)
    found = [f"n{_about(count)}", f"first:{_script(said[:1])}"]
    if count >= 3:
        found.append(f"glue{min(sum(word in _GLUE for word in lower), 3)}")
        found.append(f"caps:{_share(sum(word[0].isupper() for word in words), len(words))}")
    if prose:
        found.append(f"prose{prose}")
        if count >= 10:
            found.append(f"longprose{prose}")
    if lower:
        found += ["begins:prose"] * (lower[0] in _PROSE) + ["begins:joint"] * (lower[0] in _JOINTS)
        found += ["ends:glue"] * (lower[-1] in _GLUE)
    marks = {
        "colon": ":" in said[1:-1],
        "ends:stop": said[-1:] in tuple(".。"),
        "ends:question": said[-1:] in tuple("?？"),
        "year": _HAS_YEAR.search(said),
        "initial": _INITIAL.search(said),
        "et al": ET_AL.search(said),
        "commas": said.count(",") >= 2,
        "reference": _REFERENCE.search(said),
    }
    return (*found, *(name for name, holds in marks.items() if holds))


def _script(char: str) -> str:
    if CJK.match(char):
        return "cjk"
    return (
        "up"
        if char.isupper()
        else "low"
        if char.islower()
        else "digit"
        if char.isdigit()
        else "other"
    )


def _share(part: int, whole: int) -> str:
    share = part / max(whole, 1)
    return "all" if share > 0.85 else "most" if share > 0.5 else "few" if share > 0.2 else "none"


_HOSTS = {Place.PAPER: "paper", Place.OTHER: "other", Place.PAGE: "other", Place.UNKNOWN: "web"}


def _host(cuts: Cuts, box: Box) -> str:
    """Return what stands where a link leads."""
    link = cuts.links[box.link]
    url = cuts.text[link.url_start : link.url_end]
    if "://" not in url:
        return "here" if url.startswith("#") else "file"
    return _HOSTS[place_of(url)]


def _said_at(cuts: Cuts, box: int, index: int) -> str:
    """What the piece at a place of a box says, or which box it is."""
    pieces = cuts.pieces[box]
    if not 0 <= index < len(pieces):
        return "edge"
    piece = pieces[index]
    if piece.box < 0:
        return says(cuts.text[piece.start : piece.end])
    inner = cuts.boxes[piece.box]
    if inner.kind in OPAQUE:
        return inner.kind
    said = says(cuts.text[inner.inner : inner.after])
    return f"link:{said}" if inner.kind is Kind.LINK else f"box:{said}"


_TRIFLES = frozenset(("number", "sign", "image", "tag"))


def _cover(cuts: Cuts, run: Run) -> str:
    """Which part of its box a run is; numbers and signs do not count."""
    last = len(cuts.pieces[run.box]) - 1
    if run.first == 0 and run.last == last:
        return "whole"
    is_first = all(_said_at(cuts, run.box, at) in _TRIFLES for at in range(run.first))
    is_last = all(_said_at(cuts, run.box, at) in _TRIFLES for at in range(run.last + 1, last + 1))
    return {(True, True): "all", (True, False): "first", (False, True): "last"}.get(
        (is_first, is_last), "middle"
    )


def of_run(cuts: Cuts, run: Run) -> Iterator[str]:
    """Return the names of what speaks for a run being the title, and against it."""
    text, box, pieces = cuts.text[run.start : run.end], cuts.boxes[run.box], cuts.pieces[run.box]
    before, behind = pieces[run.first].before, pieces[run.last].behind
    cover = _cover(cuts, run)
    yield from _words(text)
    yield f"says:{says(text) if run.first == run.last else 'more'}"
    yield f"in:{box.kind}:{cover}"
    if box.parent >= 0:
        yield f"in:{box.kind}:of:{cuts.boxes[box.parent].kind}"
    yield f"{box.kind}>{before}"
    yield f"{box.kind}<{behind}"
    left, right = _said_at(cuts, run.box, run.first - 1), _said_at(cuts, run.box, run.last + 1)
    yield from (f"left:{left}", f"right:{right}", f"l{before}:{left}", f"r{behind}:{right}")
    if link := _link_around(cuts, run.box):
        yield from _of_link(cuts, link, cover, text)
    if run.box and cover != "middle":
        yield from _outside(cuts, run, cover)
    if run.last > run.first:
        yield from _within(cuts, run)


def _of_link(cuts: Cuts, link: Box, cover: str, text: str) -> Iterator[str]:
    yield f"link:{_host(cuts, link)}"
    yield f"link:{cover}"
    yield f"link:n{_about(size(text))}"
    yield f"link:in:{cuts.boxes[link.parent].kind}"


def _link_around(cuts: Cuts, place: int) -> Box | None:
    while place > 0:
        if cuts.boxes[place].kind is Kind.LINK:
            return cuts.boxes[place]
        place = cuts.boxes[place].parent
    return None


def _outside(cuts: Cuts, run: Run, cover: str) -> Iterator[str]:
    """What stands around the box of a run that touches its edge."""
    top = run.box
    while cuts.boxes[top].parent > 0 and len(cuts.pieces[cuts.boxes[top].parent]) == 1:
        top = cuts.boxes[top].parent
    around = cuts.boxes[top].parent
    pieces = cuts.pieces[around]
    at = next(index for index, each in enumerate(pieces) if each.box == top)
    if cover != "last":
        said = _said_at(cuts, around, at - 1)
        yield from (f"outleft:{said}", f"ol{pieces[at].before}:{said}")
        if all(_said_at(cuts, around, index) in _TRIFLES for index in range(at)):
            yield "outfirst"
    if cover != "first":
        said = _said_at(cuts, around, at + 1)
        yield from (f"outright:{said}", f"or{pieces[at].behind}:{said}")


def _within(cuts: Cuts, run: Run) -> Iterator[str]:
    """What a run of several pieces holds."""
    pieces = cuts.pieces[run.box][run.first : run.last + 1]
    yield f"joins{min(len(pieces) - 1, 4)}"
    yield from {f"has:{piece.behind}" for piece in pieces[:-1]}
    said = [_said_at(cuts, run.box, at) for at in range(run.first, run.last + 1)]
    yield from {f"holds:{each}" for each in said}
    yield from {f"holds:{cuts.boxes[piece.box].kind}" for piece in pieces if piece.box >= 0}
    yield f"beginpiece:{said[0]}"
    yield f"endpiece:{said[-1]}"


_TELLING = frozenset(("people", "people+", "venue", "venue+", "venue?", "date", "year", "label"))


def of_none(cuts: Cuts, setting: Setting, below: Sequence[Cuts] = ()) -> Iterator[str]:
    """Return the names of what speaks for a line naming no paper, and against it.

    ``below`` are the lines that say more of the paper, if it names one.
    """
    kind = setting.kind
    yield from ("none", f"none:{kind}", f"none:{kind}:depth{min(setting.depth, 2)}")
    yield from (f"none:above:{setting.above}", f"none:{kind}:above:{setting.above}")
    yield from (f"none:below:{setting.below}", f"none:{kind}:below:{setting.below}")
    yield from (
        f"none:{setting.sort}",
        f"none:{kind}:{setting.sort}",
        f"none:alike:{_about(setting.alike)}",
    )
    whole = (cuts, *below)
    hosts = {_host(each, box) for each in whole for box in each.boxes if box.link >= 0} or {"no"}
    for each in hosts:
        yield from (f"none:host:{each}", f"none:{kind}:host:{each}")
    said = cuts.text[cuts.boxes[0].inner : cuts.boxes[0].after].rstrip()
    words = _WORD.findall(plain(said))
    yield f"none:n{_about(size(said))}"
    yield f"none:prose{min(sum(word.casefold() in _PROSE for word in words), 4)}"
    yield from (f"none:has:{each}" for each in set().union(*map(_kinds, whole)) & _TELLING)
    marks = {
        "box": setting.has_box,
        "aside": setting.is_aside,
        "colon": leads_on(said),
        "stop": said[-1:] in tuple(".。!！"),
    }
    yield from (f"none:{name}" for name, holds in marks.items() if holds)


def _kinds(cuts: Cuts) -> set[str]:
    words = [(piece.start, piece.end) for piece in cuts.pieces[0] if piece.box < 0]
    boxes = [(box.inner, box.after) for box in cuts.boxes[1:] if box.kind not in OPAQUE]
    return {says(cuts.text[start:end]) for start, end in (*words, *boxes)}


@cache
def _weights() -> dict[str, float]:
    source = files("zsync.formats.reading_list") / "evidence_weights.json"
    found: dict[str, float] = json.loads(source.read_text(encoding="utf-8"))
    return found


def weigh(names: Iterable[str]) -> float:
    """Add up what observations weigh; those without a weight say nothing."""
    weights = _weights()
    return sum(weights.get(name, 0.0) for name in names)
