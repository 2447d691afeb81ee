"""Answers questions: from the cache, else by the services, which are asked beside each other.

Failures that may pass (429, 5xx, a portal's page, a cut answer) are told as unanswered and never
kept; a service that stood in makes up for them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from zsync.resolvers import arxiv
from zsync.resolvers.answers import SERVICES, Broken, Question, Reply, Unanswered
from zsync.resolvers.cache import AnswerCache
from zsync.resolvers.client import Answer, Client

_OK = 200
_FORBIDDEN = frozenset({401, 403, 407, 511})
_FIRST_ERROR, _FIRST_SERVER_ERROR = 400, 500
# Batches of one run in which arXiv left papers out although it said that there are more.
_MOST_ROUNDS = 10


class Asker:
    """Answers questions, each once in its life; never raises because of a service.

    Without a client nobody is asked, and what is in the cache counts however old it is.
    """

    def __init__(
        self, client: Client | None, cache: AnswerCache, progress: Callable[[str], None]
    ) -> None:
        self._client = client
        self._cache = cache
        self._progress = progress
        self._replies: dict[Question, Reply] = {}

    def ask(self, questions: Iterable[Question]) -> Mapping[Question, Reply]:
        """Answer all of them; the reply to each is there."""
        wanted = dict.fromkeys(questions)
        by_service: dict[str, list[Question]] = {}
        for question in wanted:
            if question not in self._replies and not self._from_cache(question, stale=False):
                by_service.setdefault(question.service, []).append(question)
        for service, asked in by_service.items():
            if self._client:
                count = f"{len(asked)} paper{'s' if len(asked) > 1 else ''}"
                self._progress(f"Asking {SERVICES[service]} about {count} ...")
        if by_service:
            with ThreadPoolExecutor(len(by_service)) as pool:
                try:
                    list(pool.map(self._ask_service, by_service.values()))
                except BaseException:  # interrupted: the threads must not keep the program waiting
                    if self._client:
                        self._client.stop()
                    raise
        return {question: self._replies[question] for question in wanted}

    def _ask_service(self, questions: Sequence[Question]) -> None:
        if self._client and questions[0].service == "arxiv":
            for start in range(0, len(questions), arxiv.MOST_IDS):
                self._ask_arxiv(self._client, questions[start : start + arxiv.MOST_IDS])
            return
        for question in questions:
            self._settle(question, partial(self._fetch, question))

    def _settle(self, question: Question, fetch: Callable[[], Reply]) -> None:
        """Remember what came of a question; an older answer is better than none."""
        try:
            self._replies[question] = fetch()
        except Unanswered as cause:
            if not self._from_cache(question, stale=True):
                self._replies[question] = Reply(unanswered=str(cause))

    def _fetch(self, question: Question) -> Reply:
        if self._client is None:
            raise Unanswered(f"{SERVICES[question.service]} was not asked")
        answer = self._client.get(question)
        body = _body(question.service, answer)
        try:
            reply = Reply(question.read(body) if body is not None else ())
        except Broken as cause:
            raise _unusable(question.service) from cause
        self._cache.put(question.key, body, question.days)
        return reply

    def _from_cache(self, question: Question, *, stale: bool) -> bool:
        kept = self._cache.get(question.key)
        if kept is None or not (kept.fresh or stale or self._client is None):
            return False
        try:
            self._replies[question] = Reply(question.read(kept.body) if kept.body else ())
        except Broken:
            return False  # written by another release, or damaged: asked again
        return True

    # arXiv, many papers at once

    def _ask_arxiv(self, client: Client, questions: Sequence[Question]) -> None:
        """Ask for all in one request, and keep the answer for each, so that a new paper costs only itself."""
        open_questions = {_paper(question): question for question in questions}
        for _ in range(_MOST_ROUNDS):
            try:
                feed = _feed(client, list(open_questions))
            except Unanswered as cause:
                for question in open_questions.values():
                    self._settle(question, partial(_refuse, cause))
                return
            for identifier, entry in feed.entries.items():
                if identifier.value in open_questions:
                    question = open_questions.pop(identifier.value)
                    self._replies[question] = Reply(question.read(entry))
                    self._cache.put(question.key, entry, question.days)
            if not open_questions or not feed.entries or feed.total <= len(feed.entries):
                break
        if len(questions) > 1 and len(open_questions) == len(questions):
            # One id that arXiv takes for malformed spoils the whole request.
            half = len(questions) // 2
            self._ask_arxiv(client, questions[:half])
            self._ask_arxiv(client, questions[half:])
            return
        for question in open_questions.values():
            self._replies[question] = Reply()
            self._cache.put(question.key, None, question.days)


def _paper(question: Question) -> str:
    return dict(question.query)["id_list"]


def _feed(client: Client, values: Sequence[str]) -> arxiv.Feed:
    answer = client.get(arxiv.batch(values))
    body = _body("arxiv", answer)
    try:
        return arxiv.read_feed(body) if body is not None else arxiv.Feed({}, 0)
    except Broken as cause:
        raise _unusable("arxiv") from cause


def _refuse(cause: Unanswered) -> Reply:
    raise cause


def _body(service: str, answer: Answer) -> bytes | None:
    """The body of a good answer; None where the service knows no such paper.

    Raises:
        Unanswered: something between us and the service answered instead.

    """
    if answer.status == _OK:
        return answer.body
    is_page = answer.kind == "text/html"
    if answer.status >= _FIRST_SERVER_ERROR or answer.status < _FIRST_ERROR:
        raise _unusable(service, answer.status)
    if answer.status in _FORBIDDEN and is_page:
        raise _unusable(service, answer.status)
    return None


def _unusable(service: str, status: int = _OK) -> Unanswered:
    code = "" if status == _OK else f" (HTTP {status})"
    return Unanswered(f"{SERVICES[service]} did not give a usable answer{code}")
