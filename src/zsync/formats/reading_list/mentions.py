"""Finds items in a list's whole text, whether or not zsync reads an entry there.

The text is indexed once, by the letters that follow each word: a question costs as much as its answer.
Titles compare by letters and digits alone: markup, entities, line ends and spaces do not count. What is
found is a mention only where the passage is about the paper (:mod:`prose`).
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import NamedTuple

from zsync.core import identifiers
from zsync.core.identifiers import normalise_url
from zsync.core.known import KnownTitle
from zsync.core.model import Identifier, Item
from zsync.core.naming import Mention, NamedBy
from zsync.core.patterns import regex
from zsync.formats.reading_list import prose
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.passages import Kind, Passage, passages, shown

# What a text is made of: words, and what stands between them and is none.
_TOKEN = regex(
    r"(?P<image>!\[[^\[\]\n]*\](?:\([^()\n]*\))?)"
    r"|(?P<open>\[)"
    r"|\]\(\s*(?P<target><[^<>\n]*>|[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
    r"|\](?:\[(?P<ref>[^\[\]\n]{0,99})\](?!\())?(?P<close>)"
    r"|</?[A-Za-z](?:[^<>]*?\bhref\s*=\s*[\"']?(?P<href>[^\"'\s<>]+))?[^<>]*>"
    r"|(?P<bare>https?://[^\s<>\[\]|\"]+)"
    r"|\\[A-Za-z]+(?=\{)|\\[^\w\s]"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,8});)"
    r"|(?P<word>[^\W_]+)"
)
# The definition of a reference link, and what uses one.
_DEFINITION = regex(r"^[ \t>]{0,12}\[([^\[\]\n]{1,99})\]:[ \t]*<?(https?:[^\s<>]+)>?", re.MULTILINE)
_REFERENCE = regex(r"\[([^\[\]\n]{1,99})\](?![:(\[])")
# An address, to be left out where an identifier is looked for in words.
_ADDRESS = regex(r"\S{0,99}://\S*")
# Code within a line, between runs of backticks of one length.
_CODE_SPAN = regex(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
# Signs right in front of a name and right after it that make it a thing of its own: linked, bold, quoted.
_OPENED = regex(r"(?:\A|\n[ \t>]*|[\[|*_~\"“「『《]|<[^<>]*>)[ \t]*\Z")
_CLOSED = regex(
    r"[.,!?。，]?(?:\s*(?:\Z|\n|\||<(?:br|/)|\[|\(?https?:)|[\]*_~\"”」』》]|\s*\.\s*\Z|\s+by\b|\s*[:：]\s*(?:https?:|[\[(<]|\Z))",
    re.IGNORECASE,
)
# Signs around a name that end what stands beside it; joined words ("A & B", "A-B") are one name.
# A label with a year may be joined to a title: "2019-NSDI-Title".
_PART_BEGINS = regex(
    r"(?:[^\w\s&+/'’-]|\s-{1,3}|\n|\d[.)]?|(?<!\w)['’]|(?:\A|[\s*_])(?:\S{1,20}-)?(?:19|20)?\d\d(?:-\S{1,20})?-)\s*\Z"
)
_PART_ENDS = regex(
    r"\s*(?:[^\w\s&+/'’:：-]|\n|\Z)|['’](?!\w)"
    r"|\s+(?:-{1,3}\s|[/:：]\s|by\b|(?:19|20)\d\d\b|https?:)",
    re.IGNORECASE,
)
# People or a venue after a title, no sign between: "T Smith et al.", "T A. Smith, B. Doe", "T CVPR 2022".
_CREDITS = regex(
    r"\s+(?:(?:[A-Z][\w.'’-]*\s+){1,3}et al\b"
    r"|(?:[A-Z][\w.'’-]*[\s,]+){1,3}[A-Z][\w.'’-]*(?:,|\s+and\s+[A-Z]|\s+&\s+[A-Z])"
    r"|[A-Z]{2,}\w*\s*['’]?\d{2,4}\b)"
)
# A colon after a title that goes on with a subtitle: then it may be a longer title.
_SUBTITLE = regex(r"(?:\s*\([^()\n]{1,30}\))?[:：](?!\s*(?:https?:|[\[(<]|\Z))")
# The end of a line after which another begins on the page, or another sentence.
_LINE_ENDED = regex(r"(?:[.:;!?。：；！？>]|[ ]{2}|\\)\s*\Z")
# A name and a colon in front of a title.
_NAME_BEFORE = regex(r"([A-Z][^\d:：|.*\[\]\"\n]{0,60})[*\]_]*\s*[:：]\s*\Z")
# The words of a short name.
_WORDS = regex(r"[^\W_]+")
# A year, and not a part of a longer number or an address.
_YEAR = regex(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/])")
# What separates the cells of a row, and the lines of a paragraph.
_CELL_ENDS = regex(r"\||</?t[dh]\b[^<>]*>", re.IGNORECASE)
_LINE_BREAK = regex(r"<br\b[^<>]*>", re.IGNORECASE)
# How far the words around a name are looked at.
_NEAR = 400
_LONG_WORDS = 4
_LONG_LETTERS = 20
_LONG_CJK = 6
_SUBTITLED_WORDS = 6
_FEWEST_WORDS = 3
_LONGEST_NAME = 4
# So many letters after a word are sorted; titles that agree further are compared.
_SORTED = 48


def letters(text: str) -> str:
    """Return the letters and digits of a piece of text as they compare: without case and accents."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


