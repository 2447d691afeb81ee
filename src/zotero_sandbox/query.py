"""Request parameters, and what they select: filtering, ordering and paging of objects."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from zotero_sandbox import schema
from zotero_sandbox.dates import parse_date
from zotero_sandbox.item_json import KEY
from zotero_sandbox.notes import note_title
from zotero_sandbox.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zotero_sandbox.library import Item, Library, Tag

DEFAULT_LIMIT = 25
MAX_LIMIT = 100

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*", re.ASCII)
_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+)", re.ASCII)
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_NOT_SORTED_BY = re.compile(r"^[\W_]+")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXPORT_FORMATS = _names(
    "bibtex biblatex bookmarks coins csljson csv endnote_xml evernote mods rdf_bibliontology "
    "rdf_dc rdf_zotero refer refworks_tagged ris tei wikipedia"
)
FORMATS = EXPORT_FORMATS | {"atom", "bib", "json", "keys", "versions", "globalKeys"}
INCLUDES = EXPORT_FORMATS | {"bib", "citation", "data", "html", "none"}
UNLIMITED_FORMATS = frozenset(["keys", "versions", "globalKeys"])
SORTS = _names(
    "accessDate addedBy callNumber creator date dateAdded dateModified itemType "
    "journalAbbreviation language libraryCatalog numItems publicationTitle publisher rights "
    "serverDateModified title type itemKeyList collectionKeyList searchKeyList"
)
_NEWEST_FIRST = frozenset(["date", "dateAdded", "dateModified"])
_PAGED_PARAMETERS = _names(
    "collectionKey content direction format include includeTrashed itemKey itemType limit "
    "linkMode locale order q qmode searchKey since sort style tag"
)


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a read request, checked.

    ``limit`` 0 means no limit. ``given`` holds the parameters as the client sent them, for the addresses of
    further pages.
    """

    format: str = "json"
    include: tuple[str, ...] = ("data",)
    since: int = 0
    start: int = 0
    limit: int = DEFAULT_LIMIT
    sort: str = "dateModified"
    descending: bool = True
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""
    everything: bool = False
    starts_with: bool = False
    include_trashed: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


