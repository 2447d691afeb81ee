"""The pytest fixture ``zotero_sandbox``: a Zotero server for the length of one test.

pytest imports this module in every run on a machine that has zsync, so the server itself is imported by the
fixture only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zotero_sandbox import Sandbox


@pytest.fixture
def zotero_sandbox() -> Iterator[Sandbox]:
    """A local Zotero Web API with the empty library ``users/1``: its address ``url``, its key ``key``."""
    from zotero_sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox
