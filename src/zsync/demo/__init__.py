"""``zsync demo``: a week with a reading list, played against the sandbox; no account, no network.

Everything runs through the same code as with a real library: the client talks to the sandbox over loopback.
"""

import json
import tempfile
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from zotero_sandbox import Sandbox
from zsync import config, files
from zsync.commands.link import link
from zsync.commands.pull import PullOptions, pull
from zsync.commands.sync import sync
from zsync.errors import FileError
from zsync.outcome import Outcome
from zsync.pushing import PushOptions
from zsync.report.diff import diff
from zsync.report.text import text

LIBRARY = "users/1"
KEY = "demo"
LIST = "READING.md"
COLLECTION = "Reading list"
BIB = "refs/library.bib"

_Say = Callable[[str], None]


def play(folder: Path | None, say: _Say, say_diff: _Say) -> None:
    """Play the demo in a folder (a new temporary one by default).

    ``say`` prints a paragraph, ``say_diff`` a diff.

    Raises:
        FileError: the folder holds something already.

    """
    folder = _stage(folder)
    with Sandbox(library()) as sandbox:
        settings = _settle(folder, sandbox.url)
        say(
            f"A reading list of the usual kind is in {folder / LIST}.\n"
            "Its papers are in a Zotero library that runs here, for this demo only.\n"
        )
        _act(
            say,
            "zsync link",
            "pairs the list's entries with Zotero's items; the list stays as it is",
        )
        say(text(link(settings)))
        _act(say, "zsync pull", "also exports the citations")
        say(text(pull(settings)))
        _act(say, "a week in Zotero", "nobody touches the list")
        for event in _week(sandbox.url):
            say(f"  · {event}")
        _act(say, "zsync pull --diff", "only what changed in Zotero changes here")
        outcome = pull(settings)
        say_diff(diff(outcome))
        say(text(outcome))
        _act(say, "an evening with the list", "nobody opens Zotero")
        for event in _evening(folder / LIST):
            say(f"  · {event}")
        _act(say, "zsync sync --offline", "pushes what only the list knows, then pulls")
        say(text(_sync(settings)))
        _act(say, "zsync sync", "nothing new: one request, no file touched")
        say(text(_sync(settings)))
    say(_farewell(folder))