def parse_query(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the checked parameters. Raises Refused with the server's words."""
    pairs = list(pairs)
    given = {name: value for name, value in pairs if name != "key"}
    given.setdefault("since", given.pop("newer", ""))
    form = _choice(given, "format", FORMATS, "json")
    keys = _read_keys(given)
    sort, descending = _read_sort(given, keys)
    return Query(
        format=form,
        include=_read_include(given, form),
        since=_read_since(given["since"]),
        start=_leading_number(given.get("start", "")),
        limit=_read_limit(given, form),
        sort=sort,
        descending=descending,
        keys=keys,
        tags=tuple(value for name, value in pairs if name == "tag" and value),
        text=given.get("q", ""),
        everything=_choice(given, "qmode", _Q_MODES, "titleCreatorYear") == "everything",
        starts_with=given.get("qmode") in _STARTING,
        include_trashed=given.get("includeTrashed", "0") not in {"", "0"},
        given=given,
    )


_STARTING = frozenset(["startsWith", "startswith"])
_Q_MODES = frozenset(["titleCreatorYear", "everything", "contains", *_STARTING])


def _choice(given: Mapping[str, str], name: str, allowed: frozenset[str], default: str) -> str:
    value = given.get(name) or default
    if value not in allowed:
        raise Refused(400, f"Invalid '{name}' value '{value}'", early=True)
    return value


def _leading_number(text: str) -> int:
    found = _LEADING_NUMBER.match(text)
    return int(found[1]) if found else 0


def _read_since(text: str) -> int:
    if text and not _NUMBER.fullmatch(text):
        raise Refused(400, "Invalid value for 'since' parameter", early=True)
    return _leading_number(text)


def _read_limit(given: Mapping[str, str], form: str) -> int:
    if "itemKey" in given or "collectionKey" in given:
        return MAX_LIMIT
    limit = _leading_number(given.get("limit", ""))
    if form in UNLIMITED_FORMATS:
        return max(limit, 0)
    return min(limit, MAX_LIMIT) if limit > 0 else DEFAULT_LIMIT


def _read_keys(given: Mapping[str, str]) -> tuple[str, ...]:
    listed = given.get("itemKey") or given.get("collectionKey") or given.get("searchKey") or ""
    return tuple(key for key in listed.split(",") if KEY.fullmatch(key))


def _read_sort(given: Mapping[str, str], keys: tuple[str, ...]) -> tuple[str, bool]:
    sort = given.get("sort") or "dateModified"
    if sort in {"asc", "desc"}:
        return given.get("order") or "dateModified", sort == "desc"
    if "sort" not in given and given.get("order"):
        sort = given["order"]
    if sort not in SORTS:
        raise Refused(400, f"Invalid 'sort' value '{sort}'", early=True)
    if sort.endswith("KeyList") and not keys:
        raise Refused(500, "An error occurred", early=True)
    direction = _choice(given, "direction", frozenset(["asc", "desc"]), _default_direction(sort))
    return sort, direction == "desc"


def _default_direction(sort: str) -> str:
    return "desc" if sort in _NEWEST_FIRST else "asc"


def _read_include(given: Mapping[str, str], form: str) -> tuple[str, ...]:
    if not given.get("include"):
        return ("data",)
    if form != "json":
        raise Refused(400, "'include' is valid only for format=json", early=True)
    names = tuple(given["include"].split(","))
    for name in names:
        if name not in INCLUDES:
            raise Refused(400, f"Invalid 'include' value '{name}'", early=True)
    return names


def _read_item_types(text: str) -> tuple[str, ...]:
    """Return the types of ``book``, ``-book`` or ``book || note``, each with its sign."""
    names = []
    for part in text.split("||") if text else ():
        sign, name = ("-", part.strip()[1:]) if part.strip().startswith("-") else ("", part.strip())
        item_type = schema.find_item_type(name)
        if item_type is None:
            raise Refused(400, f"Invalid itemType '{name}'")
        names.append(sign + item_type.name)
    return tuple(names)


# Filtering


def select_items(items: Iterable[Item], query: Query, library: Library) -> list[Item]:
    """Return the items that the query asks for, in its order; the trash is the caller's business."""
    if query.keys:
        items = _only_keys(items, query.keys)
    if query.since:
        items = [item for item in items if item.version > query.since]
    item_types = _read_item_types(query.given.get("itemType", ""))
    if item_types:
        items = _only_types(items, item_types)
    for condition in query.tags:
        items = _only_tagged(items, condition)
    if query.text:
        matches = _text_matcher(query)
        items = [item for item in items if matches(item)]
    return sort_objects(items, query, lambda item: item_sort_key(item, query.sort, library))


def _only_keys(items: Iterable[Item], keys: tuple[str, ...]) -> list[Item]:
    wanted = frozenset(keys)
    return [item for item in items if item.key in wanted]


def _only_types(items: Iterable[Item], signed: tuple[str, ...]) -> list[Item]:
    excluded = {name[1:] for name in signed if name.startswith("-")}
    wanted = {name for name in signed if not name.startswith("-")}
    return [
        item
        for item in items
        if item.item_type not in excluded and (not wanted or item.item_type in wanted)
    ]


def _only_tagged(items: Iterable[Item], condition: str) -> list[Item]:
    """Keep what meets one ``tag`` parameter; after a ``-``, what does not."""
    negative = condition.startswith("-")
    names = condition.removeprefix("-")
    return [item for item in items if negative != any(_is_one_of(tag, names) for tag in item.tags)]


def _is_one_of(tag: Tag, names: str) -> bool:
    r"""Whether a tag is one of ``a``, ``a || b``; ``\-a`` stands for a tag named ``-a``."""
    wanted = {name.strip().removeprefix("\\").casefold() for name in names.split("||")}
    return tag.name.casefold() in wanted


def _text_matcher(query: Query) -> Callable[[Item], bool]:
    """All words and quoted phrases must occur in title, creators or year; or anywhere in the item."""
    words = [fold(phrase or word) for phrase, word in _WORD.findall(query.text)]

    def matches(item: Item) -> bool:
        texts = [title_of(item), *(f"{c.first_name or ''} {c.last_name}" for c in item.creators)]
        texts.append(item_date(item)[:4])
        if query.everything:
            texts += [*item.fields.values(), *(tag.name for tag in item.tags), item.note]
        folded = fold("\n".join(texts))
        return all(word in folded for word in words)

    return matches


def select_tags(tags: Iterable[Tag], query: Query, library: Library) -> list[Tag]:
    """Return the tags that the query asks for, by name and type."""
    wanted = fold(query.text)
    return sorted(
        tag
        for tag in tags
        if library.tag_versions.get(tag, 0) > query.since
        and all(_is_one_of(tag, condition) for condition in query.tags)
        and (fold(tag.name).startswith(wanted) if query.starts_with else wanted in fold(tag.name))
    )


# Ordering


def fold(text: str) -> str:
    """Return a text for comparison without regard to case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def title_of(item: Item) -> str:
    """Return what stands for the item's title: of a note, its first line."""
    if item.item_type == "note":
        return note_title(item.note)
    title = schema.ITEM_TYPES[item.item_type].field_for_base("title")
    return item.fields.get(title or "", "")


def item_date(item: Item) -> str:
    """Return the item's date as far as it can be read: year, month and day."""
    name = schema.ITEM_TYPES[item.item_type].field_for_base("date")
    return parse_date(item.fields.get(name or "", ""))


def creator_summary(item: Item) -> str:
    """Return ``Lee``, ``Lee and Kim`` or ``Lee et al.`` for the creators that count."""
    primary = schema.ITEM_TYPES[item.item_type].primary_creator
    for kind in (primary, "editor", "contributor"):
        names = [creator.last_name for creator in item.creators if creator.kind == kind]
        if names:
            return (
                names[0]
                if len(names) == 1
                else f"{names[0]} and {names[1]}"
                if len(names) == 2
                else f"{names[0]} et al."
            )
    return ""


def item_sort_key(item: Item, sort: str, library: Library) -> tuple[bool, Any]:
    """Return what an item is ordered by. What is missing comes first in dates and titles, else last."""
    if sort in {"dateModified", "dateAdded"}:
        return False, item.date_modified if sort == "dateModified" else item.date_added
    if sort == "date":
        return False, item_date(item)
    if sort == "serverDateModified":
        return False, item.version
    if sort == "title":
        return False, fold(_NOT_SORTED_BY.sub("", title_of(item)))
    text = "" if library.kind == "users" and sort == "addedBy" else _sort_text(item, sort)
    return not text, fold(text)


def _sort_text(item: Item, sort: str) -> str:
    if sort == "creator":
        return creator_summary(item)
    if sort in {"itemType", "type"}:
        return item.item_type
    if sort == "addedBy":
        return str(item.created_by or "")
    name = schema.ITEM_TYPES[item.item_type].field_for_base(sort)
    return item.fields.get(name or "", "")


def sort_objects(objects: Iterable[Any], query: Query, key: Callable[[Any], Any]) -> list[Any]:
    """Return objects in the query's order; ties go by version, then by age, in the same direction."""
    if query.sort.endswith("KeyList"):
        rank = {key: place for place, key in enumerate(query.keys)}
        return sorted(objects, key=lambda found: rank[found.key])
    return sorted(objects, key=lambda o: (key(o), o.version, o.serial), reverse=query.descending)


# Paging


def page_of(found: Sequence[Any], query: Query) -> list[Any]:
    """Return the part of the results that is asked for."""
    if query.start < 0:
        return []
    end = query.start + query.limit if query.limit else len(found)
    return list(found[query.start : end])


def page_links(url: str, query: Query, total: int) -> dict[str, str]:
    """Return the addresses of the other pages by relation: first, prev, next, last."""
    links = {}
    limit = query.limit or total
    if query.start:
        links["first"] = _page_url(url, query, 0)
        links["prev"] = _page_url(url, query, max(query.start - limit, 0))
    if query.start >= 0 and query.start + limit < total:
        links["next"] = _page_url(url, query, query.start + limit)
    last = _last_start(query.start, limit, total)
    if last != query.start and not (last < query.start < total and query.start >= 0):
        links["last"] = _page_url(url, query, last)
    return links


def _last_start(start: int, limit: int, total: int) -> int:
    if start >= total or (limit and total % limit == 0):
        return max(total - limit, 0)
    return total - total % limit if limit else 0


def _page_url(url: str, query: Query, start: int) -> str:
    parameters = {
        name: value for name, value in query.given.items() if name in _PAGED_PARAMETERS and value
    }
    defaults = {"format": "json", "since": "0", "direction": _default_direction(query.sort)}
    parameters = {name: value for name, value in parameters.items() if value != defaults.get(name)}
    if "limit" in parameters or query.keys:
        parameters["limit"] = str(query.limit)
    if start:
        parameters["start"] = str(start)
    encoded = urlencode(sorted(parameters.items(), key=lambda pair: pair[0].lower()))
    return f"{url}?{encoded}" if encoded else url


def split_query(text: str) -> list[tuple[str, str]]:
    """Return the raw parameters of a request, in order, empty ones included."""
    return parse_qsl(text, keep_blank_values=True)
