"""The repository of a job: commits of a few files, pushes with a token that stands nowhere."""

import base64
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zsync_action.inputs import Failure


@dataclass(frozen=True, slots=True)
class Said:
    """What git said."""

    code: int
    out: str
    err: str

    @property
    def has_lost_a_race(self) -> bool:
        """Return whether a push was refused because somebody else had pushed before."""
        signs = ("[rejected]", "non-fast-forward", "fetch first", "stale info", "cannot lock ref")
        return self.code != 0 and any(sign in self.err for sign in signs) and "GH0" not in self.err


class Git:
    """Git in the folder where the step runs; ``environment`` holds no secret."""

    def __init__(self, environment: Mapping[str, str], server: str, token: str) -> None:
        self._environment = {**environment, "GIT_TERMINAL_PROMPT": "0"}
        self._server = server
        self._token = token

    # -- what is there ----------------------------------------------------------------------------

    def branch(self) -> str | None:
        """Return the branch that is checked out; None where HEAD is at a commit alone."""
        said = self._try("symbolic-ref", "--quiet", "--short", "HEAD")
        return said.out.strip() or None

    def commit_of(self, revision: str) -> str | None:
        """Return the full name of a commit, if it is known here."""
        said = self._try(
            "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}"
        )
        return said.out.strip() or None

    def tree_of(self, revision: str) -> str:
        """Return the name of a commit's tree."""
        return self._run("rev-parse", f"{revision}^{{tree}}")

    def parents_of(self, revision: str) -> list[str]:
        """Return a commit's parents."""
        return self._run("rev-list", "--parents", "--max-count=1", revision).split()[1:]

    def author_of(self, revision: str) -> str:
        """Return a commit's author, as ``Name <address>``."""
        return self._run("log", "--max-count=1", "--format=%an <%ae>", revision)

    def changed(self) -> frozenset[str]:
        """Return the files that are not as committed, new ones too, as seen from the top."""
        top = self._run("rev-parse", "--show-toplevel")
        said = [
            self._run("-C", top, "diff", "--name-only", "-z", "HEAD"),
            self._run("-C", top, "ls-files", "--others", "--exclude-standard", "-z"),
        ]
        return frozenset(name for names in said for name in names.split("\0") if name)

    def from_top(self, path: str) -> str:
        """Return a path of the working directory as seen from the top of the repository."""
        top = self._run("rev-parse", "--show-toplevel")
        return Path(os.path.relpath(Path(path).resolve(), top)).as_posix()

    def note(self) -> Path:
        """Return the place of a note of ours that no commit takes in."""
        return Path(self._run("rev-parse", "--git-path", "zsync-begun.json"))

    # -- committing -------------------------------------------------------------------------------

    def commit(self, paths: Sequence[str], message: str, name: str, email: str) -> bool:
        """Commit these files as they are now, and nothing else; say whether there was anything to commit."""
        if not paths:
            return False
        literal = [f":(top,literal){self.from_top(path)}" for path in paths]
        self._run("add", "--", *literal)
        if self._try("diff", "--cached", "--quiet", "--", *literal).code == 0:
            return False
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", name), ("EMAIL", email))
        }
        self._run(
            "commit",
            "--quiet",
            "--no-verify",
            "--file=-",
            "--only",
            "--",
            *literal,
            stdin=message,
            more=who,
        )
        return True

    def uncommit(self, before: str) -> None:
        """Go back to the commit before ours; every file stays as it is."""
        self._run("reset", "--quiet", "--soft", before)

    def undo_commit(self, before: str, paths: Sequence[str]) -> None:
        """Go back to the commit before ours; our files are as they were there, all others as they are."""
        self.uncommit(before)
        literal = [f":(top,literal){self.from_top(path)}" for path in paths]
        for path in literal:
            if self._try("cat-file", "-e", f"{before}:{path.partition(')')[2]}").code == 0:
                self._run("restore", f"--source={before}", "--staged", "--worktree", "--", path)
            else:
                self._run("rm", "--quiet", "--force", "--", path)

    def go_to(self, revision: str) -> None:
        """Bring the branch to another commit; what others changed or staged here stays."""
        staged = self._run("diff", "--cached", "--name-only", "-z").rstrip("\0")
        said = self._try("reset", "--quiet", "--keep", revision)
        if said.code:
            raise Failure(
                "Somebody else pushed to the branch, and earlier steps of this job changed the same files: "
                f"{said.err.strip()}"
            )
        for path in filter(None, staged.split("\0")):
            self._run("add", "--all", "--", f":(top,literal){path}")

    # -- the other side ---------------------------------------------------------------------------

    def push(self, refspec: str, *, lease: str | None = None) -> Said:
        """Push to origin; ``lease`` is what the branch there must be (empty: not there) to be replaced."""
        target = refspec.rpartition(":")[2]
        force = [] if lease is None else [f"--force-with-lease={target}:{lease}"]
        return self._remote("push", "--quiet", *force, "origin", refspec)

    def fetch(self, branch: str) -> str | None:
        """Fetch a branch of origin; give its commit, None where there is no such branch."""
        said = self._remote("fetch", "--quiet", "--no-tags", "origin", f"refs/heads/{branch}")
        if said.code:
            if "couldn't find remote ref" in said.err:
                return None
            raise Failure(f"git could not fetch {branch}: {said.err.strip()}")
        return self.commit_of("FETCH_HEAD")

    # -- running it -------------------------------------------------------------------------------

    def _remote(self, *arguments: str) -> Said:
        """Run a command that talks to origin.

        The token goes by the environment. checkout may have left a header of its own, and GitHub refuses two:
        so an empty value first resets the list.
        """
        if not self._token:
            return self._try(*arguments)
        name = f"http.{self._server}/.extraheader"
        secret = credentials(self._token)
        return self._try(
            *arguments,
            more={
                "GIT_CONFIG_COUNT": "2",
                "GIT_CONFIG_KEY_0": name,
                "GIT_CONFIG_VALUE_0": "",
                "GIT_CONFIG_KEY_1": name,
                "GIT_CONFIG_VALUE_1": f"AUTHORIZATION: basic {secret}",
            },
        )

    def _run(self, *arguments: str, stdin: str = "", more: Mapping[str, str] | None = None) -> str:
        said = self._try(*arguments, stdin=stdin, more=more)
        if said.code:
            raise Failure(f"git {arguments[0]} failed: {said.err.strip() or said.out.strip()}")
        return said.out.removesuffix("\n")

    def _try(self, *arguments: str, stdin: str = "", more: Mapping[str, str] | None = None) -> Said:
        done = subprocess.run(  # noqa: S603 - a list of arguments; no shell reads it
            ["git", *arguments],  # noqa: S607 - the runner's own git
            input=stdin,
            env={**self._environment, **(more or {})},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


def credentials(token: str) -> str:
    """Return a token as git sends it (RFC 7617); the user's name is a convention of GitHub."""
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()
