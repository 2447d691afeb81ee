"""What stands before a title: a date, a venue, links that only say what they lead to, words before a link."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import DATE, year_of_date
from zsync.formats.reading_list.fields import Span
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import is_label, names_other_thing, target_of
from zsync.formats.reading_list.people import ET_AL, reads_as_people
from zsync.formats.reading_list.shapes.title import SIGNS, STOPS
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import VenueSpan, find_venue, read_venue

_GROUP = regex(
    r"\[([^\[\]]{2,60})\](?!\()|\(([^()]{2,60})\)|【([^【】]{2,60})】|（([^（）]{2,60})）|`+([^`]{2,60})`+"
    r"|\*\*[\[(]?([^*\[\]()]{2,60})[\])]?\*\*"
)
_GLUE = regex(r"[ \t]*[:：|,，–—-]?[ \t]*")
# A year alone could begin a title, so a bar must follow it.
_BARE_DATE = regex(rf"{DATE.pattern}(?:[ \t]*[|｜][ \t]*|[ \t]*[:：,，–—-]?[ \t]+)", re.IGNORECASE)
_BARE_YEAR = regex(r"(?:19|20)\d\d[^\d|｜./-]*\Z")
_BEFORE_BAR = regex(r"([^|\[\]*`]{2,40}?)[ \t]+[|｜][ \t]+")
# A bold text without a digit, or a letter with no bar near it: here the title begins.
_BEGINS_TITLE = regex(r"\*\*[^*\d]{1,80}\*\*|(?=[^\W\d])[^|｜]{45}|(?=[^\W\d])[^|｜]*\Z")
_MOST = 6
# What people write before a link, and is not a title: what to do with the paper, where it belongs in a plan.
REMARK = regex(
    r"(?:to[ -]?do|(?:to|must|re|now|currently|should)?[ -]?read(?:ing)?|skim(?:med)?|done|wip"
    r"|next|later|new|now|urgent|see(?: also)?|cf|also|start(?:ed)?(?: with)?"
    r"|oral|spotlight|poster|highlight|best(?: student)? paper(?: award)?|honou?rable mention|award"
    r"|finished|optional|required|recommended|important|priority"
    r"|seminal|classic|background|surveys?|reviews?|tutorial|papers?|articles?|preprint|draft|follow[ -]?up"
    r"|(?:week|day|lecture|session|chapter|part|month|module|unit|class|meeting|no|nr|p)\.? ?#?\d{1,3}"
    r"|#?\d{1,3}|\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?|必读|待读|精读)",
    re.IGNORECASE,
)
# ``MSR for [..]``, ``another article on [..]``: the link's text is what the words speak of.
_SPEAKS_OF = regex(r"(?:\S+[ \t]+){1,4}(?:for|on|about)[ \t]+\Z", re.IGNORECASE)
# A link's text that only goes on with what stands before it.
_GOES_ON = regex(r"(?:in|by|from|via|at|and|with)\b")
# A name and a colon, as it would stand there in bold.
_SHORT_NAME = regex(r"(?=[^:：]*[A-Z])([\w.+*-]{2,24})[ \t]*[:：][ \t]*\Z")
_YEAR_BEHIND_NAMES = regex(r"[ \t,.]*\(?((?:19|20)\d\d)[a-z]?\)?[ \t,.:]*\Z")
_SET_OFF = regex(r"[,:：|–—·•/→-][ \t]*\Z")
_EMPHASIS = "*_"
_LONGEST_LEAD_IN = 120
_FEW_WORDS = 3


class Lead(NamedTuple):
    """Where the title begins, and what was said before it."""

    after: int
    venue: VenueSpan | None = None
    year: int | None = None
    short: Span | None = None
    authors: Span | None = None


def read_lead(line: str, body: int, end: int, links: Sequence[LinkSpan], *, has_box: bool) -> Lead:
    """What stands before the title in ``line[body:end]``; nothing if no text is left after it.

    After a box words before a link's text may be anything; else the link must lead to where papers stand.
    """
    signs = SIGNS.match(line, body, end)
    lead = Lead(signs.end() if signs else body)
    if found := _before_link(line, lead, links, has_box=has_box):
        return found
    if _BEGINS_TITLE.match(line, lead.after, end):
        return lead
    for _ in range(_MOST):
        longer = _longer(line, lead, end, links)
        if longer is None:
            break
        lead = longer
    lead = _past_remark(line, lead, end, links, has_box=has_box)
    return lead if _says_something(line, lead.after, end, links) else Lead(body)


def _says_something(line: str, start: int, end: int, links: Sequence[LinkSpan]) -> bool:
    """Whether words stand outside the links, or a link's text is more than what it leads to."""
    pos = start
    for link in links:
        if link.start < start:
            continue
        label = line[link.label_start : link.label_end]
        if any(char.isalnum() for char in line[pos : link.start]) or (
            label and not is_label(label)
        ):
            return True
        pos = link.end
    return any(char.isalnum() for char in line[pos:end])


