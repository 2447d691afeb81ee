"""Why the sandbox will not do what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(Exception):  # noqa: N818 - an answer of the protocol, not a failure of the program
    """A request, or one object of a multi-object request, is answered with an error status.

    ``data`` and ``version`` are what the server adds for some refusals: the offending value, and the
    version that the object really has. ``early`` marks refusals that the server gives before it has settled
    which version of the API it speaks; those answers carry no ``Zotero-`` headers.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        data: Mapping[str, object] | None = None,
        version: int | None = None,
        early: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.data = data
        self.version = version
        self.early = early


class Aborted(Exception):  # noqa: N818
    """The real server dies in the middle of the request: 500, and what was written before stays written."""


def broken() -> Refused:
    """Return the answer of the real server where it fails on odd input: 500 without a reason."""
    return Refused(500, "An error occurred")
