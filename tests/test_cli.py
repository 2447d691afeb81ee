"""The command line itself: what it loads, what it shows, and the commands that need no Zotero."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import LIST, World, paper
from zsync import __version__

HEAVY = {"pyzotero", "bibtexparser", "requests", "httpx2"}
TEXT = """\
# Papers

## Language
- [x] **BERT**: Pre-training. NAACL2019 [Paper](https://arxiv.org/abs/1810.04805v2)

  双向的。
"""


def _python(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def _loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """Return the heavy packages that a command loads."""
    code = (
        "import sys, io, json, contextlib\n"
        "from zsync.__main__ import main\n"
        f"sys.argv = ['zsync', *{arguments!r}]\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    return HEAVY & set(json.loads(_python(code, folder)))


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["entries", LIST], ["bib", "--items", "items.json"]],
)
def test_offline_commands_load_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / LIST).write_text(TEXT)
    (tmp_path / "items.json").write_text("[]")
    assert _loaded_by(arguments, tmp_path) == set()


def test_an_idle_run_loads_nothing_that_plans_or_reports(world: World) -> None:
    home = world.collection()
    world.add(paper("BERT: Pre-training", "https://arxiv.org/abs/1810.04805", collections=[home]))
    world.text = TEXT
    world.settle(bib=True)
    world.do("pull")
    world.do("pull")
    code = (
        "import sys, io, contextlib\n"
        "from zsync.__main__ import main\n"
        "sys.argv = ['zsync', 'pull']\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "print(sorted(name for name in sys.modules if name.startswith('zsync.')))"
    )
    *said, modules = _python(code, world.folder).splitlines()
    assert (said[0], said[-1]) == (f"{LIST}: 2 things wait", "Nothing to pull (1 request).")
    for package in (
        "session",
        "report",
        "core.plan",
        "core.fields",
        "formats.reading_list",
        "bibliography",
    ):
        assert f"'zsync.{package}" not in modules


def test_status_loads_nothing_heavy(world: World) -> None:
    home = world.collection()
    world.add(paper("BERT: Pre-training", "https://arxiv.org/abs/1810.04805", collections=[home]))
    world.text = TEXT
    world.settle(bib=True)
    world.do("pull")
    assert _loaded_by(["status"], world.folder) == set()


def test_the_version_loads_no_command_line(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['zsync', '--version']; from zsync.__main__ import main; main()"
    out = _python(f"{code}; print('click' in sys.modules)", tmp_path)
    assert out == f"zsync {__version__}\nFalse\n"


def test_help_names_every_command(world: World) -> None:
    out = world.do("--help")
    for command in ("pull", "link", "bib", "status", "entries", "init", "sandbox", "demo"):
        assert f"\n  {command} " in out
        assert world.do(command, "--help").startswith("Usage: zsync")


def test_entries_as_json(world: World) -> None:
    world.text = TEXT
    assert json.loads(world.do("entries", LIST, "--json")) == [
        {
            "line": 4,
            "section": ["Papers", "Language"],
            "checkbox": "checked",
            "short": "BERT",
            "title": "Pre-training",
            "venue": "NAACL",
            "year": 2019,
            "authors": None,
            "links": [{"label": "Paper", "url": "https://arxiv.org/abs/1810.04805v2"}],
            "identifiers": [{"kind": "arxiv", "value": "1810.04805"}],
            "note_text_present": True,
            "note_text": "双向的。",
        }
    ]


def test_entries_for_people(world: World) -> None:
    world.text = TEXT
    out = world.do("entries", LIST)
    assert "[x]  BERT: Pre-training" in out
    assert out.endswith("1 entry, 1 with a note\n")


NOT_READ = "We met in May.\n\n> Owls at Dusk, https://arxiv.org/abs/2401.00001\n\n- [ ] Bats\n"


def test_entries_says_which_lines_that_name_papers_are_not_read(world: World) -> None:
    world.text = NOT_READ
    told = "1 line not read, with the address of a paper:\n    3  > Owls at Dusk, https://arxiv.org/abs/2401.00001\n"
    assert world.do("entries", LIST).endswith(f"\n1 entry, 0 with a note\n\n{told}")
    assert world.do("entries", LIST, "--unread") == told
    assert json.loads(world.do("entries", LIST, "--unread", "--json")) == [
        {"line": 3, "text": "> Owls at Dusk, https://arxiv.org/abs/2401.00001"}
    ]


def test_where_every_line_is_read_there_is_none_to_show(world: World) -> None:
    world.text = TEXT
    assert (
        world.do("entries", LIST, "--unread")
        == "No line with the address of a paper is left unread.\n"
    )
    assert json.loads(world.do("entries", LIST, "--unread", "--json")) == []


def test_entries_of_a_file_that_is_not_there(world: World) -> None:
    result = world.run("entries", "nothing.md")
    assert result.code == 2
    assert "nothing.md" in result.err


def test_init_writes_settings_that_work(world: World) -> None:
    world.collection()
    world.text = TEXT
    said = world.do(
        "init", LIST, "--collection", "Reading list", "--bib", "a.bib", "--notes", "all"
    )
    assert "zsync link" in said
    assert (world.folder / ".gitignore").read_text() == ".zsync/\n.env\n"
    assert "0 sure" in world.do("link")


def test_init_keeps_what_git_ignores_already(world: World) -> None:
    (world.folder / ".gitignore").write_text("*.pyc\n.env")
    world.do("init", LIST, "--collection", "R")
    assert (world.folder / ".gitignore").read_text() == "*.pyc\n.env\n.zsync/\n"


def test_init_asks_for_a_key_where_none_is_known(world: World) -> None:
    world.monkeypatch.delenv("ZOTERO_API_KEY")
    assert "Set ZOTERO_API_KEY" in world.do("init", LIST, "--collection", "R")
    (world.folder / "zsync.toml").unlink()
    (world.folder / ".env").write_text("ZOTERO_API_KEY=KeyOfTheTests\n")
    assert "Run `zsync link`" in world.do("init", LIST, "--collection", "R")


def test_init_leaves_settings_alone(world: World) -> None:
    world.settle()
    before = world.state()
    result = world.run("init", LIST, "--collection", "R")
    assert result.code == 2
    assert world.state() == before


def test_init_asks_nobody_without_a_terminal(world: World) -> None:
    result = world.run("init")
    assert result.code == 2
    assert "--collection" in result.err
    assert not (world.folder / "zsync.toml").exists()


def test_a_key_in_a_dotenv_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.collection()
    world.text = TEXT
    world.settle()
    monkeypatch.delenv("ZOTERO_API_KEY")
    (world.folder / ".env").write_text(f"ZOTERO_API_KEY={world.key}\n")
    assert world.run("pull").code == 0


def test_colours_only_where_they_are_wanted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.text = TEXT
    assert "\x1b[" not in world.run("pull").err


def test_a_sandbox_that_cannot_start_says_why(world: World, tmp_path: Path) -> None:
    port = world.sandbox.url.rpartition(":")[2]
    result = world.run("sandbox", "--port", port)
    assert result.code == 2
    assert port in result.err
    (tmp_path / "data.json").write_text('{"libraries": [{"library": "nowhere"}]}')
    result = world.run("sandbox", "--data", str(tmp_path / "data.json"))
    assert result.code == 2
    assert "data.json" in result.err
    result = world.run("sandbox", "--data", str(tmp_path / "missing.json"))
    assert result.code == 2
    assert "missing.json" in result.err


def test_the_dialect_in_words(world: World) -> None:
    world.text = (
        "## S\n\n* [ ] A. CVPR2024 [PDF](https://a.org)\n* [x] B. ICML2023 [PDF](https://b.org)\n"
    )
    out = world.do("entries", LIST, "--dialect")
    assert "shape: bullet, marker *; learned from 2 entries" in out
    assert "fields: title, venue, paper link" in out
    assert "* [ ] DINO: Emerging Properties" in out
    found = json.loads(world.do("entries", LIST, "--dialect", "--json"))
    assert (found[0]["section"], found[0]["fields"]["venue"]) == (["S"], 2)


@pytest.mark.parametrize("command", ["pull", "link"])
def test_markers_that_limit_no_part_are_an_error_with_their_line(
    world: World, command: str
) -> None:
    world.collection()
    world.text = "- [ ] A. CVPR2024 [Paper](https://a.org)\n<!-- zsync:end -->\n"
    world.settle()
    result = world.run(command)
    assert result.code == 2
    assert f"{LIST}:2: a zsync:end with no zsync:start above it." in result.err
