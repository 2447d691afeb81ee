"""``zsync check``: do the files of a repository agree? Without a key, without a network."""

import json
import subprocess

import pytest

from tests.world import BIB, LIST, World, paper

LINE = "- [ ] **Alpha**: A First Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00001)"


@pytest.fixture
def repository(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A list, a lock and a .bib in step; then the key is gone."""
    home = world.collection()
    world.add(paper("Alpha: A First Paper", "https://arxiv.org/abs/2501.00001", collections=[home]))
    world.text = f"# Papers\n\n{LINE}\n"
    world.settle(bib=True)
    world.do("pull")
    monkeypatch.delenv("ZOTERO_API_KEY")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return world


def test_what_agrees(repository: World) -> None:
    before = len(repository.sandbox.requests)
    assert repository.do("check") == "1 entry: everything agrees.\n"
    assert len(repository.sandbox.requests) == before


def test_entries_without_an_item_are_only_counted(repository: World) -> None:
    repository.text += (
        "- [ ] **Beta**: Another. CVPR2025 [Paper](https://arxiv.org/abs/2501.00002)\n"
    )
    assert repository.do("check") == "2 entries (1 without an item): everything agrees.\n"


def test_a_record_that_is_missing_is_named_with_the_entrys_line(repository: World) -> None:
    (repository.folder / BIB).write_text("", "utf-8")
    result = repository.run("check")
    assert result.code == 1
    assert result.out.startswith(f"{LIST}:3: “Alpha: A First Paper” has no record ")
    found = json.loads(repository.run("check", "--json").out)
    assert [(each["file"], each["line"]) for each in found["findings"]] == [(LIST, 3)]


def test_a_key_that_stands_twice_is_named_with_its_line(repository: World) -> None:
    bib = repository.bib
    (repository.folder / BIB).write_text(f"{bib}\n{bib}", "utf-8")
    result = repository.run("check")
    assert result.code == 1
    line = bib.count("\n") + 2
    assert (
        f"{BIB}:{line}: the key alphaFirstPaper2025" in result.out
        or "stands on line 1" in result.out
    )


def test_a_bibliography_that_is_gone(repository: World) -> None:
    (repository.folder / BIB).unlink()
    result = repository.run("check")
    assert (result.code, result.out.split("\n")[0]) == (
        1,
        f"{BIB}: the file is missing. Run `zsync bib`.",
    )


def test_github_gets_commands_that_mark_lines(repository: World) -> None:
    (repository.folder / BIB).write_text("", "utf-8")
    result = repository.run("check", "--github")
    assert result.out.startswith(
        f"::error file={LIST},line=3,title=zsync::“Alpha: A First Paper” has"
    )


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        (LIST, "# P\n<!-- zsync:end -->\n", f"{LIST}:2"),
        ("zsync.lock", "<<<<<<< HEAD\n", "zsync.lock:1"),
    ],
)
def test_a_file_that_cannot_be_read(repository: World, name: str, text: str, where: str) -> None:
    (repository.folder / name).write_text(text, "utf-8")
    result = repository.run("check", "--github")
    assert result.code == 2
    assert where in result.err
    assert result.out.startswith(
        f"::error file={name},line={where.rpartition(':')[2]},title=zsync::"
    )


def test_a_record_without_a_key(repository: World) -> None:
    (repository.folder / BIB).write_text(
        f"\n@article{{, title = {{y}}}}\n{repository.bib}", "utf-8"
    )
    result = repository.run("check")
    assert result.code == 1
    assert f"{BIB}:2: this @article has no citation key. Fix it; BibTeX does not" in result.out


def test_keys_that_differ_in_capitals_alone(repository: World) -> None:
    text = f"@misc{{ab, title = {{y}}}}\n\n@misc{{AB, title = {{z}}}}\n{repository.bib}"
    (repository.folder / BIB).write_text(text, "utf-8")
    result = repository.run("check")
    assert result.code == 1
    assert f"{BIB}:3: the key AB differs from ab in capitals alone" in result.out


def test_a_record_that_never_closes(repository: World) -> None:
    (repository.folder / BIB).write_text(f"\n@article{{x, title = {{y\n{repository.bib}", "utf-8")
    result = repository.run("check")
    assert result.code == 1
    assert f"{BIB}:2: the braces of this @article never close. Fix it" in result.out


def test_a_list_that_the_settings_no_longer_name(repository: World) -> None:
    settings = repository.folder / "zsync.toml"
    settings.write_text(settings.read_text("utf-8").replace(LIST, "OTHER.md"), "utf-8")
    (repository.folder / LIST).rename(repository.folder / "OTHER.md")
    result = repository.run("check")
    assert result.code == 1
    assert f"zsync.lock: it knows the list {LIST}, which zsync.toml does not name" in result.out


def test_a_paper_that_stands_twice_in_one_section_is_named(repository: World) -> None:
    repository.text += f"{LINE}\n\n## More\n\n{LINE}\n"
    repository.monkeypatch.setenv("ZOTERO_API_KEY", repository.key)
    repository.do("sync", "--offline")
    result = repository.run("check")
    assert result.code == 1
    assert result.out.startswith(
        f"{LIST}:4: “Alpha: A First Paper” stands on line 3 of the same section already"
    )
    assert result.out.count("stands on line") == 1


def test_a_lock_that_is_gone_is_named(repository: World) -> None:
    (repository.folder / "zsync.lock").unlink()
    result = repository.run("check")
    assert result.code == 1
    assert result.out.startswith("zsync.lock: it is not there")


def test_a_key_that_git_keeps_is_named_and_not_shown(repository: World) -> None:
    secret = "KeyThatNobodyShallSee"
    (repository.folder / ".env").write_text(f"ZOTERO_API_KEY={secret}\n", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=repository.folder, check=True)
    assert repository.do("check") == "1 entry: everything agrees.\n"
    subprocess.run(["git", "add", "--force", ".env"], cwd=repository.folder, check=True)
    result = repository.run("check")
    assert result.code == 1
    assert result.out.startswith(".env: it is in git, and your key with it")
    assert secret not in result.out + result.err
