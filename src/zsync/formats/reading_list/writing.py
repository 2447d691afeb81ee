"""Writes entries: a new line in a dialect, or an existing line with one field changed.

What comes from outside is escaped, and every line is read back before it is used: where a form does not
say what it should (a venue that only the title's readers would take for one, a title that ends like a
venue), the next safer form is tried. No function here changes a byte outside the field it is for.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, product

from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.dialect import (
    END_OF_SENTENCE,
    Dialect,
    in_plain_form,
    is_short_linked,
    link_gap_before,
    title_end,
    wrapper,
)
from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.inline import LinkSpan, escape, is_plain_url, one_line, write_url
from zsync.formats.reading_list.pieces import write_link, write_short, written_titles
from zsync.formats.reading_list.shapes.bullet import ITEM
from zsync.formats.reading_list.shapes.keys import key_line
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

# A venue whose name is known to no table and that has no year is still a venue in italics.
_ITALICS = VenueStyle("*", " ", False, "*")


def _join(title: str, join: str) -> str:
    """What follows the title: no full stop after one that ends a sentence already."""
    return join[1:] if join[:1] == "." and title.endswith(END_OF_SENTENCE) else join


# -- a new entry ---------------------------------------------------------------------------------


def render(draft: EntryDraft, dialect: Dialect, number: int) -> str:
    """The line of a new entry; ``number`` is for numbered lists."""
    draft = replace(draft, title=one_line(draft.title) or "Untitled")
    # A venue that no form can tell from the title is left out.
    for said in (draft, replace(draft, venue=None)):
        for line in _renderings(said, dialect, number):
            fields = dialect.shape.read(line)
            if fields and _says(line, fields, said, dialect):
                return line
    return next(_renderings(draft, dialect, number))


def _renderings(draft: EntryDraft, dialect: Dialect, number: int) -> Iterator[str]:
    marker = f"{number}{dialect.marker}" if dialect.marker in (".", ")") else dialect.marker
    tick = dialect.tick if draft.read else " "
    start = f"{dialect.lead}{marker}{dialect.marker_gap}"
    usual = dialect.boxes.is_usual()
    boxes = (usual,) if usual else (False, True)
    forms = (dialect, in_plain_form(dialect))
    styles = (dialect.venue, VenueStyle(), _ITALICS)
    titles = list(written_titles(draft.title))
    for with_box, form, text, style in product(boxes, forms, titles, styles):
        yield start + (f"[{tick}] " if with_box else "") + _body(draft, form, text, style)


def _says(line: str, fields: Fields, draft: EntryDraft, dialect: Dialect) -> bool:
    """Whether a line reads as what the draft says (white space apart)."""
    venue = (fields.venue.name, fields.venue.year) if fields.venue else (None, None)
    wanted = (
        (draft.venue, draft.year) if draft.venue and dialect.venues.is_usual() else (None, None)
    )
    urls = [link.url for link in entry_fields.links_of(line, fields)]
    return (
        (entry_fields.short_of(line, fields), entry_fields.title_of(line, fields), venue)
        == (one_line(draft.short or "") or None, one_line(draft.title), wanted)
    ) and urls == [link.url for link in _paper_first(draft, dialect)]


def _body(draft: EntryDraft, dialect: Dialect, title: str, style: VenueStyle) -> str:
    links = _paper_first(draft, dialect)
    venue = ""
    if draft.venue and dialect.venues.is_usual():
        venue = style.render(_venue_text(draft.venue), draft.year)
    if draft.url and dialect.linked:
        return _linked_body(draft, dialect, title, venue, links)
    text = dialect.title[0] + title + _join(title, dialect.title[1])
    if draft.short:
        text = dialect.short[0] + write_short(draft.short) + dialect.short[1] + text
    if venue:
        text += _join(text, dialect.before_venue) + venue
    if not links:
        return text
    join = dialect.before_links if venue else _join(text, dialect.title_to_links)
    return text + join + _links(links, dialect)


def _paper_first(draft: EntryDraft, dialect: Dialect) -> list[Link]:
    """The links to be written: the paper's own under the list's usual label, then the others."""
    paper = [Link(dialect.label, draft.url)] if draft.url else []
    return paper + [Link(link.label or "Link", link.url) for link in draft.links if link.url]


def _venue_text(venue: str) -> str:
    return escape(venue)


def _linked_body(
    draft: EntryDraft, dialect: Dialect, title: str, venue: str, links: list[Link]
) -> str:
    url = write_url(links[0].url)
    if draft.short and dialect.linked == "short":
        text = f"[{write_short(draft.short)}]({url}): {title}"
    else:
        short = "**" + write_short(draft.short) + "**: " if draft.short else ""
        text = f"{short}[{title}]({url})"
    if venue:
        text += (dialect.before_venue if dialect.before_venue != ". " else " ") + venue
    return text + (dialect.link_gap + _links(links[1:], dialect) if links[1:] else "")


def _links(links: list[Link], dialect: Dialect) -> str:
    opening, closing = dialect.link
    return dialect.link_gap.join(
        opening + write_link(link.label, link.url) + closing for link in links
    )


# -- one field of an existing entry --------------------------------------------------------------


def with_read(line: str, read: bool, dialect: Dialect) -> str:
    """The line with its box ticked or not; a box is added only where most neighbours have one.

    A mark that zsync does not know is its author's, and stays.
    """
    fields, item = dialect.shape.read(line), ITEM.match(line)
    if fields is None or line[fields.box : fields.box + 1] == "[":
        return line
    if fields.box >= 0:
        if entry_fields.is_ticked(line[fields.box]) == read:
            return line
        sign = dialect.tick if read else dialect.no_tick
        return line[: fields.box] + sign + line[fields.box + 1 :]
    if item is None or not dialect.boxes.is_usual(besides=1) or dialect.boxes.having == 0:
        return line
    return line[: item.end()] + f"[{dialect.tick if read else ' '}] " + line[item.end() :]


def with_title(line: str, short: str | None, title: str, dialect: Dialect) -> str:
    """The line with another short name and title."""
    short, title = one_line(short or "") or None, one_line(title)
    fields = dialect.shape.read(line)
    if fields is None or (
        entry_fields.short_of(line, fields),
        entry_fields.title_of(line, fields),
    ) == (
        short,
        title,
    ):
        return line

    def is_right(candidate: str, written: str) -> bool:
        shape = dialect.shape
        own = shape.with_title(candidate, written) if isinstance(shape, Placed) else shape
        back = own.read(candidate) if own else None
        return (
            back is not None
            and (entry_fields.short_of(candidate, back), entry_fields.title_of(candidate, back))
            == (short, title)
            and _rest(candidate, back) == _rest(line, fields)
        )

    for written in written_titles(title):
        candidate = _retitled(line, fields, short, written, dialect)
        if is_right(candidate, written):
            return candidate
    return line


def retitled(shape: Placed, line: str, title: str) -> Placed:
    """Give the shape of a line into which a title was written in its place."""
    shapes = (shape.with_title(line, written) for written in written_titles(one_line(title)))
    return next((each for each in shapes if each), shape)


def _rest(line: str, fields: Fields) -> object:
    venue = (fields.venue.name, fields.venue.year) if fields.venue else None
    return venue, [link.url for link in entry_fields.links_of(line, fields)]


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
        after = _with_stop(line, fields, title, dialect)
    if fields.short and fields.prefix:
        if short is None:
            before = before[: fields.prefix[0]] + before[fields.prefix[1] :]
        elif entry_fields.short_of(line, fields) != short:
            before = before[: fields.short[0]] + write_short(short) + before[fields.short[1] :]
    elif short is not None:
        opening, closing = dialect.short
        before = (
            before[: fields.body] + opening + write_short(short) + closing + before[fields.body :]
        )
    return before + title + after


def _with_stop(line: str, fields: Fields, new: str, dialect: Dialect) -> str:
    """What follows the title, its full stop in step with a title that brings its own or no longer does.

    A lost one comes back where the list has it: in the emphasis, or before the venue or the first link.
    """
    start, end = fields.title
    after, ends_itself = line[end:], new.endswith(END_OF_SENTENCE)
    if after[:1] == "." and ends_itself:
        return after[1:]
    if ends_itself or not line.endswith(END_OF_SENTENCE, start, end):
        return after
    closing = dialect.title[1]
    if closing[:1] == "." and after.startswith(closing[1:]):
        return "." + after
    mark = title_end(line, fields) - end
    join = dialect.before_venue if fields.venue else dialect.title_to_links
    if join[:1] != "." or not _is_followed_by_next_field(line, fields, end + mark):
        return after
    return after[:mark] + "." + after[mark:]


def _is_followed_by_next_field(line: str, fields: Fields, end: int) -> bool:
    """Whether one blank and then the venue or the first link follow the title, no other words."""
    starts = [link.start - len(wrapper(line, link)[0]) for link in fields.links]
    if fields.venue:
        starts.append(fields.venue.start)
    return line[end : end + 1] == " " and end + 1 in starts


def _with_linked_short(line: str, fields: Fields, short: str | None, title: str) -> str:
    """``[Short](url): Title`` with both changed; without a short name the link carries the title."""
    link = fields.links[0]
    start, end = fields.title
    short_end = fields.short[1] if fields.short else link.label_end
    if short is None:
        closing = "**" if line.startswith("**", link.end) else ""
        linked = line[: link.label_start] + title + line[link.label_end : link.end]
        return linked + closing + line[end:]
    return (
        line[: link.label_start] + write_short(short) + line[short_end:start] + title + line[end:]
    )


def with_venue(line: str, venue: str | None, year: int | None, dialect: Dialect) -> str:
    """The line with another venue, in the entry's own style if it has one; None takes it away.

    An entry without a venue, in a section that writes none, stays as it is.
    """
    venue = one_line(venue or "") or None
    year = year if venue else None
    fields = dialect.shape.read(line)
    if fields is None:
        return line
    old = fields.venue
    if (old.name, old.year) == (venue, year) if old else venue is None:
        return line
    if old is None and not (dialect.venues.is_usual(besides=1) and dialect.venues.having):
        return line

    def is_right(candidate: str) -> bool:
        back = dialect.shape.read(candidate)
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
    urls = [link.url for link in entry_fields.links_of(line, fields)]
    return entry_fields.short_of(line, fields), entry_fields.title_of(line, fields), urls


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


def with_url(line: str, url: str, link: int | None, dialect: Dialect) -> str:
    """The line with the entry's link at an index leading elsewhere; only the address changes.

    Without an index a link in the list's usual form comes before the others.
    """
    fields, url = dialect.shape.read(line), url.strip()
    if fields is None or not url:
        return line
    if link is not None:
        return _with_target(line, fields, link, url, dialect)
    if url in (each.url for each in entry_fields.links_of(line, fields)):
        return line
    candidates = _with_paper_link(line, fields, url, dialect)
    return _first_right(candidates, _is_same_paper(line, fields, 1, dialect), line)


def _with_target(line: str, fields: Fields, index: int, url: str, dialect: Dialect) -> str:
    targets = entry_fields.targets(line, fields)
    if index >= len(targets):
        return line
    link = fields.links[targets[index]]
    if entry_fields.url_of(line, link) == url:
        return line
    candidates = iter([_with_address(line, link, url, dialect)])
    return _first_right(candidates, _is_same_paper(line, fields, 0, dialect), line)


def _with_paper_link(line: str, fields: Fields, url: str, dialect: Dialect) -> Iterator[str]:
    """The title as a link where the list has it so, else a link before the others."""
    start, end = fields.title
    if dialect.linked == "title" and not fields.linked_title:
        yield f"{line[:start]}[{line[start:end]}]({write_url(url)}){line[end:]}"
    links = [link for link in fields.links if link.start >= end]
    if links:
        opening, closing = dialect.link
        before = links[0].start - len(wrapper(line, links[0])[0])
        text = opening + write_link(dialect.label, url) + closing + dialect.link_gap
        yield line[:before] + text + line[before:]
    yield from _with_new_link(line, fields, Link(dialect.label, url), dialect)


def _is_same_paper(line: str, fields: Fields, more: int, dialect: Dialect) -> Callable[[str], bool]:
    """Whether a candidate says the same short name, title and venue, and has so many links more."""
    said = _paper(line, fields)
    count = len(entry_fields.targets(line, fields)) + more

    def is_same(candidate: str) -> bool:
        back = dialect.shape.read(candidate)
        return (
            back is not None
            and _paper(candidate, back) == said
            and len(entry_fields.targets(candidate, back)) == count
        )

    return is_same


def _paper(line: str, fields: Fields) -> object:
    venue = (fields.venue.name, fields.venue.year) if fields.venue else None
    return entry_fields.short_of(line, fields), entry_fields.title_of(line, fields), venue


def _with_address(line: str, link: LinkSpan, url: str, dialect: Dialect) -> str:
    if link.is_bare:
        if not is_plain_url(url.strip()):
            return line[: link.start] + write_link(dialect.label, url) + line[link.end :]
        return line[: link.url_start] + url.strip() + line[link.url_end :]
    start, end = link.url_start, link.url_end
    if line[start - 1] == "<":
        start, end = start - 1, end + 1
    return line[:start] + write_url(url) + line[end:]


def first_new_link(before: str, after: str, dialect: Dialect) -> int:
    """The index of the link that an entry's line has and had not before."""
    old, new = (
        entry_fields.links_of(line, fields) if (fields := dialect.shape.read(line)) else ()
        for line in (before, after)
    )
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one.url != other.url), len(old))


