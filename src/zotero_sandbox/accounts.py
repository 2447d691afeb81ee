"""Users, groups and keys, and what a key may do where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zotero_sandbox.library import Library


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; ``name`` is what is shown, the username makes the addresses."""

    id: int
    username: str
    name: str = ""

    @property
    def shown_name(self) -> str:
        """The real name if there is one."""
        return self.name or self.username

    @property
    def slug(self) -> str:
        """The username as it stands in an address."""
        return slug(self.username)


@dataclass(frozen=True, slots=True)
class Group:
    """A group and the rules of its library."""

    id: int
    name: str
    owner: int
    type: str = "Private"
    members: tuple[int, ...] = ()
    admins: tuple[int, ...] = ()
    library_editing: str = "members"
    library_reading: str = "members"
    file_editing: str = "members"
    description: str = ""
    url: str = ""
    version: int = 1

    @property
    def is_public(self) -> bool:
        """Whether the group has a public page."""
        return self.type != "Private"

    @property
    def is_open_to_read(self) -> bool:
        """Whether anybody may read the library."""
        return self.is_public and self.library_reading == "all"

    def is_admin(self, user: int | None) -> bool:
        """Whether the user owns or administers the group."""
        return user == self.owner or user in self.admins

    def has_member(self, user: int | None) -> bool:
        """Whether the user belongs to the group in any role."""
        return self.is_admin(user) or user in self.members

    def lets_edit(self, user: int | None) -> bool:
        """Whether the group's own rules let the user write."""
        return self.is_admin(user) or (self.library_editing == "members" and self.has_member(user))


@dataclass(frozen=True, slots=True)
class Key:
    """An API key; ``access`` has the shape that ``/keys/current`` shows, ``name`` may be told to anybody."""

    text: str = field(repr=False)
    user: int
    access: Mapping[str, Mapping[str, object]]
    name: str = ""

    def may(self, what: str) -> bool:
        """Whether the key may do this in its user's own library: library, notes, write, files."""
        return bool(self.access.get("user", {}).get(what))

    def may_in_group(self, what: str, group: int) -> bool:
        """Whether the key itself allows this in the group (library, write), by name or with all groups."""
        groups = self.access.get("groups", {})
        rules = (groups.get(each) for each in (str(group), "all"))
        return any(bool(rule.get(what)) for rule in rules if hasattr(rule, "get"))


@dataclass(frozen=True, slots=True)
class Access:
    """What one request may do in one library."""

    user: int | None = None
    read: bool = False
    write: bool = False
    notes: bool = False


def slug(name: str) -> str:
    """Return a name as zotero.org puts it into an address."""
    return re.sub(r"[^a-z0-9_ .-]", "", name.lower()).strip().replace(" ", "_")


@dataclass(slots=True)
class Accounts:
    """Everybody the sandbox knows."""

    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict, repr=False)

    def access(self, key: Key | None, library: Library) -> Access:
        """Return what a key (or nobody's request) may do in a library."""
        if library.kind == "groups":
            return self._group_access(key, self.groups[library.id])
        if key is None or key.user != library.id or not key.may("library"):
            return Access(key.user if key else None)
        return Access(key.user, read=True, write=key.may("write"), notes=key.may("notes"))

    def _group_access(self, key: Key | None, group: Group) -> Access:
        user = key.user if key else None
        listed = key is not None and key.may_in_group("library", group.id)
        reads = group.is_open_to_read or (listed and group.has_member(user))
        writes = key is not None and key.may_in_group("write", group.id) and group.lets_edit(user)
        return Access(user, read=reads, write=reads and writes, notes=reads)

    def groups_of(self, user: int, key: Key | None) -> list[Group]:
        """Return the user's groups that the holder of the key may see."""
        return [
            group
            for group in self.groups.values()
            if group.has_member(user) and self.sees_group(key, group)
        ]

    def sees_group(self, key: Key | None, group: Group) -> bool:
        """Whether the group itself, not its library, may be shown."""
        if group.is_public:
            return True
        return (
            key is not None and key.may_in_group("library", group.id) and group.has_member(key.user)
        )
