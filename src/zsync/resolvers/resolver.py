"""From the entries of a list to Metadata: which services are asked about which entry, and in which order.

A published version is looked for only where the line names a venue, and counts only if it is of
that venue; one that arXiv itself names counts where no other is found. A submission that OpenReview
did not accept is a preprint.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

from zsync.config import ResolverSettings
from zsync.core.identifiers import aliases
from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Entry, Identifier
from zsync.resolvers import arxiv, crossref, cvf, datacite, doi, openreview
from zsync.resolvers.answers import Question, Reply
from zsync.resolvers.asking import Asker
from zsync.resolvers.cache import AnswerCache
from zsync.resolvers.case import Case
from zsync.resolvers.client import Client, Clock, Politeness

CACHE_FILE = "answers.sqlite"


def _silent(_message: str) -> None:
    """Say nothing."""


class Resolver:
    """Asks public services about papers; use as a context manager.

    ``cache`` is the file that keeps the answers, ``CACHE_FILE`` in the work folder. With ``offline`` nobody
    is asked and the file alone answers. ``progress`` is given a line of text before each round of questions.
    ``notice`` says why the file was thrown away, if it was.
    """

    def __init__(
        self,
        settings: ResolverSettings,
        cache: Path,
        *,
        offline: bool = False,
        progress: Callable[[str], None] = _silent,
        politeness: Politeness | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._client = None if offline else Client(settings, politeness, clock)
        self._cache = AnswerCache(cache)
        self.notice = self._cache.notice
        self._asker = Asker(self._client, self._cache, progress)

    def resolve(
        self,
        entries: Sequence[Entry],
        known: Mapping[int, Metadata] = MappingProxyType({}),
    ) -> tuple[Resolution, ...]:
        """Find what the services know of each entry; one resolution for each, in their order.

        ``known`` is what a record of a .bib says of an entry, by the entry's index: its identifiers are
        followed too, and its title stands in where the line has none. Services that fail never raise.

        Five rounds, each only for what the ones before left open: by the identifiers; by the published DOI
        that a preprint names; by the title, where the line names a venue or nothing was found; the page of
        the proceedings at CVF; and the preprint that a published version names.
        """
        if self._client:
            self._client.start()
        cases = [Case.of(entry, known.get(index)) for index, entry in enumerate(entries)]
        self._by_identifiers(cases)
        self._by_published_doi(cases)
        self._by_title(cases)
        self._by_proceedings(cases)
        self._by_preprint(cases)
        return tuple(case.resolution() for case in cases)

    def close(self) -> None:
        """Close the connections and the cache."""
        if self._client:
            self._client.close()
        self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # The rounds

    def _by_identifiers(self, cases: Sequence[Case]) -> None:
        replies = self._look_up(each for case in cases for each in case.identifiers)
        for case in cases:
            for identifier in case.identifiers:
                reply = replies[identifier]
                case.take_identified(identifier, reply)
                _note(case, reply)

    def _by_published_doi(self, cases: Sequence[Case]) -> None:
        replies = self._look_up(each for case in cases for each in case.further)
        for case in cases:
            for identifier in case.further:
                case.take_published(replies[identifier].found)
                _note(case, replies[identifier])

    def _by_title(self, cases: Sequence[Case]) -> None:
        wanting = [(case, case.best_title) for case in cases if case.wants_published]
        asked = {title: crossref.search(title) for title in {title for _, title in wanting}}
        replies = self._asker.ask(asked[title] for _, title in wanting)
        for case, title in wanting:
            reply = replies[asked[title]]
            case.take_likely(reply.found)
            _note(case, reply)

    def _by_proceedings(self, cases: Sequence[Case]) -> None:
        pages = {index: _pages(case) for index, case in enumerate(cases)}
        replies = self._asker.ask(cvf.question(page) for each in pages.values() for page in each)
        for index, each in pages.items():
            for page in each:
                reply = replies[cvf.question(page)]
                if not cases[index].page:
                    cases[index].take_page(reply.found)
                _note(cases[index], reply)

    def _by_preprint(self, cases: Sequence[Case]) -> None:
        replies = self._look_up(each for case in cases for each in case.related)
        for case in cases:
            for identifier in case.related:
                case.take_identified(identifier, replies[identifier])

    # One identifier, several services

    def _look_up(self, identifiers: Iterable[Identifier]) -> Mapping[Identifier, Reply]:
        """Ask the services that may know an identifier, one after the other until one does."""
        chains = {each: self._services_for(each) for each in identifiers}
        replies = dict.fromkeys(chains, Reply())
        while open_chains := {each: chain for each, chain in chains.items() if chain}:
            answers = self._asker.ask(chain[0] for chain in open_chains.values())
            for identifier, chain in open_chains.items():
                answer = answers[chain.pop(0)]
                replies[identifier] = _joined(replies[identifier], answer)
                # What arXiv says of its own ids is final: DataCite has the same, a little later.
                if answer.found or (identifier.kind == "arxiv" and not answer.unanswered):
                    chain.clear()
        return replies

    def _services_for(self, identifier: Identifier) -> list[Question]:
        match identifier.kind:
            case "arxiv":
                return [arxiv.question(identifier), datacite.question(identifier)]
            case "openreview":
                return [openreview.question(identifier), openreview.older(identifier)]
            case "cvf":
                return [cvf.question(identifier)]
            case "doi":
                return [
                    crossref.question(identifier),
                    datacite.question(identifier),
                    doi.question(identifier),
                ]
            case _:
                return [each for alias in aliases(identifier) for each in self._services_for(alias)]


def _joined(before: Reply, answer: Reply) -> Reply:
    """What several services say of one identifier; one that answers makes up for one that did not."""
    if answer.found:
        return answer
    missing = dict.fromkeys(filter(None, (before.unanswered, answer.unanswered)))
    return Reply(unanswered="; ".join(missing))


def _note(case: Case, reply: Reply) -> None:
    if reply.unanswered:
        case.unanswered.append(reply.unanswered)


def _pages(case: Case) -> list[Identifier]:
    """The pages at CVF that the paper may have: by its title, and by the title without the short name."""
    conference = case.conference
    authors = next((each.creators for each in case.accepted if each.creators), ())
    if case.doubt or case.page or conference is None or not authors:
        return []
    venue, year = conference
    titles = [case.best_title]
    if not case.published:
        titles.append(case.best_title.partition(": ")[2])
    found = (
        cvf.identifier_of(authors[0].last_name, title, venue, year) for title in titles if title
    )
    return [page for page in found if page]
