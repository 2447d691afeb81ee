"""The gate: whatever Zotero answers is checked here, as a whole, before anything believes it.

What the server promises, and so what is asked for (zotero/dataserver): the shape of objects and of listings,
keys of eight characters, versions that are never above the library's, as many objects as ``Total-Results``
says. A reply that breaks a promise is refused; nothing of it is kept, and the next run asks again.

What a field says, nobody can check; that a field is there, is, where the server's schema is the one
that our table was made of.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from zsync.core.item_schema import ITEM_FIELDS
from zsync.core.keys import ALPHABET
from zsync.core.model import Collection
from zsync.core.patterns import regex
from zsync.errors import Unreachable
from zsync.network import BadBody, read_json
from zsync.zotero.delta import Raw

if TYPE_CHECKING:
    from zsync.zotero.transport import Response

#: The most objects that one answer lists in full.
PAGE: Final = 100
# The key of an object.
_KEY = regex(rf"[{ALPHABET}]{{8}}")
# A time as the server writes it: 2024-05-01T12:00:00Z.
_TIME = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# A number of a header.
_DIGITS = regex(r"[0-9]{1,16}")
#: Above what the server can count to, and below what SQLite can keep.
_MOST: Final = 2**53
#: The server's schema that our table of fields was made of; it names its own with every answer.
_SCHEMA: Final = "41"
_ACCESS: Final = frozenset({"user", "groups"})
_PERMISSIONS: Final = frozenset({"library", "files", "notes", "write"})
_CHILDREN: Final = frozenset({"note", "attachment", "annotation"})
#: Fields of notes and attachments that are texts.
_TEXTS: Final = frozenset({"note", "title", "url", "linkMode", "accessDate", "contentType"}).union(
    *ITEM_FIELDS.values()
)
#: The fields of the attachments that become links of an entry; nothing is read of the others.
_LINK: Final = frozenset({"title", "url"})
_Check = Callable[[Any], bool]


class WrongReply(Unreachable):
    """The server answered what Zotero would not; ``what`` names the first fault that was found."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"The server answered, but not as Zotero does: {fault}.",
            "Nothing of this answer was used. Run again later; if it happens again, check the endpoint.",
        )


# -- whole replies -------------------------------------------------------------------------------------


def read_version(response: "Response") -> int:
    """Return the library version that a reply was made at.

    Raises:
        WrongReply: as all functions here; the header is missing or no number.

    """
    return _number_of(response, "Last-Modified-Version")


def read_total(response: "Response") -> int:
    """Return how many objects there are in all, of which the reply may hold a page."""
    return _number_of(response, "Total-Results")


def read_object(response: "Response") -> Mapping[str, Any]:
    """Return the JSON object that a reply holds."""
    return _mapping(_value(response), "the answer")


def read_versions(response: "Response") -> dict[str, int]:
    """Return a whole listing with ``format=versions``: the version of each object by its key."""
    listing = read_object(response)
    library = read_version(response)
    for key, version in listing.items():
        _check_key(key, "a listing")
        _check_version(version, library, f"the listing of {key}")
    _check_count(len(listing), read_total(response))
    return dict(listing)


def read_objects(response: "Response", kind: str, start: int = 0) -> list[Raw]:
    """Return the ``items`` or ``collections`` of a page that begins with number ``start``."""
    objects = _list(_value(response), "the answer")
    library = read_version(response)
    has_our_fields = response.headers.get("Zotero-Schema-Version") == _SCHEMA
    for each in objects:
        check_object(each, kind, library, has_our_fields=has_our_fields)
    _check_count(len(objects), min(PAGE, max(0, read_total(response) - start)))
    if len({each["key"] for each in objects}) < len(objects):
        raise WrongReply("it lists an object twice")
    return objects


def read_size(collection: Raw) -> int:
    """Return how many items a collection says that it holds, without those in the trash; 0 where unsaid."""
    size = _mapping(collection.get("meta", {}), "what is known of a collection").get("numItems", 0)
    if not _is_number(size):
        raise WrongReply("a collection holds a number of items that is none")
    return int(size)


