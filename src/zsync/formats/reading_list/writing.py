"""Writes entries: a new line in a dialect, or an existing line with one field changed.

What comes from outside is escaped, and every line is read back before it is used: where a form does not
say what it should (a venue that only the title's readers would take for one, a title that ends like a
venue), the next safer form is tried. No function here changes a byte outside the field it is for.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import bullet
from zsync.formats.reading_list.bullet import ENTITY_END, ITEM, Fields
from zsync.formats.reading_list.dialect import (
    Dialect,
    in_plain_form,
    is_short_linked,
    link_gap_before,
    title_end,
    wrapper,
)
from zsync.formats.reading_list.inline import LinkSpan, escape, one_line, protect, write_url
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

_LEADING = re.compile(r"[#>+\-=~:.,;|：–—·。，；、]|\d+(?=[.)])")
_TRAILING = re.compile(r"[.,;:|\-–—·。，；：、(（【]\Z")
_END_OF_SENTENCE = ("?", "!", "？", "！", "…", "\\.", "。")
# A venue whose name is known to no table and that has no year is still a venue in italics.
_ITALICS = VenueStyle("*", " ", False, "*")


def read_line(line: str) -> Fields | None:
    """The fields of a line, None if it is no entry."""
    item = ITEM.match(line)
    return bullet.read(line, item) if item else None


# -- pieces --------------------------------------------------------------------------------------


def write_title(title: str) -> str:
    """A title as Markdown that :func:`~zsync.formats.reading_list.bullet.title_of` gives back."""
    text = escape(title)
    if _TRAILING.search(text) and not ENTITY_END.search(text):
        text = text[:-1] + protect(text[-1])
    lead = _LEADING.match(text)
    if lead and lead.group()[0].isdigit():
        return text[: lead.end()] + "\\" + text[lead.end() :]
    return protect(text[0]) + text[1:] if lead else text


def _guarded(title: str) -> str:
    """A title whose last words cannot be taken for a venue: their blanks are written as entities."""
    return "&#32;".join(title.rsplit(" ", 8))


def _write_short(short: str) -> str:
    text = escape(short)
    return text[:-1] + protect(text[-1]) if text[-1:] in (":", "：") else text


def _write_link(label: str, url: str) -> str:
    return f"[{escape(label)}]({write_url(url)})"


def _join(title: str, join: str) -> str:
    """What follows the title: no full stop after one that ends a sentence already."""
    return join[1:] if join[:1] == "." and title.endswith(_END_OF_SENTENCE) else join


# -- a new entry ---------------------------------------------------------------------------------


def render(draft: EntryDraft, dialect: Dialect, number: int) -> str:
    """The line of a new entry; ``number`` is for numbered lists."""
    draft = replace(draft, title=one_line(draft.title) or "Untitled")
    # A venue that no form can tell from the title is left out.
    for said in (draft, replace(draft, venue=None)):
        for line in _renderings(said, dialect, number):
            fields = read_line(line)
            if fields and _says(line, fields, said, dialect):
                return line
    return next(_renderings(draft, dialect, number))


def _renderings(draft: EntryDraft, dialect: Dialect, number: int) -> Iterator[str]:
    marker = f"{number}{dialect.marker}" if dialect.marker in (".", ")") else dialect.marker
    tick = dialect.tick if draft.read else " "
    start = f"{dialect.lead}{marker}{dialect.marker_gap}"
    title = write_title(draft.title)
    usual = dialect.boxes.is_usual()
    boxes = (usual,) if usual else (False, True)
    forms = (dialect, in_plain_form(dialect))
    styles = (dialect.venue, VenueStyle(), _ITALICS)
    for with_box, form, text, style in product(boxes, forms, (title, _guarded(title)), styles):
        yield start + (f"[{tick}] " if with_box else "") + _body(draft, form, text, style)


def _says(line: str, fields: Fields, draft: EntryDraft, dialect: Dialect) -> bool:
    """Whether a line reads as what the draft says (white space apart)."""
    venue = (fields.venue.name, fields.venue.year) if fields.venue else (None, None)
    wanted = (
        (draft.venue, draft.year) if draft.venue and dialect.venues.is_usual() else (None, None)
    )
    urls = [link.url for link in bullet.links_of(line, fields)]
    return (
        (bullet.short_of(line, fields), bullet.title_of(line, fields), venue)
        == (one_line(draft.short or "") or None, one_line(draft.title), wanted)
    ) and urls == [link.url for link in draft.links if link.url]


def _body(draft: EntryDraft, dialect: Dialect, title: str, style: VenueStyle) -> str:
    links = [link for link in draft.links if link.url]
    venue = ""
    if draft.venue and dialect.venues.is_usual():
        venue = style.render(_venue_text(draft.venue), draft.year)
    if links and dialect.linked:
        return _linked_body(draft, dialect, title, venue, links)
    text = f"{dialect.title[0]}{title}{dialect.title[1]}" if title else ""
    if draft.short:
        text = dialect.short[0] + _write_short(draft.short) + dialect.short[1] + text
    if venue:
        text += _join(text, dialect.before_venue) + venue
    if not links:
        return text
    labelled = [Link(dialect.label, links[0].url), *links[1:]]
    join = dialect.before_links if venue else _join(text, dialect.title_to_links) if title else ""
    return text + join + _links(labelled, dialect)


def _venue_text(venue: str) -> str:
    return escape(venue)


def _linked_body(
    draft: EntryDraft, dialect: Dialect, title: str, venue: str, links: list[Link]
) -> str:
    url = write_url(links[0].url)
    if draft.short and dialect.linked == "short":
        text = f"[{_write_short(draft.short)}]({url}): {title}"
    else:
        short = "**" + _write_short(draft.short) + "**: " if draft.short else ""
        text = f"{short}[{title}]({url})"
    if venue:
        text += (dialect.before_venue if dialect.before_venue != ". " else " ") + venue
    return text + (dialect.link_gap + _links(links[1:], dialect) if links[1:] else "")


def _links(links: list[Link], dialect: Dialect) -> str:
    opening, closing = dialect.link
    return dialect.link_gap.join(
        opening + _write_link(link.label or dialect.label, link.url) + closing for link in links
    )


# -- one field of an existing entry --------------------------------------------------------------


def with_read(line: str, read: bool, dialect: Dialect) -> str:
    """The line with its box ticked or not; a box is added only where most neighbours have one."""
    fields, item = read_line(line), ITEM.match(line)
    if fields is None or item is None:
        return line
    if fields.box >= 0:
        if (line[fields.box] != " ") == read:
            return line
        return line[: fields.box] + (dialect.tick if read else " ") + line[fields.box + 1 :]
    if not dialect.boxes.is_usual(besides=1) or dialect.boxes.having == 0:
        return line
    return line[: fields.body] + f"[{dialect.tick if read else ' '}] " + line[fields.body :]


def with_title(line: str, short: str | None, title: str, dialect: Dialect) -> str:
    """The line with another short name and title."""
    short, title = one_line(short or "") or None, one_line(title)
    fields = read_line(line)
    if fields is None or (bullet.short_of(line, fields), bullet.title_of(line, fields)) == (
        short,
        title,
    ):
        return line
    written = write_title(title)

    def is_right(candidate: str) -> bool:
        back = read_line(candidate)
        return (
            back is not None
            and (bullet.short_of(candidate, back), bullet.title_of(candidate, back))
            == (short, title)
            and _rest(candidate, back) == _rest(line, fields)
        )

    candidates = (
        _retitled(line, fields, short, text, dialect) for text in (written, _guarded(written))
    )
    return _first_right(candidates, is_right, line)


def _rest(line: str, fields: Fields) -> object:
    venue = (fields.venue.name, fields.venue.year) if fields.venue else None
    return venue, [link.url for link in bullet.links_of(line, fields)]


def _first_right(candidates: Iterator[str], is_right: Callable[[str], bool], line: str) -> str:
    """The first candidate that reads as wanted; the line as it was if none does."""
    return next((candidate for candidate in candidates if is_right(candidate)), line)


def _retitled(line: str, fields: Fields, short: str | None, title: str, dialect: Dialect) -> str:
    if is_short_linked(fields):
        return _with_linked_short(line, fields, short, title)
    start, end = fields.title
    before, after = line[:start], line[end:]
    if start == end:
        after = _join(title, dialect.title_to_links) + after.lstrip(" ")
    elif not fields.linked_title:
        after = _with_stop(line[start:end], title, after, dialect)
    if fields.short and fields.prefix:
        if short is None:
            before = before[: fields.prefix[0]] + before[fields.prefix[1] :]
        elif bullet.short_of(line, fields) != short:
            before = before[: fields.short[0]] + _write_short(short) + before[fields.short[1] :]
    elif short is not None:
        opening, closing = dialect.short
        before = (
            before[: fields.body] + opening + _write_short(short) + closing + before[fields.body :]
        )
    return before + title + after


def _with_stop(old: str, new: str, after: str, dialect: Dialect) -> str:
    """Keeps the title's full stop in step with a title that brings its own end, or no longer does."""
    if after[:1] == "." and new.endswith(_END_OF_SENTENCE):
        return after[1:]
    lost = old.endswith(("?", "!")) and not new.endswith(_END_OF_SENTENCE)
    if lost and after[:1] == " " and dialect.before_venue[:1] == ".":
        return "." + after
    return after


