"""What is asked of a service and what comes back: values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from zsync.core.metadata import Metadata

SERVICES = {
    "arxiv": "arXiv",
    "crossref": "Crossref",
    "datacite": "DataCite",
    "openreview": "OpenReview",
    "doi": "doi.org",
    "cvf": "CVF Open Access",
}


class Broken(Exception):  # noqa: N818 - named for what the answer is
    """An answer that is not in the service's form: cut short, a portal's page, a hidden entity."""


class Unanswered(Exception):  # noqa: N818
    """The service could not answer now; a later run may do better."""


Reader = Callable[[bytes], tuple[Metadata, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One request to a service (a name of ``SERVICES``).

    ``path`` begins with a slash and is encoded. ``read`` makes papers of the answer's body, or raises
    ``Broken``; it is not a part of what makes two questions the same. ``days`` is how long an answer is good.
    """

    service: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    read: Reader = field(compare=False, default=lambda _body: ())
    accept: str = "application/json"
    days: float = 30.0

    @property
    def key(self) -> str:
        """The question as one line of text."""
        return f"{self.service} {self.target}"

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Reply:
    """The papers that a service named, the best first; ``unanswered`` says why it could not tell now."""

    found: tuple[Metadata, ...] = ()
    unanswered: str = ""