def _before_link(line: str, lead: Lead, links: Sequence[LinkSpan], *, has_box: bool) -> Lead | None:
    """The lead that ends where a linked title begins; None if the words before it are more than a lead."""
    link = next((link for link in links if link.start >= lead.after), None)
    if link is None or link.is_bare or not 0 < link.start - lead.after <= _LONGEST_LEAD_IN:
        return None
    before, label = line[lead.after : link.start], line[link.label_start : link.label_end]
    if not before[0].isalnum() or is_label(label):
        return None
    is_paper = has_box or leads_to_paper(line[link.url_start : link.url_end])
    if not _may_be_title(label):
        is_dated = is_paper and _may_be_title_if_dated(label) and _is_only(line, link, links)
        return _dated_lead(line, lead, link) if is_dated else None
    found = _read_before_link(line, lead, link, 0 if target_of(label) else len(label.split()))
    return found if found and (found.venue or is_paper) else None


def _is_only(line: str, link: LinkSpan, links: Sequence[LinkSpan]) -> bool:
    """Whether the links after one say no more than what they lead to."""
    behind = [other for other in links if other.start > link.start]
    return all(is_label(line[other.label_start : other.label_end]) for other in behind)


def _dated_lead(line: str, lead: Lead, link: LinkSpan) -> Lead | None:
    """The lead before a link whose text could be people: all of it is a venue with its year, or a date."""
    before = line[lead.after : link.start].rstrip(STOPS + "([")
    venue = read_venue(before, lead.after)
    if venue and venue.name and venue.year and _is_sure(venue.name):
        return Lead(link.start, venue)
    year = year_of_date(before)
    return Lead(link.start, year=year) if year else None


def _may_be_title(label: str) -> bool:
    """Whether a link's text names neither people nor a venue or date."""
    return _may_be_title_if_dated(label) and not reads_as_people(label)


def _may_be_title_if_dated(label: str) -> bool:
    """Whether a link's text is a title where nothing else can be; two words may read like two names."""
    venue = read_venue(label, 0)
    return not (
        ET_AL.search(label)
        or _GOES_ON.match(label)
        or year_of_date(label)
        or (venue and (venue.year or is_known(venue.name or "")))
        or not any(char.isalpha() for char in label)
    )


def _read_before_link(line: str, lead: Lead, link: LinkSpan, words: int) -> Lead | None:
    """What the words before a link say; ``words`` is how many the link's text has, if it can be a title."""
    start, stop = lead.after, link.start
    before = line[start:stop]
    lead = Lead(stop)
    short = _SHORT_NAME.match(before) if words >= _FEW_WORDS else None
    if short and not REMARK.fullmatch(short.group(1)):
        return lead._replace(short=(start, start + short.end(1)))
    venue = find_venue(line, start, stop) or read_venue(before, start)
    if venue and venue.name and venue.year and _is_sure(venue.name):
        before, lead = line[start : venue.start], lead._replace(venue=venue)
    said = before.strip(STOPS + "([")
    if not said or REMARK.fullmatch(said):
        return lead
    if year := year_of_date(said):
        return lead._replace(year=year)
    date = _YEAR_BEHIND_NAMES.search(before)
    if date and reads_as_people(before[: date.start()], alone=True):
        return lead._replace(year=int(date.group(1)), authors=(start, start + date.start()))
    if ET_AL.search(said) and reads_as_people(said):
        return lead._replace(authors=(start, start + len(before.rstrip(" \t,:;"))))
    is_set_off = _SET_OFF.search(before) and len(said.split()) <= _FEW_WORDS < words + 1
    return lead if is_set_off or _SPEAKS_OF.fullmatch(before) else None


