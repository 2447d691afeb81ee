"""``zsync.toml`` and the environment, read once into frozen settings.

A flag wins over the environment, the environment over the file. Unknown keys, wrong types and secrets in
the file are errors that name the key and its line. Below the command line nothing else looks at the
environment.

The key is the person's, while the files beside the list are of whoever wrote the repository that was cloned.
So the key goes to Zotero, to this machine, and to a server that the environment or the person's own settings
name; not to one that only a file of the repository names.

What zsync writes stays in the repository, links followed, unless ``--allow-outside`` is given: the
settings cannot say it, for whoever clones a repository has not read them yet.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from zsync.core.cite.policy import DEFAULT_FORMULA, BibFormat, BibPolicy
from zsync.core.patterns import regex
from zsync.core.policy import ListPolicy, NotesPolicy, PushScope
from zsync.core.states import STATES, state_called
from zsync.errors import FileError, NotAllowed, SettingsError

SETTINGS_FILE = "zsync.toml"
LOCK_FILE = "zsync.lock"
SECRETS_FILE = ".env"
KEY_VARIABLE = "ZOTERO_API_KEY"
WORK_FOLDER = ".zsync"
ZOTERO_API = "https://api.zotero.org"
AUTO = "auto"
#: The person's own settings, outside any repository.
PERSONAL_FILE = "settings.toml"
DEADLINE = 120.0
MAX_ADDITIONS = 50
MAX_RETITLES = 5
MAX_REMOVALS = 0.2
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CSL_JSON = ".json"
_E = TypeVar("_E", bound=StrEnum)
_MAIL = regex(r"[^@\s<>(),;:\"]+@[^@\s<>(),;:\"]+")
# The address of a server, plain enough for every program to read it in the same way: no user before the host,
# no space, no backslash, no query.
_ENDPOINT = regex(
    r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?:/[a-z0-9_.~/-]*)?",
    re.IGNORECASE | re.ASCII,
)
_LAST_PORT = 65535
_LONGEST = 86400
_MOST_DOTS = 1_000
_ALLOW = "If you want that, run again with --allow-outside; nothing was written."
# A mark that a box may have where a list is read: no letter or digit, no bracket, and no footnote's sign.
_MARK = regex(r"[^\w\s\[\]^]\ufe0f?")
_LIBRARY = regex(r"(users|groups)/[0-9]+")


class Secret:
    """A key that never shows itself: not in a message, a log or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key, for the one request header that carries it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(frozen=True, slots=True)
class BibSettings:
    """Where the bibliography goes, and how it is written; ``name`` is the path as in the settings."""

    path: Path
    policy: BibPolicy = field(default_factory=BibPolicy)
    name: str = ""


