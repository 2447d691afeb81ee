"""The remote library: what changed in it, at one library version (the only module that knows pyzotero).

How changes are found (zotero/dataserver): reading the settings tells the library version, and is the only
request when nothing is new. Otherwise membership always comes from listing each collection with
``format=versions``, because deleting a collection does not touch its items' versions, and the items are
fetched by key. Every answer should carry the same ``Last-Modified-Version``: else the library moved, and we
start again, unless what changed since the first answer is none of what was read.

The version is read, not probed. A 304 to ``If-Modified-Since-Version`` would also cover a library
that was restored to an older version, and names no version to tell; the answer read is as small and
as cheap.

Identity and addresses come from pyzotero, and requests go through its client, whose transport is
the polite one. It is loaded only when something is new: it costs most of an idle run otherwise.
"""

import difflib
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import Any, Self, TypeVar

from zsync.config import AUTO, Secret
from zsync.core.model import Collection
from zsync.errors import LibraryChanging, NotAllowed, SettingsError, Unreachable
from zsync.zotero.delta import (
    Known,
    LibraryDelta,
    Permissions,
    Progress,
    Raw,
    RestOfLibrary,
    silent,
)
from zsync.zotero.replies import (
    PAGE,
    WrongReply,
    check_tree,
    read_deleted,
    read_group,
    read_groups,
    read_key,
    read_object,
    read_objects,
    read_size,
    read_total,
    read_version,
    read_versions,
    read_wanted,
)
from zsync.zotero.transport import Connection, Politeness, Response

#: Later than any library version, so that no setting comes back: only the version is wanted.
_LATEST = 2**31 - 1
_PAUSES = (0.5, 2.0, 5.0, 10.0)
#: Seconds of the deadline that come back with every answer to a question for up to a hundred objects.
_EARNED = 5.0
#: The same for a listing of one collection: more than our own pace takes, less than a server that drags.
_EARNED_BY_LISTING = 0.2
_A = TypeVar("_A")
_B = TypeVar("_B")


class _MovedError(LibraryChanging):
    """The library version changed between two answers."""

    def __init__(self) -> None:
        super().__init__(
            "The library kept changing while zsync was reading it.",
            "Run again when Zotero has finished syncing; nothing is lost.",
        )