def with_link(line: str, label: str, url: str | None, link: int | None, dialect: Dialect) -> str:
    """The line with the entry's link at an index leading elsewhere or (``url`` is None) taken away.

    Without an index a link with this label comes behind the others, if the entry has it not already.
    """
    fields, url = dialect.shape.read(line), (url or "").strip()
    if fields is None:
        return line
    if link is None:
        return _with_further_link(line, fields, Link(one_line(label) or "Link", url), dialect)
    if url:
        return _with_target(line, fields, link, url, dialect)
    targets = entry_fields.targets(line, fields)
    if link >= len(targets):
        return line
    candidates = iter([_without_link(line, fields, targets[link])])
    return _first_right(candidates, _is_same_paper(line, fields, -1, dialect), line)


def _with_further_link(line: str, fields: Fields, link: Link, dialect: Dialect) -> str:
    there = {(each.label.casefold(), each.url) for each in entry_fields.links_of(line, fields)}
    if not link.url or (link.label.casefold(), link.url) in there:
        return line
    candidates = chain(
        _with_empty_link_filled(line, fields, link), _with_new_link(line, fields, link, dialect)
    )
    return _first_right(candidates, _is_same_paper(line, fields, 1, dialect), line)


def _with_empty_link_filled(line: str, fields: Fields, link: Link) -> Iterator[str]:
    """``[Code]()`` waits for its address; one before other links would change their indexes."""
    last = max(entry_fields.targets(line, fields), default=-1)
    for each in fields.links[last + 1 :]:
        is_empty = each.url_start == each.url_end
        if is_empty and entry_fields.label_of(line, each).casefold() == link.label.casefold():
            yield line[: each.url_start] + write_url(link.url) + line[each.url_end :]


def _with_new_link(line: str, fields: Fields, link: Link, dialect: Dialect) -> Iterator[str]:
    """The link behind the last one; where words follow that one, at the end of the line."""
    if fields.links and (own := key_line(line, fields.links[-1])):
        yield line[: own.end] + own.like(link.label, link.url) + line[own.end :]
    opening, closing = dialect.link
    text = opening + write_link(link.label, link.url) + closing
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
    """The line without a link and what joins it to its neighbour; a title loses only its address."""
    links = fields.links
    link = links[index]
    if fields.linked_title and index == 0:
        return line[: link.start] + line[link.label_start : link.label_end] + line[link.end :]
    if own := key_line(line, link):
        return line[: own.start] + line[own.end :]
    opening, closing = wrapper(line, link)
    start, end = link.start - len(opening), link.end + len(closing)
    gap_before = link_gap_before(line, links, index) if index else None
    gap_after = link_gap_before(line, links, index + 1) if index + 1 < len(links) else None
    if gap_before is not None:
        start -= len(gap_before)
    elif gap_after is not None:
        end += len(gap_after)
    else:
        start = len(line[:start].rstrip(" \t"))
    return line[:start] + line[end:]