def check_tree(collections: Sequence[Collection]) -> None:
    """Make sure that a library's collections are a tree: each is there once, and none lies within itself."""
    parents = {each.key: each.parent for each in collections}
    if len(parents) < len(collections):
        raise WrongReply("it lists a collection twice")
    rooted: set[str] = set()
    for key in parents:
        above: set[str] = set()
        at: str | None = key
        while at in parents and at not in rooted:
            if at in above:
                raise WrongReply(f"collection {at} lies within itself")
            above.add(at)
            at = parents[at]
        rooted |= above


def read_wanted(response: "Response", kind: str, wanted: Iterable[str]) -> list[Raw]:
    """Return the objects of a reply to a question for these keys; some may be missing, none may be added."""
    objects = read_objects(response, kind)
    known = set(wanted)
    for each in objects:
        if each["key"] not in known:
            raise WrongReply(f"it gives {each['key']}, which was not asked for")
    return objects


def read_deleted(response: "Response") -> set[str]:
    """Return the keys of the items and collections that were deleted for good."""
    deleted = read_object(response)
    keys = [
        key for kind in ("items", "collections") for key in _list(deleted.get(kind), f"its {kind}")
    ]
    for key in keys:
        _check_key(key, "the list of what was deleted")
    return set(keys)


def read_key(response: "Response") -> Mapping[str, Any]:
    """Return what Zotero says of a key: ``userID`` and ``access``."""
    said = read_object(response)
    if not _is_number(said.get("userID")):
        raise WrongReply("the key has no owner")
    access = _mapping(said.get("access"), "the key's access")
    groups = _mapping(access.get("groups", {}), "the key's access to groups")
    allowed = [
        _mapping(each, "what the key may do") for each in (access.get("user", {}), *groups.values())
    ]
    # A name that is unknown stands where one that decides may be missing.
    is_known = access.keys() <= _ACCESS and all(each.keys() <= _PERMISSIONS for each in allowed)
    # Nothing but yes or no: what says neither would be taken for a no.
    if not is_known or not all(isinstance(may, bool) for each in allowed for may in each.values()):
        raise WrongReply("it does not say what the key may do")
    return said


def read_groups(response: "Response") -> dict[int, str]:
    """Return the names of the groups of a key's owner, by number."""
    found = {}
    for each in _list(_value(response), "the answer"):
        group = _mapping(each, "a group")
        if not _is_number(group.get("id")):
            raise WrongReply("a group has no number")
        found[group["id"]] = str(_mapping(group.get("data", {}), "a group").get("name", ""))
    return found


def read_group(response: "Response") -> Mapping[str, Any]:
    """Return what Zotero says of one group: ``libraryEditing``, ``owner``, ``admins``."""
    group = _mapping(read_object(response).get("data"), "the group")
    for each in (group.get("owner"), *_list(group.get("admins", []), "its administrators")):
        if not _is_number(each):
            raise WrongReply("it does not say who may edit the group")
    if not isinstance(group.get("libraryEditing"), str):
        raise WrongReply("it does not say who may edit the group")
    return group


