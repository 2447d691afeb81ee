"""Politeness: pauses, retries and limits, against the sandbox's faults."""

import time
from collections.abc import Iterator

import httpx2
import pytest

from zotero_sandbox import Sandbox
from zsync.config import Secret
from zsync.errors import Unreachable
from zsync.zotero.transport import Connection, Politeness, PoliteTransport

QUICK = Politeness(pause=0.01)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[Connection]:
    with Connection(sandbox.url, Secret("sandbox"), QUICK) as made:
        yield made


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(
    sandbox: Sandbox, connection: Connection, status: int
) -> None:
    sandbox.faults.fail_next(2, status=status)
    assert connection.get("keys/current").status_code == 200
    assert connection.requests == 3


def test_a_dropped_connection_and_a_cut_answer_are_asked_again(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.faults.drop_next(1)
    sandbox.faults.truncate_next(1)
    assert connection.get("keys/current").json()["userID"] == 1
    assert connection.requests == 3


def test_retry_after_is_obeyed(sandbox: Sandbox, connection: Connection) -> None:
    sandbox.faults.fail_next(1, status=429, retry_after=1)
    started = time.monotonic()
    assert connection.get("keys/current").status_code == 200
    assert time.monotonic() - started >= 1


def test_a_backoff_on_a_good_answer_pauses_the_next_request(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.faults.backoff = 1
    connection.get("keys/current")
    sandbox.faults.backoff = None
    started = time.monotonic()
    connection.get("keys/current")
    assert time.monotonic() - started >= 0.9


def test_a_wait_beyond_the_deadline_is_not_waited(sandbox: Sandbox) -> None:
    sandbox.faults.fail_next(9, status=503, retry_after=3600)
    with Connection(sandbox.url, None, Politeness(deadline=1)) as connection:
        assert connection.get("keys/current").status_code == 503
        assert connection.requests == 1


def test_a_backoff_beyond_the_deadline_is_not_waited(sandbox: Sandbox) -> None:
    sandbox.faults.backoff = 3
    with Connection(sandbox.url, None, Politeness(deadline=1)) as connection:
        connection.get("items")
        started = time.monotonic()
        with pytest.raises(Unreachable, match="left alone for 3 seconds"):
            connection.get("items")
        assert time.monotonic() - started < 1


def test_a_refusal_is_never_asked_again(sandbox: Sandbox) -> None:
    with Connection(sandbox.url, Secret("wrong"), QUICK) as connection:
        assert connection.get("keys/current").status_code == 403
        assert connection.requests == 1


def test_a_server_that_stays_away_is_unreachable() -> None:
    with Sandbox() as sandbox:
        url = sandbox.url
    with (
        Connection(url, None, Politeness(tries=2, pause=0.01)) as connection,
        pytest.raises(Unreachable, match="did not answer"),
    ):
        connection.get("keys/current")


def test_the_key_is_in_no_address(connection: Connection) -> None:
    response = connection.get("users/1/items", {"limit": "1"})
    assert "sandbox" not in str(response.request.url)


def test_requests_are_paced_after_the_burst() -> None:
    answered = PoliteTransport(
        httpx2.MockTransport(lambda _request: httpx2.Response(200)),
        Politeness(per_second=20, burst=2),
    )
    with httpx2.Client(transport=answered) as client:
        started = time.monotonic()
        for _ in range(6):
            client.get("http://127.0.0.1/")
        assert time.monotonic() - started >= 0.18


def test_a_date_in_retry_after_is_understood() -> None:
    answers = iter(
        [
            httpx2.Response(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
            httpx2.Response(503, headers={"Retry-After": "soon"}),
            httpx2.Response(200),
        ]
    )
    transport = PoliteTransport(httpx2.MockTransport(lambda _request: next(answers)), QUICK)
    with httpx2.Client(transport=transport) as client:
        assert client.get("http://127.0.0.1/").status_code == 200


BOOK = {"key": "AAAA2222", "version": 0, "itemType": "book"}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_guarded_write_is_sent_again(
    sandbox: Sandbox, connection: Connection, status: int
) -> None:
    sandbox.faults.fail_next(2, status=status)
    assert connection.post("users/1/items", [BOOK], {}).status_code == 200
    assert connection.requests == 3


def test_a_guarded_write_whose_answer_was_lost_finds_its_own_object(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.faults.lose_next(1)
    answer = connection.post("users/1/items", [BOOK], {}).json()
    assert answer["failed"]["0"]["code"] == 412
    assert list(sandbox.store.libraries["users/1"].items) == ["AAAA2222"]


def test_a_guarded_write_that_broke_the_server_is_left_to_the_writer(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.faults.fail_next(2, status=500)
    assert connection.post("users/1/items", [BOOK], {}).status_code == 500
    assert connection.requests == 1


def test_a_write_that_is_not_guarded_is_sent_once(sandbox: Sandbox, connection: Connection) -> None:
    sandbox.faults.fail_next(2, status=503)
    assert connection.client.post(f"{sandbox.url}/users/1/items", json=[]).status_code == 503
    assert connection.requests == 1


def test_after_a_pause_for_a_write_the_next_request_waits_too(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.faults.backoff = 1
    connection.post("users/1/items", [BOOK], {})
    sandbox.faults.backoff = None
    started = time.monotonic()
    connection.get("keys/current")
    assert time.monotonic() - started >= 0.9


def test_a_write_without_an_answer_may_have_been_carried_out() -> None:
    with Sandbox() as sandbox:
        url = sandbox.url
    with (
        Connection(url, None, Politeness(tries=2, pause=0.01)) as connection,
        pytest.raises(Unreachable) as caught,
    ):
        connection.post("users/1/items", [BOOK], {})
    assert "Nothing was written" not in caught.value.advice


def test_headers_may_hold_letters_that_no_header_should() -> None:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=[(b"X-Cafe", "café".encode("latin-1"))], content=b"{}")

    transport = PoliteTransport(httpx2.MockTransport(answer), QUICK)
    with httpx2.Client(transport=transport) as client:
        assert client.get("http://127.0.0.1/").status_code == 200
