"""Replays exchanges with a Zotero server against the sandbox and says how far they agree.

Recordings of the real server lie outside the project, in ``../shared/transcripts``, where a README describes
the format and what was normalised. Exchanges of the project's own, in the same format, lie in ``transcripts``
beside this file.

A file is a list of steps against a new server, in order. A step has a ``name``, a ``request`` (``method``,
``path``, ``query``, ``auth``: the name of a key or null, ``headers``, and ``body`` or ``raw_body``), the
``response`` (``status``, ``headers``, ``body``), and after a write ``library_version_after``. ``{{BASE}}``
stands for the server's address, ``{{T:n}}`` for a time first seen in step n, ``GENKEY01`` for a key that the
server drew.

Run this file to see the agreement per file with the first differences, or name files to see all::

    python tests/contract/replay.py [03_items_read.json ...]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from zotero_sandbox import Faults, Sandbox
from zotero_sandbox.calls import Request, Response
from zotero_sandbox.limits import BURST

TRANSCRIPTS = Path(__file__).parents[3] / "shared" / "transcripts"
OWN_TRANSCRIPTS = Path(__file__).parent / "transcripts"

BASE = "{{BASE}}"
_KEYS = {
    "user1-full": "testKeyUser1FullAccess00",
    "user2-full": "testKeyUser2FullAccess00",
    "user3-full": "testKeyUser3FullAccess00",
    "user1-readonly": "testKeyUser1ReadOnly0000",
    "user1-nonotes": "testKeyUser1NoNotes00000",
    "user1-groupsonly": "testKeyUser1GroupsOnly00",
    "invalid": "testKeyInvalid0000000000",
}
_HEADER_NAMES = (
    "Content-Type Last-Modified-Version Total-Results Link Zotero-API-Version Zotero-Schema-Version Backoff"
    " Retry-After Allow Location ETag WWW-Authenticate Access-Control-Allow-Origin"
    " Access-Control-Allow-Methods Access-Control-Allow-Headers Access-Control-Expose-Headers"
)
_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"

_TOKEN = re.compile(
    r"(\{\{T:\w+\}\}(?:\(sql\))?|GENKE[Y\d]\d\d|\{\{KEY\}\}|\{\{GROUP_TS\}\}|\{\{random\}\})"
)
_ABBREVIATED = re.compile(r"(.{20})\.\.\.\{\{(\d+) characters in all\}\}", re.DOTALL)


# What the sandbox does not imitate, by file and step; such a step must be answered with 501 and a sentence.
_LEFT_OUT = {
    ("01", "API version header 2"): "Atom, the format of versions 1 and 2",
    ("03", "format ris"): "RIS",
    ("03", "format csv"): "CSV",
    ("03", "atom by Accept"): "Atom",
    ("16", "ris"): "RIS",
    ("16", "rdf_zotero"): "RDF",
}
_OTHER_SERVER = "translation-server"


@dataclass(frozen=True, slots=True)
class Step:
    """How one step went: its first difference, if any, or why it is left out."""

    name: str
    difference: str | None = None
    left_out: str | None = None


@dataclass(slots=True)
class Agreement:
    """How one file went: the steps that count, those that agree, the differences, and what is left out."""

    name: str
    steps: int = 0
    agreed: int = 0
    differences: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """Count a step."""
        if step.left_out:
            self.left_out.append(f"{step.name}: {step.left_out}")
            return
        self.steps += 1
        self.agreed += step.difference is None
        if step.difference:
            self.differences.append(f"{step.name}: {step.difference}")

    def __str__(self) -> str:
        left_out = f", {len(self.left_out)} left out" if self.left_out else ""
        return f"{self.name:42} {self.agreed:4} of {self.steps:4}{left_out}"


class Mismatch(Exception):  # noqa: N818 - a finding, not an error
    """The sandbox answered otherwise than the recording."""


# What the recording stands for


def _world() -> dict[str, Any]:
    everything = {
        "user": _rights("library", "files", "notes", "write"),
        "groups": _groups(write=True),
    }
    read_only = {"user": _rights("library", "files", "notes"), "groups": _groups(write=False)}
    accesses = {
        "user1-full": (1, everything),
        "user2-full": (2, everything),
        "user3-full": (3, everything),
        "user1-readonly": (1, read_only),
        "user1-nonotes": (1, {"user": _rights("library", "files", "write")}),
        "user1-groupsonly": (1, {"groups": _groups(write=True)}),
    }
    names = {1: "Test User One", 2: "Test User Two", 3: ""}
    group = {"type": "Private", "libraryReading": "members"}
    admins_only = {"libraryEditing": "admins", "fileEditing": "admins", "owner": 2}
    return {
        "users": [{"id": n, "username": f"testuser{n}", "name": name} for n, name in names.items()],
        "groups": [
            group | {"id": 1, "name": "Test Group", "owner": 1, "members": [2], "version": 2},
            group
            | admins_only
            | {"id": 2, "name": "Read Only Group", "members": [1], "version": 2},
            admins_only
            | {"id": 3, "name": "Public Group", "type": "PublicClosed", "libraryReading": "all"},
        ],
        "keys": [
            {"key": _KEYS[name], "user": user, "access": access}
            for name, (user, access) in accesses.items()
        ],
    }


def _rights(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


def _groups(*, write: bool) -> dict[str, Any]:
    return {"all": {"library": True, "write": write}}


class Clock:
    """A clock that moves when it is told to, so that every write has a second of its own."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def tick(self) -> None:
        self.moment += timedelta(seconds=1)


