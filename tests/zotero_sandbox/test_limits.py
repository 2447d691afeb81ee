"""How often the sandbox lets itself be asked, after a switch."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator

import pytest

from zotero_sandbox import Sandbox
from zotero_sandbox.calls import Request, Response

DATA = {
    "users": [{"id": 1}, {"id": 2}],
    "keys": [{"key": "one", "user": 1}, {"key": "two", "user": 2}],
}


class Seconds:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def sandbox(seconds: Seconds) -> Iterator[Sandbox]:
    with Sandbox(DATA, limits=True) as running:
        assert running.limits
        running.limits.clock = seconds
        yield running


def ask(sandbox: Sandbox, key: str | None = "one", address: str = "10.0.0.1") -> Response:
    headers = {"zotero-api-key": key} if key else {}
    response = sandbox.answer(Request("GET", "/itemFields", "", headers, address=address))
    assert response
    return response


def statuses(sandbox: Sandbox, count: int, key: str | None = "one") -> list[int]:
    return [ask(sandbox, key).status for _ in range(count)]


class TestRate:
    def test_a_burst_of_a_hundred_then_wait(self, sandbox: Sandbox) -> None:
        assert statuses(sandbox, 100) == [200] * 100

        refused = ask(sandbox)

        assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        assert refused.body == b"Request rate limit exceeded"

    def test_ten_more_every_second(self, sandbox: Sandbox, seconds: Seconds) -> None:
        statuses(sandbox, 100)
        seconds.now = 1.0

        assert statuses(sandbox, 11) == [200] * 10 + [429]

    def test_never_more_than_a_burst_is_saved_up(self, sandbox: Sandbox, seconds: Seconds) -> None:
        statuses(sandbox, 1)
        seconds.now = 3600.0

        assert statuses(sandbox, 101) == [200] * 100 + [429]

    def test_users_and_addresses_are_counted_apart(self, sandbox: Sandbox) -> None:
        statuses(sandbox, 100)

        assert ask(sandbox, "two").status == 200
        assert ask(sandbox, address="10.0.0.2").status == 200
        assert ask(sandbox, key=None).status == 200

    def test_what_is_refused_is_not_done_but_logged(self, sandbox: Sandbox) -> None:
        statuses(sandbox, 100)
        body = json.dumps([{"itemType": "book"}]).encode()
        write = Request(
            "POST", "/users/1/items", "", {"zotero-api-key": "one"}, body, "", "10.0.0.1"
        )

        sandbox.answer(write)

        assert sandbox.requests[-1].status == 429
        assert not sandbox.store.library("users", 1).items


class TestAtOnce:
    @pytest.fixture
    def busy(self, sandbox: Sandbox) -> Iterator[Sandbox]:
        """A sandbox with five requests of user 1 under way."""
        release, entered = threading.Event(), threading.Semaphore(0)

        def hold(_: Request) -> None:
            entered.release()
            release.wait(5)

        sandbox.faults.before_request = hold
        threads = [threading.Thread(target=ask, args=(sandbox,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert entered.acquire(timeout=5)
        sandbox.faults.before_request = None
        yield sandbox
        release.set()
        for thread in threads:
            thread.join()

    def test_the_sixth_at_once_is_refused(self, busy: Sandbox) -> None:
        refused = ask(busy, address="10.0.0.2")

        assert refused.status == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 30
        assert ask(busy, "two").status == 200

    def test_one_after_another_is_not_at_once(self, sandbox: Sandbox) -> None:
        assert statuses(sandbox, 10) == [200] * 10


class TestBadKeys:
    def test_six_bad_keys_lock_the_address_out(self, sandbox: Sandbox) -> None:
        assert statuses(sandbox, 6, "guess") == [403] * 6

        refused = ask(sandbox, "one")

        assert (refused.status, refused.body) == (429, b"Too many authentication failures")
        assert "Retry-After" not in refused.headers
        assert ask(sandbox, "one", "10.0.0.2").status == 200
        assert ask(sandbox, key=None).status == 200

    def test_after_five_minutes_it_is_let_in_again(
        self, sandbox: Sandbox, seconds: Seconds
    ) -> None:
        statuses(sandbox, 6, "guess")
        seconds.now = 299.0
        assert ask(sandbox).status == 429

        seconds.now = 300.0

        assert ask(sandbox).status == 200

    def test_six_in_more_than_five_minutes_do_no_harm(
        self, sandbox: Sandbox, seconds: Seconds
    ) -> None:
        for seconds.now in (0.0, 60.0, 120.0, 180.0, 240.0, 301.0):
            ask(sandbox, "guess")

        assert ask(sandbox).status == 200


def test_there_are_no_limits_without_the_switch() -> None:
    with Sandbox(DATA) as sandbox:
        assert set(statuses(sandbox, 150)) == {200}


def test_the_address_of_a_client_is_known(sandbox: Sandbox) -> None:
    for _ in range(6):
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
        connection.request("GET", "/itemFields", headers={"Zotero-API-Key": "guess"})
        assert connection.getresponse().status == 403
        connection.close()

    assert ask(sandbox, address="127.0.0.1").status == 429
    assert ask(sandbox).status == 200
