"""The sandbox over HTTP: the loopback interface, keep-alive, the log, and everything that can go wrong."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zotero_sandbox import LoggedRequest, Sandbox, SandboxDataError, serve
from zotero_sandbox import server as server_module

BOOKS = [{"itemType": "book", "key": f"BBBBBBB{n}", "title": f"Book {n}"} for n in range(2, 8)]
DATA = {"libraries": [{"library": "users/1", "items": BOOKS}]}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(DATA) as running:
        yield running


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
    yield connection
    connection.close()


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: object = None,
    **headers: str,
) -> tuple[int, http.client.HTTPMessage, str]:
    raw = None if body is None else json.dumps(body)
    connection.request(method, path, raw, {"Zotero-API-Key": "sandbox", **headers})
    response = connection.getresponse()
    return response.status, response.headers, response.read().decode()


def library_version(connection: http.client.HTTPConnection) -> int:
    return int(ask(connection, "GET", "/users/1/settings")[1]["Last-Modified-Version"])


def test_reads_and_writes_over_one_connection(connection: http.client.HTTPConnection) -> None:
    status, headers, body = ask(connection, "POST", "/users/1/items", [{"itemType": "book"}])
    first_socket = connection.sock

    assert status == 200
    assert int(headers["Content-Length"]) == len(body.encode())
    key = json.loads(body)["success"]["0"]
    assert ask(connection, "GET", f"/users/1/items/{key}")[0] == 200
    assert connection.sock is first_socket


def test_answers_without_a_body(connection: http.client.HTTPConnection) -> None:
    headers = {"If-Modified-Since-Version": "99"}

    assert ask(connection, "GET", "/users/1/items", **headers)[::2] == (304, "")
    status, found, body = ask(connection, "HEAD", "/users/1/items?limit=2")
    assert (status, found["Total-Results"], body) == (200, "6", "")
    assert ask(connection, "FOO", "/users/1/items")[0] == 501


def test_listens_on_the_loopback_interface_only(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert sandbox._server.socket.getsockname()[0] == "127.0.0.1"


def test_answers_at_once(connection: http.client.HTTPConnection) -> None:
    ask(connection, "GET", "/users/1/items")
    started = time.perf_counter()

    for _ in range(20):
        ask(connection, "GET", "/users/1/items?limit=1")

    # Waiting for delayed acknowledgements would cost 40 ms each.
    assert time.perf_counter() - started < 0.4


def test_the_log_holds_no_key(sandbox: Sandbox, connection: http.client.HTTPConnection) -> None:
    ask(connection, "GET", "/users/1/items?limit=1&key=sandbox")
    ask(connection, "GET", "/keys/sandbox")
    ask(connection, "GET", "/keys/current")

    assert sandbox.requests == [
        LoggedRequest("GET", "/users/1/items", "limit=1", 200),
        LoggedRequest("GET", "/keys/…", "", 200),
        LoggedRequest("GET", "/keys/current", "", 200),
    ]
    assert "sandbox" not in repr(sandbox.requests)


def test_closing_ends_connections_that_are_kept_alive() -> None:
    with Sandbox() as sandbox:
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
        ask(connection, "GET", "/users/1/items")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(connection, "GET", "/users/1/items")
    connection.close()


def test_many_clients_at_once_get_versions_of_their_own(sandbox: Sandbox) -> None:
    def write() -> None:
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
        for _ in range(10):
            ask(connection, "POST", "/users/1/items", [{"itemType": "book"}])
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    items = sandbox.store.libraries["users/1"].items.values()
    assert sorted(item.version for item in items) == list(range(2, 48))


class TestFaults:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_failures_come_in_order_and_write_nothing(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection, status: int
    ) -> None:
        sandbox.faults.fail_next(1, status, retry_after=7)
        sandbox.faults.fail_next(1, 502)

        first = ask(connection, "POST", "/users/1/items", [{"itemType": "book"}])
        second = ask(connection, "GET", "/users/1/items")

        assert (first[0], first[1]["Retry-After"]) == (status, "7")
        assert (second[0], second[1]["Retry-After"]) == (502, None)
        assert library_version(connection) == 7
        assert [entry.status for entry in sandbox.requests] == [status, 502, 200]

    def test_a_failure_inside_the_library_names_the_api_version(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.fail_next(1, 503)
        sandbox.faults.fail_next(1, 503, inside=True)

        found = [ask(connection, "GET", "/users/1/items") for _ in range(2)]

        assert [status for status, _, _ in found] == [503, 503]
        assert [headers["Zotero-API-Version"] for _, headers, _ in found] == [None, "3"]

    def test_backoff_is_on_every_answer(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.backoff = 3

        unchanged = ask(connection, "GET", "/users/1/items", **{"If-Modified-Since-Version": "99"})

        assert (unchanged[0], unchanged[1]["Backoff"]) == (304, "3")
        assert ask(connection, "GET", "/users/1/items")[1]["Backoff"] == "3"

    def test_a_dropped_connection_gives_no_answer_and_does_nothing(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.drop_next(1)

        with pytest.raises(http.client.RemoteDisconnected):
            ask(connection, "POST", "/users/1/items", [{"itemType": "book"}])

        connection.close()
        assert library_version(connection) == 7

    def test_a_lost_answer_is_to_a_request_that_was_carried_out(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.lose_next(1)

        with pytest.raises(http.client.RemoteDisconnected):
            ask(connection, "POST", "/users/1/items", [{"itemType": "book"}])

        connection.close()
        assert library_version(connection) == 8

    def test_a_truncated_body_is_shorter_than_it_says(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.truncate_next(1)

        with pytest.raises(http.client.IncompleteRead):
            ask(connection, "GET", "/users/1/items")

        connection.close()
        assert ask(connection, "GET", "/users/1/items")[0] == 200

    def test_a_web_page_in_the_place_of_an_answer(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.html_next(1)

        status, headers, body = ask(connection, "GET", "/users/1/items")

        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert body.startswith("<!DOCTYPE html>")
        assert ask(connection, "GET", "/users/1/items")[1]["Content-Type"] == "application/json"

    def test_latency(self, sandbox: Sandbox, connection: http.client.HTTPConnection) -> None:
        sandbox.faults.latency = 0.05
        started = time.perf_counter()

        ask(connection, "GET", "/users/1/items")

        assert time.perf_counter() - started >= 0.05

    def test_the_library_changes_between_pages(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        sandbox.faults.change_between_pages(2)
        keys = "itemKey=BBBBBBB2,BBBBBBB3"

        versions = [
            int(ask(connection, "GET", f"/users/1/{path}")[1]["Last-Modified-Version"])
            for path in (f"items?{keys}", "collections", "items/top?limit=1", "items?limit=1")
        ]

        assert versions == [8, 8, 9, 9]
        changed = ask(connection, "GET", "/users/1/items?format=keys&since=7")[2].split()
        assert sorted(changed) == ["BBBBBBB2", "BBBBBBB4"]

    def test_a_hook_sees_every_request_first(
        self, sandbox: Sandbox, connection: http.client.HTTPConnection
    ) -> None:
        seen = []
        sandbox.faults.before_request = lambda request: seen.append(request.path)

        ask(connection, "GET", "/users/1/items")

        assert seen == ["/users/1/items"]


class TestServe:
    @pytest.fixture
    def served(self, monkeypatch: pytest.MonkeyPatch) -> list[Sandbox]:
        """Interrupt the server as soon as it serves."""
        served: list[Sandbox] = []

        def interrupt(sandbox: Sandbox) -> None:
            served.append(sandbox)
            sandbox._server.server_close()
            raise KeyboardInterrupt

        monkeypatch.setattr(server_module.Sandbox, "serve_forever", interrupt)
        return served

    def test_announces_address_library_and_key_and_ends_quietly(
        self, served: list[Sandbox]
    ) -> None:
        said: list[str] = []

        serve(0, said.append)

        assert said == [f"Zotero Web API at {served[0].url}", "library users/1", "key sandbox"]

    def test_reads_a_file(self, tmp_path: Path, served: list[Sandbox]) -> None:
        file = tmp_path / "data.json"
        file.write_text(json.dumps(DATA), encoding="utf-8")

        serve(0, lambda _: None, data=file)

        assert len(served[0].store.libraries["users/1"].items) == 6

    def test_a_file_that_is_not_json(self, tmp_path: Path) -> None:
        file = tmp_path / "data.json"
        file.write_text("{", encoding="utf-8")

        with pytest.raises(SandboxDataError, match=r"data\.json: not JSON"):
            serve(0, lambda _: None, data=file)

    def test_a_seed_goes_into_the_first_library(
        self, tmp_path: Path, served: list[Sandbox]
    ) -> None:
        seed = tmp_path / "items.json"
        seed.write_text(json.dumps(BOOKS), encoding="utf-8")

        serve(0, lambda _: None, seed=seed)

        assert len(served[0].store.libraries["users/1"].items) == 6

    def test_a_seed_with_a_fault_is_named(self, tmp_path: Path) -> None:
        seed = tmp_path / "items.json"
        seed.write_text(json.dumps([*BOOKS, {"itemType": "nosuch"}]), encoding="utf-8")

        with pytest.raises(SandboxDataError, match=r"items\.json: \[6\]: 'nosuch' is not a valid"):
            serve(0, lambda _: None, seed=seed)

    def test_a_recording_that_cannot_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(IsADirectoryError):
            serve(0, lambda _: None, record=tmp_path)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            serve(0, lambda _: None, data=tmp_path / "nosuch.json")

    def test_a_port_that_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(OSError, match="in use"):
                serve(taken.getsockname()[1], lambda _: None)


def test_the_sandbox_imports_nothing_of_zsync() -> None:
    package = Path(server_module.__file__).parent
    lines = [
        line.split()
        for file in package.glob("*.py")
        for line in file.read_text("utf-8").splitlines()
    ]
    imported = {words[1] for words in lines if words[:1] in (["from"], ["import"])}

    assert any(name.startswith("zotero_sandbox") for name in imported)
    assert not any(name.partition(".")[0] == "zsync" for name in imported)
