"""Pull requests, by GitHub's REST API (version 2022-11-28)."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from zsync_action.inputs import Failure

_DENIED = (
    "GitHub does not let this workflow open pull requests (status {status}: {message}). Give the job "
    "`permissions: pull-requests: write` next to `contents: write`, and in the repository's Settings, "
    "Actions, General, allow GitHub Actions to create pull requests."
)


class Pulls:
    """The pull requests of one repository from one branch into another."""

    def __init__(self, api: str, repository: str, token: str, head: str, base: str) -> None:
        self._pulls = f"{api.rstrip('/')}/repos/{repository}/pulls"
        self._owner = repository.partition("/")[0]
        self._token = token
        self._head = head
        self._base = base

    def find(self) -> Mapping[str, Any] | None:
        """Return the open pull request, if there is one."""
        query = {"state": "open", "head": f"{self._owner}:{self._head}", "base": self._base}
        found = self._ask("GET", f"{self._pulls}?{urlencode(query)}")
        return next(iter(found), None)

    def keep(self, title: str, body: str) -> tuple[str, str]:
        """Open a pull request, or bring the open one up to date; give its address and what was done."""
        known = self.find()
        if known is not None:
            changed = self._ask(
                "PATCH", f"{self._pulls}/{known['number']}", {"title": title, "body": body}
            )
            return changed["html_url"], "updated"
        wanted = {"title": title, "body": body, "head": self._head, "base": self._base}
        return self._ask("POST", self._pulls, wanted)["html_url"], "created"

    def close(self) -> tuple[str, str]:
        """Close the open pull request, if there is one; give its address and what was done."""
        known = self.find()
        if known is None:
            return "", ""
        closed = self._ask("PATCH", f"{self._pulls}/{known['number']}", {"state": "closed"})
        return closed["html_url"], "closed"

    def _ask(self, method: str, url: str, body: Mapping[str, object] | None = None) -> Any:
        if not url.startswith(("https://", "http://127.0.0.1")):
            raise Failure(f"The address of GitHub's API must be https: {url}", 2)
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "User-Agent": "zsync",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as cause:
            raise _refused(cause) from None
        except (OSError, ValueError) as cause:
            raise Failure(
                f"GitHub's API did not answer as expected ({type(cause).__name__}).", 4
            ) from None


def _refused(answer: urllib.error.HTTPError) -> Failure:
    try:
        said = json.load(answer)
        message = "; ".join(
            [said["message"], *(str(each.get("message", "")) for each in said.get("errors", ()))]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        message = answer.reason
    message = message.rstrip("; ")
    if answer.code in (401, 403) or (answer.code == 422 and "not permitted" in message):
        return Failure(_DENIED.format(status=answer.code, message=message), 5)
    return Failure(f"GitHub's API refused (status {answer.code}): {message}")
