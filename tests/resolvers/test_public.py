"""No answer of a service leads to a machine of the reader's own network, by whatever name it is called."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.resolvers.replay import Replay, Reply
from zsync.resolvers.answers import Question, Unanswered
from zsync.resolvers.client import Client, _may_follow
from zsync.resolvers.public import PrivateAddressError, is_local_name, is_public, look_up

PRIVATE = (
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
)
SPELLINGS = (
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "[::1]",
    "0",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_local_name(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"]
)
def test_an_address_that_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_local_name(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_spelling_of_an_address_that_is_not_public(host: str) -> None:
    assert is_local_name(host)
    assert not _may_follow("https://doi.org/x", f"https://{host}/x")
    assert not _may_follow("https://doi.org/x", f"https://doi.org@{host}/x")


def test_names_of_services_are_none() -> None:
    assert not any(map(is_local_name, ("doi.org", "api.crossref.org", "localhost.example.org")))


def test_a_name_that_leads_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **_: object) -> list[object]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "192.168.1.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(PrivateAddressError):
        look_up("rebinding.example.org", 443)


class _Visited(BaseHTTPRequestHandler):
    """A server of the reader's own, which counts who comes."""

    visits = 0

    def do_GET(self) -> None:
        type(self).visits += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def at_home() -> Iterator[HTTPServer]:
    _Visited.visits = 0
    server = HTTPServer(("127.0.0.1", 0), _Visited)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redirect_to_another_server_of_this_machine_is_not_followed(
    services: Replay, at_home: HTTPServer, host: str
) -> None:
    target = f"http://{host}:{at_home.server_port}/secret"
    services.faults["doi.org"] = Reply(302, {"location": target}, b"")
    with Client(services.settings()) as client, pytest.raises(Unanswered, match="no connection"):
        client.get(Question("doi", "/10.5555/x"))
    assert _Visited.visits == 0
