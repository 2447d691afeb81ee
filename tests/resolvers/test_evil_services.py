"""Services that mean harm: they count as unanswered, in time, and nothing of what they said is kept."""

import socket
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


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_no_way_around_the_deadline(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with Evil(slow_headers) as proxy:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        endpoints = Endpoints(doi=f"{scheme}://lake.example")
        started = time.monotonic()
        with Client(ResolverSettings(deadline=DEADLINE, endpoints=endpoints)) as client:
            client.start()
            with pytest.raises(Unanswered):
                client.get(QUESTION)
        assert proxy.asked
        assert time.monotonic() - started < DEADLINE + 6


@pytest.mark.parametrize(
    "target",
    [
        b"http://[", b"//[::1", b"http://[x]/", b"http://localhost:1/\xff\xfe", b"https://a..b/",
        b"https://" + b"a" * 64 + b".org/",
    ],
)  # fmt: skip
def test_a_redirect_to_what_is_no_address_is_no_answer(target: bytes) -> None:
    def behave(opened: socket.socket, _asked: bytes) -> None:
        opened.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n"
        )

    with Evil(behave) as service:
        settings = ResolverSettings(deadline=DEADLINE, endpoints=Endpoints(doi=service.url))
        with Client(settings) as client:
            client.start()
            with pytest.raises(Unanswered):
                client.get(QUESTION)
