"""Bad input: a clear sentence, the documented exit code, nothing lost, nothing private shown."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.world import LIST, World, paper
from zsync import files
from zsync.zotero import library as library_module
from zsync.zotero import transport
from zsync.zotero.mirror import Mirror

TEXT = """\
# Papers

## All
- [ ] **One**: The First Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00001)

- [ ] **Two**: The Second Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00002)
"""


@pytest.fixture
def linked(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two papers in step; one of them was read since. Waiting is short."""
    quick = transport.Politeness(pause=0.01, tries=3)
    monkeypatch.setattr(library_module, "Politeness", lambda: quick)
    monkeypatch.setattr(library_module, "_PAUSES", (0.01, 0.01))
    home = world.collection()
    keys = world.add(
        *(
            paper(title, url, conferenceName="CVPR", date="2025", collections=[home])
            for title, url in (
                ("One: The First Paper", "https://arxiv.org/abs/2501.00001"),
                ("Two: The Second Paper", "https://arxiv.org/abs/2501.00002"),
            )
        )
    )
    world.text = TEXT
    world.settle()
    world.do("link")
    world.do("pull")
    world.tag(keys[0], "read")
    return world


TICKED = TEXT.replace("- [ ] **One**", "- [x] **One**")


def _refused(world: World, code: int, *words: str, command: str = "pull") -> None:
    """The command fails with this code and these words, leaves all files alone, and shows no secret."""
    before = world.state()
    result = world.run(command)
    assert result.code == code, result
    for word in words:
        assert word in result.err, result.err
    assert "Traceback" not in result.err
    assert world.key not in result.err.replace(world.sandbox.url, "")
    assert world.state() == before


def _goes_on(world: World) -> None:
    """Once the trouble is over, the same command does the work."""
    world.do("pull")
    assert world.text == TICKED


# -- the key ------------------------------------------------------------------------------------------


