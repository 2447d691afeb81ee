"""The mirror may be lost, damaged, foreign or in use; it never gives a wrong result."""

import sqlite3
from pathlib import Path

import pytest

from zsync.core.model import Collection
from zsync.errors import Busy, FileError
from zsync.zotero.delta import Known, LibraryDelta, RestOfLibrary
from zsync.zotero.mirror import Mirror

API = "https://api.zotero.org"


def _item(key: str, version: int = 1, **data: object) -> dict[str, object]:
    moment = "2024-01-01T00:00:00Z"
    own = {"key": key, "version": version, "itemType": "book", "creators": [], "collections": []}
    own |= {"tags": [], "relations": {}, "dateAdded": moment, "dateModified": moment}
    return {"key": key, "version": version, "data": own | data}


def _delta(
    *items: dict[str, object], version: int = 5, gone: dict[str, str] | None = None
) -> LibraryDelta:
    listed = tuple(str(item["key"]) for item in items)
    home = Collection("HOME2222", "Reading list")
    return LibraryDelta(version, ("HOME2222",), (home,), {"HOME2222": listed}, items, gone or {})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".zsync" / "mirror.sqlite"


def _open(path: Path, library: str = "users/1", endpoint: str = API) -> Mirror:
    return Mirror(path, library, endpoint)


def test_what_was_absorbed_is_known(path: Path) -> None:
    with _open(path) as mirror:
        assert mirror.known() == Known()
        mirror.absorb(_delta(_item("AAAA2222", 3), _item("BBBB2222", 4, itemType="note")))
    with _open(path) as mirror:
        assert mirror.known() == Known(5, ("HOME2222",), {"AAAA2222": 3, "BBBB2222": 4})
        items, where = mirror.items(("HOME2222",))
        assert [item["key"] for item in items] == ["AAAA2222", "BBBB2222"]
        assert where["AAAA2222"] == ["HOME2222"]
        assert mirror.notes_among({"BBBB2222": "", "AAAA2222": ""}) == 1
        assert mirror.notice is None


def test_what_left_is_forgotten_and_the_reason_kept(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222"), _item("BBBB2222")))
        mirror.absorb(_delta(_item("AAAA2222"), version=6, gone={"BBBB2222": "in Zotero's trash"}))
        assert set(mirror.known().versions) == {"AAAA2222"}
        assert mirror.gone() == {"BBBB2222": "in Zotero's trash"}
        mirror.absorb(_delta(_item("AAAA2222"), _item("BBBB2222"), version=7))
        assert mirror.gone() == {}


def test_an_item_is_where_the_last_listing_has_it(path: Path) -> None:
    shelves = (Collection("HOME2222", "Reading list"), Collection("BBBB2222", "Below", "HOME2222"))
    with _open(path) as mirror:
        for version, listed in ((5, ("AAAA2222",)), (6, ())):
            membership = {"HOME2222": listed, "BBBB2222": ("AAAA2222",)}
            items = (_item("AAAA2222", version),)
            mirror.absorb(LibraryDelta(version, ("HOME2222",), shelves, membership, items, {}))
        assert mirror.items(("HOME2222", "BBBB2222"))[1] == {"AAAA2222": ["BBBB2222"]}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_bytes(b"not a database at all" * 99), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "damaged"),
        (lambda path: path.write_bytes(b""), "never finished"),
        (lambda path: _set(path, "format", "99"), "another release"),
    ],
)
def test_a_mirror_that_cannot_serve_is_built_anew(path: Path, spoil: object, reason: str) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(*(_item(f"AAAA22{n}", title="x" * 500) for n in range(10, 60))))
    spoil(path)  # type: ignore[operator]
    with _open(path) as mirror:
        mirror.check()
        assert mirror.known() == Known()
        assert reason in (mirror.notice or "")


