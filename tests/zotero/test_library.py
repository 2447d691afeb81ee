"""What changed in the library, at one library version: against the sandbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from tests.world import World, paper

from zotero_sandbox import Sandbox
from zotero_sandbox.calls import Request
from zsync.config import Secret
from zsync.core.model import Collection
from zsync.core.places import find_collection
from zsync.errors import LibraryChanging, NotAllowed, SettingsError, Unreachable
from zsync.zotero import library as library_module
from zsync.zotero.delta import Known, LibraryDelta
from zsync.zotero.library import Library
from zsync.zotero.transport import Politeness
from zsync.zotero.writes import write_items

QUICK = Politeness(pause=0.01, tries=3)


@dataclass
class Asking:
    """A client that remembers what it was told, as the mirror does."""

    world: World
    known: Known = field(default_factory=Known)
    requests: int = 0

    def ask(self) -> LibraryDelta | None:
        url = self.world.sandbox.url
        with Library("users/1", url, Secret(self.world.key), politeness=QUICK) as library:
            is_new = self.known.version is None or library.version != self.known.version
            delta = library.changes_since(self.known, _choose) if is_new else None
            self.requests = library.requests
        if delta is not None:
            listed = {key for keys in delta.membership.values() for key in keys}
            versions = {
                **self.known.versions,
                **{item["key"]: item["version"] for item in delta.items},
            }
            kept = {key: version for key, version in versions.items() if key in listed}
            self.known = Known(delta.version, delta.roots, kept)
        return delta

    def changed(self) -> set[str]:
        delta = self.ask()
        assert delta is not None
        return {item["key"] for item in delta.items}


def _choose(collections: Sequence[Collection]) -> list[str]:
    return [find_collection("Reading list", collections)]


@pytest.fixture
def asking(world: World, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.setattr(library_module, "_PAUSES", (0.01, 0.01))
    return Asking(world)


def test_everything_at_first_then_nothing_for_one_request(asking: Asking) -> None:
    home = asking.world.collection()
    (key,) = asking.world.add(paper("One", collections=[home]))
    note = asking.world.note(key, "<p>noted</p>")
    asking.world.add(paper("RestOfLibrary"))
    assert asking.changed() == {key, note}
    assert asking.ask() is None
    assert asking.requests == 1


def test_one_change_costs_four_requests(asking: Asking) -> None:
    home = asking.world.collection()
    keys = asking.world.add(*(paper(f"Paper {n}", collections=[home]) for n in range(30)))
    asking.ask()
    asking.world.tag(keys[7], "read")
    assert asking.changed() == {keys[7]}
    assert asking.requests == 4


def test_subcollections_are_followed_and_trashed_ones_left_out(asking: Asking) -> None:
    home = asking.world.collection()
    below = asking.world.collection("Below", home)
    deep = asking.world.collection("Deep", below)
    keys = asking.world.add(paper("A", collections=[below]), paper("B", collections=[deep]))
    delta = asking.ask()
    assert delta is not None
    assert delta.membership == {home: (), below: (keys[0],), deep: (keys[1],)}
    asking.world.zotero.delete_collection(asking.world.zotero.collection(deep))
    delta = asking.ask()
    assert delta is not None
    assert set(delta.membership) == {home, below}
    assert delta.gone == {keys[1]: "taken out of the collection"}


def test_where_an_item_went(asking: Asking) -> None:
    home = asking.world.collection()
    trashed, removed, deleted, kept = asking.world.add(
        *(paper(title, collections=[home]) for title in "ABCD")
    )
    asking.ask()
    asking.world.edit(trashed, deleted=1)
    asking.world.edit(removed, collections=[])
    asking.world.zotero.delete_item(asking.world.zotero.item(deleted))
    delta = asking.ask()
    assert delta is not None
    assert delta.gone == {
        trashed: "in Zotero's trash",
        removed: "taken out of the collection",
        deleted: "deleted in Zotero",
    }
    assert delta.membership[home] == (kept,)


def test_more_than_a_page(asking: Asking) -> None:
    home = asking.world.collection()
    keys = asking.world.add(*(paper(f"Paper {n}", collections=[home]) for n in range(137)))
    assert asking.changed() == set(keys)


def test_a_library_that_moves_is_read_again(asking: Asking) -> None:
    home = asking.world.collection()
    keys = asking.world.add(*(paper(f"Paper {n}", collections=[home]) for n in range(130)))
    asking.world.sandbox.faults.change_between_pages(2)
    assert asking.changed() >= set(keys)
    assert asking.ask() is None


def test_a_library_that_keeps_moving_is_left_alone(asking: Asking) -> None:
    home = asking.world.collection()
    asking.world.add(paper("One", collections=[home]))
    asking.world.sandbox.faults.change_between_pages(99)
    with pytest.raises(LibraryChanging):
        asking.ask()


_TITLES = (f"Title {number}" for number in count())


def _before_each(world: World, part: str, act: Callable[[], object]) -> None:
    """Do something before each request whose address holds ``part``."""

    def hook(request: Request) -> None:
        if part in f"{request.path}?{request.query}":
            world.sandbox.faults.before_request = None
            act()
            world.sandbox.faults.before_request = hook

    world.sandbox.faults.before_request = hook


@pytest.mark.parametrize("part", ["/items?", "itemKey="])
def test_what_moves_elsewhere_in_the_library_does_not_matter(asking: Asking, part: str) -> None:
    home = asking.world.collection()
    other = asking.world.collection("RestOfLibrary")
    keys = asking.world.add(*(paper(f"Paper {n}", collections=[home]) for n in range(3)))
    (busy,) = asking.world.add(paper("Busy", collections=[other]))
    _before_each(asking.world, part, lambda: asking.world.edit(busy, title=next(_TITLES)))
    delta = asking.ask()
    assert delta is not None
    assert {item["key"] for item in delta.items} == set(keys)
    asking.world.sandbox.faults.clear()
    # What moved meanwhile is looked through by the next run.
    assert asking.changed() == set()


@pytest.mark.parametrize(
    "what", ["edited", "added", "moved in", "taken out", "deleted", "note added", "collection"]
)
def test_what_moves_in_the_linked_collections_is_read_again(asking: Asking, what: str) -> None:
    world = asking.world
    home = world.collection()
    keys = world.add(*(paper(f"Paper {n}", collections=[home]) for n in range(3)))
    (other,) = world.add(paper("Other"))
    acts: dict[str, Callable[[], object]] = {
        "edited": lambda: world.edit(keys[0], title="Mended"),
        "added": lambda: world.add(paper("New", collections=[home])),
        "moved in": lambda: world.edit(other, collections=[home]),
        "taken out": lambda: world.edit(keys[0], collections=[]),
        "deleted": lambda: world.zotero.delete_item(world.zotero.item(keys[0])),
        "note added": lambda: world.note(keys[0], "<p>x</p>"),
        "collection": lambda: world.collection("Below", home),
    }
    left = [acts[what]]
    _before_each(world, "itemKey=", lambda: left and left.pop()())
    delta = asking.ask()
    assert delta is not None
    listed = {key for members in delta.membership.values() for key in members}
    now = world.zotero.everything(world.zotero.collection_items(home))
    assert listed == {item["key"] for item in now}
    assert {item["key"]: item["version"] for item in delta.items} == {
        item["key"]: item["version"] for item in now
    }
    assert {each.key for each in delta.collections} == {
        each["key"] for each in world.zotero.collections()
    }


def test_a_restored_account_is_read_anew(asking: Asking) -> None:
    home = asking.world.collection()
    (key,) = asking.world.add(paper("One", collections=[home]))
    asking.known = Known(9999, (home,), {key: 9998})
    assert asking.changed() == {key}


def test_an_item_of_a_restored_account_is_read_although_its_version_is_known(
    asking: Asking,
) -> None:
    """Versions are counted again: the same number may stand for other words."""
    home = asking.world.collection()
    (key,) = asking.world.add(paper("One", collections=[home]))
    asking.known = Known(9999, (home,), {key: asking.world.zotero.item(key)["version"]})
    assert asking.changed() == {key}


def test_what_changed_in_a_restored_account_is_not_known(world: World) -> None:
    with Library("users/1", world.sandbox.url, Secret(world.key), politeness=QUICK) as library:
        assert library.changed_after("items", 9999) is None


def test_a_web_page_is_not_zotero(asking: Asking) -> None:
    asking.world.collection()
    asking.world.sandbox.faults.html_next(9)
    with pytest.raises(Unreachable, match="not as Zotero does"):
        asking.ask()


def test_an_unknown_collection_names_the_nearest(asking: Asking) -> None:
    asking.world.collection("Reading lists")
    with pytest.raises(SettingsError) as caught:
        asking.ask()
    assert "Reading lists" in caught.value.advice


def test_an_unknown_key(world: World) -> None:
    with (
        Library("users/1", world.sandbox.url, Secret("nobody"), politeness=QUICK) as library,
        pytest.raises(NotAllowed, match="does not know this key"),
    ):
        library.changes_since(Known(), _choose)


def test_no_key() -> None:
    with (
        pytest.raises(NotAllowed, match="no Zotero key"),
        Library("users/1", "http://127.0.0.1:9", None),
    ):
        pass


GROUPS = {
    "users": [{"id": 1, "username": "one"}, {"id": 2, "username": "two"}],
    "groups": [
        {"id": 5, "name": "Lab", "type": "Private", "owner": 1},
        {"id": 6, "name": "Others", "type": "Private", "owner": 2},
        {"id": 7, "name": "Public", "type": "PublicClosed", "owner": 2, "libraryReading": "all"},
    ],
    "keys": [
        {
            "key": "mine",
            "user": 1,
            "access": {
                "user": {"library": True, "notes": False, "write": False},
                "groups": {"all": {"library": True, "write": True}},
            },
        }
    ],
    "libraries": [
        {
            "library": "groups/7",
            "collections": [{"key": "CCCC2222", "name": "Reading list"}],
            "items": [],
        }
    ],
}


def _open(url: str, name: str, key: str | None) -> Library:
    return Library(name, url, Secret(key) if key else None, politeness=QUICK)


def test_a_library_that_is_not_there_names_those_that_are() -> None:
    with Sandbox(GROUPS) as sandbox, _open(sandbox.url, "groups/6", "mine") as library:
        with pytest.raises((NotAllowed, SettingsError)) as caught:
            library.changes_since(Known(), _choose)
        assert "groups/5 (Lab)" in caught.value.advice
        assert "users/1" in caught.value.advice


def test_a_public_group_needs_no_key() -> None:
    with Sandbox(GROUPS) as sandbox, _open(sandbox.url, "groups/7", None) as library:
        delta = library.changes_since(Known(), _choose)
        assert delta is not None
        assert delta.roots == ("CCCC2222",)


def test_what_a_key_may_do() -> None:
    with Sandbox(GROUPS) as sandbox:
        with _open(sandbox.url, "users/1", "mine") as own:
            assert not own.permissions().notes
            assert not own.permissions().write
        with _open(sandbox.url, "groups/5", "mine") as group:
            assert group.permissions().write
        with _open(sandbox.url, "auto", "mine") as automatic:
            assert automatic.resolve() == "users/1"


@pytest.mark.parametrize(
    ("all_groups", "this_group", "may_read", "may_write"),
    [
        ({"library": True, "write": True}, {"library": True, "write": False}, True, True),
        ({"library": True, "write": False}, {"library": True, "write": True}, True, True),
        ({"library": True, "write": False}, {"write": False}, True, False),
        ({"library": True}, None, True, False),
        (None, {"library": True}, True, False),
        (None, None, False, False),
    ],
)
def test_what_is_allowed_for_all_groups_and_for_this_one_is_joined(
    all_groups: Mapping[str, bool] | None,
    this_group: Mapping[str, bool] | None,
    *,
    may_read: bool,
    may_write: bool,
) -> None:
    rules = {"all": all_groups, "5": this_group}
    access = {"groups": {name: rule for name, rule in rules.items() if rule is not None}}
    data = {**GROUPS, "keys": [{"key": "mine", "user": 1, "access": access}]}
    with Sandbox(data) as sandbox, _open(sandbox.url, "groups/5", "mine") as group:
        may = group.permissions()
        assert (may.read, may.write) == (may_read, may_write)
        if may_write:
            group.check_may_write()
            made = {"key": "NEWITEM2", "version": 0, "itemType": "book", "title": "A Book"}
            assert write_items(group, [made], unmodified_since=None).written


def test_a_key_that_may_read_no_library_says_so() -> None:
    data = {**GROUPS, "keys": [{"key": "bare", "user": 1, "access": {}}]}
    for name in ("users/1", "users/2", "groups/5", "groups/6"):
        with Sandbox(data) as sandbox, _open(sandbox.url, name, "bare") as library:
            with pytest.raises((NotAllowed, SettingsError)) as caught:
                library.changes_since(Known(), _choose)
            assert "no library at all" in caught.value.advice


# -- the rest of the library --------------------------------------------------------------------------


@dataclass
class Outside:
    """What is known of the library outside the linked collections, as the mirror knows it."""

    world: World
    linked: set[str] = field(default_factory=set)
    known: Known = field(default_factory=Known)
    requests: int = 0

    def ask(self) -> set[str]:
        """Return the keys of what is new."""
        url = self.world.sandbox.url
        with Library("users/1", url, Secret(self.world.key), politeness=QUICK) as library:
            news = library.rest_since(self.known, self.linked)
            self.requests = library.requests
        versions = {
            **self.known.versions,
            **{item["key"]: item["version"] for item in news.items},
        }
        listed = {key: version for key, version in versions.items() if key in news.listed}
        assert set(listed) == news.listed
        self.known = Known(news.version, (), listed)
        return {item["key"] for item in news.items}


@pytest.fixture
def outside(world: World, monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setattr(library_module, "_PAUSES", (0.01, 0.01))
    return Outside(world)


def test_the_rest_of_the_library_is_read_once_and_then_what_is_new(outside: Outside) -> None:
    keys = outside.world.add(*(paper(f"Paper {n}") for n in range(230)))
    outside.linked = set(keys[:5])
    assert outside.ask() == set(keys[5:])
    assert outside.requests == 1 + 3
    assert outside.ask() == set()
    assert outside.requests == 1
    outside.world.edit(keys[9], title="Other")
    (new,) = outside.world.add(paper("New"))
    assert outside.ask() == {keys[9], new}
    assert outside.requests == 2


def test_children_and_the_trash_are_no_part_of_the_rest(outside: Outside) -> None:
    kept, trashed = outside.world.add(paper("Kept"), paper("Trashed"))
    outside.world.note(kept, "<p>noted</p>")
    outside.world.linked(kept, "Code", "https://example.org")
    outside.world.edit(trashed, deleted=1)
    assert outside.ask() == {kept}
    outside.world.edit(kept, deleted=1)
    assert outside.ask() == set()
    assert outside.known.versions == {}


def test_a_library_that_moves_while_the_rest_is_read_is_read_again(outside: Outside) -> None:
    keys = outside.world.add(*(paper(f"Paper {n}") for n in range(130)))
    outside.world.sandbox.faults.change_between_pages(2)
    assert outside.ask() >= set(keys)
    assert outside.ask() == set()
    outside.world.edit(keys[0], title="Other")
    _before_each(
        outside.world, "itemKey=", lambda: outside.world.edit(keys[0], title=next(_TITLES))
    )
    assert outside.ask() == {keys[0]}
    assert outside.known.versions[keys[0]] == outside.world.zotero.item(keys[0])["version"]


def test_what_was_fetched_before_the_library_moved_is_not_fetched_again(outside: Outside) -> None:
    world = outside.world
    keys = world.add(*(paper(f"Paper {n}") for n in range(130)))
    seen: list[str] = []

    def hook(request: Request) -> None:
        seen.append(request.query)
        if len(seen) == 3:
            world.sandbox.faults.before_request = None
            late = request.query.removeprefix("itemKey=")[:8]
            world.edit(late, title="Other")
            world.sandbox.faults.before_request = hook

    world.sandbox.faults.before_request = hook
    one_by_one = replace(QUICK, at_once=1)
    with Library("users/1", world.sandbox.url, Secret(world.key), politeness=one_by_one) as library:
        news = library.rest_since(Known(), ())
    assert {item["key"] for item in news.items} == set(keys)
    assert ["itemKey" in query for query in seen] == [False, True, True, False]


def test_the_rest_of_a_restored_account_is_read_anew(outside: Outside) -> None:
    (key,) = outside.world.add(paper("One"))
    outside.ask()
    outside.known = Known(9999, (), outside.known.versions)
    assert outside.ask() == {key}
