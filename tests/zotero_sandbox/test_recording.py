"""What the sandbox keeps of requests and answers, and how it gives the same bytes twice."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zotero_sandbox import Sandbox
from zotero_sandbox.calls import Request
from zotero_sandbox.data import load_store

SECRET = "aVeryLongKeyOfTwentyFour"
DATA = {"keys": [{"key": SECRET, "name": "reader", "user": 1}]}
MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)


def record(path: Path, *requests: Request) -> list[Any]:
    with Sandbox(load_store(DATA, MOMENT), record=path) as sandbox:
        for request in requests:
            sandbox.answer(request)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: str, body: bytes) -> Request:
    headers = {"zotero-api-key": SECRET, "content-type": "application/json", "host": "h"}
    return Request("POST", path, "", headers, body)


def test_a_step_holds_request_and_answer(tmp_path: Path) -> None:
    [step] = record(tmp_path / "r", write("/users/1/collections", b'[{"name":"Reading"}]'))

    assert step["name"] == "POST /users/1/collections"
    assert step["request"] == {
        "method": "POST",
        "path": "/users/1/collections",
        "query": "",
        "auth": "reader",
        "headers": {"content-type": "application/json"},
        "body": [{"name": "Reading"}],
    }
    made = step["response"]["body"]["successful"]["0"]
    assert step["response"]["status"] == 200
    assert step["response"]["headers"]["Last-Modified-Version"] == "2"
    assert made["links"]["self"]["href"].startswith("{{BASE}}/users/1/collections/")


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/keys/current", "", {"zotero-api-key": SECRET}),
        Request("GET", "/keys/current", "", {"authorization": f"Bearer {SECRET}"}),
        Request("GET", "/keys/current", f"key={SECRET}&x=1"),
        Request("GET", f"/keys/{SECRET}"),
        Request("GET", f"/users/1/keys/{SECRET}"),
        Request("GET", "/users/1/items", f"key={SECRET}"),
        Request("GET", "/users/1/items", f"key={SECRET}", {"zotero-api-key": "other"}),
        Request("GET", "/users/1/items", "", {"authorization": f"Basic {SECRET}"}),
    ],
)
def test_a_key_is_named_and_never_kept(tmp_path: Path, request_: Request) -> None:
    [step] = record(tmp_path / "r", request_)

    assert SECRET not in (tmp_path / "r").read_text(encoding="utf-8")
    assert step["request"]["auth"] in {"reader", "invalid", None}


def test_an_unknown_key_is_not_kept_either(tmp_path: Path) -> None:
    [by_path, by_header] = record(
        tmp_path / "r",
        Request("GET", f"/keys/x{SECRET}"),
        Request("GET", "/users/1/items", "", {"zotero-api-key": f"x{SECRET}"}),
    )

    assert by_path["request"]["path"] == "/keys/invalid"
    assert by_path["response"]["body"] == "Key 'invalid' not found"
    assert by_header["request"]["auth"] == "invalid"
    assert SECRET not in (tmp_path / "r").read_text(encoding="utf-8")


def test_bodies_that_are_no_json_and_answers_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "r"
    with Sandbox(DATA, record=path) as sandbox:
        sandbox.faults.drop_next(1)
        sandbox.answer(write("/users/1/items", b"\xff{"))
        sandbox.answer(Request("GET", "/users/1/items", "format=keys", {"zotero-api-key": SECRET}))

    dropped, listed = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert dropped["request"]["raw_body"] == "\xff{"
    assert dropped["response"] is None
    assert listed["response"]["body"] == "\n"


def test_two_runs_at_one_time_give_the_same_bytes(tmp_path: Path) -> None:
    """Also on two ports, over HTTP, with the Date header."""
    dates, files = set(), []
    for run in "12":
        path = tmp_path / run
        files.append(path)
        with Sandbox(load_store(DATA, MOMENT), record=path) as sandbox:
            connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
            for _ in range(3):
                body = b'[{"itemType":"book","title":"B","tags":[{"tag":"a"}]},{"itemType":"note"}]'
                connection.request("POST", "/users/1/items", body, {"Zotero-API-Key": SECRET})
                answer = connection.getresponse()
                answer.read()
                dates.add(answer.headers["Date"])
            connection.close()

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().count(b"\n") == 3
    assert dates == {"Mon, 04 May 2026 12:00:00 GMT"}