class Library:
    """One Zotero library, remote; use as a context manager.

    ``library`` is ``users/N`` or ``groups/N``, or ``auto`` for the library of the key's owner. ``deadline``
    bounds all waiting for the server, in seconds.
    """

    def __init__(
        self,
        library: str,
        endpoint: str,
        api_key: Secret | None,
        *,
        progress: Progress = silent,
        politeness: Politeness | None = None,
        deadline: float | None = None,
    ) -> None:
        self.name = library
        self._seen: set[int] = set()
        self._api_key = api_key
        self._progress = progress
        self._politeness = politeness or Politeness()
        if deadline is not None:
            self._politeness = replace(self._politeness, deadline=deadline)
        self._connection = Connection(
            endpoint,
            api_key,
            self._politeness,
            lambda wait: progress("waiting, as Zotero asks", 0, round(wait)),
        )

    def __enter__(self) -> Self:
        if self.name.startswith("users/") and not self._api_key:
            raise _no_key()
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.__exit__(*error)

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._connection.requests

    # -- identity ---------------------------------------------------------------------------------

    def resolve(self) -> str:
        """Return the library's name, asking the key where the settings say ``auto``.

        Raises:
            NotAllowed: there is no key, or Zotero does not know it.

        """
        if self.name == AUTO:
            self.name = f"users/{self._key_info['userID']}"
        return self.name

    def permissions(self) -> Permissions:
        """Return what the key may do in this library; without a key, what everybody may."""
        if not self._api_key:
            return Permissions(read=True, notes=True, write=False)
        access = self._key_info.get("access", {})
        kind, _, number = self.name.partition("/")
        if kind == "users":
            own = access.get("user", {}) if str(self._key_info["userID"]) == number else {}
            return Permissions(
                bool(own.get("library")), bool(own.get("notes")), bool(own.get("write"))
            )
        groups = access.get("groups", {})
        # What is allowed for all groups is allowed for each, whatever is said of that one.
        given = [groups.get(each, {}) for each in ("all", number)]
        read, write = (any(each.get(name) for each in given) for name in ("library", "write"))
        # A key has no separate permission for the notes of a group.
        return Permissions(read, True, write)

    @cached_property
    def _key_info(self) -> Mapping[str, Any]:
        if not self._api_key:
            raise _no_key()
        response = self._connection.get("keys/current")
        if response.status_code == 403:
            raise NotAllowed(
                "Zotero does not know this key.",
                "Make one at https://www.zotero.org/settings/keys and set ZOTERO_API_KEY to it.",
            )
        if response.status_code == 429 or response.status_code >= 500:
            raise _busy(response)
        if response.status_code != 200:
            raise _no_zotero(response)
        return read_key(response)

    @cached_property
    def _zotero(self) -> Any:
        """Pyzotero's view of the same library: it knows the addresses of users and groups."""
        from pyzotero.zotero import Zotero

        kind, _, number = self.name.partition("/")
        key = self._api_key.reveal() if self._api_key else None
        zotero = Zotero(number, kind.removesuffix("s"), key, client=self._connection.client)
        zotero.endpoint = self._connection.endpoint
        return zotero

    # -- what changed -----------------------------------------------------------------------------

    @cached_property
    def version(self) -> int:
        """The library version now, asked once: the only request where nothing is new.

        Not by ``If-Modified-Since-Version``: its 304 also covers a library that was restored to an older
        version, and names no version to tell.
        """
        response = self._connection.get(f"{self.name}/settings", {"since": str(_LATEST)})
        self._must_be_fine(response)
        read_object(response)
        return read_version(response)

    def changes_since(
        self, known: Known, choose: Callable[[Sequence[Collection]], Sequence[str]]
    ) -> LibraryDelta:
        """Return what changed since the mirror's version.

        ``choose`` picks the linked collections from all of the library's.

        Raises:
            LibraryChanging: the library moved during every one of several tries.
            NotAllowed: the key may not read this library.
            SettingsError: there is no such library, or ``choose`` found no such collection.
            Unreachable: no answer, or none that Zotero would give.

        """
        fetched: dict[str, Raw] = {}
        return self._at_one_version(lambda: self._delta(known, choose, fetched))

    def rest_since(self, known: Known, linked: Container[str]) -> RestOfLibrary:
        """Return what is new among the library's items that are not ``linked`` (keys of objects).

        One request lists the whole library; only what is not ``known`` at its version is fetched.

        Raises:
            As :meth:`changes_since` does.

        """
        fetched: dict[str, Raw] = {}
        return self._at_one_version(lambda: self._in_rest(known, linked, fetched))

    def _at_one_version(self, read: Callable[[], _A]) -> _A:
        """Read several answers of one library version; start again where the library moved."""
        for pause in (*_PAUSES, None):
            try:
                return read()
            except _MovedError:
                if pause is None or pause > self._connection.patience.left:
                    break
                self._progress("the library is changing; starting again", 0, 0)
                time.sleep(pause)
        raise _MovedError

    def _delta(
        self,
        known: Known,
        choose: Callable[[Sequence[Collection]], Sequence[str]],
        fetched: dict[str, Raw],
    ) -> LibraryDelta:
        version, collections, holding = self._collections()
        roots = tuple(choose(collections))
        self._seen = {version}
        if known.version is not None and version < known.version:
            # An account that was restored counts from an older version: trust nothing known.
            known = Known()
        # Imported here: an idle run asks for no collections.
        from zsync.core.places import subtrees

        linked = [each.key for each in subtrees(collections, roots)]
        listings = self._listings(version, linked)
        self._check_empty([key for key in linked if key in holding and not listings[key]])
        versions = {key: number for listing in listings.values() for key, number in listing.items()}
        delta = LibraryDelta(
            version=version,
            roots=roots,
            collections=tuple(collections),
            membership={key: tuple(listing) for key, listing in listings.items()},
            items=self._news(version, versions, known, fetched),
            gone=self._whereabouts(
                version, [key for key in known.versions if key not in versions], linked
            ),
        )
        if not self._seen_once:
            self._check_untouched(delta, {*versions, *known.versions})
        return delta

    def _check_empty(self, doubtful: Sequence[str]) -> None:
        """Refuse empty listings of collections that are said to hold items, unless notes are out of sight."""
        if doubtful and self._seen_once and self.permissions().notes:
            raise WrongReply(f"it says that collection {doubtful[0]} holds items, and lists none")

    def _contradict(self, key: str) -> None:
        """Refuse a listing without an item that says that it is in the collection."""
        if not self._seen_once:
            raise _MovedError
        raise WrongReply(f"it does not list {key}, which says that it is in the collection")

    @property
    def _seen_once(self) -> bool:
        """Return whether all answers so far were made at one library version."""
        return len(self._seen) == 1

    def _check_untouched(self, delta: LibraryDelta, objects: Container[str]) -> None:
        """Make sure that nothing which was read changed between the first answer and the last.

        ``objects`` are the keys of all that was listed, or looked for.
        """
        items = self.changed_after("items", delta.version)
        collections = self.changed_after("collections", delta.version)
        if items is None or collections is None or collections[1]:
            raise _MovedError
        touched = read_deleted(self._list("deleted", {"since": str(delta.version)}, None))
        for each in (each["data"] for each in items[1]):
            touched |= {each["key"], each.get("parentItem") or "", *each.get("collections", ())}
        if any(key in objects or key in delta.membership for key in touched):
            raise _MovedError

    def _in_rest(
        self, known: Known, linked: Container[str], fetched: dict[str, Raw]
    ) -> RestOfLibrary:
        response = self._list("items/top", {"format": "versions"}, None)
        version = read_version(response)
        self._seen = {version}
        if known.version is not None and version < known.version:
            known = Known()
        listed = read_versions(response)
        versions = {key: number for key, number in listed.items() if key not in linked}
        return RestOfLibrary(
            version, frozenset(versions), self._news(version, versions, known, fetched)
        )

    def _news(
        self,
        version: int,
        versions: Mapping[str, int],
        known: Known,
        fetched: dict[str, Raw],
    ) -> tuple[Raw, ...]:
        """Return the listed objects that are not known at their version; ``fetched`` outlives a new start."""
        new = [key for key, number in versions.items() if known.versions.get(key) != number]
        wanted = [key for key in new if fetched.get(key, {}).get("version") != versions[key]]
        for item in self._fetch(version, wanted):
            fetched[item["key"]] = item
        if any(fetched[key]["version"] != versions[key] for key in new):
            raise _MovedError
        return tuple(fetched[key] for key in new)

    def _collections(self) -> tuple[int, list[Collection], set[str]]:
        """List the library's collections that are not in the trash, with the library version.

        Last come the keys of those that are said to hold items.
        """
        found: list[Collection] = []
        holding: set[str] = set()
        version: int | None = None
        start, total = 0, 1
        while start < total:
            query = {"limit": str(PAGE), "start": str(start)}
            response = self._list("collections", query, version)
            version = read_version(response)
            total = read_total(response)
            page = read_objects(response, "collections", start)
            found.extend(_collections_of(page))
            holding |= {each["key"] for each in page if read_size(each)}
            start += PAGE
        check_tree(found)
        return version or 0, found, holding

    def _listings(self, version: int, keys: Sequence[str]) -> dict[str, dict[str, int]]:
        def listing(key: str) -> dict[str, int]:
            query = {"format": "versions"}
            found = read_versions(self._list_from(f"collections/{key}/items", query, version))
            self._connection.patience.earn(_EARNED_BY_LISTING)
            return found

        return dict(zip(keys, self._at_once(listing, keys), strict=True))

    def _fetch(self, version: int, keys: Sequence[str]) -> Iterator[Raw]:
        """Fetch objects by key; one that is listed but not given means that the library moved."""
        done = 0
        for batch, items in self._batches(version, keys, {}):
            missing = set(batch) - {item["key"] for item in items}
            if missing:
                raise _MovedError
            done += len(items)
            self._progress("items", done, len(keys))
            yield from items

    def _whereabouts(
        self, version: int, keys: Sequence[str], linked: Sequence[str]
    ) -> dict[str, str]:
        """Return what became of known objects that the ``linked`` collections no longer list."""
        where = dict.fromkeys(keys, "deleted in Zotero")
        for _, items in self._batches(version, keys, {"includeTrashed": "1"}):
            for item in items:
                trashed = bool(item["data"].get("deleted"))
                if not trashed and not set(linked).isdisjoint(item["data"].get("collections", ())):
                    self._contradict(item["key"])
                where[item["key"]] = (
                    "in Zotero's trash" if trashed else "taken out of the collection"
                )
        return where

    def _batches(
        self, version: int, keys: Sequence[str], query: Mapping[str, str]
    ) -> Iterator[tuple[Sequence[str], list[Raw]]]:
        batches = [keys[start : start + PAGE] for start in range(0, len(keys), PAGE)]

        def fetch(batch: Sequence[str]) -> list[Raw]:
            # An empty itemKey would give the whole library; batches are never empty.
            wanted = {"itemKey": ",".join(batch), "limit": "100", **query}
            objects = read_wanted(self._list_from("items", wanted, version), "items", batch)
            self._connection.patience.earn(_EARNED)
            return objects

        yield from zip(batches, self._at_once(fetch, batches), strict=True)

    def _at_once(self, task: Callable[[_A], _B], over: Sequence[_A]) -> Iterator[_B]:
        """Run a task over all of these, a few at once; results come in order, as they are ready."""
        with ThreadPoolExecutor(self._politeness.at_once) as pool:
            try:
                yield from pool.map(task, over)
            except KeyboardInterrupt:  # the threads must not keep the program waiting
                self._connection.stop()
                raise

    # -- reading and writing by key ---------------------------------------------------------------

    def fetch(self, keys: Iterable[str], *, include_trashed: bool = True) -> dict[str, Raw]:
        """Return these items as they are now; one that is gone (or may not be read) is missing."""
        found: dict[str, Raw] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), PAGE):
            batch = wanted[start : start + PAGE]
            found |= self.look_up("items", batch, include_trashed=include_trashed)[1]
        return found

    def look_up(
        self, kind: str, keys: Sequence[str], *, include_trashed: bool = True
    ) -> tuple[int, dict[str, Raw]]:
        """Return the library version now and these ``items`` or ``collections``, at most 100, in one request.

        Raises:
            ValueError: there are no keys (Zotero would give the whole library) or too many.

        """
        if not 0 < len(keys) <= PAGE:
            raise ValueError(f"between 1 and {PAGE} keys can be looked up at once")
        query = {f"{kind.removesuffix('s')}Key": ",".join(keys), "limit": str(PAGE)}
        if include_trashed:
            query["includeTrashed"] = "1"
        response = self._list(kind, query, None)
        objects = read_wanted(response, kind, keys)
        return read_version(response), {each["key"]: each for each in objects}

    def changed_after(self, kind: str, version: int) -> tuple[int, list[Raw]] | None:
        """Return the library version now and the ``items`` or ``collections`` that changed after ``version``.

        Children and what is in the trash are among them. None where they are more than one answer holds, or
        where the library was restored to an older version.
        """
        query = {"since": str(version), "limit": str(PAGE), "includeTrashed": "1"}
        response = self._list(kind, query, None)
        objects = read_objects(response, kind)
        now = read_version(response)
        return (now, objects) if read_total(response) <= PAGE and now >= version else None

    def check_may_write(self) -> None:
        """Make sure that the key may write here, notes included, before anything is sent.

        Raises:
            NotAllowed: it may not; the error says what to do.

        """
        if reason := self.why_not_write():
            raise reason

    def why_not_write(self) -> NotAllowed | None:
        """Return why the key, or its owner, may not write here; None where nothing stands against it.

        Raises:
            NotAllowed: there is no key, or it may not even read this library.

        """
        if not self._api_key:
            raise _no_key()
        may = self.permissions()
        if not may.read:
            raise self._forbidden()
        if not may.write or not self._may_edit:
            return self._may_not_write()
        if not may.notes:
            return NotAllowed(
                f"The key (of user {self._key_info['userID']}) may write to {self.name},"
                " but not read or write its notes.",
                "Allow access to notes at https://www.zotero.org/settings/keys.",
            )
        return None

    @cached_property
    def _may_edit(self) -> bool:
        """Return whether the group lets the key's owner edit: the group says so, not the key."""
        if not self.name.startswith("groups/"):
            return True
        response = self._connection.get(self.name)
        self._must_be_fine(response)
        group = read_group(response)
        if group["libraryEditing"] != "admins":
            return True
        return self._key_info["userID"] in {group["owner"], *group.get("admins", ())}

    def post(
        self, kind: str, objects: Sequence[Mapping[str, Any]], unmodified_since: int | None
    ) -> Response:
        """Write ``items`` or ``collections``, at most 50, each with its ``key`` and ``version``.

        Returns the answer where it speaks of the objects: 200, 412 (of the whole request), 413 and 500. What
        they mean is for :mod:`zsync.zotero.writes` to say.

        Raises:
            NotAllowed: the key, or the user, may not write here.
            LibraryChanging: Zotero has locked the library.
            Unreachable: no answer, or none that Zotero would give; some objects may be written.

        """
        # Known no longer: the next to ask for it asks Zotero.
        self.__dict__.pop("version", None)
        headers = (
            {}
            if unmodified_since is None
            else {"If-Unmodified-Since-Version": str(unmodified_since)}
        )
        response = self._connection.post(self._address(kind), objects, headers)
        status = response.status_code
        if status in (401, 403):
            raise self._may_not_write()
        if status == 409:
            raise LibraryChanging(
                "Zotero has locked the library for a while.", "Run again in a few minutes."
            )
        if status not in (412, 413, 500):
            self._must_be_fine(response)
        self._connection.patience.earn(_EARNED)
        return response

    def _may_not_write(self) -> NotAllowed:
        if not self._api_key:
            return _no_key()
        # Says "unknown key" by itself where that is the reason.
        owner = self._key_info["userID"]
        if self.name.startswith("groups/") and self.permissions().write:
            return NotAllowed(
                f"User {owner} may read {self.name}, but not edit it.",
                "Ask an administrator of the group to let you edit its library.",
            )
        return NotAllowed(
            f"The key (of user {owner}) may not write to {self.name}.",
            "Allow write access for it at https://www.zotero.org/settings/keys, or write nothing:"
            ' `zsync pull`, or push = "none" under [sync] in zsync.toml.',
        )

    # -- requests ---------------------------------------------------------------------------------

    def _list(self, path: str, query: Mapping[str, str], version: int | None) -> Response:
        """Read a list of this library at the given library version (any, where it is None)."""
        response = self._connection.get(self._address(path), query)
        if response.status_code == 404 and path.startswith("collections/"):
            raise _MovedError  # the collection was deleted after it had been listed
        self._must_be_fine(response)
        if version is not None and read_version(response) != version:
            raise _MovedError
        return response

    def _list_from(self, path: str, query: Mapping[str, str], version: int) -> Response:
        """Read a list at the given library version or a later one, which is noted."""
        response = self._list(path, query, None)
        if read_version(response) < version:
            raise _MovedError
        self._seen.add(read_version(response))
        return response

    def _address(self, path: str) -> str:
        zotero = self._zotero
        return f"{zotero.library_type}/{zotero.library_id}/{path}"

    def _must_be_fine(self, response: Response) -> None:
        """Turn a refusal into an error of ours."""
        status = response.status_code
        if status == 200:
            return
        if status in (401, 403):
            raise self._forbidden()
        if status == 404:
            raise self._unknown_library()
        if status in (412, 409):
            raise _MovedError
        if status == 429 or status >= 500:
            raise _busy(response)
        raise _no_zotero(response)

    def _forbidden(self) -> NotAllowed:
        if not self._api_key:
            return _no_key()
        # Says "unknown key" by itself where that is the reason.
        owner = self._key_info.get("userID")
        return NotAllowed(
            f"The key (of user {owner}) may not read {self.name}.",
            f"{self._readable()} Permissions are set at https://www.zotero.org/settings/keys.",
        )

    def _unknown_library(self) -> SettingsError | NotAllowed:
        if not self._api_key:
            return _no_key()
        return SettingsError(f"There is no library {self.name}.", self._readable())

    def _readable(self) -> str:
        """Name the libraries that the key may read, the likeliest first."""
        own = f"users/{self._key_info['userID']}"
        response = self._connection.get(f"{own}/groups")
        groups = read_groups(response) if response.status_code == 200 else {}
        reads_own = self._key_info.get("access", {}).get("user", {}).get("library")
        names = {own: "your own"} if reads_own else {}
        names |= {f"groups/{number}": name for number, name in groups.items()}
        if not names:
            return "The key can read no library at all."
        near = difflib.get_close_matches(self.name, names, len(names), 0.0)
        known = ", ".join(f"{each} ({names[each]})" for each in near)
        return f"The key can read {known}."


def _collections_of(objects: Sequence[Raw]) -> Iterator[Collection]:
    for each in objects:
        data = each["data"]
        if not data.get("deleted"):
            yield Collection(data["key"], data["name"], data.get("parentCollection") or None)


def _no_zotero(response: Response) -> Unreachable:
    kind = response.headers.get("Content-Type", "no content type").partition(";")[0]
    return Unreachable(
        f"The server answered, but not as Zotero does (status {response.status_code}, {kind}).",
        "Check the endpoint; a login page of the network may be in the way.",
    )


def _busy(response: Response) -> Unreachable:
    wait = response.headers.get("Retry-After", "")
    when = f"in {wait} seconds" if wait.isdigit() else "in a few minutes"
    return Unreachable(
        f"The Zotero server is busy or out of order (status {response.status_code}).",
        f"Run again {when}; it goes on where it stopped.",
    )


def _no_key() -> NotAllowed:
    return NotAllowed(
        "There is no Zotero key.",
        "Make one at https://www.zotero.org/settings/keys and set ZOTERO_API_KEY to it, "
        "in the environment or in a .env file next to zsync.toml.",
    )