@dataclass(frozen=True, slots=True)
class ListSettings:
    """One reading list and what it is linked to; ``path`` is None where only a .bib is wanted.

    ``name`` is the list's path as written in the settings: the lock knows the list by it.
    """

    name: str
    collection: str
    path: Path | None
    policy: ListPolicy = field(default_factory=ListPolicy)
    bib: BibSettings | None = None


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the public services about papers are; each without a trailing slash."""

    arxiv: str = "https://export.arxiv.org"
    crossref: str = "https://api.crossref.org"
    datacite: str = "https://api.datacite.org"
    openreview: str = "https://api2.openreview.net"
    doi: str = "https://doi.org"
    cvf: str = "https://openaccess.thecvf.com"


@dataclass(frozen=True, slots=True)
class FateTags:
    """The tags of new items whose papers were retracted, corrected or doubted by editors; "" is none."""

    retracted: str = "retracted"
    corrected: str = "corrected"
    doubted: str = "expression of concern"


@dataclass(frozen=True, slots=True)
class ResolverSettings:
    """How the services about papers are asked, and what is made of their answers.

    ``contact`` is an e-mail address by which they can reach who asks; Crossref answers such requests sooner.
    ``deadline`` bounds all that one run asks, in seconds.
    """

    contact: str = ""
    deadline: float = 120.0
    endpoints: Endpoints = field(default_factory=Endpoints)
    tags: FateTags = field(default_factory=FateTags)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the commands need to know; paths are absolute.

    ``library`` is ``users/N``, ``groups/N`` or ``auto`` (the key's own library). ``max_removals`` is a share
    between 0 and 1, ``max_additions`` a number of items, ``max_retitles`` of titles. ``push`` is how much a
    sync takes to Zotero. ``deadline`` bounds all waiting for Zotero in one run, in seconds. ``distrusted`` is
    the file that names the endpoint, where that is why there is no key here.
    """

    folder: Path
    library: str
    endpoint: str
    api_key: Secret | None
    lists: tuple[ListSettings, ...]
    max_removals: float = MAX_REMOVALS
    max_additions: int = MAX_ADDITIONS
    max_retitles: int = MAX_RETITLES
    push: PushScope = PushScope.ALL
    metadata: ResolverSettings = field(default_factory=ResolverSettings)
    deadline: float = DEADLINE
    distrusted: str = ""

    def check_trust(self) -> None:
        """Make sure that it was not only a file of the repository that chose the endpoint.

        Raises:
            NotAllowed: it was; the key was held back from that server.

        """
        if self.distrusted:
            raise NotAllowed(
                f"{self.distrusted} names the server {self.endpoint}. Your Zotero key was not sent there.",
                f"If you trust that server, set ZOTERO_API_URL={self.endpoint} in the environment itself,"
                f' or write servers = ["{self.endpoint}"] into your own {PERSONAL_FILE} of zsync.',
            )

    @property
    def lock_path(self) -> Path:
        """The file that holds the base."""
        return self.folder / LOCK_FILE

    @property
    def work_folder(self) -> Path:
        """The folder for the mirror and for what is kept aside; git ignores it."""
        return self.folder / WORK_FOLDER


def find(start: Path) -> Path:
    """Find ``zsync.toml`` here or in a folder above.

    Raises:
        SettingsError: there is none.

    """
    if found := find_if_there(start):
        return found
    raise SettingsError(
        f"There is no {SETTINGS_FILE} here or in a folder above.",
        "Run `zsync init` to make one, or `zsync demo` to look around first.",
    )


def find_if_there(start: Path) -> Path | None:
    """Find ``zsync.toml`` here or in a folder above, or nothing."""
    candidates = (folder / SETTINGS_FILE for folder in (start, *start.parents))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def load(
    path: Path,
    text: str,
    environment: Mapping[str, str],
    *,
    beside: Mapping[str, str] = MappingProxyType({}),
    servers: Collection[str] = (),
    allow_outside: bool = False,
) -> Settings:
    """Read settings from the text of ``path`` and the environment.

    ``beside`` is what the file of secrets beside ``path`` adds to the environment. ``servers`` are those that
    the person's own settings trust with the key. ``allow_outside``: what zsync writes may lie outside the
    repository, be it by a path or by a link. The settings themselves cannot say so: who clones a repository
    has not read them yet.

    Raises:
        FileError: the text is not TOML, or holds an unknown key, a wrong type, a secret or a path that leaves
            the repository.
        SettingsError: the environment holds something that zsync does not understand.

    """
    return _Reader(path, text, allow_outside).settings(environment, beside, servers)


def load_servers(path: Path, text: str) -> tuple[str, ...]:
    """Read from the text of the person's own settings which servers may have the key.

    Raises:
        FileError: the text is not TOML, or holds an unknown key or a wrong type.

    """
    return _Reader(path, text).servers()


def api_key(environment: Mapping[str, str]) -> Secret | None:
    """Take the key from ``ZOTERO_API_KEY``; an empty one counts as none.

    Raises:
        NotAllowed: it cannot be a key, nor be sent as one.

    """
    value = environment.get(KEY_VARIABLE, "").strip()
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotAllowed(
            "ZOTERO_API_KEY does not hold a Zotero key.",
            "A key is one word of letters and digits; see https://www.zotero.org/settings/keys.",
        )
    return Secret(value) if value else None


def check_endpoint(endpoint: str) -> str:
    """Return the endpoint without a trailing slash.

    Raises:
        SettingsError: it is no web address, or would send the key unencrypted over a network.

    """
    if not _is_address(endpoint):
        raise SettingsError(
            f"The endpoint {endpoint!r} is not a web address.", f"The usual one is {ZOTERO_API}."
        )
    parts = urlsplit(endpoint)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(
            f"The endpoint {endpoint!r} would send your key unencrypted.", "Use https."
        )
    return endpoint.rstrip("/")


