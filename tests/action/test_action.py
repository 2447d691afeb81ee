"""The action, run as GitHub runs it, against git, a Zotero library and GitHub's API on this machine."""

import re
import stat
from pathlib import Path

import pytest

from tests.action.conftest import LINES, TOKEN, Project
from tests.world import LIST

SUBJECT = "docs: sync reading list with Zotero"


# -- commits ------------------------------------------------------------------------------------


def test_a_tick_in_zotero_becomes_one_commit_by_the_bot(project: Project) -> None:
    before = project.log()
    project.tick()
    job = project.run()
    assert job.code == 0, job.log
    assert project.log() == [SUBJECT, *before]
    assert "- [x] **P0**" in project.shown(LIST)
    author, committer, body = project.git(
        project.origin, "log", "-1", "--format=%an <%ae>%n%cn <%ce>%n%b", "main"
    ).split("\n", 2)
    assert (
        author
        == committer
        == "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    )
    assert body.strip() == "1 updated"
    assert job.outputs["changed"] == "true"
    assert job.outputs["updated"] == "1"
    assert job.outputs["commit-sha"] == project.git(project.origin, "rev-parse", "main")
    assert "ticked P0: A Paper of Number 0" in job.summary
    assert Path(job.outputs["report"]).exists()


def test_where_nothing_is_new_there_is_no_commit(project: Project) -> None:
    before = project.log()
    job = project.run()
    assert (job.code, job.outputs["changed"], job.outputs["commit-sha"]) == (0, "false", "")
    assert project.log() == before


def test_a_hand_edit_of_the_list_goes_to_zotero(project: Project) -> None:
    project.write(LIST, project.read(LIST).replace("- [ ] **P1**", "- [x] **P1**"))
    project.commit_all("I have read it")
    job = project.run()
    assert job.code == 0, job.log
    assert {"tag": "read"} in project.world.item(project.keys[1])["tags"]
    assert job.outputs["pushed"] == "1"


def test_files_of_others_stay_as_they_are_dirty_or_staged(project: Project) -> None:
    project.write("other.txt", "changed by an earlier step\n")
    project.write("staged.txt", "staged by an earlier step\n")
    project.git(project.checkout, "add", "staged.txt")
    project.tick()
    assert project.run().code == 0
    assert project.git(project.checkout, "status", "--porcelain") == "M other.txt\nA  staged.txt"
    assert project.git(project.origin, "show", "--stat", "--format=", "main").count("|") == 2


def test_another_author_and_message(project: Project) -> None:
    project.tick()
    project.run(author="Ann Reader <ann@example.org>", commit_message="Papers of the week")
    assert project.log()[0] == "Papers of the week"
    assert (
        project.git(project.origin, "log", "-1", "--format=%an %ae", "main")
        == "Ann Reader ann@example.org"
    )


# -- races --------------------------------------------------------------------------------------


def other_clone(project: Project) -> Path:
    folder = project.checkout.with_name("other")
    project.git(folder.parent, "clone", "--quiet", str(project.origin), str(folder))
    return folder


def test_a_lost_race_is_synced_anew_and_both_changes_are_kept(project: Project) -> None:
    other = other_clone(project)
    text = (
        (other / LIST).read_text("utf-8").replace("# Papers\n", "# Papers\n\nWords of a person.\n")
    )
    (other / LIST).write_text(text, "utf-8")
    project.git(other, "commit", "--quiet", "--all", "--message", "words")
    project.git(other, "push", "--quiet")
    project.write("other.txt", "changed by an earlier step\n")
    project.tick()
    job = project.run()
    assert job.code == 0, job.log
    assert "push 1 of 3 lost a race; syncing again" in job.log
    assert project.log()[:2] == [SUBJECT, "words"]
    assert "Words of a person." in project.shown(LIST)
    assert "- [x] **P0**" in project.shown(LIST)
    assert project.read("other.txt") == "changed by an earlier step\n"


def test_a_race_that_is_always_lost_is_an_error(project: Project) -> None:
    hook = project.origin / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'fetch first' >&2\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    project.tick()
    job = project.run(push_attempts="2")
    assert job.code == 1
    assert "Somebody else pushed to main each of the 2 times" in job.log


def test_a_protected_branch_is_told_and_not_tried_again(project: Project) -> None:
    hook = project.origin / "hooks" / "pre-receive"
    hook.write_text(
        "#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\necho x >> calls\nexit 1\n"
    )
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    project.tick()
    job = project.run()
    assert job.code == 1
    assert "GH006" in job.log
    assert "use `mode: pull-request`" in job.log
    assert (project.origin / "calls").read_text() == "x\n"


# -- modes --------------------------------------------------------------------------------------


def test_mode_none_leaves_the_files_to_later_steps(project: Project) -> None:
    before = project.log()
    project.tick()
    job = project.run(mode="none")
    assert (job.code, job.outputs["changed"]) == (0, "true")
    assert project.log() == before
    assert "- [x] **P0**" in project.read(LIST)


def test_a_pull_request_is_opened_kept_and_closed(project: Project) -> None:
    before = project.log()
    project.tick(0)
    job = project.run(mode="pull-request")
    assert job.code == 0, job.log
    assert job.outputs["pull-request-operation"] == "created"
    assert job.outputs["pull-request-url"] == "https://github.com/reader/list/pull/1"
    assert project.github.pulls[0]["title"] == SUBJECT
    assert "ticked P0" in project.github.pulls[0]["body"]
    assert project.log() == before
    assert "- [x] **P0**" in project.shown(LIST, "zsync/update")
    assert "- [ ] **P0**" in project.read(LIST)

    first = project.git(project.origin, "rev-parse", "zsync/update")
    assert project.run(mode="pull-request").outputs["pull-request-operation"] == "updated"
    assert project.git(project.origin, "rev-parse", "zsync/update") == first

    project.tick(1)
    assert project.run(mode="pull-request").outputs["pull-request-operation"] == "updated"
    assert "- [x] **P1**" in project.shown(LIST, "zsync/update")
    assert project.git(project.origin, "rev-list", "--count", "main..zsync/update") == "1"
    assert len(project.github.pulls) == 1

    for number in (0, 1):
        project.world.tag(project.keys[number])
    job = project.run(mode="pull-request")
    assert job.outputs["pull-request-operation"] == "closed"
    assert project.github.pulls[0]["state"] == "closed"


def test_a_refused_pull_request_is_explained(project: Project) -> None:
    project.github.refusal = (
        403,
        {"message": "GitHub Actions is not permitted to create or approve pull requests."},
    )
    project.tick()
    job = project.run(mode="pull-request")
    assert job.code == 5
    assert "allow GitHub Actions to create pull requests" in job.log


# -- trouble ------------------------------------------------------------------------------------


def test_an_emptied_collection_stops_with_3_and_commits_nothing(project: Project) -> None:
    before, text = project.log(), project.read(LIST)
    for key in project.keys:
        project.world.edit(key, collections=[])
    job = project.run()
    assert job.code == 3
    assert "the collection looks empty" in job.log
    assert project.log() == before
    assert project.read(LIST) == text


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_zotero_is_tried_again_then_nothing_is_touched(
    project: Project, status: int
) -> None:
    text = project.read(LIST)
    project.tick()
    project.world.sandbox.faults.fail_next(50, status, retry_after=0)
    job = project.run()
    assert job.code == 4
    assert project.read(LIST) == text
    project.world.sandbox.faults.clear()
    assert project.run().code == 0


def test_without_a_key_it_says_why(project: Project) -> None:
    job = project.run(zotero_api_key="")
    assert job.code == 5
    assert "There is no Zotero key" in job.log
    assert "forks" in job.log


def test_a_wrong_key_is_said_and_not_shown(project: Project) -> None:
    project.tick()
    job = project.run(zotero_api_key="WrongKeyOfSomebody")
    assert job.code == 5
    assert "WrongKeyOfSomebody" not in job.log


def test_pull_request_target_is_refused(project: Project) -> None:
    job = project.run({"GITHUB_EVENT_NAME": "pull_request_target"})
    assert job.code == 2
    assert "pull_request_target" in job.log


def test_a_commit_that_is_checked_out_without_a_branch_is_an_error(project: Project) -> None:
    project.git(project.checkout, "checkout", "--quiet", "--detach")
    project.tick()
    job = project.run()
    assert job.code == 2
    assert "No branch is checked out" in job.log
    assert project.run(branch="main").code == 0


# -- check --------------------------------------------------------------------------------------


def test_check_needs_no_key_and_marks_lines(project: Project) -> None:
    job = project.run(command="check", zotero_api_key="")
    assert (job.code, job.outputs["changed"]) == (0, "false")
    project.write("refs/library.bib", "")
    job = project.run(command="check", zotero_api_key="")
    assert job.code == 1
    assert re.search(
        r"^::error file=README\.md,line=4,title=zsync::“P0: A Paper of Number 0” has no record",
        job.log,
        re.MULTILINE,
    )


# -- secrets and foreign text -------------------------------------------------------------------

EVIL = '"; touch pwned; echo "$(touch pwned)`touch pwned`\n::error::gotcha\n${{ github.token }}'


INPUTS = (
    "command",
    "library",
    "config",
    "args",
    "mode",
    "branch",
    "commit_message",
    "author",
    "push_attempts",
    "max_removals",
)


def test_no_input_becomes_a_command(project: Project) -> None:
    for name in INPUTS:
        project.tick()
        job = project.run(**{name: EVIL})
        everywhere = [*project.checkout.rglob("pwned"), *project.temporary.rglob("pwned")]
        assert not everywhere, name
        assert "\n::error::gotcha" not in outside_of_quotes(job.log), name


def outside_of_quotes(log: str) -> str:
    """Return what GitHub reads commands in."""
    return re.sub(r"(?ms)^::stop-commands::(\S+)$.*?^::\1::$", "", log)


def test_a_title_becomes_no_command_and_no_markup(project: Project) -> None:
    title = "P9: ::error::x | <img src=x> @reader `code`"
    project.world.add(
        {
            "itemType": "conferencePaper",
            "title": title,
            "url": "https://arxiv.org/abs/2501.00009",
            "collections": [project.home],
        }
    )
    job = project.run()
    assert job.code == 0, job.log
    assert "<img" not in job.summary
    assert "@reader" not in job.summary
    assert "::error" not in outside_of_quotes(job.log)


def test_key_and_token_are_nowhere(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a log, a file, an address or an argument of any program."""
    spy = project.temporary / "bin"
    spy.mkdir()
    told = project.temporary / "told"
    wrapper = spy / "git"
    wrapper.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$*" >> "{told}"\n'
        f'env | grep -c "{project.world.key}" >> "{told}.key"\n'
        'PATH="${PATH#*:}" exec git "$@"\n'
    )
    wrapper.chmod(0o755)
    project.tick()
    job = project.run(
        {"PATH": f"{spy}:{project.runner().environment['PATH']}"}, mode="pull-request"
    )
    assert job.code == 0, job.log
    assert "push" in told.read_text()
    assert set((project.temporary / "told.key").read_text().split()) == {"0"}
    secrets = (project.world.key, TOKEN)
    files = [
        path
        for path in (*project.checkout.rglob("*"), *project.temporary.rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    files.remove(wrapper)
    for secret in secrets:
        assert secret not in job.log + job.summary + told.read_text() + repr(project.github.targets)
        assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert project.github.tokens == {f"Bearer {TOKEN}"}
    assert LINES[0] in project.read(LIST)
