"""Measures what the sandbox costs: its processor time beside that of pyzotero asking it.

Run by hand; the sandbox runs in a process of its own, as ``zsync sandbox``::

    python tests/contract/bench_reads.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from pyzotero.zotero import Zotero

from zotero_sandbox.data import load_store

READS = 1_000
ITEMS = 100
LOADED = 10_000


def _paper(number: int) -> dict[str, Any]:
    return {
        "itemType": "journalArticle",
        "title": f"A study of number {number}",
        "abstractNote": "Numbers have neighbours on both sides. " * 20,
        "creators": [
            {"creatorType": "author", "firstName": "Ann", "lastName": f"Lee-{number % 97}"}
        ],
        "date": f"20{number % 25:02}-05-03",
        "DOI": f"10.1234/{number}",
        "tags": [{"tag": "number"}, {"tag": f"mod {number % 7}"}],
    }


def _seconds(who: int) -> float:
    used = getrusage(who)
    return used.ru_utime + used.ru_stime


@contextmanager
def _served(seed: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "zsync", "sandbox", "--port", "0", "--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def _read(url: str, reads: int) -> float:
    """Read the library again and again and return the processor time that took here."""
    client = Zotero(1, "user", "sandbox")
    client.endpoint = url
    started = _seconds(RUSAGE_SELF)
    for _ in range(reads):
        assert len(client.items(limit=ITEMS)) == ITEMS
    used = _seconds(RUSAGE_SELF) - started
    assert client.client
    client.client.close()
    return used


def _server_seconds(seed: Path, reads: int) -> tuple[float, float]:
    """Return the processor time of a client and of a server over its whole life."""
    before = _seconds(RUSAGE_CHILDREN)
    with _served(seed) as url:
        asking = _read(url, reads)
    return asking, _seconds(RUSAGE_CHILDREN) - before


def main() -> None:
    """Print the figures; the server's start is measured by itself and taken off."""
    with tempfile.TemporaryDirectory() as folder:
        for size in (ITEMS, 1_000):
            seed = Path(folder) / f"{size}.json"
            seed.write_text(json.dumps([_paper(n) for n in range(size)]), encoding="utf-8")
            _, start = _server_seconds(seed, 1)
            asking, life = _server_seconds(seed, READS)
            figures = f"pyzotero {asking:.2f} s, sandbox {life - start:.2f} s"
            sys.stdout.write(f"{READS} reads of {ITEMS} of {size} items: {figures}\n")
    papers = [_paper(n) for n in range(LOADED)]
    started = time.perf_counter()
    load_store({"libraries": [{"library": "users/1", "items": papers}]})
    sys.stdout.write(f"{LOADED} items loaded: {time.perf_counter() - started:.2f} s\n")


if __name__ == "__main__":
    main()