def _is_address(text: str) -> bool:
    """Return whether a text is the address of a server: scheme, host, perhaps a port and a path."""
    found = _ENDPOINT.fullmatch(text)
    if found is None or int(found["port"] or 0) > _LAST_PORT:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # brackets that hold no address
        return False


def _resolved(path: Path) -> Path:
    """Return where a path leads, links followed.

    Raises:
        FileError: it is a link that leads to itself.

    """
    try:
        return path.resolve()
    except (OSError, RuntimeError) as cause:
        raise FileError(path, "this link leads nowhere.", "Put a file in its place.") from cause


def _origin(address: str) -> tuple[str, str | None, int | None]:
    """Return what makes an address one server's: scheme, host and port."""
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def _library_of(environment: Mapping[str, str]) -> str | None:
    """Take the library from ``ZOTERO_LIBRARY_TYPE`` and ``ZOTERO_LIBRARY_ID``, if they are set."""
    number = environment.get("ZOTERO_LIBRARY_ID", "").strip()
    kind = environment.get("ZOTERO_LIBRARY_TYPE", "").strip().lower().rstrip("s") or "user"
    if not number:
        return None
    if kind not in ("user", "group") or not number.isascii() or not number.isdigit():
        raise SettingsError(
            f"ZOTERO_LIBRARY_TYPE={kind!r} with ZOTERO_LIBRARY_ID={number!r} is no library.",
            "The type is `user` or `group`, the id a number.",
        )
    return f"{kind}s/{number}"