def _with_linked_short(line: str, fields: Fields, short: str | None, title: str) -> str:
    """``[Short](url): Title`` with both changed; without a short name the link carries the title."""
    link = fields.links[0]
    start, end = fields.title
    short_end = fields.short[1] if fields.short else link.label_end
    if short is None:
        return line[: link.label_start] + title + line[link.label_end : link.end] + line[end:]
    return (
        line[: link.label_start] + _write_short(short) + line[short_end:start] + title + line[end:]
    )


def with_venue(line: str, venue: str | None, year: int | None, dialect: Dialect) -> str:
    """The line with another venue, in the entry's own style if it has one; None takes it away.

    An entry without a venue, in a section that writes none, stays as it is.
    """
    venue = one_line(venue or "") or None
    year = year if venue else None
    fields = read_line(line)
    if fields is None:
        return line
    old = fields.venue
    if (old.name, old.year) == (venue, year) if old else venue is None:
        return line
    if old is None and not (dialect.venues.is_usual(besides=1) and dialect.venues.having):
        return line

    def is_right(candidate: str) -> bool:
        back = read_line(candidate)
        found = (back.venue.name, back.venue.year) if back and back.venue else (None, None)
        return (
            back is not None
            and found == (venue, year)
            and _identity(candidate, back) == _identity(line, fields)
        )

    if venue is None:
        candidates = iter([_without_venue(line, fields, old, dialect)] if old else [])
    else:
        styles = (_own_style(old, dialect), VenueStyle(), _ITALICS)
        texts = (style.render(_venue_text(venue), year) for style in styles)
        candidates = (_with_venue_text(line, fields, text, dialect) for text in texts)
    return _first_right(candidates, is_right, line)


