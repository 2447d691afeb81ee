"""Writing to the library: nothing twice, nothing lost, nothing over other people's work."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zotero_sandbox import Sandbox
from zotero_sandbox.calls import Request
from zsync.config import Secret
from zsync.core.keys import new_key
from zsync.errors import NotAllowed, Unreachable, ZsyncError
from zsync.zotero.library import Library
from zsync.zotero.transport import Politeness
from zsync.zotero.writes import (
    LibraryMoved,
    Refusal,
    WriteReport,
    in_batches,
    write_collections,
    write_items,
)

QUICK = Politeness(pause=0.002, tries=3, per_second=1e6, burst=10**6)
CHANCE = Random(4)  # noqa: S311 - the same keys in every run
Object = dict[str, Any]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def library(sandbox: Sandbox) -> Iterator[Library]:
    with _open(sandbox) as made:
        yield made


def _open(sandbox: Sandbox, name: str = "users/1", key: str = "sandbox") -> Library:
    return Library(name, sandbox.url, Secret(key), politeness=QUICK)


def _book(title: str = "A Book", **fields: Any) -> Object:
    return {"key": new_key(CHANCE), "version": 0, "itemType": "book", "title": title, **fields}


def _books(count: int) -> list[Object]:
    return [_book(f"Book {number}") for number in range(count)]


def _note(parent: Object, html: str = "<p>Noted.</p>") -> Object:
    return {**_child(parent, "note"), "note": html}


def _child(parent: Object, item_type: str) -> Object:
    return {
        "key": new_key(CHANCE),
        "version": 0,
        "itemType": item_type,
        "parentItem": parent["key"],
    }


def _titles(sandbox: Sandbox, name: str = "users/1") -> list[str]:
    items = sandbox.store.libraries[name].items.values()
    return sorted(str(item.fields.get("title", "")) for item in items)


def _posts(sandbox: Sandbox) -> int:
    return sum(request.method == "POST" for request in sandbox.requests)


def _at_post(sandbox: Sandbox, number: int, trouble: Callable[[], object]) -> None:
    """Let the post with this number (from 1) run into trouble."""
    seen = 0

    def hook(request: Request) -> None:
        nonlocal seen
        seen += request.method == "POST"
        if request.method == "POST" and seen == number:
            trouble()

    sandbox.faults.before_request = hook


def _somebody_writes(sandbox: Sandbox) -> None:
    sandbox.store.libraries["users/1"].bump()


# -- keys and batches ---------------------------------------------------------------------------------


def test_a_batch_holds_fifty_and_keeps_a_parent_with_its_children() -> None:
    books = _books(49)
    parent = _book("Parent")
    notes = [_note(parent), _note(parent)]
    batches = list(in_batches([notes[0], *books, notes[1], parent]))
    assert [len(batch) for batch in batches] == [49, 3]
    assert batches[1] == [parent, *notes]


def test_a_family_larger_than_a_batch_begins_with_its_head() -> None:
    parent = _book("Parent")
    batches = list(in_batches([*(_note(parent) for _ in range(120)), parent]))
    assert [len(batch) for batch in batches] == [50, 50, 21]
    assert batches[0][0] == parent


def test_collections_come_after_those_above_them() -> None:
    top: Object = {"key": "AAAA2222", "version": 0, "name": "Top"}
    below = {"key": "BBBB2222", "version": 0, "name": "Below", "parentCollection": "AAAA2222"}
    deep = {"key": "CCCC2222", "version": 0, "name": "Deep", "parentCollection": "BBBB2222"}
    assert list(in_batches([deep, below, top])) == [[top, below, deep]]


def test_the_same_key_twice_is_a_mistake_of_ours() -> None:
    book = _book()
    with pytest.raises(ValueError, match="only once"):
        list(in_batches([book, book]))


# -- what is written ----------------------------------------------------------------------------------


def test_new_items_and_their_children(sandbox: Sandbox, library: Library) -> None:
    books = _books(60)
    notes = [_note(book, "plain text") for book in books[:10]]
    before = library.version
    report = write_items(library, [*notes, *books], unmodified_since=before)
    assert set(report.written) == {each["key"] for each in (*books, *notes)}
    assert not report.refused
    assert not report.unchanged
    # As Zotero cleaned it.
    assert report.written[notes[0]["key"]]["data"]["note"] == "<p>plain text</p>"
    assert report.unmodified_since == library.version == before + 70
    assert _posts(sandbox) == 2


def test_a_change_names_only_what_changes(library: Library) -> None:
    book = _book(publisher="Press")
    written = write_items(library, [book], unmodified_since=None).written[book["key"]]
    change = {"key": book["key"], "version": written["version"], "title": "Other"}
    data = write_items(library, [change], unmodified_since=None).written[book["key"]]["data"]
    assert (data["title"], data["publisher"]) == ("Other", "Press")


def test_what_was_so_already_is_unchanged_and_still_moves_the_library(library: Library) -> None:
    book = _book()
    before = write_items(library, [book], unmodified_since=library.version)
    again = {**book, "version": before.written[book["key"]]["version"]}
    report = write_items(library, [again, _book()], unmodified_since=before.unmodified_since)
    assert report.unchanged == {book["key"]}
    assert report.unmodified_since == library.version == (before.unmodified_since or 0) + 2


def test_collections_and_then_items_in_them(sandbox: Sandbox, library: Library) -> None:
    home = {"key": new_key(CHANCE), "version": 0, "name": "Home"}
    below = {**home, "key": new_key(CHANCE), "name": "Below", "parentCollection": home["key"]}
    first = write_collections(library, [below, home], unmodified_since=library.version)
    assert set(first.written) == {home["key"], below["key"]}
    book = _book(collections=[below["key"]])
    second = write_items(library, [book], unmodified_since=first.unmodified_since)
    assert second.written[book["key"]]["data"]["collections"] == [below["key"]]


def test_nothing_to_write_is_no_request(sandbox: Sandbox, library: Library) -> None:
    assert write_items(library, [], unmodified_since=7) == WriteReport({}, unmodified_since=7)
    assert not sandbox.requests


def test_an_object_without_key_or_version_is_not_sent(sandbox: Sandbox, library: Library) -> None:
    with pytest.raises(ValueError, match="key and version"):
        write_items(library, [{"key": "AAAA2222", "itemType": "book"}], unmodified_since=None)
    assert _posts(sandbox) == 0


# -- what is refused ----------------------------------------------------------------------------------


def test_refusals_go_to_their_objects_in_words(library: Library) -> None:
    books = _books(3)
    bad = _book(**{"red&blue": "a colour"})
    long = {**_note(books[0]), "note": "x" * 500_001}
    orphan = _note(_book("not sent"))
    astray = _book(collections=["ZZZZ2222"])
    ghost = {**_book(), "version": 5}
    report = write_items(
        library, [books[0], bad, books[1], long, orphan, astray, ghost, books[2]],
        unmodified_since=library.version,
    )  # fmt: skip
    assert set(report.written) == {book["key"] for book in books}
    codes = {key: refusal.code for key, refusal in report.refused.items()}
    assert codes == {
        bad["key"]: 400,
        long["key"]: 413,
        orphan["key"]: 409,
        astray["key"]: 409,
        ghost["key"]: 404,
    }
    assert "'red&blue'" in report.refused[bad["key"]].message
    assert report.unmodified_since == library.version


def test_an_object_that_changed_meanwhile_is_refused_and_not_overwritten(
    sandbox: Sandbox, library: Library
) -> None:
    book = _book()
    version = write_items(library, [book], unmodified_since=None).written[book["key"]]["version"]
    theirs = {"key": book["key"], "version": version, "title": "Theirs"}
    write_items(library, [theirs], unmodified_since=None)
    mine, other = {**theirs, "title": "Mine"}, _book("Other")
    report = write_items(library, [mine, other], unmodified_since=None)
    assert report.refused[book["key"]].code == 412
    assert set(report.written) == {other["key"]}
    assert _titles(sandbox) == ["Other", "Theirs"]


def test_an_object_that_must_not_exist_yet_and_does(sandbox: Sandbox, library: Library) -> None:
    book = _book("Theirs")
    write_items(library, [book], unmodified_since=None)
    report = write_items(library, [{**book, "title": "Mine"}], unmodified_since=None)
    assert report.refused[book["key"]].code == 412
    assert _titles(sandbox) == ["Theirs"]


def test_a_library_that_moved_is_not_written_to(sandbox: Sandbox, library: Library) -> None:
    version = library.version
    _somebody_writes(sandbox)
    with pytest.raises(LibraryMoved) as caught:
        write_items(library, _books(3), unmodified_since=version)
    assert not caught.value.report.written
    assert _titles(sandbox) == []


def test_a_library_that_moves_between_two_batches_gets_no_more(
    sandbox: Sandbox, library: Library
) -> None:
    _at_post(sandbox, 2, lambda: _somebody_writes(sandbox))
    with pytest.raises(LibraryMoved) as caught:
        write_items(library, _books(70), unmodified_since=library.version)
    assert len(caught.value.report.written) == len(_titles(sandbox)) == 50


def test_a_library_that_moves_during_a_batch_is_noticed_before_the_next(
    sandbox: Sandbox, library: Library
) -> None:
    version = library.version
    respond = sandbox._api.respond

    def with_company(request: Request) -> Any:
        response = respond(request)
        if request.method != "POST":
            return response
        headers = {**response.headers, "Last-Modified-Version": str(version + 51)}
        return replace(response, headers=headers)

    sandbox._api.respond = with_company  # type: ignore[method-assign]
    with pytest.raises(LibraryMoved) as caught:
        write_items(library, _books(70), unmodified_since=version)
    assert len(caught.value.report.written) == 50
    assert caught.value.report.unmodified_since == version
    assert _posts(sandbox) == 1


def test_whoever_decides_may_let_a_write_go_on_where_others_wrote(
    sandbox: Sandbox, library: Library
) -> None:
    asked: list[int] = []

    def go_on(version: int) -> int | None:
        asked.append(version)
        found = library.changed_after("items", version)
        return found and found[0]

    _at_post(sandbox, 2, lambda: _somebody_writes(sandbox))
    version = library.version
    report = write_items(library, _books(70), unmodified_since=version, go_on=go_on)
    assert len(report.written) == len(_titles(sandbox)) == 70
    assert asked == [version + 50]
    assert report.unmodified_since == library.version


def test_a_race_that_is_never_won_ends(sandbox: Sandbox, library: Library) -> None:
    def company(request: Request) -> None:
        if request.method == "POST":
            _somebody_writes(sandbox)

    sandbox.faults.before_request = company
    with pytest.raises(LibraryMoved):
        write_items(
            library,
            _books(1),
            unmodified_since=library.version,
            go_on=lambda version: version + 1,
        )
    assert _titles(sandbox) == []


# -- trouble ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("trouble", ["lose_next", "truncate_next", "drop_next"])
def test_a_lost_answer_makes_nothing_twice(
    sandbox: Sandbox, library: Library, trouble: str, guarded: bool
) -> None:
    books = _books(5)
    objects = [*books, _note(books[0], "a <b>bold</b> word")]
    version = library.version
    _at_post(sandbox, 1, lambda: getattr(sandbox.faults, trouble)(1))
    report = write_items(library, objects, unmodified_since=version if guarded else None)
    assert set(report.written) == {each["key"] for each in objects}
    assert not report.refused
    assert _titles(sandbox) == ["", *(book["title"] for book in books)]
    if guarded:
        assert report.unmodified_since == library.version == version + 6


def test_a_lost_answer_to_a_change(library: Library, sandbox: Sandbox) -> None:
    book = _book(tags=[{"tag": "a"}])
    made = write_items(library, [book], unmodified_since=None).written[book["key"]]
    change = {
        "key": book["key"],
        "version": made["version"],
        "title": " New ",
        "tags": [{"tag": "b"}, {"tag": "a"}],
    }
    _at_post(sandbox, 1, lambda: sandbox.faults.lose_next(1))
    report = write_items(library, [change], unmodified_since=library.version)
    assert report.written[book["key"]]["data"]["title"] == "New"
    assert report.written[book["key"]]["version"] == made["version"] + 1


def test_what_somebody_put_into_the_trash_meanwhile_is_not_taken_for_written(
    sandbox: Sandbox, library: Library
) -> None:
    book = _book()

    def lose() -> None:
        sandbox.faults.lose_next(1)
        _at_post(sandbox, 1, trash)

    def trash() -> None:
        sandbox.faults.before_request = None
        with _open(sandbox) as other:
            version = other.fetch([book["key"]])[book["key"]]["version"]
            trashed = {"key": book["key"], "version": version, "deleted": 1}
            write_items(other, [trashed], unmodified_since=None)

    _at_post(sandbox, 1, lose)
    report = write_items(library, [book], unmodified_since=None)
    assert report.written == {}
    assert set(report.refused) == {book["key"]}


def test_a_lost_answer_and_somebody_else(sandbox: Sandbox, library: Library) -> None:
    def trouble() -> None:
        sandbox.faults.lose_next(1)
        _at_post(sandbox, 1, lambda: _somebody_writes(sandbox))

    books = _books(70)
    _at_post(sandbox, 1, trouble)
    with pytest.raises(LibraryMoved) as caught:
        write_items(library, books, unmodified_since=library.version)
    assert set(caught.value.report.written) == {book["key"] for book in books[:50]}
    assert len(_titles(sandbox)) == 50


@pytest.mark.parametrize("guarded", [True, False])
def test_the_object_that_breaks_the_server_is_found_and_the_rest_is_written(
    sandbox: Sandbox, library: Library, guarded: bool
) -> None:
    books = _books(55)
    books[20] |= {"title": {}}
    books[10] |= {"colour": "red"}
    version = library.version
    report = write_items(library, books, unmodified_since=version if guarded else None)
    codes = {key: refusal.code for key, refusal in report.refused.items()}
    assert codes == {books[20]["key"]: 500, books[10]["key"]: 400}
    assert len(report.written) == len(_titles(sandbox)) == 53
    assert _posts(sandbox) < 20
    if guarded:
        assert report.unmodified_since == library.version == version + 53


def test_a_server_that_failed_once_is_asked_once_more(sandbox: Sandbox, library: Library) -> None:
    _at_post(sandbox, 1, lambda: sandbox.faults.fail_next(1, status=500))
    assert len(write_items(library, _books(3), unmodified_since=library.version).written) == 3
    assert _posts(sandbox) == 2


def test_the_object_that_breaks_the_server_when_that_answer_is_lost(
    sandbox: Sandbox, library: Library
) -> None:
    books = _books(9)
    books[4] |= {"title": {}}
    _at_post(sandbox, 1, lambda: sandbox.faults.lose_next(1))
    report = write_items(library, books, unmodified_since=library.version)
    assert set(report.refused) == {books[4]["key"]}
    assert len(report.written) == len(_titles(sandbox)) == 8


def test_what_was_so_already_is_not_taken_for_our_own_write(
    sandbox: Sandbox, library: Library
) -> None:
    book = _book()
    made = write_items(library, [book], unmodified_since=None).written[book["key"]]
    _at_post(sandbox, 1, lambda: sandbox.faults.fail_next(1, status=500))
    same = {**book, "version": made["version"]}
    report = write_items(library, [same], unmodified_since=library.version)
    assert report.unchanged == {book["key"]}
    assert not report.written


def test_a_request_that_is_too_large_is_divided(sandbox: Sandbox, library: Library) -> None:
    books = _books(4)
    _at_post(sandbox, 1, lambda: sandbox.faults.fail_next(1, status=413))
    assert len(write_items(library, books, unmodified_since=library.version).written) == 4
    _at_post(sandbox, 1, lambda: sandbox.faults.fail_next(1, status=413))
    (refusal,) = write_items(library, [_book()], unmodified_since=None).refused.values()
    assert refusal == Refusal(413, "This object is too large for Zotero.")


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_busy_server_is_asked_again(sandbox: Sandbox, library: Library, status: int) -> None:
    _at_post(sandbox, 1, lambda: sandbox.faults.fail_next(2, status=status, retry_after=0))
    assert len(write_items(library, _books(3), unmodified_since=library.version).written) == 3
    assert _posts(sandbox) == 3


def test_a_server_that_stays_busy_may_have_written_some(sandbox: Sandbox, library: Library) -> None:
    _at_post(sandbox, 2, lambda: sandbox.faults.fail_next(9, status=503, retry_after=0))
    with pytest.raises(Unreachable) as caught:
        write_items(library, _books(70), unmodified_since=library.version)
    assert "50 of 70 objects were written" in caught.value.advice
    assert len(_titles(sandbox)) == 50


def test_a_web_page_is_no_answer_to_a_write(sandbox: Sandbox, library: Library) -> None:
    _at_post(sandbox, 1, lambda: sandbox.faults.html_next(1))
    with pytest.raises(Unreachable, match="not as Zotero does"):
        write_items(library, _books(1), unmodified_since=None)


# -- who may write ------------------------------------------------------------------------------------


def _access(**own: bool) -> dict[str, Any]:
    return {"user": {"library": True, **own}, "groups": {"all": {"library": True, "write": True}}}


KEYS = {
    "users": [{"id": 1, "username": "one"}, {"id": 2, "username": "two"}],
    "groups": [
        {"id": 5, "name": "Lab", "type": "Private", "owner": 1},
        {
            "id": 6,
            "name": "Readers",
            "type": "Private",
            "owner": 2,
            "members": [1],
            "libraryEditing": "admins",
        },
    ],
    "keys": [
        {"key": "readonly", "user": 1, "access": {"user": {"library": True, "notes": True}}},
        {"key": "reader", "user": 1, "access": {"groups": {"all": {"library": True}}}},
        {"key": "noteless", "user": 1, "access": _access(write=True)},
        {"key": "full", "user": 1, "access": _access(write=True, notes=True)},
        {"key": "owner", "user": 2, "access": _access(write=True, notes=True)},
    ],
    "libraries": [],
}


@pytest.fixture
def keys() -> Iterator[Sandbox]:
    with Sandbox(KEYS) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "key", "why"),
    [
        ("users/1", "readonly", "may not write to users/1"),
        ("users/1", "noteless", "not read or write its notes"),
        ("users/2", "full", "may not read users/2"),
        ("groups/5", "readonly", "may not read groups/5"),
        ("groups/5", "reader", "The key .* may not write to groups/5"),
        ("users/1", "unknown", "does not know this key"),
        ("groups/6", "full", "User 1 may read groups/6, but not edit it"),
    ],
)
def test_a_key_that_may_not_write_is_refused_before_anything_is_sent(
    keys: Sandbox, name: str, key: str, why: str
) -> None:
    with _open(keys, name, key) as library, pytest.raises(NotAllowed, match=why) as caught:
        library.check_may_write()
    assert caught.value.advice
    assert _posts(keys) == 0


@pytest.mark.parametrize(
    ("name", "key"), [("users/1", "full"), ("groups/5", "full"), ("groups/6", "owner")]
)
def test_a_key_that_may_write(keys: Sandbox, name: str, key: str) -> None:
    with _open(keys, name, key) as library:
        library.check_may_write()


@pytest.mark.parametrize(
    ("name", "key", "why"),
    [
        ("users/1", "readonly", "may not write to users/1"),
        ("groups/5", "reader", "The key .* may not write to groups/5"),
        ("groups/6", "full", "User 1 may read groups/6, but not edit it"),
    ],
)
def test_a_refused_write_says_whose_permission_is_missing_and_is_not_repeated(
    keys: Sandbox, name: str, key: str, why: str
) -> None:
    with _open(keys, name, key) as library, pytest.raises(NotAllowed, match=why):
        write_items(library, _books(1), unmodified_since=None)
    assert _posts(keys) == 1


def test_a_public_library_without_a_key(keys: Sandbox) -> None:
    with (
        Library("groups/5", keys.url, None, politeness=QUICK) as library,
        pytest.raises(NotAllowed, match="no Zotero key"),
    ):
        library.check_may_write()


# -- objects by key -----------------------------------------------------------------------------------


def test_fetching_objects_as_they_are_now(sandbox: Sandbox, library: Library) -> None:
    books = _books(130)
    made = write_items(library, books, unmodified_since=None).written[books[0]["key"]]
    trashed = {"key": books[0]["key"], "version": made["version"], "deleted": 1}
    write_items(library, [trashed], unmodified_since=None)
    before = library.requests
    found = library.fetch([*(book["key"] for book in books), "ZZZZ2222"])
    assert set(found) == {book["key"] for book in books}
    assert found[books[0]["key"]]["data"]["deleted"] == 1
    assert library.requests == before + 2
    assert books[0]["key"] not in library.fetch([books[0]["key"]], include_trashed=False)


def test_fetching_nothing_asks_nothing(sandbox: Sandbox, library: Library) -> None:
    assert library.fetch([]) == {}
    with pytest.raises(ValueError, match="between 1 and 100"):
        library.look_up("items", [])
    assert not sandbox.requests


# -- the law ------------------------------------------------------------------------------------------

TROUBLES = ("none", "drop", "lose", "truncate", "429", "500", "502", "503", "company")


def _make_trouble(sandbox: Sandbox, name: str) -> None:
    faults = sandbox.faults
    match name:
        case "none":
            pass
        case "drop":
            faults.drop_next(1)
        case "lose":
            faults.lose_next(1)
        case "truncate":
            faults.truncate_next(1)
        case "company":
            _somebody_writes(sandbox)
        case status:
            faults.fail_next(1, status=int(status), retry_after=0)


@settings(max_examples=25)
@given(
    count=st.integers(1, 70),
    troubles=st.lists(st.sampled_from(TROUBLES), max_size=12),
    guarded=st.booleans(),
)
def test_whatever_happens_each_object_is_there_once_in_the_end(
    count: int, troubles: Sequence[str], guarded: bool
) -> None:
    books = _books(count)
    objects = [*books, *(_note(book) for book in books[: count // 3])]
    left = {each["key"]: each for each in objects}
    with Sandbox() as sandbox, _open(sandbox) as library:
        coming = iter(troubles)
        sandbox.faults.before_request = lambda request: (
            _make_trouble(sandbox, next(coming, "none")) if request.method == "POST" else None
        )
        for _ in range(len(troubles) + 2):
            try:
                report = write_items(
                    library,
                    list(left.values()),
                    unmodified_since=library.version if guarded else None,
                )
            except LibraryMoved as moved:
                report = moved.report
            except ZsyncError:
                report = WriteReport()
            assert all(refusal.code in (412, 500, 409) for refusal in report.refused.values())
            # As the caller does: what is there needs no second write.
            for key in library.fetch(left):
                del left[key]
            assert not report.written.keys() & left.keys()
            if not left:
                break
        assert not left
        items = sandbox.store.libraries["users/1"].items
        assert set(items) == {each["key"] for each in objects}
        assert len(_titles(sandbox)) == len(objects)


@settings(max_examples=20)
@given(
    count=st.integers(1, 60),
    troubles=st.lists(st.sampled_from(TROUBLES), max_size=8),
    rival_at=st.integers(1, 4),
    rivals=st.sets(st.integers(0, 59), max_size=5),
    guarded=st.booleans(),
)
def test_whatever_happens_nobody_elses_change_is_lost(
    count: int, troubles: Sequence[str], rival_at: int, rivals: set[int], guarded: bool
) -> None:
    with Sandbox() as sandbox, _open(sandbox) as library, _open(sandbox) as other:
        made = write_items(library, _books(count), unmodified_since=None).written
        keys = list(made)
        theirs = {keys[number] for number in rivals if number < count}
        mine = [{"key": key, "version": made[key]["version"], "title": "Mine"} for key in keys]
        written_by_them: dict[str, int] = {}
        coming, turn = iter(troubles), iter(range(1, 999))

        def hook(request: Request) -> None:
            if request.method != "POST":
                return
            if next(turn) == rival_at:
                sandbox.faults.before_request = None
                written_by_them.update(_somebody_says_theirs(other, theirs))
                sandbox.faults.before_request = hook
            _make_trouble(sandbox, next(coming, "none"))

        sandbox.faults.before_request = hook
        try:
            precondition = library.version if guarded else None
            report = write_items(library, mine, unmodified_since=precondition)
        except LibraryMoved as moved:
            report = moved.report
        except ZsyncError:
            report = WriteReport()
        sandbox.faults.clear()
        now = library.fetch(keys)
        for key, version in written_by_them.items():
            assert (now[key]["version"], now[key]["data"]["title"]) == (version, "Theirs")
        for key in report.written.keys() - written_by_them.keys():
            assert now[key]["data"]["title"] == "Mine"


def _somebody_says_theirs(library: Library, keys: set[str]) -> dict[str, int]:
    """Let another program change these items; give the versions that they have then."""
    found = library.fetch(keys)
    changes = [{"key": key, "version": found[key]["version"], "title": "Theirs"} for key in found]
    report = write_items(library, changes, unmodified_since=None)
    assert set(report.written) == keys
    return {key: item["version"] for key, item in report.written.items()}


def test_the_body_is_a_list_of_objects(sandbox: Sandbox, library: Library) -> None:
    bodies: list[Any] = []
    sandbox.faults.before_request = lambda request: (
        bodies.append((json.loads(request.body), request.headers))
        if request.method == "POST"
        else None
    )
    book = _book()
    write_items(library, [book], unmodified_since=9)
    ((body, headers),) = bodies
    assert body == [book]
    assert headers["if-unmodified-since-version"] == "9"
    assert headers["content-type"] == "application/json"
    assert "zotero-write-token" not in headers
