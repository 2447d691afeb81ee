"""Where the title of a block stands, and what comes before it: a box, a number, a date, a badge, people."""

import re
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from typing import NamedTuple

from zsync.formats.reading_list.fields import EMOJI, QUOTES, Span, leads_to_heading
from zsync.formats.reading_list.inline import LinkSpan, plain
from zsync.formats.reading_list.lexicon import Key, is_label, target_of
from zsync.formats.reading_list.people import reads_as_people, reads_as_person
from zsync.formats.reading_list.shapes.keys import read_key
from zsync.formats.reading_list.shapes.metadata_venues import metadata_venue, read_label_venue
from zsync.formats.reading_list.shapes.title import STOPS
from zsync.formats.reading_list.venues import VenueSpan, find_venue

_MOST_TRIES = 8
_BOX = re.compile(r"\[([ xX])\](?=[ \t])|([✅☑✔⬜☐🔲⏳🔳◻▢□])\ufe0f?")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)|\[!\[[^\[\]]*\]\([^()\s]*\)\]\([^()\s]*\)")
_TAG = re.compile(r"</?(?:a|img|span|font|sup|sub|p)\b[^<>]*>", re.IGNORECASE)
_SIGN = re.compile(rf"(?:{EMOJI}|[\ufe0f\u200d]|:[a-z][a-z0-9_]{{2,30}}:)+")
_NUMBER = re.compile(
    r"(\*\*)?(?:\\?\[\d{1,4}\\?\]|\(\d{1,4}\)|#?\d{1,4}(?:\\?[.)、]|\uff0e))(?(1)\*\*)"
    r"(?=[ \t*\[\"“]|[^\W\d])(?!\()"
)
_DATE = re.compile(
    r"(\*\*)?[\[(]?(?:(?:19|20)\d\d(?:[./-]\d{1,2}){0,2}"
    r"|(?:[A-Z][a-z]{2,8}\.? )?(?:\d\d?,? )?(?:19|20)\d\d)[\])]?"
    r"(?(1)\*\*)(?=[ \t:])(?!\()"
)
_GAP = re.compile(r"[ \t\xa0]+|[|·•:–—-][ \t]+|<br ?/?>", re.IGNORECASE)
_BRACKETED = re.compile(r"(\*{0,2})[\[(【`]([^\[\]()【】`\n]{2,40})[\])】`](\*{0,2})(?!\(|\[)")
_BOLD = re.compile(r"(\*\*\*|\*\*|__|<b>|<strong>)(?=\S)")
_CLOSERS = {"<b>": "</b>", "<strong>": "</strong>"}
_JOIN = re.compile(r"[ \t]*(?:[:：–—|-]{1,2}[ \t]*)?")
_LONGEST_SHORT = 6
# What repositories write in bold above or beside their own affairs.
_NOTICE = re.compile(
    r"(?:news|updates?|licen[cs]e|contact|note|important|todo|citation|acknowledge?ments?|contribut\w+|warning)\W*\Z",
    re.IGNORECASE,
)
_MARK_INSIDE = re.compile(r"(?<=[\s,.:;*_(|])(?:\*\*|[\"“「《])(?=\S)|\*\*(?=[\"“])")
_COLON = re.compile(r"[ \t]*[:：][ \t]*")
_SENTENCE = re.compile(r"[.。?？!！](?=[ \t\"”]|\Z)")


class Mark(Enum):
    """What shows where a title stands."""

    BOLD = "bold"
    LINK = "link"
    QUOTED = "quoted"
    ITALIC = "italic"
    NUMBER = "number"
    PLAIN = "plain"
    KEYED = "keyed"
    HEADING = "heading"


class Title(NamedTuple):
    """Where the title stands, with what was read before it; ``after`` is where the rest begins."""

    mark: Mark
    body: int
    span: Span
    after: int
    link: LinkSpan | None = None
    short: Span | None = None
    prefix: Span | None = None
    authors: Span | None = None

    def size(self, head: str) -> int:
        """The words of the title."""
        return len(head[slice(*self.span)].split())