def test_no_key(linked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.delenv("ZOTERO_API_KEY")
        _refused(linked, 5, "There is no Zotero key", "zotero.org/settings/keys", ".env")
    _goes_on(linked)


def test_a_wrong_key(linked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ZOTERO_API_KEY", "WrongWrongWrong")
        _refused(linked, 5, "does not know this key")
        assert "WrongWrong" not in linked.run("pull").err
    _goes_on(linked)


def _restricted(**access: bool) -> dict[str, Any]:
    user = {"library": True, "notes": True, "write": True, "files": True, **access}
    return {
        "users": [{"id": 1, "username": "reader"}],
        "keys": [
            {"key": "weak", "user": 1, "access": {"user": user}},
            {
                "key": "strong",
                "user": 1,
                "access": {"user": {**user, "notes": True, "write": True}},
            },
        ],
        "libraries": [
            {
                "library": "users/1",
                "collections": [{"key": "HHHH2222", "name": "Reading list"}],
                "items": [
                    {
                        "key": "AAAA2222",
                        "itemType": "book",
                        "title": "One",
                        "collections": ["HHHH2222"],
                    },
                    {
                        "key": "NNNN2222",
                        "itemType": "note",
                        "note": "<p>N</p>",
                        "parentItem": "AAAA2222",
                    },
                ],
            }
        ],
    }


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def make(data: dict[str, Any], key: str) -> World:
        world = World(tmp_path, monkeypatch, data, key)
        made.append(world.__enter__())
        return world

    yield make
    for world in made:
        world.__exit__(None, None, None)


def test_a_key_without_notes_where_notes_are_wanted(make_world: Callable[..., World]) -> None:
    world = make_world(_restricted(notes=False), "weak")
    world.text = "# List\n"
    world.settle(notes="all")
    _refused(world, 5, "may not read notes", 'notes = "none"')
    world.settle(notes="none")
    world.do("pull")
    assert "One" in world.text


def test_a_key_that_lost_its_permission_for_notes_takes_none_away(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(_restricted(notes=False), "strong")
    world.text = "# List\n"
    world.settle(notes="all")
    world.do("pull")
    assert "  N\n" in world.text
    world.tag("AAAA2222", "read")
    monkeypatch.setenv("ZOTERO_API_KEY", "weak")
    world.key = "weak"
    _refused(world, 5, "may not read notes")


def test_a_key_that_may_only_read_is_enough(make_world: Callable[..., World]) -> None:
    world = make_world(_restricted(write=False), "weak")
    world.text = "# List\n"
    world.settle()
    world.do("pull")
    assert "One" in world.text


# -- the library and the collection -------------------------------------------------------------------


def test_an_unknown_library_names_those_the_key_can_read(linked: World) -> None:
    (linked.folder / "zsync.lock").unlink()
    linked.settle()
    settings = linked.folder / "zsync.toml"
    settings.write_text(settings.read_text().replace("users/1", "groups/99"))
    result = linked.run("pull")
    assert result.code in (2, 5), result
    assert "groups/99" in result.err
    assert "users/1" in result.err


def test_an_unknown_collection_names_the_nearest(linked: World) -> None:
    settings = linked.folder / "zsync.toml"
    settings.write_text(settings.read_text().replace("Reading list", "Readng list"))
    _refused(linked, 2, "no collection 'Readng list'", "Reading list")


def test_two_collections_of_one_name(linked: World) -> None:
    linked.collection()
    _goes_on(linked)  # the lock knows which one is meant
    (linked.folder / "zsync.lock").unlink()
    _refused(linked, 2, "2 collections are called", "by its key")


def test_the_lock_of_another_library_or_collection(linked: World) -> None:
    linked.collection("Other")
    settings = linked.folder / "zsync.toml"
    good = settings.read_text()
    settings.write_text(good.replace('"Reading list"', '"Other"'))
    _refused(linked, 2, "zsync.lock", "locked to collection")
    settings.write_text(good.replace("users/1", "users/2"))
    _refused(linked, 2, "zsync.lock", "belongs to users/1")


# -- the list ---------------------------------------------------------------------------------------


def _remove(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _latin1(path: Path) -> None:
    path.write_bytes(b"# Papers\r\n\r\nCaf\xe9\r\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_remove, ["README.md", "no such file"]),
        (_folder, ["README.md", "folder"]),
        (_latin1, ["README.md:3", "not UTF-8"]),
    ],
)
def test_a_list_that_cannot_be_read(
    linked: World, spoil: Callable[[Path], None], words: list[str]
) -> None:
    spoil(linked.folder / LIST)
    _refused(linked, 2, *words)


def test_a_read_only_list(linked: World) -> None:
    (linked.folder / LIST).chmod(0o444)
    _refused(linked, 2, "README.md", "read-only")
    (linked.folder / LIST).chmod(0o644)
    _goes_on(linked)


def test_a_full_disk(linked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        _refused(linked, 2, "no space left on device")
    _goes_on(linked)


# -- lock and mirror ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["zsync.lock:1", "empty"]),
        ("<<<<<<< HEAD\n", ["zsync.lock:1", "merge"]),
        ('{"zsync": 2, "library": "users/1"}\n', ["zsync.lock:1", "newer"]),
        ('{"lockfileVersion": 3}\n', ["zsync.lock:1", "not a lock of zsync"]),
    ],
)
def test_a_broken_or_foreign_lock(linked: World, text: str, words: list[str]) -> None:
    (linked.folder / "zsync.lock").write_text(text)
    _refused(linked, 2, *words)


def test_a_damaged_mirror_is_built_anew_and_said(linked: World) -> None:
    (linked.folder / ".zsync" / "mirror.sqlite").write_bytes(b"x" * 5000)
    assert "built again: it was damaged" in linked.do("pull")
    assert linked.text == TICKED


def test_a_mirror_of_another_library_is_built_anew_and_said(linked: World) -> None:
    path = linked.folder / ".zsync" / "mirror.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'users/7' WHERE name = 'library'")
    db.close()
    assert "another library" in linked.do("pull")
    assert linked.text == TICKED


def test_two_runs_at_once(linked: World) -> None:
    with Mirror(linked.folder / ".zsync" / "mirror.sqlite", "users/1", linked.sandbox.url):
        _refused(linked, 4, "Another run of zsync")
    _goes_on(linked)


# -- the server -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda faults: faults.fail_next(9, status=503), ["busy or out of order (status 503)"]),
        (lambda faults: faults.fail_next(9, status=429), ["status 429"]),
        (lambda faults: faults.drop_next(9), ["did not answer"]),
        (lambda faults: faults.truncate_next(9), ["did not answer"]),
        (lambda faults: faults.html_next(9), ["not as Zotero does", "login page"]),
        (lambda faults: faults.change_between_pages(99), ["kept changing"]),
    ],
)
def test_a_server_in_trouble(linked: World, fault: Callable[[Any], None], words: list[str]) -> None:
    fault(linked.sandbox.faults)
    _refused(linked, 4, *words)
    linked.sandbox.faults.clear()
    _goes_on(linked)


