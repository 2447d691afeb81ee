"""What several services say of one paper -> one Metadata."""

from collections.abc import Iterable, Sequence

from zsync.core.fates import together
from zsync.core.metadata import Metadata
from zsync.core.model import Identifier
from zsync.resolvers import arxiv

# What a preprint is kept by, which its published version has no place for.
_OF_PREPRINTS = frozenset(
    ("repository", "archiveID", "DOI", "url", "date", "extra", "libraryCatalog")
)

_OF_PAGES = frozenset(("url", "libraryCatalog"))
_OF_ALL_TYPES = frozenset(("abstractNote", "language"))


def is_published(metadata: Metadata) -> bool:
    """Whether this is more than a preprint."""
    return metadata.item_type != "preprint"


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
    That a preprint was withdrawn says nothing of a paper that was published.
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
        fates=together(
            fate for each in said if is_published(each) or each is main for fate in each.fates
        ),
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