@dataclass(frozen=True, slots=True)
class _Key:
    """A title as it is looked up, without its short name where ``name`` is given."""

    letters: str
    words: int
    name: str = ""

    @property
    def telling(self) -> bool:
        """Whether it is long enough to be meant wherever it begins and ends."""
        cjk = len(prose.CJK.findall(self.letters))
        return self.words >= _LONG_WORDS or len(self.letters) >= _LONG_LETTERS or cjk >= _LONG_CJK


def _keys(known: KnownTitle) -> Iterator[_Key]:
    """Return what a title is looked up by: the whole, and without its short name where that tells."""
    short, title = name_and_title(known)
    whole = _words(known.whole)
    seen = {""}
    for words, name in (
        (whole, ""),
        ([*_words(short or ""), *_words(title)], ""),
        (_words(title), "".join(_words(short or ""))),
    ):
        key = _Key("".join(words), len(words), name)
        if key.letters not in seen and (not name or key.telling):
            yield key
        seen.add(key.letters)


def name_and_title(known: KnownTitle) -> tuple[str | None, str]:
    """Cut a title into its short name and the rest; a few words before a colon are a short name."""
    if known.short is None:
        head, colon, rest = known.title.replace("：", ":").partition(":")
        if colon and len(_words(head)) <= _LONGEST_NAME:
            return head, rest
    return known.short, known.title


def letters_of(text: str) -> str:
    """Return the letters and digits of a title as it is looked up."""
    return "".join(_words(text))