def test_a_server_that_is_not_there(linked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ZOTERO_API_URL", "http://127.0.0.1:9")
        _refused(linked, 4, "did not answer", "Check the network")
    _goes_on(linked)


def test_trouble_that_passes_is_not_noticed(linked: World) -> None:
    linked.sandbox.faults.fail_next(1, status=503)
    linked.sandbox.faults.drop_next(1)
    linked.sandbox.faults.change_between_pages(1)
    _goes_on(linked)


# -- the person ---------------------------------------------------------------------------------------


def test_mass_removal_is_refused_and_the_option_is_named(linked: World) -> None:
    for item in linked.zotero.top():
        linked.edit(item["key"], deleted=1)
    _refused(linked, 3, "looks empty", "--max-removals 100%")
    linked.do("pull", "--max-removals", "100%")
    assert "Paper](" not in linked.text


@pytest.mark.parametrize("at", ["write", "lock"])
def test_an_interrupt_loses_nothing(
    linked: World, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    real = files.put

    def interrupted(path: Path, place: Path | None = None) -> None:
        if at == "write" or path.name == "zsync.lock":
            raise KeyboardInterrupt
        real(path, place)

    with monkeypatch.context() as patch:
        patch.setattr(files, "put", interrupted)
        result = linked.run("pull")
        assert result.code == 130
        assert "Interrupted" in result.err
    assert linked.text in (TEXT, TICKED)
    _goes_on(linked)
    assert linked.run("status", "--check").code == 0


def test_a_killed_process_loses_nothing(linked: World) -> None:
    linked.sandbox.faults.latency = 0.2
    process = subprocess.Popen([sys.executable, "-m", "zsync", "pull"], cwd=linked.folder)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    linked.sandbox.faults.latency = 0
    assert linked.text in (TEXT, TICKED)
    _goes_on(linked)


def test_a_wrong_option_is_a_usage_error(linked: World) -> None:
    assert linked.run("pull", "--frobnicate").code == 2
    assert linked.run("pull", "--max-removals", "many").code == 2
    assert linked.run("bib", "--format", "bibtex").code == 2
    assert linked.run("nothing").code == 2


def test_no_settings_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: World) -> None:
    empty = tmp_path.parent / f"{tmp_path.name}-empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    result = linked.run("pull")
    assert result.code == 2
    assert "zsync init" in result.err


def test_status_before_any_pull(linked: World) -> None:
    (linked.folder / ".zsync" / "mirror.sqlite").unlink()
    result = linked.run("status")
    assert result.code == 2
    assert "zsync pull" in result.err


def test_a_bug_is_one_line_and_its_trace_a_file(
    linked: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    trace = tmp_path / "config" / "zsync" / "trace.log"
    trace.parent.mkdir(parents=True)
    trace.write_text("of an earlier release, for all to read")
    trace.chmod(0o644)
    # A title may be in what a bug says: escapes, marks of direction, halves of pairs that no file can hold.
    title = "boom\x1b]0;x\x07\x9b2J\u202e\ud800"

    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError(title)

    monkeypatch.setattr(Mirror, "known", broken)
    result = linked.run("pull")
    assert result.code == 70
    assert "This is a bug in zsync: RuntimeError" in result.err
    assert "boom" not in result.err
    assert r"boom\x1b]0;x\x07\x9b2J\u202e\ud800" in trace.read_text("utf-8")
    assert trace.stat().st_mode & 0o777 == 0o600


# -- what a sceptic found ---------------------------------------------------------------------------


def test_an_address_that_is_no_zotero(linked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ZOTERO_API_URL", f"{linked.sandbox.url}/wrong")
        _refused(linked, 4, "not as Zotero does")
    _goes_on(linked)


def test_a_dotenv_file_in_another_encoding(linked: World) -> None:
    (linked.folder / ".env").write_bytes("ZOTERO_API_KEY=x".encode("utf-16"))
    _refused(linked, 2, ".env", "not UTF-8")


def test_git_ignores_the_mirror_by_itself(linked: World) -> None:
    assert (linked.folder / ".zsync" / ".gitignore").read_text() == "*\n"


def test_nothing_is_written_where_not_everything_can_be(linked: World) -> None:
    (linked.folder / "refs").write_text("a file, not a folder")
    with (linked.folder / "zsync.toml").open("a") as settings:
        settings.write('[bib]\npath = "refs/a.bib"\n')
    _refused(linked, 2, "refs")


def test_a_key_for_another_library_is_not_told_about_notes(
    make_world: Callable[..., World],
) -> None:
    data = _restricted()
    data["users"].append({"id": 2, "username": "other"})
    world = make_world(data, "strong")
    world.text = "# List\n"
    world.settle(notes="all")
    settings = world.folder / "zsync.toml"
    settings.write_text(settings.read_text().replace("users/1", "users/2"))
    _refused(world, 5, "may not read users/2", "users/1 (your own)")


def test_a_refused_pull_says_what_it_would_do(linked: World) -> None:
    for item in linked.zotero.top():
        linked.edit(item["key"], deleted=1)
    result = linked.run("pull")
    assert "2 things would change" in result.out
    assert "kept in" not in result.out
    assert linked.run("pull", "--max-removals", "0%").code == 3


def test_file_errors_do_not_tell_where_the_folder_is(linked: World) -> None:
    (linked.folder / LIST).unlink()
    assert str(linked.folder) not in linked.run("pull").err


def test_a_reader_that_goes_away_is_no_error(linked: World) -> None:
    command = f"{sys.executable} -m zsync entries {LIST} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", command], cwd=linked.folder, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("below", ["> Over Water", "<b>Over Water</b>", "---\nOver Water"])
@pytest.mark.parametrize("head", ["# P\n\n", ""])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_known_title_that_runs_out_of_an_item(
    world: World, below: str, head: str, end: str
) -> None:
    world.settle()
    world.text = f"{head}- Kites at Night\n{below}{end}"
    world.add(paper("Kites at Night Over Water", collections=[world.collection()]))
    for _ in range(2):
        assert world.run("pull").code == 0
    assert "Kites at Night\n" in world.text


def test_collections_may_lie_as_deep_as_they_like(world: World) -> None:
    world.settle()
    world.text = "# Papers\n"
    below = world.collection()
    for number in range(120):
        below = world.collection(f"C{number}", below)
    world.add(paper("Wells", collections=[below]))
    world.do("pull")
    assert "Wells" in world.text


def test_a_lock_with_an_endless_number(linked: World) -> None:
    lock = linked.folder / "zsync.lock"
    lock.write_text(lock.read_text("utf-8") + "9" * 5000 + "\n", "utf-8")
    result = linked.run("pull")
    assert result.code == 2
    assert "this line is not JSON" in result.err