def _identity(line: str, fields: Fields) -> object:
    urls = [link.url for link in bullet.links_of(line, fields)]
    return bullet.short_of(line, fields), bullet.title_of(line, fields), urls


def _own_style(old: VenueSpan | None, dialect: Dialect) -> VenueStyle:
    if old is None:
        return dialect.venue
    if old.name and old.year:
        return old.style
    return old.style._replace(
        separator=dialect.venue.separator, two_digits=dialect.venue.two_digits
    )


def _with_venue_text(line: str, fields: Fields, text: str, dialect: Dialect) -> str:
    if fields.venue:
        return line[: fields.venue.start] + text + line[fields.venue.end :]
    if fields.linked_title and not is_short_linked(fields):
        end = fields.links[0].end
        join = dialect.before_venue if dialect.before_venue != ". " else " "
        return line[:end] + join + text + line[end:]
    end = title_end(line, fields)
    rest = line[end:].lstrip(" .")
    following = [link for link in fields.links if link.start >= end]
    before_links = dialect.before_links if following else ""
    return line[:end] + _join(line[:end], dialect.before_venue) + text + before_links + rest


def _without_venue(line: str, fields: Fields, old: VenueSpan, dialect: Dialect) -> str:
    for link in fields.links:
        if link.label_start <= old.start < link.label_end:
            return line[: link.label_start] + escape(dialect.label) + line[link.label_end :]
    before = line[: old.start].rstrip(" \t")
    if before.endswith((",", "|", "-", "–", "—")) and len(before) > fields.title[1]:
        before = before[:-1].rstrip(" \t")
    return before + line[old.end :]


