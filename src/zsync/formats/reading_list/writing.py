"""Changes one field of an entry's line; what the line lacks is written as the form of the others has it.

What comes from outside is escaped, and every line is read back before it is used: where it does not say what
it should (a venue that only the title's readers would take for one, a title that ends like a venue), the next
safer form is tried. No function here changes a byte outside the field it is for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, product
from typing import NamedTuple

from zsync.core.model import Checkbox, Link
from zsync.core.patterns import regex
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.dialect import Dialect
from zsync.formats.reading_list.fields import QUOTES, Fields, Marks
from zsync.formats.reading_list.filling import written_links, written_short
from zsync.formats.reading_list.form import Form, plain_form, plain_form_in_italics
from zsync.formats.reading_list.inline import LinkSpan, escape, is_plain_url, one_line, write_url
from zsync.formats.reading_list.parts import OTHER, PAPER, venue_style
from zsync.formats.reading_list.pieces import (
    END_OF_SENTENCE,
    write_link,
    write_short,
    written_titles,
)
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import ITEM
from zsync.formats.reading_list.shapes.keys import key_line
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

# What may join title, venue and links on a line; anything else beside them is somebody's words.
_JOIN = regex(r"[ \t.,;:|/·–—。，-]{1,4}")


def _joint(form: Form, left: str, right: str) -> str:
    """What joins two fields on one line."""
    gaps = ("".join(map(str, each.gap(left, right))) for each in (form, plain_form()))
    return next((gap for gap in gaps if _JOIN.fullmatch(gap)), " ")


def _join(title: str, join: str) -> str:
    """What follows the title: no full stop after one that ends a sentence already."""
    return join[1:] if join[:1] == "." and title.endswith(END_OF_SENTENCE) else join


def _wrapper(line: str, link: LinkSpan) -> tuple[str, str]:
    """The brackets around one link, if it has a pair of its own."""
    before, after = line[link.start - 1 : link.start], line[link.end : link.end + 1]
    return (before, after) if before + after in ("[]", "()", "【】", "（）") else ("", "")


def _link_gap_before(line: str, links: list[LinkSpan], index: int) -> str | None:
    """What stands between a link and the one before it, their brackets left out; None if it is words."""
    start = links[index - 1].end + len(_wrapper(line, links[index - 1])[1])
    end = links[index].start - len(_wrapper(line, links[index])[0])
    gap = line[start:end]
    return gap if _JOIN.fullmatch(gap) else None


def _title_end(line: str, fields: Fields) -> int:
    """Where the title ends, the emphasis or quotes around it included."""
    end = fields.title[1]
    mark = line[fields.prefix[1] if fields.prefix else fields.body : fields.title[0]]
    if mark not in QUOTES and mark.strip("*_"):
        return end
    closing = QUOTES.get(mark, mark)
    for stop in ("", ".", ",", "。", "，"):
        if mark and line.startswith(stop + closing, end):
            return end + len(stop + closing)
    return end


def _is_short_linked(fields: Fields) -> bool:
    """Whether the first link carries the short name, with the title after it."""
    return fields.linked_title and fields.title[0] >= fields.links[0].end


# -- read or not, title, venue -------------------------------------------------------------------


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
        sign = dialect.form.signs[not read]
        return line[: fields.box] + sign + line[fields.box + 1 :]
    if item is None or not dialect.form.is_usual("box", besides=1):
        return line
    return line[: item.end()] + f"[{dialect.form.signs[0] if read else ' '}] " + line[item.end() :]


def with_state(line: str, state: str, marks: Marks, shape: Shape) -> str:
    """The line with the mark in its box that says how far the paper is; no state is an empty box.

    A tick stays, and so does a mark that the settings do not name.
    """
    fields = shape.read(line)
    if fields is None:
        return line
    said = entry_fields.entry(line, fields, 0, (), None, marks)
    wanted = replace(said, state=state)
    if not said.states or said.checkbox is Checkbox.CHECKED or wanted == said:
        return line
    mark = next((mark for mark, named in marks if named == state), " ")
    new = entry_fields.with_mark(line, fields.box, mark)
    back = shape.read(new)
    is_right = back and entry_fields.entry(new, back, 0, (), None, marks) == wanted
    return new if is_right else line


def with_title(line: str, short: str | None, title: str, dialect: Dialect) -> tuple[str, Shape]:
    """The line with another short name and title, and the shape that reads it.

    Where no short name stands, one may be part of the title.
    """
    short, title = one_line(short or "") or None, one_line(title)
    shape = dialect.shape
    fields = shape.read(line)
    if fields is None:
        return line, shape
    said = _said(line, fields)
    wordings = [(short, title)]
    if short and fields.short is None:
        wordings.append((None, f"{short}: {title}"))
    if (said.short, said.title) in wordings:
        return line, shape
    for name, words in wordings:
        wanted = said._replace(short=name, title=words)
        for form, written in product((dialect.form, plain_form()), written_titles(words)):
            candidate = _retitled(line, fields, name, written, form)
            own = shape.with_title(candidate, written) if isinstance(shape, Placed) else shape
            back = own.read(candidate) if own else None
            if own and back and _said(candidate, back) == wanted:
                return candidate, own
    return line, shape


class _Said(NamedTuple):
    """What a line says that an edit must leave as it is, or change as it should."""

    short: str | None
    title: str
    venue: tuple[str | None, int | None]
    urls: tuple[str, ...]


def _said(line: str, fields: Fields) -> _Said:
    venue = fields.venue
    return _Said(
        entry_fields.short_of(line, fields),
        entry_fields.title_of(line, fields),
        (venue.name, venue.year) if venue else (None, None),
        tuple(link.url for link in entry_fields.links_of(line, fields)),
    )


def _first_right(
    candidates: Iterable[str], is_right: Callable[[_Said], bool], line: str, dialect: Dialect
) -> str:
    """The first candidate that says what is wanted; the line as it was if none does."""
    for candidate in candidates:
        back = dialect.shape.read(candidate)
        if back and is_right(_said(candidate, back)):
            return candidate
    return line


def _has_links(line: str, fields: Fields, more: int) -> Callable[[_Said], bool]:
    """Whether a line says the same paper as another, and has so many links more."""
    said = _said(line, fields)
    return lambda back: back[:3] == said[:3] and len(back.urls) == len(said.urls) + more


def _retitled(line: str, fields: Fields, short: str | None, title: str, form: Form) -> str:
    if _is_short_linked(fields):
        return _with_linked_short(line, fields, short, title)
    start, end = fields.title
    before, after = line[:start], line[end:]
    if start == end:
        after = _join(title, _joint(form, "title", PAPER)) + after.lstrip(" ")
    elif not fields.linked_title:
        after = _with_stop(line, fields, title, form)
    if fields.short and fields.prefix:
        if short is None:
            before = before[: fields.prefix[0]] + before[fields.prefix[1] :]
        elif entry_fields.short_of(line, fields) != short:
            before = before[: fields.short[0]] + write_short(short) + before[fields.short[1] :]
    elif short is not None:
        before = before[: fields.body] + written_short(short, form) + before[fields.body :]
    return before + title + after


def _with_stop(line: str, fields: Fields, new: str, form: Form) -> str:
    """What follows the title, its full stop in step with a title that brings its own or no longer does.

    A lost one comes back where the list has it: in the emphasis, or before the venue or the first link.
    """
    start, end = fields.title
    after, ends_itself = line[end:], new.endswith(END_OF_SENTENCE)
    if after[:1] == "." and ends_itself:
        return after[1:]
    if ends_itself or not line.endswith(END_OF_SENTENCE, start, end):
        return after
    closing = form.after_title
    if closing[:1] == "." and after.startswith(closing[1:]):
        return "." + after
    mark = _title_end(line, fields) - end
    join = _joint(form, "title", "venue" if fields.venue else PAPER)
    if join[:1] != "." or not _is_followed_by_next_field(line, fields, end + mark):
        return after
    return after[:mark] + "." + after[mark:]


def _is_followed_by_next_field(line: str, fields: Fields, end: int) -> bool:
    """Whether one space and then the venue or the first link follow the title, no other words."""
    starts = [link.start - len(_wrapper(line, link)[0]) for link in fields.links]
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
    old, said = fields.venue, _said(line, fields)
    wanted = said._replace(venue=(venue, year))
    if said == wanted or (old is None and not dialect.form.is_usual("venue", besides=1)):
        return line
    if venue is None:
        candidates = [_without_venue(line, fields, old, dialect)] if old else []
    else:
        forms = (dialect.form, plain_form(), plain_form_in_italics())
        usual, *others = [venue_style(form.part("venue")) for form in forms]
        texts = [style.render(escape(venue), year) for style in (_own_style(old, usual), *others)]
        candidates = [_with_venue_text(line, fields, text, dialect) for text in texts]
    return _first_right(candidates, wanted.__eq__, line, dialect)


def _own_style(old: VenueSpan | None, usual: VenueStyle) -> VenueStyle:
    if old is None:
        return usual
    if old.name and old.year:
        return old.style
    return old.style._replace(separator=usual.separator, two_digits=usual.two_digits)


def _with_venue_text(line: str, fields: Fields, text: str, dialect: Dialect) -> str:
    if fields.venue:
        return line[: fields.venue.start] + text + line[fields.venue.end :]
    join = _joint(dialect.form, "title", "venue")
    if fields.linked_title and not _is_short_linked(fields):
        end = fields.links[0].end
        return line[:end] + (join if join != ". " else " ") + text + line[end:]
    end = _title_end(line, fields)
    rest = line[end:].lstrip(" .")
    following = [link for link in fields.links if link.start >= end]
    before_links = _joint(dialect.form, "venue", PAPER) if following else ""
    return line[:end] + _join(line[:end], join) + text + before_links + rest


def _without_venue(line: str, fields: Fields, old: VenueSpan, dialect: Dialect) -> str:
    for link in fields.links:
        if link.label_start <= old.start < link.label_end:
            return line[: link.label_start] + escape(dialect.form.label) + line[link.label_end :]
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
    return _first_right(candidates, _has_links(line, fields, 1), line, dialect)


def _with_target(line: str, fields: Fields, index: int, url: str, dialect: Dialect) -> str:
    targets = entry_fields.targets(line, fields)
    if index >= len(targets):
        return line
    link = fields.links[targets[index]]
    if entry_fields.url_of(line, link) == url:
        return line
    candidates = [_with_address(line, link, url, dialect)]
    return _first_right(candidates, _has_links(line, fields, 0), line, dialect)


def _with_paper_link(line: str, fields: Fields, url: str, dialect: Dialect) -> Iterator[str]:
    """The title as a link where the list has it so, else a link before the others."""
    start, end = fields.title
    form = dialect.form
    if form.links_paper(("title",)) and not fields.linked_title:
        yield f"{line[:start]}[{line[start:end]}]({write_url(url)}){line[end:]}"
    links = [link for link in fields.links if link.start >= end]
    if links:
        before = links[0].start - len(_wrapper(line, links[0])[0])
        text = written_links([Link(form.label, url)], form) + _joint(form, PAPER, OTHER)
        yield line[:before] + text + line[before:]
    yield from _with_new_link(line, fields, Link(form.label, url), dialect)


def _with_address(line: str, link: LinkSpan, url: str, dialect: Dialect) -> str:
    if link.is_bare:
        if not is_plain_url(url.strip()):
            return line[: link.start] + write_link(dialect.form.label, url) + line[link.end :]
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

    Without an index a link with this label comes after the others, if the entry has it not already.
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
    candidates = [_without_link(line, fields, targets[link])]
    return _first_right(candidates, _has_links(line, fields, -1), line, dialect)


def _with_further_link(line: str, fields: Fields, link: Link, dialect: Dialect) -> str:
    there = {(each.label.casefold(), each.url) for each in entry_fields.links_of(line, fields)}
    if not link.url or (link.label.casefold(), link.url) in there:
        return line
    candidates = chain(
        _with_empty_link_filled(line, fields, link), _with_new_link(line, fields, link, dialect)
    )
    return _first_right(candidates, _has_links(line, fields, 1), line, dialect)


def _with_empty_link_filled(line: str, fields: Fields, link: Link) -> Iterator[str]:
    """``[Code]()`` waits for its address; one before other links would change their indexes."""
    last = max(entry_fields.targets(line, fields), default=-1)
    for each in fields.links[last + 1 :]:
        is_empty = each.url_start == each.url_end
        if is_empty and entry_fields.label_of(line, each).casefold() == link.label.casefold():
            yield line[: each.url_start] + write_url(link.url) + line[each.url_end :]


def _with_new_link(line: str, fields: Fields, link: Link, dialect: Dialect) -> Iterator[str]:
    """The link after the last one; where words follow that one, at the end of the line."""
    if fields.links and (own := key_line(line, fields.links[-1])):
        yield line[: own.end] + own.like(link.label, link.url) + line[own.end :]
    form = dialect.form
    text, gap = written_links([link], form), _joint(form, OTHER, OTHER)
    end = len(line.rstrip())
    if fields.links:
        last = fields.links[-1]
        after = last.end + len(_wrapper(line, last)[1])
        yield line[:after] + gap + text + line[after:]
        yield line[:end] + gap + text + line[end:]
        return
    said = line[:end]
    join = _join(said, _joint(form, "venue" if fields.venue else "title", PAPER))
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
    opening, closing = _wrapper(line, link)
    start, end = link.start - len(opening), link.end + len(closing)
    gap_before = _link_gap_before(line, links, index) if index else None
    gap_after = _link_gap_before(line, links, index + 1) if index + 1 < len(links) else None
    if gap_before is not None:
        start -= len(gap_before)
    elif gap_after is not None:
        end += len(gap_after)
    else:
        start = len(line[:start].rstrip(" \t"))
    return line[:start] + line[end:]