class _Reader:
    """Checks the tables of one settings file; knows the line of every complaint."""

    def __init__(self, path: Path, text: str, allow_outside: bool = False) -> None:
        self.path = path
        self.text = text
        self.allow_outside = allow_outside
        self.folder = path.parent.resolve()

    def servers(self) -> tuple[str, ...]:
        table = self._table(self._toml(), "", {"servers"})
        return tuple(check_endpoint(each) for each in self._texts(table, "servers", ()))

    def settings(
        self, own: Mapping[str, str], beside: Mapping[str, str], servers: Collection[str]
    ) -> Settings:
        environment = {**beside, **own}
        data = self._toml()
        top = self._table(data, "", {"zotero", "list", "bib", "guard", "lists", "sync", "metadata"})
        of_zotero = {"library", "collection", "endpoint", "deadline"}
        zotero = self._table(top.get("zotero", {}), "zotero", of_zotero)
        limits = {"max_removals", "max_additions", "max_retitles"}
        guard = self._table(top.get("guard", {}), "guard", limits)
        sync = self._table(top.get("sync", {}), "sync", {"push"})
        library = _library_of(environment) or self._library(zotero.get("library", AUTO))
        key = api_key(environment)
        endpoint, named_by = self._endpoint(zotero, own, beside)
        is_trusted = not named_by or _origin(endpoint)[1] in LOOPBACK
        is_trusted |= _origin(endpoint) in map(_origin, (ZOTERO_API, *servers))
        lists = self._lists(top, zotero)
        self._check_paths(lists)
        return Settings(
            folder=self.folder,
            library=library,
            endpoint=endpoint,
            api_key=key if is_trusted else None,
            lists=lists,
            max_removals=self._share(guard.get("max_removals", "20%")),
            max_additions=self._count(guard, "guard.max_additions", MAX_ADDITIONS),
            max_retitles=self._count(guard, "guard.max_retitles", MAX_RETITLES),
            push=self._member(sync, "sync.push", PushScope.ALL),
            metadata=self._metadata(top.get("metadata", {})),
            deadline=self._seconds(zotero, "zotero.deadline", DEADLINE),
            distrusted="" if is_trusted else named_by,
        )

    def _endpoint(
        self, zotero: Mapping[str, Any], own: Mapping[str, str], beside: Mapping[str, str]
    ) -> tuple[str, str]:
        """Return the endpoint, and the file of the repository that names it, if one does."""
        named = (
            (own.get("ZOTERO_API_URL", "").strip(), ""),
            (beside.get("ZOTERO_API_URL", "").strip(), SECRETS_FILE),
            (self._text(zotero, "zotero.endpoint", ""), self.path.name),
            (ZOTERO_API, ""),
        )
        endpoint, file = next(each for each in named if each[0])
        return check_endpoint(endpoint), file

    def _toml(self) -> dict[str, Any]:
        for number, line in enumerate(self.text.split("\n"), 1):
            # The time in which tomllib reads a key grows with the square of its parts.
            if line.count(".") > _MOST_DOTS:
                raise FileError(
                    self.path,
                    f"this line has more than {_MOST_DOTS} dots.",
                    "No setting needs as many; fix that line.",
                    where=number,
                )
        try:
            return tomllib.loads(self.text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as cause:
            place = re.search(r"at line ([0-9]+)", str(cause))
            raise FileError(
                self.path,
                f"this is not TOML: {str(cause)[:1].lower()}{str(cause)[1:]}.",
                "Fix that line; texts stand in double quotes.",
                where=int(place[1]) if place else None,
            ) from cause
        except RecursionError as cause:
            raise FileError(
                self.path, "its brackets stand too deep in brackets.", "No setting needs as many."
            ) from cause
        except ValueError as cause:
            raise FileError(
                self.path, "a number in it is too long.", "No setting needs as many digits."
            ) from cause

    def _lists(self, top: Mapping[str, Any], zotero: Mapping[str, Any]) -> tuple[ListSettings, ...]:
        tables = top.get("lists")
        if tables is None:
            return (self._list(top, "", self._text(zotero, "zotero.collection", "")),)
        if not isinstance(tables, list) or not tables:
            raise self._complain("lists", "must be one or more [[lists]] tables.")
        found = []
        for table in tables:
            checked = self._table(table, "lists", {"collection", "list", "bib"})
            found.append(self._list(checked, "lists.", self._text(checked, "lists.collection", "")))
        return tuple(found)

    def _check_paths(self, lists: Sequence[ListSettings]) -> None:
        """Refuse settings that would have two things written into one file, or one outside the repository."""
        taken = {
            _resolved(self.folder / name): f"zsync's own {name}"
            for name in (SETTINGS_FILE, LOCK_FILE, SECRETS_FILE)
        }
        self._check_own_places()
        for each in lists:
            for name, path in (
                ("list.path", each.path),
                ("bib.path", each.bib.path if each.bib else None),
            ):
                if path is None:
                    continue
                setting = name if len(lists) == 1 else f"lists.{name}"
                if "\0" in str(path):
                    raise self._complain(setting, "is not the name of a file.")
                resolved = _resolved(path)
                if resolved.is_relative_to(_resolved(self.folder / WORK_FOLDER)):
                    raise self._complain(
                        setting, f"lies in {WORK_FOLDER}, where zsync keeps its own files."
                    )
                if self._is_outside(resolved):
                    raise self._complain(
                        setting, f"leads out of the repository, to {resolved}.", _ALLOW
                    )
                if resolved in taken:
                    raise self._complain(
                        setting,
                        f"names a file that is {taken[resolved]} already.",
                        "Give each list and each bibliography a file of its own.",
                    )
                taken[resolved] = f"the {name.partition('.')[0]} of another setting"

    def _check_own_places(self) -> None:
        """Refuse a lock, a work folder or a part of it that is a link out of the repository."""
        work = self.folder / WORK_FOLDER
        for place in (self.folder / LOCK_FILE, work, *work.glob("*")):
            if self._is_outside(resolved := _resolved(place)):
                raise FileError(
                    place, f"this link leads out of the repository, to {resolved}.", _ALLOW
                )

    def _is_outside(self, resolved: Path) -> bool:
        """Say whether a place is none of the repository's files; git's own folder is as far away as any."""
        if self.allow_outside:
            return False
        if not resolved.is_relative_to(self.repository):
            return True
        # Some systems tell no capitals apart.
        first, *_ = (*resolved.relative_to(self.repository).parts, "")
        return first.casefold() == ".git"

    @cached_property
    def repository(self) -> Path:
        """The folder of the git repository around the settings; without one, the settings' own folder."""
        above = (self.folder, *self.folder.parents)
        return next((each for each in above if (each / ".git").exists()), self.folder)

    def _list(self, tables: Mapping[str, Any], above: str, collection: str) -> ListSettings:
        where = f"{above}list"
        known = {"path", "notes", "note_tag", "read_tags", "new_entries", "entry", "states"}
        table = self._table(tables.get("list", {}), where, known)
        name = self._text(table, f"{where}.path", "")
        if not collection:
            raise self._complain(
                "zotero.collection" if not above else "lists.collection",
                "is missing: zsync needs to know which collection the list follows.",
            )
        if not name and "bib" not in tables:
            raise self._complain(f"{where}.path", "is missing, and there is no [bib] either.")
        notes = self._choice(table, f"{where}.notes", [policy.value for policy in NotesPolicy])
        policy = ListPolicy(
            read_tags=self._texts(table, f"{where}.read_tags", ListPolicy().read_tags),
            notes=NotesPolicy(notes) if notes else None,
            note_tag=self._text(table, f"{where}.note_tag", ListPolicy().note_tag),
            prepend=self._choice(table, f"{where}.new_entries", ["append", "prepend"]) == "prepend",
            entry=self._entry(table, f"{where}.entry"),
            states=self._states(table.get("states", {}), f"{where}.states"),
        )
        bib = self._bib(tables.get("bib"), f"{above}bib", policy.read_tags)
        path = self.folder / name if name else None
        return ListSettings(name or (bib.name if bib else ""), collection, path, policy, bib)

    def _states(self, data: object, name: str) -> tuple[tuple[str, str], ...]:
        """Return the marks of boxes, each with the state that it says."""
        if not isinstance(data, dict):
            advice = 'Write { "/" = "In Progress" }, for example.'
            raise self._complain(name, "must be a table of marks and states.", advice)
        found = []
        for mark, said in data.items():
            state = state_called(said) if isinstance(said, str) else None
            if not _MARK.fullmatch(mark):
                raise self._complain(
                    name,
                    f"cannot have the mark {_quoted(mark)}: a mark is one sign, no letter and no digit.",
                    "[x] says read and [ ] says unread, whatever the settings say.",
                )
            if state is None:
                states = " or ".join(map(_quoted, STATES))
                advice = "A paper that was read has [x]." if said == "Read" else ""
                raise self._complain(
                    name, f"must give {_quoted(mark)} one state: {states}.", advice
                )
            found.append((mark, state))
        return tuple(found)

    def _entry(self, table: Mapping[str, Any], name: str) -> str:
        """Return the form of new entries, once it is sure that they will be read as entries."""
        self._text(table, name, "")
        # Blanks at its end may break a line; those before it indent it.
        text = str(table.get(name.rpartition(".")[2], "")).strip("\n")
        if not text.strip():
            return ""
        # Imported here: most settings have no form, and an idle run reads no list.
        from zsync.formats.reading_list.set_form import check_form
        from zsync.formats.reading_list.template import TemplateError

        try:
            check_form(text)
        except TemplateError as cause:
            what = f"is no form of an entry: {cause}."
            raise self._complain(name, what, cause.advice) from cause
        return text

    def _bib(self, data: object, where: str, read_tags: Collection[str]) -> BibSettings | None:
        if data is None:
            return None
        options = {"format", "ascii", "key_formula", "omit", "title_case", "url", "keywords"}
        table = self._table(data, where, {"path", *options})
        usual = BibPolicy()
        form = self._member(table, f"{where}.format", usual.format)
        path = self._bib_path(table, f"{where}.path", form)
        policy = BibPolicy(
            format=form,
            ascii=self._switch(table, f"{where}.ascii", None),
            key_formula=self._formula(table, f"{where}.key_formula"),
            omit=self._texts(table, f"{where}.omit", ()),
            title_case=bool(self._switch(table, f"{where}.title_case", usual.title_case)),
            url=self._member(table, f"{where}.url", usual.url),
            keywords=self._member(table, f"{where}.keywords", usual.keywords),
            omit_tags=read_tags,
        )
        return BibSettings(self.folder / path, policy, path)

    def _bib_path(self, table: Mapping[str, Any], name: str, form: BibFormat) -> str:
        path = self._text(table, name, "")
        if not path:
            raise self._complain(name, "is missing.")
        if path.endswith(_CSL_JSON) != (form is BibFormat.CSLJSON):
            raise self._complain(
                name,
                f'must end in {_CSL_JSON} if the format is "csljson", and only then.',
                "Pandoc and others go by the end of a file's name.",
            )
        return path

    def _formula(self, table: Mapping[str, Any], name: str) -> str:
        text = self._text(table, name, DEFAULT_FORMULA)
        if text == DEFAULT_FORMULA:
            return text
        # Imported here: it is a good part of an idle run, which makes no keys.
        from zsync.core.cite.formula import FormulaError, parse_formula

        try:
            parse_formula(text)
        except FormulaError as cause:
            what = f"is no formula for citation keys: {cause}."
            raise self._complain(name, what, cause.advice) from cause
        return text

    def _member(self, table: Mapping[str, Any], name: str, usual: _E) -> _E:
        chosen = self._choice(table, name, [member.value for member in type(usual)])
        return type(usual)(chosen) if chosen else usual

    def _switch(self, table: Mapping[str, Any], name: str, usual: bool | None) -> bool | None:
        value = table.get(name.rpartition(".")[2], usual)
        if value is not None and not isinstance(value, bool):
            raise self._complain(name, "must be true or false.")
        return value

    def _metadata(self, data: object) -> ResolverSettings:
        table = self._table(data, "metadata", {"contact", "deadline", "endpoints", "tags"})
        contact = self._text(table, "metadata.contact", "")
        if contact and not _MAIL.fullmatch(contact):
            raise self._complain("metadata.contact", "must be one e-mail address.")
        deadline = self._seconds(table, "metadata.deadline", ResolverSettings().deadline)
        usual = asdict(Endpoints())
        chosen = self._table(table.get("endpoints", {}), "metadata.endpoints", set(usual))
        endpoints = {
            name: self._service(chosen, f"metadata.endpoints.{name}", usual[name])
            for name in chosen
        }
        usual_tags = asdict(FateTags())
        named = self._table(table.get("tags", {}), "metadata.tags", set(usual_tags))
        tags = {
            name: self._text(named, f"metadata.tags.{name}", usual_tags[name]) for name in named
        }
        return ResolverSettings(contact, deadline, Endpoints(**endpoints), FateTags(**tags))

    def _seconds(self, table: Mapping[str, Any], name: str, usual: float) -> float:
        value = table.get(name.rpartition(".")[2], usual)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 < value <= _LONGEST:
            raise self._complain(name, "must be a number of seconds above 0, and at most a day's.")
        return float(value)

    def _service(self, table: Mapping[str, Any], name: str, usual: str) -> str:
        address = self._text(table, name, usual)
        parts = urlsplit(address if _is_address(address) else "")
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise self._complain(
                name, "must be an address that begins with https://.", f"The usual one is {usual}."
            )
        return address.rstrip("/")

    def _library(self, value: object) -> str:
        if isinstance(value, str) and (value == AUTO or _LIBRARY.fullmatch(value)):
            return value
        raise self._complain("zotero.library", 'must be "users/NUMBER", "groups/NUMBER" or "auto".')

    def _share(self, value: object) -> float:
        found = re.fullmatch(r"([0-9]{1,3})\s*%", value) if isinstance(value, str) else None
        if found is None or int(found[1]) > 100:
            raise self._complain("guard.max_removals", 'must be a percentage such as "20%".')
        return int(found[1]) / 100

    def _count(self, table: Mapping[str, Any], name: str, usual: int) -> int:
        value = table.get(name.rpartition(".")[2], usual)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._complain(name, "must be a number such as 50.")
        return value

    def _table(self, data: object, where: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self._complain(where, "must be a table.")
        for key in data:
            if key in known:
                continue
            name = f"{where}.{key}".lstrip(".")
            near = difflib.get_close_matches(key, sorted(known), 1)
            if not near and ("key" in key.lower() or "token" in key.lower()):
                raise self._complain(
                    name,
                    "does not belong here: this file is committed to git.",
                    "Put the key into the environment as ZOTERO_API_KEY, or into a .env file next to it, "
                    "and revoke the one that stood here.",
                )
            hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(sorted(known))}."
            raise self._complain(name, "is not a setting of zsync.", hint)
        return data

    def _text(self, table: Mapping[str, Any], name: str, default: str) -> str:
        value = table.get(name.rpartition(".")[2], default)
        if not isinstance(value, str):
            raise self._complain(name, "must be a text in quotes.")
        return value.strip()

    def _texts(self, table: Mapping[str, Any], name: str, default: Any) -> tuple[str, ...]:
        value = table.get(name.rpartition(".")[2], list(default))
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._complain(name, 'must be a list of texts, such as ["read"].')
        return tuple(value)

    def _choice(self, table: Mapping[str, Any], name: str, known: list[str]) -> str | None:
        value = table.get(name.rpartition(".")[2])
        if value is not None and value not in known:
            raise self._complain(
                name, "must be " + " or ".join(f'"{each}"' for each in known) + "."
            )
        return value

    def _complain(self, name: str, what: str, advice: str = "") -> FileError:
        return FileError(self.path, f"`{name}` {what}", advice, where=self._line(name))

    def _line(self, name: str) -> int | None:
        """Find the line of a key or table: tomllib does not say where a value stood."""
        table = ""
        for number, line in enumerate(self.text.split("\n"), 1):
            said = line.strip()
            key, equals, _ = said.partition("=")
            if said.startswith("["):
                table = said.lstrip("[").partition("]")[0].strip().replace('"', "")
                found = table
            elif equals and "#" not in key:
                found = f"{table}.{key.strip()}".lstrip(".").replace('"', "")
            else:
                continue
            if found == name or found.startswith(f"{name}."):
                return number
        return None


def render(library: str, collection: str, path: str, bib: str | None, notes: str | None) -> str:
    """Return the text of a new ``zsync.toml``, with a comment on every setting.

    Without a choice of ``notes`` the setting stands there as a comment: notes are then left alone.
    """
    chosen = f"notes = {_quoted(notes)}" if notes else '# notes = "all"'
    return f"""\
# Settings of zsync. Commit this file; it holds no secret.
# The key stands in the environment (ZOTERO_API_KEY) or in a .env file, which git ignores.

[zotero]
library = {_quoted(library)}
# "users/NUMBER", "groups/NUMBER", or "auto" for the library of the key's owner
collection = {_quoted(collection)}
# a path of names such as "Reading/Vision", or the collection's key

[list]
path = {_quoted(path)}
{chosen}
# which child notes may be written into the list: "all", "tagged" (those tagged "public"), "none".
# A note tagged "private" is never written.
# read_tags = ["read", "done", "✅"]  # the tags that tick a box
# states = {{ "/" = "In Progress" }}   # marks of boxes, such as [/], and the states that they are in Zotero
# new_entries = "append"             # or "prepend": where new papers go in their section
# entry = "- [{{box}}] {{?**{{short}}**: }}{{title}}.{{? {{venue}}{{year}}}}{{? [Paper]({{url}})}}"
# the form of new papers; without it they are written like those around them

{_bib_lines(bib)}# format = "bibtex"                # or "biblatex", "csljson"
# more: ascii, key_formula, omit, title_case, url, keywords; the README has them all

[sync]
push = "all"
# what `zsync sync` takes from the list to Zotero: "all", "ticks" (of papers that are there), "none"

[guard]
max_removals = "20%"
# stop rather than take more papers than this (and than five) out of the list or the collection in one run
max_additions = 50
# stop rather than make more items in Zotero than this in one run
max_retitles = 5
# stop rather than change more titles in Zotero than this in one run

# [metadata]
# contact = "you@example.org"
# an e-mail address for the services that `zsync push` asks about papers; Crossref answers sooner with one
"""


def _bib_lines(path: str | None) -> str:
    if not path:
        return (
            "# [bib]                          # take the # away to export citations as well\n"
            '# path = "refs/library.bib"\n'
        )
    chosen = 'format = "csljson"\n' if path.endswith(_CSL_JSON) else ""
    return f"[bib]\npath = {_quoted(path)}\n{chosen}"


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)
