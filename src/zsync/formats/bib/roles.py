"""Creator roles -> the name fields of a record."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from zsync.core.model import Creator
from zsync.formats.bib.item_types import PRIMARY_ROLES

NameFields: TypeAlias = dict[str, tuple[list[Creator], str]]
"""Name field -> its creators, and the role that BibLaTeX's ``…type`` field should name, if any."""

_AUTHORS: Final = frozenset({
    "artist", "author", "cartographer", "composer", "creator", "interviewee", "interviewer", "inventor",
    "performer", "podcaster", "presenter", "programmer", "sponsor",
})  # fmt: skip
_VIDEOS: Final = frozenset({"film", "tvBroadcast", "videoRecording"})
_BIBTEX_FIELDS: Final = {
    "author": "author",
    "editor": "editor",
    "seriesEditor": "editor",
    "translator": "translator",
}
_BIBLATEX_FIELDS: Final = {
    "author": "author",
    "bookAuthor": "bookauthor",
    "commenter": "commentator",
    "editor": "editor",
    "translator": "translator",
}
_EDITORS: Final = {
    "director": "director",
    "scriptwriter": "scriptwriter",
    "seriesEditor": "redactor",
}
_EDITOR_FIELDS: Final = ("editor", "editora", "editorb", "editorc")


def by_role(creators: Iterable[Creator], item_type: str) -> dict[str, list[Creator]]:
    """Creators by role; whoever counts as author of this item type is an ``author``.

    A director is one everywhere but in a video, where BibLaTeX has a role for directors.
    """
    roles: dict[str, list[Creator]] = {}
    primary = PRIMARY_ROLES.get(item_type, "author")
    for creator in creators:
        is_author = creator.role in _AUTHORS or creator.role == primary != "contributor"
        is_director = creator.role == "director"
        if (is_director and item_type not in _VIDEOS) or (is_author and not is_director):
            roles.setdefault("author", []).append(creator)
        else:
            roles.setdefault(creator.role, []).append(creator)
    return roles


def bibtex_names(roles: Mapping[str, list[Creator]]) -> NameFields:
    """BibTeX knows authors and editors; a director is the author, everybody else a collaborator."""
    fields: NameFields = {}
    for role, creators in roles.items():
        name = "author" if role == "director" else _BIBTEX_FIELDS.get(role, "collaborator")
        fields.setdefault(name, ([], ""))[0].extend(creators)
    return fields


def biblatex_names(roles: Mapping[str, list[Creator]]) -> NameFields:
    """BibLaTeX has fields for more roles, and up to four kinds of editors, each with its type."""
    fields: NameFields = {
        name: (roles[role], "") for role, name in _BIBLATEX_FIELDS.items() if role in roles
    }
    for role, kind in _EDITORS.items():
        if role in roles:
            free = next(name for name in _EDITOR_FIELDS if name not in fields)
            fields[free] = (roles[role], kind)
    known = _BIBLATEX_FIELDS.keys() | _EDITORS.keys()
    others = [creator for role, found in roles.items() if role not in known for creator in found]
    if others:
        fields["namea"] = (others, "collaborator")
    return fields
