"""What stands before a title: a date, a venue, links that only say what they lead to."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from zsync.formats.reading_list.details import DATE, year_of_date
from zsync.formats.reading_list.fields import KIND, OTHER_KIND
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.shapes.title import SIGNS
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import VenueSpan, read_venue

_GROUP = re.compile(
    r"\[([^\[\]]{2,60})\](?!\()|\(([^()]{2,60})\)|【([^【】]{2,60})】|（([^（）]{2,60})）|`+([^`]{2,60})`+"
    r"|\*\*[\[(]?([^*\[\]()]{2,60})[\])]?\*\*"
)
_GLUE = re.compile(r"[ \t]*[:：|,，–—-]?[ \t]*")
# A year alone could begin a title, so a bar must follow it.
_BARE_DATE = re.compile(
    rf"{DATE.pattern}(?:[ \t]*[|｜][ \t]*|[ \t]*[:：,，–—-]?[ \t]+)", re.IGNORECASE
)
_BARE_YEAR = re.compile(r"(?:19|20)\d\d[^\d|｜./-]*\Z")
_BEFORE_BAR = re.compile(r"([^|\[\]*`]{2,40}?)[ \t]+[|｜][ \t]+")
# A bold text without a digit, or a letter with no bar near it: here the title begins.
_BEGINS_TITLE = re.compile(r"\*\*[^*\d]{1,80}\*\*|(?=[^\W\d])[^|｜]{45}|(?=[^\W\d])[^|｜]*\Z")
_MOST = 6


class Lead(NamedTuple):
    """Where the title begins, and what was said before it."""

    after: int
    venue: VenueSpan | None = None
    year: int | None = None


def read_lead(line: str, body: int, end: int, links: Sequence[LinkSpan]) -> Lead:
    """What stands before the title in ``line[body:end]``; nothing if no text is left behind it."""
    signs = SIGNS.match(line, body, end)
    lead = Lead(signs.end() if signs else body)
    if _BEGINS_TITLE.match(line, lead.after, end):
        return lead
    for _ in range(_MOST):
        longer = _longer(line, lead, end, links)
        if longer is None:
            break
        lead = longer
    return lead if _says_something(line, lead.after, end, links) else Lead(body)


def _says_something(line: str, start: int, end: int, links: Sequence[LinkSpan]) -> bool:
    """Whether words stand outside the links, or a link's text is more than what it leads to."""
    pos = start
    for link in links:
        if link.start < start:
            continue
        label = line[link.label_start : link.label_end]
        if any(char.isalnum() for char in line[pos : link.start]) or (
            label and not KIND.match(label)
        ):
            return True
        pos = link.end
    return any(char.isalnum() for char in line[pos:end])


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
    is_kind = KIND.match(label) and not OTHER_KIND.match(label) and label.count(" ") < 2
    return lead._replace(after=after) if is_kind else None