def with_url(line: str, url: str, dialect: Dialect) -> str:
    """The line with its first link leading elsewhere; only the address changes."""
    fields, url = read_line(line), url.strip()
    if fields is None or not url:
        return line
    link = next(
        (link for link in fields.links if line[link.url_start : link.url_start + 1] != "#"), None
    )
    if link is None:
        candidates = _with_new_link(line, fields, Link(dialect.label, url), dialect)
    elif bullet.url_of(line, link) == url:
        return line
    else:
        candidates = iter([_with_address(line, link, url, dialect)])
    return _first_right(candidates, _is_same_paper(line, fields), line)


def _is_same_paper(line: str, fields: Fields) -> Callable[[str], bool]:
    """Whether a candidate still says the same short name, title and venue."""
    said = _paper(line, fields)

    def is_same(candidate: str) -> bool:
        back = read_line(candidate)
        return back is not None and _paper(candidate, back) == said

    return is_same


def _paper(line: str, fields: Fields) -> object:
    venue = (fields.venue.name, fields.venue.year) if fields.venue else None
    return bullet.short_of(line, fields), bullet.title_of(line, fields), venue


def _with_address(line: str, link: LinkSpan, url: str, dialect: Dialect) -> str:
    if link.is_bare:
        plain_url = re.fullmatch(r"https?://[^\s<>\[\]]*[^\s<>\[\].,;:!?\"'*_()]", url.strip())
        if not plain_url:
            return line[: link.start] + _write_link(dialect.label, url) + line[link.end :]
        return line[: link.url_start] + url.strip() + line[link.url_end :]
    start, end = link.url_start, link.url_end
    if line[start - 1] == "<":
        start, end = start - 1, end + 1
    return line[:start] + write_url(url) + line[end:]


def with_link(line: str, label: str, url: str | None, dialect: Dialect) -> str:
    """The line with a further link added, changed or (``url`` is None) taken away; never the first."""
    fields, url = read_line(line), (url or "").strip()
    if fields is None:
        return line
    candidates = _with_link(line, fields, one_line(label), url, dialect)
    return _first_right(candidates, _is_same_paper(line, fields), line)


def _with_link(line: str, fields: Fields, label: str, url: str, dialect: Dialect) -> Iterator[str]:
    for index, link in enumerate(fields.links):
        if index and bullet.label_of(line, link).casefold() == label.casefold():
            if not url:
                yield _without_link(line, fields, index)
            elif bullet.url_of(line, link) != url:
                yield _with_address(line, link, url, dialect)
            return
    if url:
        yield from _with_new_link(line, fields, Link(label or "Link", url), dialect)


def _with_new_link(line: str, fields: Fields, link: Link, dialect: Dialect) -> Iterator[str]:
    """The link behind the last one; where words follow that one, at the end of the line."""
    opening, closing = dialect.link
    text = opening + _write_link(link.label, link.url) + closing
    end = len(line.rstrip())
    if fields.links:
        last = fields.links[-1]
        after = last.end + len(wrapper(line, last)[1])
        yield line[:after] + dialect.link_gap + text + line[after:]
        yield line[:end] + dialect.link_gap + text + line[end:]
        return
    said = line[:end]
    join = dialect.before_links if fields.venue else _join(said, dialect.title_to_links)
    if join[:1] == "." and said.endswith("."):
        join = join[1:]
    yield said + join + text + line[end:]


def _without_link(line: str, fields: Fields, index: int) -> str:
    link = fields.links[index]
    opening, closing = wrapper(line, link)
    start, end = link.start - len(opening), link.end + len(closing)
    gap = link_gap_before(line, fields.links, index)
    if gap is not None:
        start -= len(gap)
    else:
        start = len(line[:start].rstrip(" \t"))
    return line[:start] + line[end:]
