"""The action's inputs, from the environment, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

COMMANDS = ("sync", "pull", "check")
MODES = ("commit", "pull-request", "none")
UPDATE_BRANCH = "zsync/update"
_PERSON = re.compile(r"\s*([^<>\r\n]+?)\s*<([^<>\s]+@[^<>\s]+)>\s*")
_LIBRARY = re.compile(r"(users|groups)/([0-9]+)")


class Failure(Exception):  # noqa: N818 - named for what it is: the end of the step
    """Why the step fails, in words for people, and its exit code."""

    def __init__(self, what: str, code: int = 1) -> None:
        super().__init__(what)
        self.what = what
        self.code = code


@dataclass(frozen=True)
class Inputs:
    """What the workflow asked for, and where it runs.

    ``environment`` is the step's, without the key and the token.
    """

    command: str
    mode: str
    branch: str
    config: str
    arguments: tuple[str, ...]
    max_removals: str
    message: str
    name: str
    email: str
    attempts: int
    key: str
    token: str
    library: tuple[str, str] | None
    environment: Mapping[str, str]

    @property
    def temporary(self) -> Path:
        """A folder that nobody commits."""
        return Path(self.environment["RUNNER_TEMP"])

    @property
    def server(self) -> str:
        """The address of GitHub, or of a GitHub of one's own."""
        return self.environment.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Take the inputs from the environment.

        Raises:
            Failure: an input is wrong, or the workflow must not run this.

        """
        given = {name: value.strip() for name, value in environment.items()}
        command = _choice("command", given.get("ZSYNC_COMMAND", "sync"), COMMANDS)
        mode = _choice("mode", given.get("ZSYNC_MODE", "commit"), MODES)
        person = _PERSON.fullmatch(given.get("ZSYNC_AUTHOR", ""))
        if person is None:
            raise Failure("The input author must look like `Name <mail@example.org>`.", 2)
        attempts = given.get("ZSYNC_ATTEMPTS", "3")
        if not attempts.isascii() or not attempts.isdigit() or not 1 <= int(attempts) <= 20:
            raise Failure("The input push-attempts must be a number from 1 to 20.", 2)
        library = _LIBRARY.fullmatch(given.get("ZSYNC_LIBRARY", ""))
        if given.get("ZSYNC_LIBRARY") and library is None:
            raise Failure("The input library must be `users/ID` or `groups/ID`.", 2)
        _check_event(given, command)
        hidden = {"ZOTERO_API_KEY", "ZSYNC_TOKEN", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN"}
        return cls(
            command=command,
            mode=mode,
            branch=given.get("ZSYNC_BRANCH", ""),
            config=given.get("ZSYNC_CONFIG", "zsync.toml"),
            arguments=tuple(filter(None, map(str.strip, given.get("ZSYNC_ARGS", "").split("\n")))),
            max_removals=given.get("ZSYNC_MAX_REMOVALS", "20%"),
            message=" ".join(given.get("ZSYNC_MESSAGE", "").split())
            or "docs: sync reading list with Zotero",
            name=person[1],
            email=person[2],
            attempts=int(attempts),
            key=given.get("ZOTERO_API_KEY", ""),
            token=given.get("ZSYNC_TOKEN", ""),
            library=(library[1], library[2]) if library else None,
            environment={name: value for name, value in environment.items() if name not in hidden},
        )


def _choice(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Failure(f"The input {name} must be one of: {', '.join(known)}. It is {value!r}.", 2)
    return value


def _check_event(given: Mapping[str, str], command: str) -> None:
    """Refuse to run with secrets on somebody else's text, and say why there is no key."""
    if given.get("GITHUB_EVENT_NAME") == "pull_request_target":
        raise Failure(
            "zsync does not run on pull_request_target: it would give strangers' files your secrets. "
            "Use `command: check` on pull_request.",
            2,
        )
    if command != "check" and not given.get("ZOTERO_API_KEY"):
        raise Failure(
            "There is no Zotero key. Set the input zotero-api-key from a secret. Runs for pull requests "
            "from forks and for Dependabot get no secrets: use `command: check` there.",
            5,
        )
