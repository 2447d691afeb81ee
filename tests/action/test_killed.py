"""The action is killed before any of its git commands and started again in the same folder: it finishes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.action.conftest import LINES, TOOLS, Project
from tests.hunting import HUNT
from tests.world import LIST

#: Stands in for git, and kills who called it instead of doing what it was called for, the n-th time.
GIT = """#!/bin/sh
count=$(($(cat {counter}) + 1))
echo $count > {counter}
[ $count = {fatal} ] && kill -9 $PPID && exit 1
exec {git} "$@"
"""


def run_until(project: Project, fatal: int, **inputs: str) -> int:
    """Run the action with a git that is fatal the n-th time (0: never); give how often it was called."""
    tools = project.temporary / "tools"
    tools.mkdir(exist_ok=True)
    counter = tools / "counter"
    counter.write_text("0")
    script = GIT.format(counter=counter, fatal=fatal, git=shutil.which("git"))
    (tools / "git").write_text(script)
    (tools / "git").chmod(0o755)
    job = project.run({"PATH": f"{tools}:{TOOLS}"}, **inputs)
    assert (job.code == 0) == (fatal == 0), job.log
    return int(counter.read_text())


def change_both_sides(project: Project) -> None:
    """A new line in the list goes to Zotero, a tick in Zotero to the list; another file is dirty."""
    project.write(LIST, project.read(LIST) + LINES[3] + "\n")
    project.commit_all("a new paper")
    project.tick()
    project.write("other.txt", "changed by an earlier step\n")


def lose_the_race(project: Project) -> None:
    """Somebody else pushes to the branch after it was checked out, so that the first push is refused."""
    other = project.checkout.with_name("other")
    project.git(other.parent, "clone", "--quiet", str(project.origin), str(other))
    text = (other / LIST).read_text("utf-8")
    (other / LIST).write_text(f"{text}\nWords of a person.\n", "utf-8")
    project.git(other, "commit", "--quiet", "--all", "--message", "words")
    project.git(other, "push", "--quiet")


def begin_again(project: Project, saved: Path) -> None:
    """Put checkout and origin back; Zotero keeps what it was told."""
    for folder in (project.checkout, project.origin):
        shutil.rmtree(folder)
        shutil.copytree(saved / folder.name, folder)


def state(project: Project, branch: str) -> tuple[list[str], str, str, str]:
    """Return what the origin and the checkout have: commits, list, lock, and what is not committed."""
    return (
        project.log(branch),
        project.shown(LIST, branch),
        project.shown("zsync.lock", branch),
        project.git(project.checkout, "status", "--porcelain"),
    )


@pytest.mark.parametrize(
    ("mode", "branch", "meanwhile"),
    [
        ("commit", "main", None),
        ("commit", "main", lose_the_race),
        ("pull-request", "zsync/update", None),
    ],
    ids=["commit", "lost race", "pull"],
)
def test_what_was_begun_is_finished(
    project: Project,
    mode: str,
    branch: str,
    meanwhile: Callable[[Project], None] | None,
    tmp_path: Path,
) -> None:
    change_both_sides(project)
    if meanwhile:
        meanwhile(project)
    saved = tmp_path / "saved"
    for folder in (project.checkout, project.origin):
        shutil.copytree(folder, saved / folder.name)
    calls = run_until(project, 0, mode=mode)
    expected = state(project, branch)
    assert "- [x] **P0**" in expected[1]
    assert ("Words of a person." in expected[1]) is bool(meanwhile)
    for fatal in range(1, calls + 1, 1 if HUNT else 5):
        begin_again(project, saved)
        run_until(project, fatal, mode=mode)
        job = project.run(mode=mode)
        assert job.code == 0, job.log
        assert state(project, branch) == expected, fatal
        assert len(project.world.zotero.top()) == len(LINES), fatal