def cut_behind(text: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """Return where a name, given by its letters, ends in ``text[start:end]`` and the next word begins.

    None where the text begins with other letters, or holds nothing else.
    """
    said, stop = "", start
    for token in _TOKEN.finditer(text, start, end):
        if not (token["word"] or token["entity"]):
            continue
        if said == name:
            return stop, token.start()
        said, stop = said + letters(unescape(token.group())), token.end()
        if not name.startswith(said):
            return None
    return None


def _words(text: str) -> list[str]:
    found = (
        letters(unescape(token.group()))
        for token in _TOKEN.finditer(text)
        if token["word"] or token["entity"]
    )
    return [word for word in found if word]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a title or a link stands in the text, and in which passage."""

    passage: int
    start: int
    end: int


class TitlePlace(NamedTuple):
    """Where a known title stands: its words, the line (from 0), the passage and whether that has a link.

    ``telling``: it is long enough to be meant wherever it begins and ends.
    """

    start: int
    end: int
    line: int
    passage: Passage
    is_linked: bool
    telling: bool


class Mentions:
    """The text of a list, asked where it names an item.

    ``settled`` are the indexes of entries in whose lines nothing is looked for.
    """

    def __init__(self, found: ReadingList, settled: Container[int] = frozenset()) -> None:
        self._list = found
        self._settled = settled

    def __call__(self, item: Item) -> list[Mention]:
        """Return the lines that are about the item's paper, in their order; the whole title comes first."""
        found: dict[tuple[int, NamedBy], Mention] = {}
        for place, by, key in self._places(item):
            if mention := self._judge(place, by, key):
                found.setdefault((place.passage, by), mention)
        return sorted(found.values(), key=lambda mention: mention.line)

    def titles(self, known: KnownTitle) -> Iterator[TitlePlace]:
        """Return where a line of the list begins with a title, labels aside; a note names other papers.

        A few words are a title only where they are set apart: linked, bold, quoted, alone in a cell or line.
        """
        for place, key in self._titled(known):
            mention = self._judge(place, NamedBy.TITLE, key)
            passage = self._index.passages[place.passage]
            if (
                mention
                and not mention.in_note
                and (not passage.is_group or mention.entry is not None)
            ):
                is_linked = self._index.is_linked(place.passage)
                yield TitlePlace(
                    place.start, place.end, mention.line - 1, passage, is_linked, key.telling
                )

    def open_passages(self) -> Iterator[tuple[int, Passage]]:
        """Return the passages with their numbers in which no entry is settled; no notes."""
        for number, each in enumerate(self._index.passages):
            if each.entry is None or (each.entry not in self._settled and each.is_first):
                yield number, each

    def is_line(self, number: int, start: int, end: int) -> bool:
        """Return whether words of a passage are its title, and not spoken of among others."""
        mention = self._judge(_Place(number, start, end), NamedBy.TITLE, None)
        return mention is not None and not mention.in_note

    @cached_property
    def _index(self) -> "_Index":
        return _Index(self._list, self._settled)

    def _places(self, item: Item) -> Iterator[tuple[_Place, NamedBy, _Key | None]]:
        index = self._index
        known = KnownTitle.of_item(item)
        for identifier in known.identifiers:
            for place in index.identified.get(identifier, ()):
                yield place, NamedBy.IDENTIFIER, None
        url = item.fields.get("url", "")
        if url and not identifiers.find(url):
            for place in index.addressed.get(normalise_url(url), ()):
                yield place, NamedBy.ADDRESS, None
        for place, key in self._titled(known):
            yield place, NamedBy.TITLE, key

    def _titled(self, known: KnownTitle) -> Iterator[tuple[_Place, _Key]]:
        """Return where a title stands, the whole title first."""
        for key in _keys(known):
            for place in self._index.titled(key):
                if key.telling or not self._is_other_paper(place, known):
                    yield place, key

    def _is_other_paper(self, place: _Place, known: KnownTitle) -> bool:
        """Return whether a passage has another identifier of a kind that the paper has, or other years."""
        here, own = self._index.identifiers_of(place.passage), known.identifiers
        kinds = {each.kind for each in here} & {each.kind for each in own}
        year = known.year
        said = [int(each) for each in _YEAR.findall(self._index.said(place))] if year else []
        is_other_year = bool(said) and all(abs(each - (year or each)) > 1 for each in said)
        return is_other_year or (bool(kinds) and not set(here) & set(own))

    def _judge(self, place: _Place, by: NamedBy, key: _Key | None) -> Mention | None:
        """Return the mention, if the passage is a line of the list and not prose about the paper."""
        index = self._index
        passage = index.passages[place.passage]
        is_linked = index.is_linked(place.passage)
        if passage.is_aside or index.is_code(place):
            return None
        if key and not key.telling and not self._may_be_short(passage, is_linked=is_linked):
            return None
        if by is not NamedBy.TITLE and index.is_badge(place):
            return None
        in_note = passage.entry is not None and place.start >= passage.head_end
        # A line of a note that an item below the entry does not begin.
        kind = Kind.PROSE if in_note and passage.start < passage.head_end else passage.kind
        before, behind = index.around(place)
        is_clear = not prose.words(before)
        is_first = passage.is_first and not in_note
        is_named = by is NamedBy.TITLE or index.is_named_by(place)
        if in_note and not is_clear:
            return None
        if not _is_line(kind, before, behind, is_first=is_first, is_named=is_named):
            return None
        has_mark = passage.has_box or is_linked
        return Mention(
            index.line_of(place.start),
            by,
            passage.entry,
            is_first,
            in_note,
            is_clear,
            is_bare=not has_mark or (in_note and kind is Kind.PROSE),
        )

    @staticmethod
    def _may_be_short(passage: Passage, *, is_linked: bool) -> bool:
        """Return whether a few words may be a paper here: a heading or a group names a topic."""
        if passage.kind is Kind.HEADING or passage.is_group:
            return is_linked
        return passage.kind is not Kind.PROSE or is_linked or passage.entry is not None


def _is_line(kind: Kind, before: str, behind: str, *, is_first: bool, is_named: bool) -> bool:
    """Return whether the words around a name are those of a list; ``is_named``: the title stands there.

    A line that an entry begins with is one for certain, whatever words stand in front of its link.
    """
    is_prose = kind is Kind.PROSE
    if not prose.words(before):
        return not (prose.is_news(behind) or (is_prose and prose.goes_on(behind)))
    if not is_named:
        speaks = prose.is_sentence if is_prose else prose.speaks_of
        return not (speaks(before) or prose.points_to(before))
    if is_prose and not prose.is_set_apart(before):
        return False
    is_link = is_first and before.endswith("[")
    may_stand_before = not prose.is_sentence(before) if is_link else prose.is_label(before)
    return may_stand_before and not prose.is_sentence(prose.first_sentence(behind))


class _Index:
    """The words and addresses of a text, by what they are looked up with."""

    def __init__(self, found: ReadingList, settled: Container[int]) -> None:
        text = shown(found)
        self._definitions = dict(_definitions(text))
        used = {each.casefold().strip() for each in _REFERENCE.findall(text)}
        # Where a definition is used, that place counts; one that nothing uses is a line by itself.
        self.text = _DEFINITION.sub(
            lambda match: " " * len(match[0]) if match[1].casefold().strip() in used else match[0],
            text,
        )
        self.passages = passages(found, self.text)
        self._line_starts = [0, *(at.end() for at in re.finditer("\n", text))]
        self._joined: list[str] = []
        self._length = 0
        # Of each word: where its letters begin and where it stands.
        self._at: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self._passage_of: list[int] = []
        self.identified: defaultdict[Identifier, list[_Place]] = defaultdict(list)
        self.addressed: defaultdict[str, list[_Place]] = defaultdict(list)
        self._identifiers: defaultdict[int, list[Identifier]] = defaultdict(list)
        self._linked: set[int] = set()
        for number, passage in enumerate(self.passages):
            if passage.entry is None or passage.entry not in settled:
                self._read(number, passage)
        self._letters = "".join(self._joined)

    def _read(self, number: int, passage: Passage) -> None:
        opened: list[int] = []
        for token in _TOKEN.finditer(self.text, passage.start, passage.end):
            start, end = token.span()
            if token["word"] or token["entity"]:
                self._add_word(number, token)
            elif token["open"]:
                opened.append(end)
            elif (url := token["target"]) is not None:
                label = opened.pop() if opened else start
                self._add_address(number, url.strip("<>"), label, start)
            elif token["close"] is not None:
                label = opened.pop() if opened else start
                self._add_reference(number, token["ref"] or self.text[label:start], label, start)
            elif url := token["href"] or token["bare"]:
                self._add_address(number, unescape(url), start, end)
        if not self._identifiers[number]:
            self._add_labelled(number, passage)

    def _add_word(self, number: int, token: re.Match[str]) -> None:
        word = letters(unescape(token.group()))
        if not word:
            return
        self._joined.append(word)
        self._at.append(self._length)
        self._spans.append(token.span())
        self._passage_of.append(number)
        self._length += len(word)

    def _add_address(self, number: int, url: str, start: int, end: int) -> None:
        if url.startswith("#") or not url:
            return
        place = _Place(number, start, end)
        self._linked.add(number)
        if found := identifiers.find(url):
            self.identified[found].append(place)
            self._identifiers[number].append(found)
        else:
            self.addressed[normalise_url(url)].append(place)

    def _add_reference(self, number: int, name: str, start: int, end: int) -> None:
        """Follow a reference link to its definition."""
        if url := self._definitions.get(name.casefold().strip()):
            self._add_address(number, url, start, end)

    def _add_labelled(self, number: int, passage: Passage) -> None:
        """An identifier in words: ``arXiv:2410.02712``, ``doi:10.1/x``."""
        said = _ADDRESS.sub(" ", self.text[passage.start : passage.end])
        if found := identifiers.find(said):
            end = self._spans[-1][1] if self._passage_of[-1:] == [number] else passage.end
            self.identified[found].append(_Place(number, passage.start, end))
            self._identifiers[number].append(found)

    # -- asking ---------------------------------------------------------------------------------

    def identifiers_of(self, number: int) -> list[Identifier]:
        """The identifiers that a passage names."""
        return self._identifiers.get(number, [])

    def is_linked(self, number: int) -> bool:
        """Whether a passage has a link."""
        return number in self._linked

    def titled(self, key: _Key) -> Iterator[_Place]:
        """The places that say a title."""
        wanted = key.letters[:_SORTED]
        at = bisect_left(self._sorted, (wanted,))
        while at < len(self._sorted) and self._sorted[at][0].startswith(wanted):
            first = self._sorted[at][1]
            at += 1
            if (place := self._whole(first, key)) and self._stands_apart(place, key):
                yield place

    @cached_property
    def _sorted(self) -> list[tuple[str, int]]:
        """The words with the letters that follow each, in alphabetical order."""
        letters = self._letters
        return sorted((letters[at : at + _SORTED], index) for index, at in enumerate(self._at))

    def _whole(self, first: int, key: _Key) -> _Place | None:
        """The place of a title that begins with a word and ends where one does, within one passage."""
        start = self._at[first]
        stop = start + len(key.letters)
        after = bisect_left(self._at, stop)
        ends_word = (self._at[after] if after < len(self._at) else self._length) == stop
        if not ends_word or not self._letters.startswith(key.letters, start):
            return None
        passage = self._passage_of[first]
        if self._passage_of[after - 1] != passage:
            return None
        return _Place(passage, self._spans[first][0], self._spans[after - 1][1])

    def _stands_apart(self, place: _Place, key: _Key) -> bool:
        """Whether a title is all of a name and not a part of a longer one."""
        before, behind = self._near(place)
        kind = self.passages[place.passage].kind
        if key.name and not self._is_named_so(before, key.name):
            return False
        # A venue's or a paper's short name in capitals is a label.
        begins = all(word.isupper() for word in prose.words(self.around(place)[0]))
        if not (begins or (_PART_BEGINS if key.telling else _OPENED).search(before[-80:])):
            return False
        if _CLOSED.match(behind):
            return True
        if _SUBTITLE.match(behind):
            return key.words >= _SUBTITLED_WORDS
        may_go_on = key.telling or (begins and kind in (Kind.ITEM, Kind.ROW))
        return may_go_on and bool(_PART_ENDS.match(behind) or _CREDITS.match(behind))

    def _near(self, place: _Place) -> tuple[str, str]:
        """The text of the passage close in front of a place and after it."""
        passage = self.passages[place.passage]
        return (
            self.text[max(passage.start, place.start - _NEAR) : place.start],
            self.text[place.end : min(passage.end, place.end + _NEAR)],
        )

    @staticmethod
    def _is_named_so(before: str, name: str) -> bool:
        """Whether another short name stands in front: then it is another paper."""
        match = _NAME_BEFORE.search(before)
        said = _WORDS.findall(match[1]) if match else []
        return not said or len(said) > _LONGEST_NAME or letters("".join(said)) == name

    def around(self, place: _Place) -> tuple[str, str]:
        """The text in front of a place and after it, within its cell, or the line that is its own."""
        before, behind = self._near(place)
        if self.passages[place.passage].kind is Kind.ROW:
            return _CELL_ENDS.split(before)[-1], _CELL_ENDS.split(behind)[0]
        line, newline, above = before[::-1].partition("\n")
        above = above[::-1].rpartition("\n")[2]
        if newline and (_LINE_ENDED.search(above) or not prose.is_sentence(above)):
            before = line[::-1]
        return _LINE_BREAK.split(before)[-1], behind

    def said(self, place: _Place) -> str:
        """The text around a place."""
        return " ".join(self._near(place))

    def line_of(self, start: int) -> int:
        """The line of a place, counted from 1."""
        return bisect_right(self._line_starts, start)

    def is_code(self, place: _Place) -> bool:
        """Whether a place lies in a span of code."""
        before, behind = self._near(place)
        start = len(before)
        return "`" in before and any(
            code.start() <= start and start + place.end - place.start <= code.end()
            for code in _CODE_SPAN.finditer(before + self.text[place.start : place.end] + behind)
        )

    def is_named_by(self, place: _Place) -> bool:
        """Whether a link's text is a name, and not what kind of thing it leads to."""
        label = self.text[place.start : place.end]
        return "://" not in label and len(prose.words(label)) >= _FEWEST_WORDS

    def is_badge(self, place: _Place) -> bool:
        """Whether a link is an image that stands for itself."""
        passage = self.passages[place.passage]
        at = bisect_left(self._spans, (passage.start, 0))
        has_words = at < len(self._spans) and self._spans[at][0] < passage.end
        return not has_words and "://" not in self.text[place.start : place.end].partition("![")[0]


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    for match in _DEFINITION.finditer(text):
        yield match[1].casefold().strip(), match[2]
