"""New entries in a form that the list's owner set, and the check of such a form."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list.authors import AuthorStyle, write_authors
from zsync.formats.reading_list.filling import next_number, values_of, written_links
from zsync.formats.reading_list.form import Form, plain_form
from zsync.formats.reading_list.inline import one_line, write_url
from zsync.formats.reading_list.known_titles import parse
from zsync.formats.reading_list.new_entry import NewHead, read_head, says, whole
from zsync.formats.reading_list.pieces import with_one_stop, written_titles
from zsync.formats.reading_list.template import (
    Template,
    TemplateError,
    every_slot,
    fill,
    label_slot,
    labels,
    parse_template,
)

SAMPLE = EntryDraft(
    False,
    "DINO",
    "Emerging Properties in Self-Supervised Vision Transformers",
    "ICCV",
    2021,
    "https://arxiv.org/abs/2104.14294",
    (Link("Code", "https://github.com/facebookresearch/dino"),),
    None,
    "Mathilde Caron, Hugo Touvron, Ishan Misra",
)
# What a paper may lack; one without any address is written like the entries around it.
_LACKING = {
    "short": replace(SAMPLE, short=None),
    "authors": replace(SAMPLE, authors=None),
    "venue": replace(SAMPLE, venue=None, year=None),
    "year": replace(SAMPLE, year=None),
    "links": replace(SAMPLE, links=()),
}


def check_form(text: str) -> None:
    """Makes sure that an entry written in a form is read as it was meant.

    Raises:
        TemplateError: it is no form, or entries written in it are not read back.

    """
    form = parse_template(text)
    if not _is_read_in_full(SAMPLE, form):
        raise TemplateError(
            f"zsync would not read this as an entry, or not with these fields: {_shown(SAMPLE, form)!r}",
            'A form that is read: "- [{box}] {?**{short}**: }{title}.{? {venue}{year}}{? [Paper]({url})}".',
        )
    names = {*every_slot(form)}
    for name, draft in _LACKING.items():
        if name in names and not _is_read(draft, form):
            raise TemplateError(
                f"a paper without {{{name}}} would be {_shown(draft, form)!r}, which zsync would not read",
                f"Put {{? and }} around {{{name}}} and what belongs to it: they are left out together then.",
            )


def _is_read_in_full(draft: EntryDraft, form: Template) -> bool:
    said = _with_a_place(draft, form, AuthorStyle())
    return any(_read_back(text, said) for text in _set_heads(said, form, plain_form(), 0))


def _is_read(draft: EntryDraft, form: Template) -> bool:
    return any(in_set_form(draft, form, plain_form(), 0))


def _shown(draft: EntryDraft, form: Template) -> str:
    return next(_set_heads(draft, form, plain_form(), 0))


def in_set_form(draft: EntryDraft, form: Template, usual: Form, place: int) -> Iterator[NewHead]:
    """The head of a new entry in a form that was set; nothing where it does not read back as the draft.

    ``usual`` is the form of the entries around, for what a form that is set leaves open.
    """
    full = _with_a_place(whole(draft), form, usual.authors)
    bare = replace(full, venue=None, year=None)
    for said in dict.fromkeys((full, replace(full, authors=None), bare)):
        for text in _set_heads(said, form, usual, place):
            if head := _read_back(text, said):
                yield head
                return


def _read_back(text: str, said: EntryDraft) -> NewHead | None:
    """A head that is one entry on its own and says what it should; not every shape reads authors."""
    reading = parse(text + "\n")
    if len(reading.entries) != 1:
        return None
    shape = reading.blocks[0].shape
    fields = shape.read(text)
    if fields is None or not says(
        text, fields, said if fields.authors else replace(said, authors=None)
    ):
        return None
    return read_head(text, shape)


def _with_a_place(draft: EntryDraft, form: Template, style: AuthorStyle) -> EntryDraft:
    """What of a draft a form has a place for; authors as the list writes them."""
    names = {*every_slot(form)}
    own = {label.casefold() for label in labels(form)}
    authors = write_authors(one_line(draft.authors or ""), style)
    return replace(
        draft,
        short=one_line(draft.short or "") or None if "short" in names else None,
        authors=authors or None if "authors" in names else None,
        venue=draft.venue if "venue" in names else None,
        year=draft.year if names & {"year", "yy"} else None,
        url=draft.url if "url" in names else None,
        links=tuple(
            link
            for link in draft.links
            if link.url and ("links" in names or link.label.casefold() in own)
        ),
    )


def _set_heads(draft: EntryDraft, form: Template, usual: Form, place: int) -> Iterator[str]:
    """The ways to fill a form, the plainest title first."""
    own, rest = _own_places([link for link in draft.links if link.url], labels(form))
    fixed = {
        **own,
        "box": usual.signs[0] if draft.read else usual.signs[1],
        "number": str(next_number(usual.numbers, place)),
        "links": written_links(rest, usual),
    }
    for title in written_titles(draft.title):
        yield with_one_stop(fill(form, {**values_of(draft, title), **fixed}), title)


def _own_places(links: list[Link], wanted: Sequence[str]) -> tuple[dict[str, str], list[Link]]:
    """The addresses of the links that have a place of their own, and the other links."""
    own, rest = {}, list(links)
    for label in wanted:
        found = next((each for each in rest if each.label.casefold() == label.casefold()), None)
        if found:
            rest.remove(found)
            own[label_slot(label)] = write_url(found.url)
    return own, rest