def _stage(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="zsync-demo-"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(folder, "this is not an empty folder.", "Name one that does not exist yet.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise FileError(folder, "the folder cannot be made.", "Name another place.") from cause
    return folder.resolve()


def _settle(folder: Path, url: str) -> config.Settings:
    """Copy the list and write settings that point at the sandbox."""
    written = config.render(LIBRARY, COLLECTION, LIST, BIB, "all")
    written = written.replace("[list]", f'endpoint = "{url}"  # this demo\'s sandbox\n\n[list]', 1)
    files.replace(folder / LIST, resources(__name__).joinpath(LIST).read_text("utf-8"))
    files.replace(folder / config.SETTINGS_FILE, written)
    return config.load(folder / config.SETTINGS_FILE, written, {"ZOTERO_API_KEY": KEY})


def library() -> Mapping[str, Any]:
    """Return the demo's Zotero library, as the sandbox takes it."""
    data: Mapping[str, Any] = json.loads(
        resources(__name__).joinpath("library.json").read_text("utf-8")
    )
    return data


def _act(say: _Say, command: str, meaning: str) -> None:
    say(
        f"\n$ {command}      # {meaning}"
        if command.startswith("zsync")
        else f"\n{command}: {meaning}"
    )


def _week(url: str) -> Sequence[str]:
    """Do in Zotero what a reader does in a week; say what was done."""
    zotero = _Zotero(url)
    collections = {
        each["data"]["name"]: each["key"] for each in zotero.get("collections?limit=100")
    }
    sections = [name for name in collections if name != COLLECTION]
    home, target = collections[sections[0]], collections[sections[1]]
    here = [
        item["data"]
        for item in zotero.get(f"collections/{home}/items/top?limit=100&sort=dateAdded")
    ]
    there = [
        item["data"]
        for item in zotero.get(f"collections/{target}/items/top?limit=100&sort=dateAdded")
    ]
    unread = next(item for item in [*here, *there] if not _is_read(item))
    others = [item for item in here if item["key"] != unread["key"]]
    moved, trashed = others[0], others[-1]
    zotero.edit(unread, tags=[*unread["tags"], {"tag": "read"}])
    zotero.add(
        {
            "itemType": "note",
            "parentItem": unread["key"],
            "note": "<p>Read on the train. The ablation in <strong>Table 3</strong> is the part to keep; "
            "对比实验很扎实。</p>",
        }
    )
    zotero.add({**NEW_PAPER, "collections": [target]})
    zotero.edit(moved, collections=[target])
    zotero.edit(trashed, deleted=1)
    return (
        f"tagged as read, with a note: {unread['title']}",
        f"added to {sections[1]}: {NEW_PAPER['title']}",
        f"moved to {sections[1]}: {moved['title']}",
        f"put into the trash: {trashed['title']}",
    )


def _evening(path: Path) -> Sequence[str]:
    """Edit the list as a reader does; say what was done."""
    before = files.read(path)
    ticked = "**Toolformer**: Language Models Can Teach Themselves to Use Tools"
    files.replace(path, before.replace(f"- [ ] {ticked}", f"- [x] {ticked}") + f"\n{NEW_LINE}\n")
    return (f"ticked: {ticked.replace('**', '')}", f"typed at the end: {NEW_LINE}")


def _sync(settings: config.Settings) -> Outcome:
    """Push and pull without asking a metadata service: the demo needs no network."""
    return sync(settings, PullOptions(), PushOptions(apply=True, offline=True))


def _is_read(item: Mapping[str, Any]) -> bool:
    return any(tag["tag"] == "read" for tag in item["tags"])


NEW_LINE = "- [ ] **Datasheets**: Datasheets for Datasets. arXiv2018 [Paper](https://arxiv.org/abs/1803.09010)"
NEW_PAPER: Mapping[str, Any] = {
    "itemType": "conferencePaper",
    "title": "LLaVA-Critic: Learning to Evaluate Multimodal Models",
    "shortTitle": "LLaVA-Critic",
    "creators": [
        {"creatorType": "author", "firstName": first, "lastName": last}
        for first, last in (
            ("Tianyi", "Xiong"),
            ("Xiyao", "Wang"),
            ("Dong", "Guo"),
            ("Qinghao", "Ye"),
            ("Haoqi", "Fan"),
            ("Quanquan", "Gu"),
            ("Heng", "Huang"),
            ("Chunyuan", "Li"),
        )
    ],
    "date": "2025-06",
    "proceedingsTitle": "Proceedings of the Computer Vision and Pattern Recognition Conference (CVPR)",
    "conferenceName": "Conference on Computer Vision and Pattern Recognition (CVPR)",
    "pages": "13618-13628",
    "DOI": "10.1109/CVPR52734.2025.01271",
    "url": "https://arxiv.org/abs/2410.02712",
    "extra": "arXiv: 2410.02712 [cs.CV]",
    "tags": [],
}


class _Zotero:
    """Zotero's side of the demo: the Web API of the sandbox, asked directly."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/{LIBRARY}"

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def add(self, item: Mapping[str, Any]) -> None:
        self._ask("POST", "items", [item])

    def edit(self, item: Mapping[str, Any], **changes: object) -> None:
        """Change some fields of an item at the version it has now."""
        version = self.get(f"items/{item['key']}")["version"]
        self._ask("POST", "items", [{"key": item["key"], "version": version, **changes}])

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - a loopback address that we made
            f"{self._url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Zotero-API-Key": KEY, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return json.load(response)


def _farewell(folder: Path) -> str:
    return f"""
The folder stays: {folder}
  {LIST:<18} the list; compare it with what you saw above
  {BIB:<18} the citations
  zsync.lock         which entry is which item, and what both sides last said

Try next, there:     zsync entries {LIST}      zsync status
With your own list:  zsync init README.md      (see "Five minutes with your own Zotero" in the README)"""
