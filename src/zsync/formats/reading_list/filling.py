"""Fills a form: what is known of a paper, as Markdown, in the places of the fields."""

from collections.abc import Mapping, Sequence

from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list.form import Form, plain_form
from zsync.formats.reading_list.inline import escape, one_line, write_url
from zsync.formats.reading_list.parts import OTHER, PAPER
from zsync.formats.reading_list.pieces import with_one_stop, write_short
from zsync.formats.reading_list.template import Slot, Template, every_slot, fill


def written(draft: EntryDraft, title: str, form: Form, place: int) -> str:
    """What a draft says, in a form; ``title`` is its title as it is to be written there.

    ``place`` is how many new entries come before it, after the old ones; negative before them.
    """
    form = form if draft.short else form.without_short()
    others = [link for link in draft.links if link.url]
    template = form.template(_kinds(draft, form), len(others))
    fixed = {
        "box": form.signs[0] if draft.read else form.signs[1],
        "paper label": escape(form.label),
        "number": str(next_number(form.numbers, place)),
    }
    return with_one_stop(_fill_links(template, {**values_of(draft, title), **fixed}, others), title)


def _kinds(draft: EntryDraft, form: Form) -> set[str]:
    """The fields to be written; the paper's address may be carried by one that is the text of its link."""
    has = {
        "box": form.is_usual("box"),
        "short": bool(draft.short) and "short" not in every_slot(form.part("title")),
        "title": True,
        "authors": bool(draft.authors),
        "venue": bool(draft.venue),
        "url": bool(draft.url),
    }
    kinds = {kind for kind, is_there in has.items() if is_there}
    carried = [kind for kind in form.order if kind in kinds]
    return kinds | {PAPER} if draft.url and not form.links_paper(carried) else kinds


def values_of(draft: EntryDraft, title: str) -> dict[str, str]:
    """What a draft says in the fields of a form, as Markdown; ``title`` is one way to write its title."""
    return {
        "title": title,
        "short": write_short(draft.short) if draft.short else "",
        "authors": escape(draft.authors or ""),
        "venue": escape(draft.venue or ""),
        "year": str(draft.year or ""),
        "yy": f"{draft.year % 100:02d}" if draft.year else "",
        "url": write_url(draft.url or ""),
    }


def written_short(short: str, form: Form) -> str:
    """A short name before a title, with what joins both, as the entries of a form have it."""
    if Slot("url") in form.part("short") or not form.part("short"):
        form = plain_form()
    return fill((*form.part("short"), *form.gap("short", "title")), {"short": write_short(short)})


def written_links(links: Sequence[Link], form: Form) -> str:
    """Links other than the paper's own, ``[Label](address)``, in the brackets and with the gaps of a form."""
    link, gap = form.part(OTHER), form.gap(OTHER, OTHER)
    is_in_brackets = link[:1] and isinstance(link[0], str) and not link[0].strip("[](（【")
    link = link if is_in_brackets else plain_form().part(OTHER)
    template = tuple(part for _ in links for part in (*gap, *link))
    return _fill_links(template[len(gap) :], {}, links)


def _fill_links(template: Template, values: Mapping[str, str], others: Sequence[Link]) -> str:
    """The text of a form whose other links stand in it one by one."""
    queue = iter(others)
    pieces, link = [], None
    for part in template:
        if part == Slot("label"):
            link = next(queue)
            pieces.append(escape(one_line(link.label) or "Link"))
        elif part == Slot("link"):
            link = link or next(queue)
            pieces.append(write_url(link.url))
            link = None
        else:
            pieces.append(fill((part,), values))
    return "".join(pieces)


def next_number(numbers: Sequence[int], place: int) -> int:
    """The number after the last one or before the first; a list that repeats one number goes on so."""
    if len(numbers) < 2:
        return (numbers[0] if numbers else 0) + 1 + max(place, 0)
    step = numbers[-1] - numbers[-2]
    step = step if step in (-1, 0) else 1
    if place >= 0:
        return numbers[-1] + step * (place + 1)
    return max(numbers[0] + step * place, 1)
