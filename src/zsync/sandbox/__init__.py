"""A Zotero Web API v3 on the loopback interface, in memory: for the demo and the tests.

It imports nothing else of zsync, so that a misreading of the API cannot cancel out between client and server.
"""

from zsync.sandbox.data import SandboxDataError
from zsync.sandbox.server import Faults, LoggedRequest, Sandbox, serve

__all__ = ["Faults", "LoggedRequest", "Sandbox", "SandboxDataError", "serve"]
