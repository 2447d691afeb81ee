"""Services that mean harm: they count as unanswered, in time, and nothing of what they said is kept."""

import time

import pytest

from tests.evil import (
    Behaviour,
    Evil,
    bomb,
    bomb_in_a_bomb,
    come_again_in_a_hundred_years,
    endless_body,
    endless_interim_answers,
    silence,
    slow_body,
    slow_headers,
)
from zsync.config import Endpoints, ResolverSettings
from zsync.resolvers.answers import Question, Unanswered
from zsync.resolvers.client import Client

DEADLINE = 1.0
QUESTION = Question("doi", "/10.5555/rain")


@pytest.mark.parametrize(
    "behave",
    [
        slow_headers, slow_body, silence, endless_body, endless_interim_answers, bomb, bomb_in_a_bomb,
        come_again_in_a_hundred_years,
    ],
)  # fmt: skip
def test_a_service_is_unanswered_within_the_deadline(behave: Behaviour) -> None:
    with Evil(behave) as service:
        settings = ResolverSettings(deadline=DEADLINE, endpoints=Endpoints(doi=service.url))
        started = time.monotonic()
        with Client(settings) as client:
            client.start()
            with pytest.raises(Unanswered):
                client.get(QUESTION)
        assert time.monotonic() - started < DEADLINE + 6


def test_who_stops_the_client_does_not_wait_for_the_service() -> None:
    with Evil(slow_body) as service:
        settings = ResolverSettings(deadline=60.0, endpoints=Endpoints(doi=service.url))

        def stop(*_request: object) -> None:
            client.stop()
            slow_body(*_request)  # type: ignore[arg-type]

        service.behave = stop
        started = time.monotonic()
        with Client(settings) as client, pytest.raises(Unanswered):
            client.get(QUESTION)
        assert time.monotonic() - started < 6
