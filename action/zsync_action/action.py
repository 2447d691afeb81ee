"""The flow of the action: run zsync; commit and push what it wrote, or keep a pull request with it."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zsync_action import begun
from zsync_action.begun import Begun
from zsync_action.commands import Console
from zsync_action.git import Git, credentials
from zsync_action.inputs import UPDATE_BRANCH, Failure, Inputs
from zsync_action.pulls import Pulls

__all__ = ["Failure", "run"]

_PAUSE = 1.0
_COUNTS = ("added", "updated", "removed", "conflicts", "pushed")


def run(inputs: Inputs, console: Console) -> None:
    """Run the action.

    Raises:
        Failure: the step is to fail; the code is zsync's where zsync failed.

    """
    if inputs.token:
        console.mask(credentials(inputs.token))
    if inputs.command == "check":
        _check(inputs, console)
        return
    git = Git(inputs.environment, inputs.server, inputs.token)
    job = _Job(inputs, console, git)
    match inputs.mode:
        case "commit":
            job.commit()
        case "pull-request":
            job.keep_pull_request()
        case _:
            job.leave()


def _check(inputs: Inputs, console: Console) -> None:
    done = _zsync(inputs, "check", "--github", *inputs.arguments, key="")
    console.pass_on(done.stdout)
    console.quote(done.stderr)
    console.output("changed", "false")
    if done.returncode == 1:
        raise Failure("The files of the repository do not agree; the lines are marked.")
    if done.returncode:
        raise Failure(done.stderr, done.returncode)


class _Job:
    """One run in a repository."""

    def __init__(self, inputs: Inputs, console: Console, git: Git) -> None:
        self.inputs = inputs
        self.console = console
        self.git = git
        self._taken_up: Begun | None = None
        self._committed: list[str] = []

    # -- the three ways ---------------------------------------------------------------------------

    def leave(self) -> None:
        """Run zsync; later steps do what they want with the files."""
        report = self._run_zsync()
        self._tell(report, is_changed=bool(self._ours(report)))

    def commit(self) -> None:
        """Run zsync, commit, push; where somebody else pushed meanwhile, go there and sync again."""
        branch = self.inputs.branch or self.git.branch()
        if branch is None:
            raise Failure(
                "No branch is checked out. Name one with the input branch, or check one out.", 2
            )
        for attempt in range(1, self.inputs.attempts + 1):
            start = self._begin(branch)
            report = self._run_zsync()
            if start is None or not self._commit(report):
                self._end()
                self._tell(report, is_changed=False)
                return
            said = self.git.push(f"HEAD:refs/heads/{branch}")
            if said.code == 0:
                self._end()
                self._tell(report, is_changed=True)
                self.console.output("commit-sha", self.git.commit_of("HEAD"))
                return
            if not said.has_lost_a_race:
                raise _refused_push(branch, said.out + said.err)
            self.console.note(
                f"push {attempt} of {self.inputs.attempts} lost a race; syncing again on what was pushed"
            )
            self._undo(start)
            found = self.git.fetch(branch)
            if found is None:
                raise Failure(f"The branch {branch} is gone.")
            self.git.go_to(found)
            # Jitter keeps several jobs from coming back in step; nothing secret depends on it.
            time.sleep(_PAUSE * attempt * random.uniform(0.2, 1.0))  # noqa: S311
        raise Failure(
            f"Somebody else pushed to {branch} each of the {self.inputs.attempts} times. What went to "
            "Zotero is there; the next run commits the rest."
        )

    def keep_pull_request(self) -> None:
        """Run zsync and keep one pull request with what it wrote; close it where there is nothing."""
        base = self.git.branch()
        if base is None:
            raise Failure("No branch is checked out: a pull request needs one to go into.", 2)
        head = self.inputs.branch or UPDATE_BRANCH
        if head == base:
            raise Failure("The input branch must be another one than the branch checked out.", 2)
        environment = self.inputs.environment
        pulls = Pulls(
            environment.get("GITHUB_API_URL", "https://api.github.com"),
            environment.get("GITHUB_REPOSITORY", ""),
            self.inputs.token,
            head,
            base,
        )
        start = self._begin(base)
        report = self._run_zsync()
        is_changed = start is not None and self._commit(report)
        if start is not None and is_changed:
            self._push_head(head, start)
            sha = self.git.commit_of("HEAD")
            self._undo(start)
            url, done = pulls.keep(self.inputs.message, self._summary())
            self.console.output("commit-sha", sha)
        else:
            url, done = pulls.close()
        self._end()
        self._tell(report, is_changed=is_changed)
        self.console.output("pull-request-url", url)
        self.console.output("pull-request-operation", done)

    def _push_head(self, head: str, base: str) -> None:
        """Push the commit as the branch of the pull request, unless the same stands there already."""
        there = self.git.fetch(head)
        if there is not None:
            is_same = self.git.tree_of(there) == self.git.tree_of("HEAD")
            if is_same and self.git.parents_of(there) == [base]:
                return
        said = self.git.push(f"HEAD:refs/heads/{head}", lease=there or "")
        if said.code:
            raise _refused_push(head, said.out + said.err)

    # -- taking up what was killed ----------------------------------------------------------------

    def _begin(self, branch: str) -> str | None:
        """Note where this job begins, or take up one that was killed here; give the commit to begin at."""
        head, note = self.git.commit_of("HEAD"), self.git.note()
        former = begun.read(note)
        self._taken_up = None
        if head is None:
            return None
        if former and head == former.start:
            self.git.undo_commit(head, former.undoing)
        elif former and self._is_unfinished(head, former, branch):
            self.git.uncommit(former.start)
        else:
            begun.write(note, Begun(head, sorted(self.git.changed())))
            return head
        self._taken_up = Begun(former.start, former.foreign)
        begun.write(note, self._taken_up)
        self.console.note("an earlier run was cut short here; finishing what it began")
        return former.start

    def _is_unfinished(self, head: str, former: Begun, branch: str) -> bool:
        """Return whether a commit is ours, by a job that was killed after it, and not on the branch yet."""
        who = f"{self.inputs.name} <{self.inputs.email}>"
        is_ours = self.git.parents_of(head) == [former.start] and self.git.author_of(head) == who
        return is_ours and self.git.fetch(branch) != head

    def _undo(self, start: str) -> None:
        """Take our commit back, and note before that this is not the author's doing."""
        note = self.git.note()
        former = begun.read(note) or Begun(start)
        begun.write(note, Begun(start, former.foreign, self._committed))
        self.git.undo_commit(start, self._committed)
        begun.write(note, Begun(start, former.foreign))

    def _end(self) -> None:
        self.git.note().unlink(missing_ok=True)

    def _ours(self, report: Mapping[str, Any]) -> list[str]:
        """Return the files that this run wrote, and those that a killed one wrote and did not commit."""
        names = [*report["written"]]
        if self._taken_up:
            changed = self.git.changed().difference(self._taken_up.foreign)
            names += [
                name
                for name in report["files"]
                if self.git.from_top(_path(self.inputs, name)) in changed
            ]
        own = (name for name in dict.fromkeys(names) if Path(name).parts[0] != ".zsync")
        return [_path(self.inputs, name) for name in own]

    # -- zsync and its files ----------------------------------------------------------------------

    def _run_zsync(self) -> Mapping[str, Any]:
        """Run zsync, show what it says, and give its report."""
        inputs = self.inputs
        summary = inputs.temporary / "zsync-report.md"
        summary.unlink(missing_ok=True)
        done = _zsync(
            inputs,
            inputs.command,
            "--json",
            f"--report-file={summary}",
            f"--max-removals={inputs.max_removals}",
            *inputs.arguments,
            key=inputs.key,
        )
        markdown = self._summary()
        self.console.quote(f"{markdown}\n{done.stderr}")
        self.console.summarize(markdown)
        if done.returncode:
            raise Failure(done.stderr or "zsync failed.", done.returncode)
        path = inputs.temporary / "zsync-report.json"
        path.write_text(done.stdout, encoding="utf-8")
        report: Mapping[str, Any] = json.loads(done.stdout)
        return report

    def _summary(self) -> str:
        path = self.inputs.temporary / "zsync-report.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _commit(self, report: Mapping[str, Any]) -> bool:
        """Commit what zsync wrote, where it differs from what is committed."""
        counts = ", ".join(
            f"{report['counts'][name]} {name}" for name in _COUNTS if report["counts"][name]
        )
        message = f"{self.inputs.message}\n\n{counts or 'bibliography and lock'}\n"
        self._committed = self._ours(report)
        return self.git.commit(self._committed, message, self.inputs.name, self.inputs.email)

    def _tell(self, report: Mapping[str, Any], *, is_changed: bool) -> None:
        self.console.output("changed", str(is_changed).lower())
        for name in _COUNTS:
            self.console.output(name, report["counts"][name])
        self.console.output("report", self.inputs.temporary / "zsync-report.json")


def _zsync(inputs: Inputs, *arguments: str, key: str) -> "subprocess.CompletedProcess[str]":
    """Run zsync as a command of its own; the key is in its environment alone."""
    environment = {**inputs.environment, "ZOTERO_API_KEY": key, "NO_COLOR": "1"}
    if inputs.library:
        kind, number = inputs.library
        environment |= {"ZOTERO_LIBRARY_TYPE": kind, "ZOTERO_LIBRARY_ID": number}
    command, *options = arguments
    return subprocess.run(  # noqa: S603 - a list of arguments; no shell reads it
        [sys.executable, "-m", "zsync", command, f"--config={inputs.config}", *options],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _path(inputs: Inputs, name: str) -> str:
    """Return a file of the report as seen from the working directory."""
    return str(Path(inputs.config).parent / name)


def _refused_push(branch: str, said: str) -> Failure:
    """Return why a push was refused, and what helps."""
    advice = ""
    if "GH006" in said or "GH013" in said or "protected branch" in said:
        advice = " The branch is protected: use `mode: pull-request`."
    elif "403" in said or "denied" in said.lower():
        advice = " Give the job `permissions: contents: write`."
    return Failure(f"git could not push to {branch}: {said.strip()}{advice}")