def _books(
    count: int, make: Callable[[int], Mapping[str, Any]], sizes: list[int]
) -> list[list[Any]]:
    books = [{"itemType": "book", "version": 0, **make(number)} for number in range(count)]
    bodies = []
    for size in sizes:
        bodies.append(books[:size])
        books = books[size:]
    return bodies


def _book_to_delete(n: int) -> Mapping[str, Any]:
    return {"key": f"BLK{'ABCDEFGHJK'[n // 10]}{'23456789AB'[n % 10]}222", "title": str(n)}


def _dated_book(n: int) -> Mapping[str, Any]:
    moment = f"2020-01-01T00:{n // 60:02}:{n % 60:02}Z"
    key = f"BLK{_ALPHABET[n // 30]}{_ALPHABET[n % 30]}222"
    return {"key": key, "title": f"T{n:03}", "dateAdded": moment, "dateModified": moment}


def _long_note(length: int) -> list[Any]:
    text = "<p>" + "word " * (length // 5) + "</p>"
    return [{"itemType": "note", "note": text, "parentItem": "ITEMAAA2"}]


# Writes that the recording made without keeping them, by the step they come before.
_UNRECORDED: dict[tuple[str, str], list[list[Any]]] = {
    ("04", "multi DELETE 51 keys"): _books(60, _book_to_delete, [50, 10]),
    ("07", "children of A: count"): [_long_note(100_000), _long_note(249_000)],
    ("17", "default (25)"): _books(130, _dated_book, [50, 50, 30]),
}

# How many requests were made, also unrecorded, before a step, and how long the recording waited before one.
_CROWDS = {("15", "rate limit exceeded"): BURST}
_PAUSES = {("15", "after waiting"): 10.0}


def _back_off(faults: Faults) -> None:
    faults.backoff = 10


def _stop_backing_off(faults: Faults) -> None:
    faults.backoff = None


# States of the server that a client cannot bring about, by step.
_STATES: dict[str, Callable[[Faults], None]] = {
    "Backoff header on a normal response": _back_off,
    "maintenance: API disabled -> 503": _stop_backing_off,
    "shard down": lambda faults: faults.fail_next(1, 503, inside=True),
    "shard read-only: POST": lambda faults: faults.fail_next(1, 503, inside=True),
}
_UNAVAILABLE = ("maintenance:", "read-only mode: POST")


# Replaying


class Replay:
    """One file against one fresh sandbox; remembers which keys and times stand for which."""

    def __init__(self, path: Path) -> None:
        self._file = path.name.partition("_")[0]
        self._steps: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        self._clock = Clock()
        self._bound: dict[str, str] = {}
        self._seconds = 0.0
        self._sandbox = Sandbox(_world(), limits=True)
        self._sandbox.store.clock = self._clock
        assert self._sandbox.limits
        self._sandbox.limits.clock = lambda: self._seconds

    def steps(self) -> Iterator[Step]:
        """Yield how each step went, in order."""
        with self._sandbox:
            for number, step in enumerate(self._steps):
                name = f"[{number}] {step['name'].strip()}"
                reason = self._left_out(step)
                try:
                    self._prepare(step)
                    self._replay(step, left_out=bool(reason))
                except Mismatch as mismatch:
                    yield Step(name, str(mismatch))
                else:
                    yield Step(name, left_out=reason)

    def _left_out(self, step: Mapping[str, Any]) -> str | None:
        if step["name"].startswith(_OTHER_SERVER):
            return "a request to another server"
        return _LEFT_OUT.get((self._file, step["name"].strip()))

    def _prepare(self, step: Mapping[str, Any]) -> None:
        """Bring about what the recording did without keeping it; steps are a second apart."""
        place = (self._file, step["name"])
        self._seconds += 1 + _PAUSES.get(place, 0)
        for body in _UNRECORDED.get(place, ()):
            self._write(body)
        for _ in range(_CROWDS.get(place, 0)):
            self._answer(self._request(step["request"]))
        self._prepare_state(step["name"])

    def _write(self, body: list[Any]) -> None:
        headers = {"zotero-api-key": _KEYS["user1-full"]}
        self._answer(
            Request("POST", "/users/1/items", "", headers, json.dumps(body).encode(), BASE)
        )

    def _replay(self, step: Mapping[str, Any], *, left_out: bool) -> None:
        request, expected = step["request"], step["response"]
        if not request["path"].startswith("/"):
            return
        response = self._answer(self._request(request))
        if left_out:
            self._compare("501", str(response.status), "status")
            self._compare(True, response.body.endswith(b"."), "a sentence")
            return
        self._compare(str(expected["status"]), str(response.status), "status")
        self._compare_body(step, response)
        self._compare_headers(expected["headers"], response.headers)
        if "library_version_after" in step:
            library = self._sandbox.store.libraries.get("/".join(request["path"].split("/")[1:3]))
            version = library.version if library else 1
            self._compare(str(step["library_version_after"]), str(version), "library version after")

    def _prepare_state(self, name: str) -> None:
        if name in _STATES:
            _STATES[name](self._sandbox.faults)
        if name.startswith(_UNAVAILABLE):
            self._sandbox.faults.fail_next(1, 503)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            self._clock.tick()
        response = self._sandbox.answer(request)
        assert response is not None
        return response

    def _request(self, recorded: Mapping[str, Any]) -> Request:
        headers = {"user-agent": "golden-recorder/1"}
        headers |= {
            name.lower(): self._unbound(value) for name, value in recorded["headers"].items()
        }
        if recorded["auth"]:
            headers["zotero-api-key"] = _KEYS[recorded["auth"]]
        path, query = self._unbound(recorded["path"]), self._unbound(recorded["query"])
        return Request(recorded["method"], path, query, headers, self._body(recorded), BASE)

    def _body(self, recorded: Mapping[str, Any]) -> bytes:
        if recorded.get("raw_body") is not None:
            raw: str = self._unbound(recorded["raw_body"])
            # The one body that was not UTF-8 was kept byte for byte.
            return raw.encode("latin-1" if "\xff" in raw else "utf-8")
        if recorded.get("body") is None:
            return b""
        return json.dumps(self._restored(recorded["body"])).encode()

    def _restored(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._restored(entry) for entry in value]
        if isinstance(value, dict):
            return {name: self._restored(entry) for name, entry in value.items()}
        if isinstance(value, str):
            return self._unbound(_unabbreviated(value))
        return value

    def _unbound(self, text: str) -> str:
        """Put the keys and times of this run in the place of those of the recording."""
        return _TOKEN.sub(lambda found: self._value_of(found[0]), text)

    def _value_of(self, token: str) -> str:
        if token.endswith("(sql)"):
            return self._value_of(token.removesuffix("(sql)")).replace("T", " ").rstrip("Z")
        if token.startswith("GENKE"):
            # A key that the client made itself; the recording only hides it.
            return self._bound.setdefault(
                token, f"FREE{token[-3:]}2".translate(str.maketrans("01Y", "XZW"))
            )
        return self._bound.get(token, token)

    # Comparing

    def _compare_headers(self, expected: Mapping[str, str], found: Mapping[str, str]) -> None:
        for name in _HEADER_NAMES.split():
            self._compare(expected.get(name), found.get(name), name)

    def _compare_body(self, step: Mapping[str, Any], response: Response) -> None:
        expected: Any = step["response"]["body"]
        text = "" if step["request"]["method"] == "HEAD" else response.body.decode()
        if not isinstance(expected, dict | list):
            self._compare(expected or "", text, "body")
            return
        found = json.loads(text) if text[:1] in {"[", "{"} else text
        if step.get("unordered_body"):
            found = _by_tag(found)
        self._compare(expected, found, "body")

    def _compare(self, expected: Any, found: Any, place: str) -> None:
        if isinstance(expected, dict) and isinstance(found, dict):
            self._compare_mappings(expected, found, place)
        elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            for number, (one, other) in enumerate(zip(expected, found, strict=True)):
                self._compare(one, other, f"{place}[{number}]")
        elif isinstance(expected, str) and isinstance(found, str):
            self._compare_texts(expected, found, place)
        elif expected != found or isinstance(expected, bool) != isinstance(found, bool):
            raise Mismatch(f"{place}: expected {_shown(expected)}, found {_shown(found)}")

    def _compare_mappings(
        self, expected: dict[str, Any], found: dict[str, Any], place: str
    ) -> None:
        translated = {self._bound.get(name, name): value for name, value in expected.items()}
        if translated.keys() != found.keys():
            missing, extra = translated.keys() - found.keys(), found.keys() - translated.keys()
            raise Mismatch(f"{place}: missing {sorted(missing)}, not expected {sorted(extra)}")
        if list(translated) != list(found) and all(
            isinstance(value, int) for value in found.values()
        ):
            raise Mismatch(f"{place}: expected the order {list(translated)}, found {list(found)}")
        for name, value in translated.items():
            self._compare(value, found[name], f"{place}.{name}")

    def _compare_texts(self, expected: str, found: str, place: str) -> None:
        if expected == found:
            return
        short = _ABBREVIATED.fullmatch(expected)
        if short and found.startswith(short[1]) and len(found) == int(short[2]):
            return
        parts = _TOKEN.split(expected)
        pattern = "".join(
            "(.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
        )
        values = re.fullmatch(pattern, found, re.DOTALL)
        if not values or not all(map(self._binds, parts[1::2], values.groups())):
            raise Mismatch(f"{place}: expected {_shown(expected)}, found {_shown(found)}")

    def _binds(self, token: str, value: str) -> bool:
        """Whether a token may stand for a value: always for the same one, and it alone for that one."""
        if token in {"{{T:any}}", "{{KEY}}", "{{GROUP_TS}}", "{{random}}"}:
            return True
        if token in self._bound:
            return self._bound[token] == value
        if value in self._bound.values():
            return False
        self._bound[token] = value
        return True


def _by_tag(rows: Any) -> Any:
    return sorted(rows, key=lambda row: (row["tag"], row["meta"]["type"]))


def _unabbreviated(text: str) -> str:
    """Make up the middle of a note that the recording cut: all characters before ``</p>`` were the same."""
    short = _ABBREVIATED.fullmatch(text)
    if not short:
        return text
    start = short[1]
    return start + start[-1] * (int(short[2]) - len(start) - len("</p>")) + "</p>"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "…"


def replay(path: Path) -> Agreement:
    """Replay one file and return how far the sandbox agrees with it."""
    agreement = Agreement(path.name)
    for step in Replay(path).steps():
        agreement.add(step)
    return agreement


def transcripts() -> list[Path]:
    """Return the files there are: the recordings, if their folder is there, and the project's own."""
    return [*sorted(TRANSCRIPTS.glob("*.json")), *sorted(OWN_TRANSCRIPTS.glob("*.json"))]


_FIRST = 3


def main(names: list[str]) -> None:
    """Print the agreement of all files with the first differences, or all differences of the named ones."""
    agreements = [replay(path) for path in transcripts() if not names or path.name in names]
    for agreement in agreements:
        sys.stdout.write(f"{agreement}\n")
        shown = agreement.differences if names else agreement.differences[:_FIRST]
        sys.stdout.writelines(f"  DIFFERS  {line}\n" for line in shown)
        sys.stdout.writelines(f"  LEFT OUT {line}\n" for line in agreement.left_out)
    if not TRANSCRIPTS.is_dir():
        sys.stdout.write(f"NOT RUN: no recordings of the real server at {TRANSCRIPTS}\n")
    _write_sum("recordings", [a for a in agreements if a.name[0].isdigit()])
    _write_sum("own", [a for a in agreements if not a.name[0].isdigit()])


def _write_sum(name: str, agreements: list[Agreement]) -> None:
    agreed, steps = sum(a.agreed for a in agreements), sum(a.steps for a in agreements)
    if steps:
        sys.stdout.write(f"{name:42} {agreed:4} of {steps:4} ({agreed / steps:.1%})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