def read_written(
    response: "Response", kind: str, sent: Sequence[str]
) -> tuple[Mapping[str, Raw], Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    """Return what became of the objects with these keys, each by its index as text.

    Those written, as they are now; those that said already what was sent; and why others were refused.
    Every object is in just one of the three.
    """
    said = read_object(response)
    written, unchanged, failed = (
        _mapping(said.get(name), f"`{name}`") for name in ("successful", "unchanged", "failed")
    )
    library = read_version(response)
    if sorted([*written, *unchanged, *failed]) != sorted(map(str, range(len(sent)))):
        raise WrongReply("it does not say what became of every object")
    for index, each in written.items():
        check_object(each, kind, library)
        if each["key"] != sent[int(index)]:
            raise WrongReply(f"it wrote {each['key']}, which was not sent")
    for index, key in unchanged.items():
        if key != sent[int(index)]:
            raise WrongReply("it left an object unchanged that was not sent")
    for each in failed.values():
        refusal = _mapping(each, "a refusal")
        if not _is_number(refusal.get("code")) or not isinstance(refusal.get("message"), str):
            raise WrongReply("it refused an object and does not say why")
    return written, unchanged, failed


# -- one object ------------------------------------------------------------------------------------------


def check_object(found: object, kind: str, library: int, *, has_our_fields: bool = False) -> None:
    """Make sure that this is one of the ``items`` or ``collections`` of a library at this version.

    ``has_our_fields``: the server's items have all the fields that we know of.
    """
    each = _mapping(found, "an object")
    key = each.get("key")
    _check_key(key, "an object")
    _check_version(each.get("version"), library, str(key))
    data = _mapping(each.get("data"), f"the data of {key}")
    if (data.get("key"), data.get("version")) != (key, each["version"]):
        raise WrongReply(f"{key} contradicts itself")
    checks = _COLLECTION if kind == "collections" else _checks_of(data, has_our_fields)
    for name, is_right in checks:
        if not is_right(data.get(name)):
            raise WrongReply(f"the {name} of {key} cannot be right")


def _checks_of(data: Mapping[str, Any], has_our_fields: bool) -> Iterator[tuple[str, _Check]]:
    """Return what must be true of an item's data, name by name."""
    yield from _ITEM
    item_type = data.get("itemType")
    if item_type not in _CHILDREN:
        yield "creators", _is_list_of(_is_creator)
        yield "parentItem", lambda parent: parent is None
    elif "parentItem" in data:
        yield "parentItem", _is_parent
    if not data.get("parentItem"):
        yield "collections", _is_list_of(_is_key)
    if item_type == "note":
        yield "note", _is_text
    if item_type == "attachment":
        yield "linkMode", _is_text
    names = _fields_of(data) if has_our_fields else frozenset()
    yield from ((name, _is_text) for name in {*names, *_TEXTS.intersection(data)})


def _fields_of(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that an item always has, filled or not."""
    item_type = data.get("itemType")
    if item_type == "attachment" and data.get("linkMode") == "linked_url":
        return _LINK
    return ITEM_FIELDS.get(str(item_type), frozenset())


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_key(value: object) -> bool:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_parent(value: object) -> bool:
    return value is False or _is_key(value)


def _is_flag(value: object) -> bool:
    return value is None or (isinstance(value, int) and value in (0, 1))


def _is_relations(value: object) -> bool:
    """Return whether these are relations: addresses, one or several, by the kind of relation."""
    return isinstance(value, dict) and all(
        isinstance(each, str) or (isinstance(each, list) and all(map(_is_text, each)))
        for each in value.values()
    )


def _is_tag(value: object) -> bool:
    return isinstance(value, dict) and _is_text(value.get("tag")) and _is_flag(value.get("type"))


def _is_creator(value: object) -> bool:
    return (
        isinstance(value, dict)
        and bool(value.get("creatorType"))
        and all(map(_is_text, value.values()))
        and ("name" in value or {"firstName", "lastName"} <= value.keys())
    )


def _is_list_of(is_right: _Check) -> _Check:
    return lambda value: isinstance(value, list) and all(map(is_right, value))


_ITEM: Final[tuple[tuple[str, _Check], ...]] = (
    ("itemType", lambda value: isinstance(value, str) and value.isalpha()),
    ("tags", _is_list_of(_is_tag)),
    ("relations", _is_relations),
    ("dateAdded", _is_time),
    ("dateModified", _is_time),
    ("deleted", _is_flag),
)
_COLLECTION: Final[tuple[tuple[str, _Check], ...]] = (
    ("name", _is_text),
    ("parentCollection", _is_parent),
    ("deleted", _is_flag),
)


# -- parts -------------------------------------------------------------------------------------------------


def _value(response: "Response") -> Any:
    try:
        return read_json(response.content)
    except BadBody as cause:
        kind = response.headers.get("Content-Type", "no content type").partition(";")[0]
        raise Unreachable(
            f"The server answered, but not as Zotero does (status {response.status_code}, {kind}).",
            "Check the endpoint; a login page of the network may be in the way.",
        ) from cause


def _number_of(response: "Response", header: str) -> int:
    text = response.headers.get(header, "")
    if not _DIGITS.fullmatch(text) or int(text) >= _MOST:
        raise WrongReply(f"its header {header} is missing or no number")
    return int(text)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WrongReply(f"{what} is no JSON object")
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongReply(f"{what} is no list")
    return value


def _check_key(key: object, where: str) -> None:
    if not _is_key(key):
        raise WrongReply(f"{where} has a key that is none")


def _check_version(version: object, library: int, where: str) -> None:
    if not _is_number(version) or not isinstance(version, int) or version > library:
        raise WrongReply(f"the version of {where} cannot be right")


def _check_count(found: int, promised: int) -> None:
    if found != promised:
        raise WrongReply(f"it holds {found} objects and should hold {promised}")
