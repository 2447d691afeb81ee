"""A Zotero Web API v3 on the loopback interface, in memory: for the demo and the tests.

It imports nothing of zsync, so that a misreading of the API cannot cancel out between client and server.

How far it agrees with the real server is measured: ``tests/contract/`` replays recorded exchanges.
It uses the standard library alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zotero_sandbox.data import SandboxDataError
    from zotero_sandbox.server import Faults, LoggedRequest, Sandbox, serve

__all__ = ["Faults", "LoggedRequest", "Sandbox", "SandboxDataError", "serve"]


def __getattr__(name: str) -> Any:
    """Import the server when it is first asked for: every run of pytest imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from zotero_sandbox import server

    return getattr(server, name)
