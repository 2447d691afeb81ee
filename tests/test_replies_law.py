"""A law: whatever stands anywhere in a reply of Zotero, a run ends well or later, and nothing sticks.

One node of the JSON of one reply is taken away, wrapped, or given another type; or one header is taken away,
added, or says something else. The run must then be in step or ask to be repeated (0 or 4), and the next
healthy one must leave files and library as if nothing had happened. A text in the JSON that says something
else, but could be true, is no fault that anybody can see. ``ZSYNC_HUNT=70`` alters more than 3,000 replies.
"""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.hunting import HUNT, examples
from tests.world import World, paper
from zotero_sandbox.calls import Request, Response
from zsync.zotero import library as library_module
from zsync.zotero.transport import Politeness

#: One value of each kind that JSON has, and some that no field can hold.
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    7,
    1.5,
    2**70,
    "\ud800",
    "x" * 9,
    [],
    {},
    [None],
    [[]],
    {"x": [7]},
)
#: May be there or not: that they are missing shows nothing.
OPTIONAL = {
    "deleted",
    "inPublications",
    "type",
    "library",
    "notes",
    "write",
    "files",
    "user",
    "groups",
}
HEADERS = (
    "Total-Results",
    "Last-Modified-Version",
    "Backoff",
    "Retry-After",
    "Content-Type",
    "Link",
    "Zotero-API-Version",
    "Zotero-Schema-Version",
)
#: What a header may say; nothing in between, which would have a test wait for as long.
HEADER_VALUES = (
    *("", "0", "-1", "1.5", "1e3", "many", "inf", "nan", "1, 2", "9" * 400, "86400"),
    *("Mon, 01 Jan 2024 00:00:00 -0000", "Fri, 01 Jan 2126 00:00:00 GMT"),
    *("text/html", "application/json; charset=utf-7", '<http://127.0.0.1:9/>; rel="next"'),
)
COMMANDS = ("pull", "sync", "link")


@dataclass
class Alteration:
    """Alters one node or one header of the reply with a number; ``done`` says what became of it."""

    random: Random
    number: int
    done: str = ""
    replies: int = 0

    def __call__(self, request: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        self.replies += 1
        if self.replies != self.number + 1:
            return response
        altered = self._body if self.random.random() < 0.7 else self._header
        self.done = f"{request.method} {request.path} "
        return altered(response)

    def _header(self, response: Response) -> Response:
        name, value = self.random.choice(HEADERS), self.random.choice(HEADER_VALUES)
        headers = dict(response.headers)
        if headers.pop(name, None) is not None and self.random.random() < 0.3:
            self.done += f"{name} taken away"
        else:
            headers[name] = value
            self.done += f"{name}: {value:.40}"
        return replace(response, headers=headers)

    def _body(self, response: Response) -> Response:
        value = json.loads(response.body)
        above, name = self.random.choice(list(_nodes(value)))
        root = {"": value} if above is None else {}
        above, name = (root, "") if above is None else (above, name)
        old = above[name]
        kinds = [each for each in VALUES if type(each) is not type(old)]
        if self.random.random() < 0.3 and isinstance(above, dict) and name not in OPTIONAL and name:
            del above[name]
            self.done += f"{name!r} taken away"
        elif self.random.random() < 0.3:
            above[name] = self.random.choice(([old], {"x": old}))
            self.done += f"{name!r} wrapped"
        else:
            above[name] = self.random.choice(kinds)
            self.done += f"{name!r}: {old!r:.40} became {above[name]!r:.40}"
        return replace(response, body=json.dumps(root.get("", value)).encode())


def _nodes(value: Any, above: Any = None, name: Any = None) -> Iterator[tuple[Any, Any]]:
    """Return each node as what holds it and its name there; nothing holds the whole."""
    yield above, name
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for inner, each in members:
        yield from _nodes(each, value, inner) if isinstance(each, dict | list) else [(value, inner)]


@dataclass
class Start:
    """A folder and a library between two runs, to come back to."""

    world: World
    kept: Path
    libraries: Any

    def again(self) -> None:
        self.world.sandbox.faults.clear()
        self.world.sandbox.store.libraries = copy.deepcopy(self.libraries)
        for path in self.world.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.kept, self.world.folder, dirs_exist_ok=True)


@pytest.fixture
def start(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Start:
    """News on both sides: a note, a title, a new paper and one that left; a tick and a note in the list."""
    monkeypatch.setattr(library_module, "Politeness", lambda: Politeness(pause=0.001, tries=2))
    monkeypatch.setattr(library_module, "_PAUSES", (0.001,))
    home = world.collection()
    below = world.collection("Rivers", home)
    keys = world.add(
        *(
            paper(
                f"River {n}: How Water Finds Its Way",
                f"https://arxiv.org/abs/2301.0000{n}",
                collections=[home if n % 2 else below],
                creators=[{"creatorType": "author", "firstName": "Ida", "lastName": f"Lake {n}"}],
            )
            for n in range(5)
        )
    )
    world.text = "# Water\n\n## Reading list\n"
    world.settle(bib=True)
    world.do("pull")
    world.note(keys[0], "<p>Flows uphill.</p>", "public")
    world.linked(keys[1], "Code", "https://code.example/river")
    world.edit(keys[2], title="River 2: How Water Lost Its Way", tags=[{"tag": "read"}])
    world.edit(keys[3], collections=[])
    world.add(
        paper("Delta: Where Rivers End", "https://arxiv.org/abs/2301.00009", collections=[home])
    )
    world.text = world.text.replace("- [ ] River 4", "- [x] River 4")
    kept = tmp_path.parent / f"{tmp_path.name}-kept"
    shutil.copytree(world.folder, kept)
    return Start(world, kept, copy.deepcopy(world.sandbox.store.libraries))


def _result(world: World) -> object:
    """Files, and what the library holds apart from times and versions."""
    files = {name: text for name, (text, _) in world.state().items()}
    items = world.zotero.everything(world.zotero.items())
    told = {"version", "dateAdded", "dateModified"}
    objects = [{k: v for k, v in each["data"].items() if k not in told} for each in items]
    return files, sorted(objects, key=lambda each: str(each["key"]))


@pytest.mark.parametrize("command", COMMANDS)
def test_any_reply_ends_well_or_later_and_leaves_no_trace(
    start: Start, command: str, record_property: Callable[[str, object], None]
) -> None:
    world, random = start.world, Random(HUNT)  # noqa: S311
    counting = Alteration(random, -1)
    world.sandbox.faults.alter = counting
    world.do(command)
    world.sandbox.faults.alter = None
    undisturbed = _result(world)
    altered, wrong = 0, []
    for turn in range(examples(15)):
        start.again()
        alteration = Alteration(random, turn % counting.replies)
        world.sandbox.faults.alter = alteration
        first = world.run(command)
        world.sandbox.faults.alter = None
        then = world.run(command)
        if first.code not in (0, 4) or then.code or _result(world) != undisturbed:
            wrong.append(f"{alteration.done}: exit {first.code}, then {then.code}")
        altered += bool(alteration.done)
    assert not wrong, "\n".join(wrong)
    assert altered >= examples(12)
    record_property(
        "reliability",
        "a wrong reply of Zotero ends in step or in exit code 4, and nothing of it is kept"
        f"|one part of one reply altered, its JSON or its headers, in every command|{altered}|0",
    )