def size_of(text: str) -> int:
    """The words of a text; of text without blanks every third character counts."""
    return max(len(text.split()), sum(char >= "\u3040" for char in text) // 3)


# -- before the title ----------------------------------------------------------------------------


class Lead(NamedTuple):
    """What comes before a title: a box, a number, a date, a badge, a venue, a short name.

    ``spans`` are the segments from the one with the title on, the first from where the title begins.
    """

    spans: list[Span]
    box: int
    venue: VenueSpan | None
    short: Span | None
    prefix: Span | None
    numbered: bool
    links: list[LinkSpan]


def read_lead(head: str, spans: list[Span], links: list[LinkSpan]) -> Lead | None:
    """What comes before the title; pieces that hold nothing else, badges for one, are passed over."""
    lead = Lead([], -1, None, None, None, False, [])
    for index, (start, end) in enumerate(spans[:4]):
        pos = start
        if lead.box < 0 and (match := _BOX.match(head, pos, end)):
            lead, pos = lead._replace(box=match.start(match.lastindex or 0)), match.end()
        while pos < end and (step := _next_lead(head, pos, end, lead, links)):
            lead, pos = step
        if pos < end:
            prefix = (lead.prefix[0], pos) if lead.prefix else None
            return lead._replace(spans=[(pos, end), *spans[index + 1 :]], prefix=prefix)
    return None


def _next_lead(
    head: str, pos: int, end: int, lead: Lead, links: list[LinkSpan]
) -> tuple[Lead, int] | None:
    """One more thing before the title, and where it ends; None if the title begins."""
    if match := _first_match((_IMAGE, _TAG, _SIGN), head, pos, end):
        return lead, match.end()
    if not lead.numbered and (match := _NUMBER.match(head, pos, end)):
        return lead._replace(numbered=True), match.end()
    if match := _DATE.match(head, pos, end):
        return lead, match.end()
    if lead.venue is None and (found := _venue_link(head, pos, links)):
        return lead._replace(venue=found[0], links=[*lead.links, found[1]]), found[2]
    if match := _GAP.match(head, pos, end):
        return lead, match.end()
    match = _BRACKETED.match(head, pos, end)
    if match is None:
        return None
    venue = metadata_venue(head, *match.span(2))
    if venue and venue.name and venue.year:
        return lead._replace(venue=lead.venue or venue), match.end()
    if _is_short(match.group(2)) and lead.short is None:
        return lead._replace(short=match.span(2), prefix=(pos, match.end())), match.end()
    return None


def _venue_link(
    head: str, pos: int, links: list[LinkSpan]
) -> tuple[VenueSpan, LinkSpan, int] | None:
    """``[arXiv 2026.03](url), Title``: the link before the title carries the venue."""
    start = pos + (head.startswith("[[", pos))
    link = next((each for each in links if each.start == start), None)
    if link is None:
        return None
    venue = read_label_venue(head[link.label_start : link.label_end], link.label_start)
    if venue is None or len((venue.name or "").split()) > 4:
        return None
    end = link.end + (start > pos and head.startswith("]", link.end))
    while end < len(head) and head[end] in " \t,.:;-":
        end += 1
    return venue, link, end


def _is_short(text: str) -> bool:
    return len(text.split()) <= 3 and any(char.isupper() for char in text) and not target_of(text)


# -- the title -----------------------------------------------------------------------------------


def read_title(head: str, lead: Lead, links: list[LinkSpan]) -> Title | None:
    """The title behind what comes before it; None if the line is one that a key begins."""
    start, end = lead.spans[0]
    if key := read_key(head, start, end):
        if key.kind is Key.TITLE:
            start = key.after
        elif key.is_strict:
            return None
    by_start = {link.start: link for link in links}
    if found := _marked_title(head, start, end, by_start):
        return found
    if found := _behind_authors(head, lead.spans, start, end, by_start):
        return found
    return _plain_title(head, lead, start, end)


def _marked_title(head: str, start: int, end: int, by_start: dict[int, LinkSpan]) -> Title | None:
    """A title that is a link, bold or quoted, at the beginning of a piece."""
    mark = ""
    if bold := _BOLD.match(head, start, end):
        mark = bold.group(1)
    inner = start + len(mark)
    for quote in ("", *QUOTES):
        if (link := by_start.get(inner + len(quote))) and head.startswith(quote, inner):
            return _linked_title(head, start, end, link)
    if mark:
        return _bold_title(head, start, inner, end, mark, by_start)
    return _quoted_title(head, start, end)


def _linked_title(head: str, start: int, end: int, link: LinkSpan) -> Title | None:
    label = link.label_start, link.label_end
    said = head[slice(*label)]
    if link.is_bare or is_label(plain(said).strip("[]")) or leads_to_heading(head, link):
        return None
    after = link.end + len(re.match(r"[*\"”.\]]{0,4}", head[link.end : link.end + 4]).group())  # type: ignore[union-attr]
    colon = _COLON.match(head, link.end, end)
    if colon and len(said.split()) <= 3 and (stop := _text_end(head, colon.end(), end)):
        return Title(
            Mark.LINK,
            start,
            (colon.end(), stop),
            stop,
            link,
            _unwrapped(head, *label),
            (link.start, colon.end()),
        )
    return Title(Mark.LINK, start, _unwrapped(head, *label), min(after, end), link)


class _Bold(NamedTuple):
    """A bold run: its text, where it ends, where what it may announce begins, whether a colon joins that."""

    text: Span
    end: int
    behind: int
    has_colon: bool


def _read_bold(head: str, inner: int, end: int, mark: str) -> _Bold | None:
    closer = _CLOSERS.get(mark, mark)
    close = head.find(closer, inner, end)
    if close <= inner:
        return None
    while lead := _first_match((_NUMBER, _DATE, _GAP), head, inner, close):
        inner = lead.end()
    after = close + len(closer)
    join = _JOIN.match(head, after, end)
    behind = join.end() if join else after
    colon = head[inner:close].rstrip()[-1:] in (":", "：") or head[after:behind].strip() in (
        ":",
        "：",
    )
    return _Bold((inner, close), after, behind, colon) if inner < close else None


def _first_match(
    patterns: Iterable[re.Pattern[str]], head: str, start: int, end: int
) -> re.Match[str] | None:
    return next((found for each in patterns if (found := each.match(head, start, end))), None)


def _bold_title(
    head: str, start: int, inner: int, end: int, mark: str, by_start: dict[int, LinkSpan]
) -> Title | None:
    """A bold title, or a bold short name and the title behind it."""
    bold = _read_bold(head, inner, end, mark)
    if bold is None:
        return None
    words = len(head[slice(*bold.text)].split())
    if bold.has_colon and words > _LONGEST_SHORT:
        return None
    if words <= 3 or bold.has_colon:
        if found := _title_behind_short(head, bold, words, end, by_start):
            short = _trimmed(head, *bold.text)
            return found._replace(body=start, short=short, prefix=(start, bold.behind))
        if bold.has_colon:
            return None
    span = _without_quotes(head, *_trimmed(head, *bold.text))
    return Title(Mark.BOLD, start, span, bold.end)


def _title_behind_short(
    head: str, bold: _Bold, words: int, end: int, by_start: dict[int, LinkSpan]
) -> Title | None:
    """The title behind a bold run that may be its short name: a link, quoted, in italics, or plain."""
    start = bold.behind
    link = by_start.get(start)
    linked = _linked_title(head, start, end, link) if link else None
    if linked and not linked.short and (bold.has_colon or linked.size(head) > 3):
        return linked
    for found in (_quoted_title(head, start, end), _italic_title(head, start, end)):
        is_title = found and (bold.has_colon or found.mark is Mark.QUOTED)
        if found and is_title and not reads_as_people(head[slice(*found.span)]):
            return found._replace(mark=Mark.BOLD)
    stop, rest = _plain_end(head, start, end)
    said = plain(head[start:stop])
    if not said or not (bold.has_colon or (words <= 2 and size_of(said) >= 4)):
        return None
    if reads_as_people(said) or metadata_venue(head, start, stop):
        return None
    return Title(Mark.BOLD, start, _unwrapped(head, start, stop), rest)


def _quoted_title(head: str, start: int, end: int) -> Title | None:
    closer = QUOTES.get(head[start : start + 1])
    if closer is None:
        return None
    close = _closing_quote(head, closer, start + 1, end)
    if close <= start + 1:
        return None
    return Title(Mark.QUOTED, start, _unwrapped(head, *_trimmed(head, start + 1, close)), close + 1)


def _closing_quote(head: str, closer: str, start: int, end: int) -> int:
    """The quote that closes a title: one before a letter belongs to a word in it."""
    pos = head.find(closer, start, end)
    while pos >= 0 and head[pos + 1 : pos + 2].isalnum():
        pos = head.find(closer, pos + 1, end)
    return pos


def _italic_title(head: str, start: int, end: int) -> Title | None:
    match = re.compile(r"([*_])(?![*_\s])([^*_\n]+)\1(?!\1)").match(head, start, end)
    if match is None:
        return None
    return Title(Mark.ITALIC, start, _trimmed(head, *match.span(2)), match.end())


def _behind_authors(
    head: str, spans: list[Span], start: int, end: int, by_start: dict[int, LinkSpan]
) -> Title | None:
    """A marked title behind the people who wrote it, on their line or on the next."""
    for match in islice(_MARK_INSIDE.finditer(head[start:end]), _MOST_TRIES):
        pos = start + match.start()
        if match.start() and reads_as_people(head[start:pos].strip(STOPS + "*_("), alone=True):
            found = _marked_title(head, pos, end, by_start)
            return found._replace(authors=_people(head, start, pos)) if found else None
    if len(spans) > 1 and reads_as_people(head[start:end]):
        found = _marked_title(head, *spans[1], by_start)
        # The line of people is read, so what is left begins behind the title.
        if found and found.after <= spans[1][1] and len(spans) > 2:
            return found._replace(authors=_people(head, start, end))
    return None


def _people(head: str, start: int, end: int) -> Span:
    text = head[start:end].rstrip(STOPS + "*_(")
    return start + len(head[start:end]) - len(head[start:end].lstrip("*_")), start + len(text)


def _plain_title(head: str, lead: Lead, start: int, end: int) -> Title | None:
    mark = Mark.NUMBER if lead.numbered else Mark.PLAIN
    italic = _italic_title(head, start, end)
    if italic and not reads_as_people(head[slice(*italic.span)]):
        return italic._replace(mark=Mark.NUMBER if lead.numbered else Mark.ITALIC)
    if head[start] in "*_<([!" and not lead.numbered:
        return None
    stop, after = _plain_end(head, start, end)
    return Title(mark, start, (start, stop), after) if stop else None


def _plain_end(head: str, start: int, end: int) -> Span:
    """Where a title without any mark ends and the rest of its line begins; (0, 0) if there is none.

    It ends before people, before a venue, or before the first link.
    """
    whole = _text_end(head, start, end)
    for sentence in islice(_SENTENCE.finditer(head, start, whole), _MOST_TRIES):
        rest = head[sentence.end() : whole].strip(STOPS + "[(")
        people = re.split(r"(?<![A-Z])[.。](?=\s)", rest)[0]
        if rest and (reads_as_people(people) or reads_as_person(people) or reads_as_people(rest)):
            return sentence.start() + (sentence.group() in "?？!！"), sentence.end()
    venue = find_venue(head, start, whole) if whole else None
    if venue and venue.start > start:
        return _trimmed(head, start, venue.start)[1], venue.start
    return whole, whole


def _text_end(head: str, start: int, end: int) -> int:
    """Where plain text up to the next link ends, without what joins it to that; 0 if there is none."""
    text = head[start:end]
    cut = re.search(r"\[{1,2}[^\[\]]*\]{0,2}\(|[(（]?https?://|<http", text)
    text = (text[: cut.start()] if cut else text).rstrip(STOPS + "[(（【|\\")
    return start + len(text) if text.strip() else 0


def _trimmed(head: str, start: int, end: int) -> Span:
    """A span without blanks and the stop at its end; an ellipsis stays."""
    text = head[start:end]
    begin = start + len(text) - len(text.lstrip())
    kept = text.rstrip()
    if not kept.endswith(("...", "\\.")):
        kept = kept.rstrip(STOPS)
    return begin, max(begin, start + len(kept))


def _unwrapped(head: str, start: int, end: int) -> Span:
    """A span without emphasis or quotes around all of it."""
    for mark in ("***", "**", "__", "*", "_", "`"):
        size = len(mark)
        text = head[start:end]
        is_around = len(text) > 2 * size and text.startswith(mark) and text.endswith(mark)
        if is_around and mark not in text[size:-size]:
            return _trimmed(head, start + size, end - size)
    return _without_quotes(head, *_trimmed(head, start, end))


def _without_quotes(head: str, start: int, end: int) -> Span:
    closer = QUOTES.get(head[start : start + 1])
    if closer and head.startswith(closer, end - 1) and closer not in head[start + 1 : end - 1]:
        return _trimmed(head, start + 1, end - 1)
    return start, end


def is_title(head: str, title: Title) -> bool:
    """Whether what was taken for a title can be one, and does not announce something or name a link."""
    said = plain(head[slice(*title.span)]).strip()
    if sum(char.isalpha() for char in said) < 2 or len(said) > 400 or len(said.split()) > 45:
        return False
    return not said.endswith((":", "：")) and not target_of(said) and not _NOTICE.match(said)