def _set(path: Path, name: str, value: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
    db.close()


@pytest.mark.parametrize(
    ("library", "endpoint"), [("users/2", API), ("users/1", "http://localhost:1")]
)
def test_another_library_or_server_is_another_mirror(
    path: Path, library: str, endpoint: str
) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222")))
    with _open(path, library, endpoint) as mirror:
        assert mirror.known() == Known()
        assert "another" in (mirror.notice or "")


def test_two_runs_at_once(path: Path) -> None:
    with _open(path) as first:
        first.absorb(_delta(_item("AAAA2222")))
        with pytest.raises(Busy, match="Another run"), _open(path):
            pass
    with _open(path) as again:
        assert again.known().version == 5


def test_a_seal_is_broken_by_anything_new(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222")))
        mirror.set_fingerprint("README.md", "as it is")
        assert mirror.fingerprint("README.md") == "as it is"
        mirror.absorb(_delta(_item("AAAA2222", 6), version=6))
        assert mirror.fingerprint("README.md") is None


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(FileError), _open(tmp_path / "blocked" / "mirror.sqlite"):
        pass


def test_a_failed_absorption_leaves_the_mirror_as_it_was(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222")))
        broken = _delta({"key": "BBBB2222", "version": 1})
        with pytest.raises(KeyError):
            mirror.absorb(broken)
        assert mirror.known() == Known(5, ("HOME2222",), {"AAAA2222": 1})


def _in_rest(
    *items: dict[str, object], version: int = 5, also: tuple[str, ...] = ()
) -> RestOfLibrary:
    return RestOfLibrary(
        version, frozenset({str(item["key"]) for item in items} | set(also)), items
    )


def test_the_rest_of_the_library_is_kept_apart(path: Path) -> None:
    with _open(path) as mirror:
        assert mirror.known_rest() == Known()
        mirror.absorb(_delta(_item("AAAA2222")))
        mirror.set_fingerprint("README.md", "as it is")
        mirror.absorb_rest(_in_rest(_item("CCCC2222", 3), _item("BBBB2222", 4)))
        assert mirror.fingerprint("README.md") == "as it is"
    with _open(path) as mirror:
        assert mirror.known_rest() == Known(5, (), {"BBBB2222": 4, "CCCC2222": 3})
        assert [item["key"] for item in mirror.rest_of_library()] == ["BBBB2222", "CCCC2222"]
        assert set(mirror.known().versions) == {"AAAA2222"}


def test_the_rest_of_the_library_forgets_what_is_listed_no_more(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb_rest(_in_rest(_item("AAAA2222", 3), _item("BBBB2222", 4)))
        news = _in_rest(_item("BBBB2222", 6, title="Other"), version=6, also=("CCCC2222",))
        mirror.absorb_rest(news)
        assert mirror.rest_of_library() == [_item("BBBB2222", 6, title="Other")]


@pytest.mark.parametrize("item_type", ["note", "attachment"])
def test_standalone_notes_and_files_are_known_but_are_no_items(path: Path, item_type: str) -> None:
    with _open(path) as mirror:
        mirror.absorb_rest(_in_rest(_item("AAAA2222", 3, itemType=item_type)))
        assert mirror.rest_of_library() == []
        assert mirror.known_rest().versions == {"AAAA2222": 3}


def test_what_was_linked_since_is_not_in_rest(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb_rest(_in_rest(_item("AAAA2222"), _item("BBBB2222")))
        mirror.absorb(_delta(_item("AAAA2222"), version=6))
        assert [item["key"] for item in mirror.rest_of_library()] == ["BBBB2222"]


def test_the_items_of_a_collection_come_with_their_children(path: Path) -> None:
    note = _item("NNNN2222", 7, itemType="note", parentItem="AAAA2222", note="<p>a</p>")
    link = _item("LLLL2222", 8, itemType="attachment", parentItem="AAAA2222", url="https://a.org")
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222", 6), note, link))
        assert mirror.items(("HOME2222",))[0] == [_item("AAAA2222", 6), link, note]


def test_objects_of_which_no_digest_is_known_are_looked_at_one_by_one(path: Path) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222"), _item("BBBB2222", itemType="note", note="")))
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM meta WHERE name = 'objects'")
    db.close()
    with _open(path) as mirror:
        mirror.check()
        assert mirror.notice is None


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE item SET json = '{'",
        "UPDATE item SET json = '[]'",
        """UPDATE item SET json = '{"key": 7, "version": 1, "data": {"key": 7, "itemType": "book"}}'""",
        "UPDATE item SET json = json_set(json, '$.data.key', 7)",
        "UPDATE item SET json = json_set(json, '$.version', 2)",
        "UPDATE item SET json = x'00ff'",
        "UPDATE item SET version = 'seven'",
        "UPDATE item SET key = x'41' WHERE key = 'AAAA2222'",
        "UPDATE collection SET name = x'41'",
        "UPDATE meta SET value = 'yesterday' WHERE name = 'version'",
        "UPDATE meta SET value = '{' WHERE name = 'roots'",
        "UPDATE meta SET value = '[7]' WHERE name = 'roots'",
        f"UPDATE meta SET value = '{'[' * 9999}' WHERE name = 'roots'",  # noqa: S608
        "DROP TABLE gone",
        "ALTER TABLE item RENAME COLUMN json TO text",
        "CREATE TABLE elsewhere_too (key TEXT)",
        "INSERT INTO elsewhere VALUES ('CCCC2222', 4, '7')",
        "UPDATE item SET json = json_set(json, '$.data.title', 7)",
        "UPDATE item SET json = json_set(json, '$.data.deleted', 'x')",
        """UPDATE item SET json = json_set(json, '$.data.relations', json('{"dc:replaces": 7}'))""",
        """UPDATE item SET json = replace(json, '"tags"', '"title":"\\ud800","tags"')""",
    ],
)
def test_wrong_content_is_found_and_built_anew(path: Path, wrong: str) -> None:
    with _open(path) as mirror:
        mirror.absorb(_delta(_item("AAAA2222"), _item("BBBB2222", itemType="note")))
    with sqlite3.connect(path) as db:
        db.execute(wrong)
    db.close()
    with _open(path) as mirror:
        mirror.check()
        assert mirror.notice == "The local mirror was built again: its content was wrong."
        assert mirror.known() == Known()
    with _open(path) as mirror:
        mirror.check()
        assert mirror.notice is None
