"""What several services say of one paper -> one Metadata; and whether they speak of one paper at all."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from zsync.core.matching import titles_agree
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.resolvers import arxiv

_AND = re.compile(r"[,;&]|\band\b|\bet\s+al\b|、|，", re.IGNORECASE)
# What a preprint is kept by, which its published version has no place for.
_OF_PREPRINTS = frozenset(
    ("repository", "archiveID", "DOI", "url", "date", "extra", "libraryCatalog")
)

_OF_PAGES = frozenset(("url", "libraryCatalog"))
_OF_ALL_TYPES = frozenset(("abstractNote", "language"))


def is_published(metadata: Metadata) -> bool:
    """Whether this is more than a preprint."""
    return metadata.item_type != "preprint"


def one_paper(one: Metadata, other: Metadata, *, linked: bool = False) -> bool:
    """Whether two answers are about one paper: titles agree, and first authors where both name one."""
    titles = titles_agree(one.title, other.title, linked=linked)
    return titles and first_authors_agree(one.creators, other.creators)


def first_authors_agree(one: Sequence[Creator], other: Sequence[Creator]) -> bool:
    """Whether two lists of authors may begin with the same person; one without people agrees with any.

    Services cut names differently ("Ranjbar Alvar, Saeed", "Alvar, Saeed Ranjbar"), so one shared word of
    the family names is enough. A collaboration that one of them puts first does not count.
    """
    first, second = _first_person(one), _first_person(other)
    if first is None or second is None:
        return True
    return _may_be(first, second) and _may_be(second, first)


def is_first_author(authors: str, creators: Sequence[Creator]) -> bool:
    """Whether the authors that a line names may begin with a paper's first one; either may be silent."""
    named = _words(_AND.split(authors, maxsplit=1)[0])
    if not named or not creators:
        return True
    return bool(named & _words(creators[0].last_name or creators[0].name))


def merge(
    published: Metadata | None,
    page: Metadata | None,
    preprint: Metadata | None,
    known: Sequence[Identifier] = (),
) -> Metadata | None:
    """One paper from its published version, the page of the proceedings and its preprint; all may be missing.

    The first of them counts, and the others add what it lacks: the abstract, pages, subjects, and in Extra
    the preprint's id, where Zotero's translator writes it. Each is known by its own identifier; what it says
    of others was looked up, or does not count. ``known`` are identifiers that are the paper's all the same.
    """
    said = [each for each in (published, page, preprint) if each]
    if not said:
        return None
    main, *others = said
    own = [each for one in said for each in one.identifiers[:1]]
    identifiers = tuple(dict.fromkeys((*own, *known)))
    fields = dict(main.fields)
    for other in others:
        _add_missing(fields, main.item_type, other)
    if is_published(main) and (line := _extra(identifiers, preprint)):
        fields["extra"] = "\n".join(filter(None, (fields.get("extra"), line)))
    return Metadata(
        main.item_type,
        main.title,
        main.creators or next((each.creators for each in others if each.creators), ()),
        fields,
        tuple(dict.fromkeys(tag for one in said for tag in one.tags)),
        identifiers,
        ", ".join(dict.fromkeys(each.source for each in said if each.source)),
    )


def _add_missing(fields: dict[str, str], item_type: str, other: Metadata) -> None:
    left_out = _OF_PREPRINTS if not is_published(other) else _OF_PAGES
    for name, value in other.fields.items():
        fits = other.item_type == item_type or name in _OF_ALL_TYPES
        if fits and name not in left_out:
            fields.setdefault(name, value)


def _extra(identifiers: Iterable[Identifier], preprint: Metadata | None) -> str:
    if preprint:
        return preprint.fields.get("extra", "")
    known = next((each for each in identifiers if each.kind == "arxiv"), None)
    return arxiv.extra_line(known, "") if known else ""


def _first_person(creators: Sequence[Creator]) -> Creator | None:
    return next((each for each in creators if each.last_name), None)


def _may_be(one: Creator, other: Creator) -> bool:
    """Whether the family name of one is somewhere in the name of the other."""
    return bool(_words(one.last_name) & _words(f"{other.first_name} {other.last_name}"))


def _words(text: str) -> set[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in decomposed if unicodedata.category(each) != "Mn")
    return {word for word in re.findall(r"\w+", bare) if len(word) > 1 or not word.isascii()}
