"""An unfinished git merge in a file: nothing of it is believed, sent or written."""

import pytest

from tests.world import BIB, LIST, World, paper
from zsync.formats.merge_markers import unfinished_merge

OURS = "- [x] **Kite**: Flying at Low Speed. ICRA2024 [Paper](https://arxiv.org/abs/2402.00011)"
THEIRS = "- [ ] **Moth**: Lamps and Where to Find Them. ICRA2024 [Paper](https://arxiv.org/abs/2402.00012)"
MERGE = f"<<<<<<< HEAD\n{OURS}\n=======\n{THEIRS}\n>>>>>>> upstream\n"
RECORD = "@book{wren1997,\n  title = {Nests},\n}\n"

MERGES = {
    "of git": (MERGE, 1),
    "with the common ancestor (diff3)": (
        f"# P\n\n<<<<<<< HEAD\n{OURS}\n||||||| 1f2e3d\n=======\n{THEIRS}\n>>>>>>> main\n",
        3,
    ),
    "without labels": (f"<<<<<<<\n{OURS}\n=======\n>>>>>>>\n", 1),
    "with Windows line ends": (MERGE.replace("\n", "\r\n"), 1),
    "after a byte order mark": (f"\ufeff{MERGE}", 1),
    "below a heading that is underlined": (f"Papers\n=======\n\n{MERGE}", 4),
    "of which the first mark was taken out": (f"# P\n{OURS}\n=======\n{THEIRS}\n>>>>>>> up\n", 3),
    "of which the last mark was taken out": (f"# P\n<<<<<<< HEAD\n{OURS}\n=======\n{THEIRS}\n", 2),
    "after an example that is closed": (f"```\n{MERGE}```\n\n{MERGE}", 9),
    "with code on one side": ("<<<<<<< HEAD\n```\nx\n=======\n```\n>>>>>>> up\n", 1),
    "below code within a line": (f"```git merge``` does it\n{MERGE}", 2),
}
NO_MERGES = {
    "a heading that is underlined": "Papers\n=======\n\nMore\n=======\n",
    "an example in fenced code": f"# P\n\n```diff\n{MERGE}```\n",
    "an example in fenced code of an item": f"- so it looks:\n  ~~~\n{MERGE}  ~~~\n",
    "an example that is indented": "".join(f"    {line}\n" for line in MERGE.splitlines()),
    "a quotation in quotations": ">>>>>>> deep\n",
    "a longer line": "<<<<<<<<< HEAD\n=========\n>>>>>>>>> up\n",
    "marks with words at once": "<<<<<<<HEAD\n=======x\n>>>>>>>up\n",
    "marks within a line": "Git writes <<<<<<< and ======= and >>>>>>> there.\n",
}


@pytest.mark.parametrize("name", MERGES)
def test_a_merge_that_is_unfinished_is_found_where_it_begins(name: str) -> None:
    text, line = MERGES[name]
    assert unfinished_merge(text, in_markdown=True) == line


@pytest.mark.parametrize("name", NO_MERGES)
def test_what_only_looks_like_one(name: str) -> None:
    assert unfinished_merge(NO_MERGES[name], in_markdown=True) is None


def test_a_bibliography_has_no_fenced_code() -> None:
    assert unfinished_merge(f"```\n{MERGE}```\n") == 2


@pytest.fixture
def merged(world: World) -> World:
    """A list and a .bib in step with one paper."""
    home = world.collection()
    url = "https://arxiv.org/abs/2402.00011"
    world.add(paper("Kite: Flying at Low Speed", url, collections=[home]))
    world.text = f"# P\n\n{OURS.replace('[x]', '[ ]')}\n"
    world.settle(bib=True)
    world.do("pull")
    return world


COMMANDS = (
    ("link",),
    ("pull",),
    ("pull", "--dry-run"),
    ("push",),
    ("push", "--apply", "--offline"),
    ("sync", "--offline"),
    ("status",),
    ("check",),
    ("bib",),
    ("bib", "--cited", "paper.tex", "--output", "cited.bib"),
)


def test_no_command_believes_a_list_in_a_merge(merged: World) -> None:
    merged.text = f"# P\n\n{MERGE}"
    (merged.folder / "paper.tex").write_text("\\cite{kite}", "utf-8")
    before, version = merged.state(), merged.zotero.last_modified_version()
    for command in (*COMMANDS, ("entries", LIST)):
        result = merged.run(*command)
        assert (result.code, f"{LIST}:3: a git merge is unfinished here." in result.err) == (
            2,
            True,
        ), (
            command,
            result,
        )
    assert merged.state() == before
    assert merged.zotero.last_modified_version() == version


def test_no_command_believes_a_bibliography_in_a_merge(merged: World) -> None:
    text = f"{merged.bib}\n<<<<<<< HEAD\n{RECORD}=======\n>>>>>>> up\n"
    (merged.folder / BIB).write_text(text, "utf-8")
    (merged.folder / "paper.tex").write_text("\\cite{kite}", "utf-8")
    before, version = merged.state(), merged.zotero.last_modified_version()
    line = text[: text.index("<<<")].count("\n") + 1
    for command in COMMANDS:
        result = merged.run(*command)
        assert (result.code, f"{BIB}:{line}: a git merge" in result.err) == (2, True), (
            command,
            result,
        )
    assert merged.state() == before
    assert merged.zotero.last_modified_version() == version


def test_a_check_marks_the_line_for_github(merged: World) -> None:
    merged.text = f"# P\n\n{MERGE}"
    assert merged.run("check", "--github").out.startswith(
        f"::error file={LIST},line=3,title=zsync::"
    )


def test_the_lock_is_refused_as_ever(merged: World) -> None:
    lock = merged.folder / "zsync.lock"
    lock.write_text(f"{lock.read_text('utf-8')}>>>>>>> upstream\n", "utf-8")
    assert "a git merge is unfinished here" in merged.run("status").err