def _is_sure(name: str) -> bool:
    """Whether a name is a venue's wherever it stands: a known one, or an acronym."""
    return is_known(name) or (" " not in name and name.isupper())


def _longer(line: str, lead: Lead, end: int, links: Sequence[LinkSpan]) -> Lead | None:
    """The lead with one thing more, or None if the title begins."""
    pos = lead.after
    if signs := SIGNS.match(line, pos, end):
        pos = signs.end()
    if link := next((link for link in links if pos <= link.start <= pos + 1), None):
        return _with_link(line, lead, link, end, links)
    if group := _GROUP.match(line, pos, end):
        return _with_group(line, lead, group, end)
    date = _BARE_DATE.match(line, pos, end)
    if date and not _BARE_YEAR.fullmatch(date.group()):
        return lead._replace(
            after=date.end(), year=lead.year or year_of_date(date.group().rstrip(" \t|｜:：,，–—-"))
        )
    bar = _BEFORE_BAR.match(line, pos, end)
    venue = read_venue(bar.group(1), bar.start(1)) if bar and not lead.venue else None
    if bar and venue and venue.name and venue.year and is_known(venue.name):
        return Lead(bar.end(), venue, lead.year)
    return None


def _with_group(line: str, lead: Lead, group: re.Match[str], end: int) -> Lead | None:
    text = next(part for part in group.groups() if part)
    glue = _GLUE.match(line, group.end(), end)
    after = glue.end() if glue else group.end()
    if year := year_of_date(text):
        return lead._replace(after=after, year=lead.year or year)
    venue = None if lead.venue else read_venue(group.group(), group.start())
    is_bold = group.group()[0] == "*"
    if is_bold and (
        text.rstrip()[-1] in ":：" or line[group.end() : after].strip()[:1] in (":", "：")
    ):
        # A bold name with a colon is a short name, whatever it says.
        return None
    if venue and venue.name and is_known(venue.name) and (venue.year or not is_bold):
        return Lead(after, venue, lead.year)
    return None


def _past_remark(
    line: str, lead: Lead, end: int, links: Sequence[LinkSpan], *, has_box: bool
) -> Lead:
    """The lead with a remark in brackets before the title: ``[oral] Title``, ``[NEW] [Title](url)``.

    One of another word stands before a link that carries the title. It is short, and no longer than the
    link's text, which would else only say where the title leads.
    """
    link = next((link for link in links if link.start >= lead.after), None)
    remark = _GROUP.match(line, lead.after, end)
    if remark is None or line.startswith("**", lead.after):
        return lead
    glue = _GLUE.match(line, remark.end(), end)
    after = glue.end() if glue else remark.end()
    said = next(part for part in remark.groups() if part)
    if REMARK.fullmatch(said):
        return lead._replace(after=after)
    if link is None or link.is_bare:
        return lead
    label = line[link.label_start : link.label_end]
    words = len(said.split())
    is_title = (
        after <= link.start
        and not line[after : link.start].strip(_EMPHASIS)
        and words <= min(_FEW_WORDS, len(label.split()))
        and not is_label(label)
        and _may_be_title_if_dated(label)
        and _is_only(line, link, links)
        and (has_box or leads_to_paper(line[link.url_start : link.url_end]))
    )
    return lead._replace(after=after) if is_title else lead


def _with_link(
    line: str, lead: Lead, link: LinkSpan, end: int, links: Sequence[LinkSpan]
) -> Lead | None:
    """A link before the title: it says ``Paper``, a date, or a venue with its year."""
    label = line[link.label_start : link.label_end].strip("[]")
    before = line[lead.after : link.start].strip(" \t")
    if link.is_bare or before not in ("", "[", "("):
        return None
    after = link.end + (line[link.end : link.end + 1] in ("]", ")"))
    glue = _GLUE.match(line, after, end)
    after = glue.end() if glue else after
    if not _says_something(line, after, end, links):
        return None
    venue = (
        None
        if lead.venue
        else read_venue(line[link.label_start : link.label_end], link.label_start)
    )
    if venue and venue.name and venue.year and is_known(venue.name):
        return Lead(after, venue, lead.year)
    if year := year_of_date(label):
        return lead._replace(after=after, year=lead.year or year)
    is_kind = is_label(label) and not names_other_thing(label)
    return lead._replace(after=after) if is_kind else None
